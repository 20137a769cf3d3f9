package main

import (
	"errors"
	"fmt"
	"log"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	wanted    = 100_000
	perSecond = 1000
	kept      = 32 // descriptors left to the runtime when they have run out
)

var fired, early, latest atomic.Int64

// Datagram sockets of the abstract namespace: a descriptor each, and no peer.
func openAll() (conns []*net.UnixConn) {
	for len(conns) < wanted {
		c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Net: "unixgram"})
		if errors.Is(err, syscall.EMFILE) {
			for _, c := range conns[len(conns)-kept:] {
				c.Close()
			}
			return conns[:len(conns)-kept]
		}
		if err != nil {
			log.Fatal(err)
		}
		conns = append(conns, c)
	}
	return
}

// Waits for what never comes, until the deadline, and again.
func wait(c net.Conn, at time.Time, period time.Duration) {
	p := make([]byte, 1)
	for ; ; at = at.Add(period) {
		c.SetReadDeadline(at)
		if _, err := c.Read(p); !errors.Is(err, os.ErrDeadlineExceeded) {
			log.Fatal(err)
		}
		late := time.Since(at).Milliseconds()
		if time.Now().Before(at) {
			early.Add(1)
		}
		for old := latest.Load(); late > old && !latest.CompareAndSwap(old, late); old = latest.Load() {
		}
		fired.Add(1)
	}
}

func armedRequest() func() string {
	conns := openAll()
	start := time.Now().Add(2 * time.Second)
	const step = time.Second / perSecond
	for i, c := range conns {
		go wait(c, start.Add(time.Duration(i)*step), time.Duration(len(conns))*step)
	}
	return func() string {
		return fmt.Sprintf(`{"armed":%d,"fired":%d,"early":%d,"late":%d}`,
			len(conns), fired.Load(), early.Load(), latest.Swap(0))
	}
}
