package main

import (
	"fmt"
	"log"
	"net"
	"syscall"
	"time"
)

const calls = 1_000_000

func cpuNanos() int64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		log.Fatal(err)
	}
	return used.Utime.Nano() + used.Stime.Nano()
}

// In processor time: other work on the machine is not ours.
func nsPerCall(body func(i int)) float64 {
	start := cpuNanos()
	for i := 0; i < calls; i++ {
		body(i)
	}
	return float64(cpuNanos()-start) / calls
}

var sink time.Time

// SetReadDeadline on a live connection with a read parked on it: alone, with the clock, and the clock alone.
func deadlineRound(ln net.Listener) func() string {
	conn, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		log.Fatal(err)
	}
	peer, err := ln.Accept()
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		conn.Read(make([]byte, 1))
		peer.Close()
	}()
	return func() string {
		base := time.Now().Add(time.Minute)
		call := nsPerCall(func(i int) { conn.SetReadDeadline(base.Add(time.Duration(i&1023) * time.Millisecond)) })
		now := nsPerCall(func(int) { conn.SetReadDeadline(time.Now().Add(time.Second)) })
		clock := nsPerCall(func(int) { sink = time.Now() })
		conn.SetReadDeadline(time.Time{})
		return fmt.Sprintf(`{"call":%.2f,"now":%.2f,"clock":%.2f}`, call, now, clock)
	}
}
