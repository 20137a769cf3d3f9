package main

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
)

// What a burst consists of: each message is filled with its number.
var messages = func() (all [32][]byte) {
	for i := range all {
		all[i] = make([]byte, 64)
		for j := range all[i] {
			all[i][j] = byte(i)
		}
	}
	return
}()

func sendAll(w io.Writer) error {
	for _, message := range messages {
		if _, err := w.Write(message); err != nil {
			return err
		}
	}
	return nil
}

// For every byte all the messages: each its own system call, or gathered first.
func burst(c net.Conn, gathered bool) {
	buf := make([]byte, bufferSize)
	out := bufio.NewWriter(c)
	for {
		n, err := c.Read(buf)
		for i := 0; i < n && err == nil; i++ {
			if !gathered {
				err = sendAll(c)
			} else if err = sendAll(out); err == nil {
				err = out.Flush()
			}
		}
		if err != nil {
			return
		}
	}
}

// The first two bytes are the port to pass everything else on to.
func proxy(source net.Conn) {
	head := make([]byte, 2)
	if _, err := io.ReadFull(source, head); err != nil {
		return
	}
	port := int(binary.BigEndian.Uint16(head))
	sink, err := net.DialTCP("tcp", nil, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
	if err != nil {
		return
	}
	defer sink.Close()
	io.Copy(sink, source)
}
