// What golang.org/x/net makes of headers and control messages: reads a list of cases as JSON, and prints an answer to each.
package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"os"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// A field that a case does not need stays empty.
type question struct {
	Fn      string `json:"fn"`
	Bytes   string `json:"bytes"`
	Number  int    `json:"number"`
	Hops    int    `json:"hops"`
	Class   int    `json:"class"`
	Src     string `json:"src"`
	Dst     string `json:"dst"`
	IfIndex int    `json:"ifIndex"`
}

func main() {
	var questions []question
	if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	answers := make([]string, len(questions))
	for i, q := range questions {
		answers[i] = answer(q)
	}
	_ = json.NewEncoder(os.Stdout).Encode(answers)
}

func answer(q question) string {
	b, err := hex.DecodeString(q.Bytes)
	if err != nil {
		return err.Error()
	}
	switch q.Fn {
	case "ipv4 header":
		h, err := ipv4.ParseHeader(b)
		if err != nil {
			return err.Error()
		}
		wire, err := h.Marshal()
		return fmt.Sprintf("%v %x %v", h, wire, err)
	case "ipv6 header":
		h, err := ipv6.ParseHeader(b)
		if err != nil {
			return err.Error()
		}
		return h.String()
	case "ipv4 parse":
		cm := new(ipv4.ControlMessage)
		if cm.Parse(b) != nil {
			return "error"
		}
		return cm.String()
	case "ipv6 parse":
		cm := new(ipv6.ControlMessage)
		if cm.Parse(b) != nil {
			return "error"
		}
		return cm.String()
	case "ipv4 marshal":
		cm := &ipv4.ControlMessage{TTL: q.Hops, Src: net.ParseIP(q.Src), Dst: net.ParseIP(q.Dst), IfIndex: q.IfIndex}
		return fmt.Sprintf("%v %x", cm, cm.Marshal())
	case "ipv6 marshal":
		cm := &ipv6.ControlMessage{HopLimit: q.Hops, TrafficClass: q.Class, Src: net.ParseIP(q.Src), Dst: net.ParseIP(q.Dst), IfIndex: q.IfIndex}
		return fmt.Sprintf("%v %x", cm, cm.Marshal())
	case "ipv4 room":
		return fmt.Sprint(len(ipv4.NewControlMessage(ipv4.ControlFlags(q.Number))))
	case "ipv6 room":
		return fmt.Sprint(len(ipv6.NewControlMessage(ipv6.ControlFlags(q.Number))))
	case "ipv4 type":
		return ipv4.ICMPType(q.Number).String()
	case "ipv6 type":
		return ipv6.ICMPType(q.Number).String()
	}
	return "no such case"
}
