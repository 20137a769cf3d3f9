// Go's net, a goroutine per connection. Modes: echo, unix, deadline, burst, burst-bufio, proxy, accept, accept-fresh
// (a new buffer for each connection), hold, hold-unread; set-deadline, udp, udp-sink, armed; parse, prefix, interfaces;
// dns.
package main

import (
	"bufio"
	"fmt"
	"log"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

const bufferSize = 65536

var (
	count  atomic.Int64
	shared = make([]byte, bufferSize)
	held   []net.Conn // keeps unread connections from the finalizer
)

func echo(c net.Conn, deadline bool) {
	buf := make([]byte, bufferSize)
	for {
		if deadline {
			c.SetReadDeadline(time.Now().Add(5 * time.Second))
		}
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		if _, err = c.Write(buf[:n]); err != nil {
			return
		}
	}
}

// For a connection of a few bytes 64 KB of zeros would measure the allocator.
var spare = sync.Pool{New: func() any { b := make([]byte, bufferSize); return &b }}

func replyOnce(c net.Conn, buf []byte) {
	if n, err := c.Read(buf); err == nil {
		c.Write(buf[:n])
	}
}

func serve(c net.Conn, mode string) {
	defer c.Close()
	switch mode {
	case "accept":
		buf := spare.Get().(*[]byte)
		replyOnce(c, *buf)
		spare.Put(buf)
	case "accept-fresh":
		replyOnce(c, make([]byte, bufferSize))
	case "hold":
		c.Read(shared)
	case "burst", "burst-bufio":
		burst(c, mode == "burst-bufio")
	case "proxy":
		proxy(c)
	default:
		echo(c, mode == "deadline")
	}
}

func acceptLoop(ln net.Listener, mode string) {
	for {
		c, err := ln.Accept()
		if err != nil {
			log.Fatal(err)
		}
		count.Add(1)
		if mode == "hold-unread" {
			held = append(held, c)
		} else {
			go serve(c, mode)
		}
	}
}

// The runner's requests, one line of answer each; the process ends with stdin.
func obey(requests map[string]func() string) {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		answer := "null"
		if f := requests[lines.Text()]; f != nil {
			answer = f()
		}
		fmt.Println(answer)
	}
}

func memory() (m runtime.MemStats) {
	runtime.ReadMemStats(&m)
	return
}

// TotalAlloc at the last collection asked for.
var allocatedBefore uint64

func collect() string {
	runtime.GC()
	debug.FreeOSMemory()
	allocatedBefore = memory().TotalAlloc
	return `"ok"`
}

// A listener on a port, or on the path of the command line.
func listen(mode string) (ln net.Listener, at string) {
	network, address := "tcp", "127.0.0.1:0"
	if mode == "unix" {
		network, address = "unix", os.Args[2]
	}
	ln, err := net.Listen(network, address)
	if err != nil {
		log.Fatal(err)
	}
	if tcp, ok := ln.Addr().(*net.TCPAddr); ok {
		return ln, fmt.Sprint(tcp.Port)
	}
	return ln, address
}

func main() {
	log.SetFlags(0)
	mode := "echo"
	if len(os.Args) > 1 {
		mode = os.Args[1]
	}
	requests := map[string]func() string{
		"count":     func() string { return fmt.Sprint(count.Load()) },
		"gc":        collect,
		"heap":      func() string { return fmt.Sprint(memory().HeapAlloc) },
		"allocated": func() string { return fmt.Sprint(memory().TotalAlloc - allocatedBefore) },
	}
	var at string
	switch mode {
	case "set-deadline":
		var ln net.Listener
		ln, at = listen(mode)
		requests["round"] = deadlineRound(ln)
	case "udp", "udp-sink":
		c := listenUDP()
		at = fmt.Sprint(c.LocalAddr().(*net.UDPAddr).Port)
		if mode == "udp" {
			go echoDatagrams(c)
		} else {
			go sinkDatagrams(c)
		}
	case "dns":
		at = "1"
		requests["round"] = dnsRound()
	case "parse":
		at = "1"
		requests["round"] = parseRound()
	case "prefix":
		at = "1"
		requests["round"] = prefixRound()
	case "interfaces":
		at = "1"
		requests["round"] = interfacesRound()
	case "armed":
		// There is nobody to connect to: the port is only the sign that all stands.
		at = "1"
		requests["armed"] = armedRequest()
	default:
		var ln net.Listener
		ln, at = listen(mode)
		go acceptLoop(ln, mode)
	}
	fmt.Println(at)
	obey(requests)
}
