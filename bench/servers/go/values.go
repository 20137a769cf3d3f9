package main

import (
	"fmt"
	"log"
	"net"
	"net/netip"
)

const values = 4096

var state uint32 = 2463534242

// Numbers that repeat after 2^32 - 1 steps only (xorshift).
func random() uint32 {
	state ^= state << 13
	state ^= state >> 17
	state ^= state << 5
	return state
}

func v4() string {
	return fmt.Sprintf("%d.%d.%d.%d", random()>>24, random()>>16&255, random()>>8&255, random()&255)
}

func v6() (text string) {
	for i := 0; i < 8; i++ {
		if i > 0 {
			text += ":"
		}
		text += fmt.Sprintf("%x", random()>>16)
	}
	return
}

func texts(make func() string) (all []string) {
	for i := 0; i < values; i++ {
		all = append(all, make())
	}
	return
}

var (
	parsed    net.IP
	contained bool
	links     []net.Interface
	addrs     []net.Addr
)

// Mean processor time of the calls that a loop makes. It is the figure's own, or each call would go through a pointer.
func nsPerLoop(loop func()) float64 {
	start := cpuNanos()
	loop()
	return float64(cpuNanos()-start) / calls
}

func parseRound() func() string {
	four, six := texts(v4), texts(v6)
	return func() string {
		timed := func(texts []string) float64 {
			return nsPerLoop(func() {
				for i := 0; i < calls; i++ {
					parsed = net.ParseIP(texts[i%values])
				}
			})
		}
		ns4, ns6 := timed(four), timed(six)
		return fmt.Sprintf(`{"v4":%.2f,"v6":%.2f}`, ns4, ns6)
	}
}

func prefixRound() func() string {
	prefix := netip.MustParsePrefix("10.0.0.0/8")
	var all []netip.Addr
	for _, text := range texts(v4) {
		all = append(all, netip.MustParseAddr(text))
	}
	return func() string {
		return fmt.Sprintf(`{"contains":%.2f}`, nsPerLoop(func() {
			for i := 0; i < calls; i++ {
				contained = prefix.Contains(all[i%values])
			}
		}))
	}
}

func interfacesRound() func() string {
	const calls = 2000
	timed := func(list func() error) float64 {
		start := cpuNanos()
		for i := 0; i < calls; i++ {
			if err := list(); err != nil {
				log.Fatal(err)
			}
		}
		return float64(cpuNanos()-start) / calls
	}
	return func() string {
		ofLinks := timed(func() (err error) { links, err = net.Interfaces(); return })
		ofAddrs := timed(func() (err error) { addrs, err = net.InterfaceAddrs(); return })
		return fmt.Sprintf(`{"links":%.0f,"addrs":%.0f}`, ofLinks, ofAddrs)
	}
}
