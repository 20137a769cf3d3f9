package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const inFlight = 64

// Asks the server on the port of the command line, 64 names at a time, no name twice, and tells how many were answered.
func dnsRound() func() string {
	at := "127.0.0.1:" + os.Args[2]
	seconds, err := strconv.ParseFloat(os.Args[3], 64)
	if err != nil {
		log.Fatal(err)
	}
	var dialer net.Dialer
	resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, network, at)
	}}
	var asked atomic.Int64
	ask := func(until time.Time) (lookups int64) {
		for time.Now().Before(until) {
			name := fmt.Sprintf("n%d.bench.test.", asked.Add(1))
			found, err := resolver.LookupIP(context.Background(), "ip4", name)
			if err != nil || len(found) != 1 {
				log.Fatal(err, found)
			}
			lookups++
		}
		return
	}
	return func() string {
		var lookups atomic.Int64
		var all sync.WaitGroup
		until := time.Now().Add(time.Duration(seconds * float64(time.Second)))
		for i := 0; i < inFlight; i++ {
			all.Add(1)
			go func() {
				defer all.Done()
				lookups.Add(ask(until))
			}()
		}
		all.Wait()
		return fmt.Sprintf(`{"lookups":%d}`, lookups.Load())
	}
}
