// The other end of a connection, as Go has it: peer listen|dial NETWORK ADDRESS LOCAL ACTION.
//
// It prints a line of JSON when it is bound or connected, does one thing with one connection, and prints another line that
// tells what came of it. LOCAL is the address to dial from, or empty.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"time"
)

// What it saw. A field that an action does not know stays empty.
type report struct {
	Local    string `json:"local"`
	Remote   string `json:"remote"`
	Messages int    `json:"messages"`
	Bytes    int    `json:"bytes"`
	Hash     string `json:"hash"`
	Error    string `json:"error"`
	Timeout  bool   `json:"timeout"`
}

// How many messages an echo gives back; the test sends as many.
const count = 200

const patience = 10 * time.Second

func main() {
	if len(os.Args) != 6 {
		fmt.Fprintln(os.Stderr, "usage: peer listen|dial NETWORK ADDRESS LOCAL ACTION")
		os.Exit(2)
	}
	how, network, address, local, action := os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5]
	var err error
	switch {
	case how == "dial":
		err = dial(network, address, local, action)
	case strings.HasPrefix(network, "udp"), strings.HasPrefix(network, "ip"), network == "unixgram":
		err = listenPacket(network, address)
	default:
		err = listen(network, address, action)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func say(r report) {
	_ = json.NewEncoder(os.Stdout).Encode(r)
}

func text(addr net.Addr) string {
	if addr == nil {
		return ""
	}
	return addr.String()
}

func dial(network, address, local, action string) error {
	var d net.Dialer
	if local != "" {
		addr, err := resolve(network, local)
		if err != nil {
			return err
		}
		d.LocalAddr = addr
	}
	conn, err := d.Dial(network, address)
	if err != nil {
		return err
	}
	return use(conn, action)
}

func resolve(network, address string) (net.Addr, error) {
	switch {
	case strings.HasPrefix(network, "tcp"):
		return net.ResolveTCPAddr(network, address)
	case strings.HasPrefix(network, "udp"):
		return net.ResolveUDPAddr(network, address)
	case strings.HasPrefix(network, "ip"):
		return net.ResolveIPAddr(strings.SplitN(network, ":", 2)[0], address)
	}
	return net.ResolveUnixAddr(network, address)
}

func listen(network, address, action string) error {
	l, err := net.Listen(network, address)
	if err != nil {
		return err
	}
	defer l.Close()
	say(report{Local: text(l.Addr())})
	conn, err := l.Accept()
	if err != nil {
		return err
	}
	return use(conn, action)
}

// Gives every packet back to whom it came from.
func listenPacket(network, address string) error {
	conn, err := net.ListenPacket(network, address)
	if err != nil {
		return err
	}
	defer conn.Close()
	say(report{Local: text(conn.LocalAddr())})
	_ = conn.SetDeadline(time.Now().Add(patience))
	r := report{Local: text(conn.LocalAddr())}
	sum := sha256.New()
	p := make([]byte, 1<<16)
	for r.Messages < count {
		n, from, err := conn.ReadFrom(p)
		if err != nil {
			return err
		}
		r.Remote = text(from)
		r.Messages++
		r.Bytes += n
		sum.Write(p[:n])
		if _, err := conn.WriteTo(p[:n], from); err != nil {
			return err
		}
	}
	r.Hash = hex.EncodeToString(sum.Sum(nil))
	say(r)
	return nil
}

// Does what the action says with a connection.
func use(conn net.Conn, action string) error {
	r := report{Local: text(conn.LocalAddr()), Remote: text(conn.RemoteAddr())}
	say(r)
	sum := sha256.New()
	_ = conn.SetDeadline(time.Now().Add(patience))
	var err error
	switch action {
	case "echo":
		err = echo(conn, &r, sum)
	case "ask":
		err = ask(conn, &r, sum)
	case "halves":
		err = halves(conn, &r, sum)
	case "reset":
		err = reset(conn)
	case "deadline":
		_ = conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		_, err = conn.Read(make([]byte, 8))
	case "past":
		_ = conn.SetDeadline(time.Unix(0, 1))
		_, err = conn.Write([]byte("late"))
	case "read":
		err = drain(conn, &r, sum)
	case "give":
		err = give(conn.(*net.UnixConn))
	case "take":
		err = take(conn.(*net.UnixConn), &r)
	default:
		return fmt.Errorf("no action %q", action)
	}
	var timeout net.Error
	if err != nil {
		r.Error = err.Error()
		r.Timeout = errors.As(err, &timeout) && timeout.Timeout()
	}
	r.Hash = hex.EncodeToString(sum.Sum(nil))
	// Before the end of this process ends the connection too.
	say(r)
	if action == "past" || action == "deadline" {
		_ = conn.SetDeadline(time.Now().Add(patience))
		_, _ = conn.Read(make([]byte, 8))
	}
	return conn.Close()
}

// Gives back what comes, until the peer is done or all messages have come.
func echo(conn net.Conn, r *report, sum hash.Hash) error {
	p := make([]byte, 1<<16)
	for packets := isPacket(conn); !packets || r.Messages < count; r.Messages++ {
		n, err := conn.Read(p)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		r.Bytes += n
		sum.Write(p[:n])
		if _, err := conn.Write(p[:n]); err != nil {
			return err
		}
	}
	return nil
}

func isPacket(conn net.Conn) bool {
	network := conn.LocalAddr().Network()
	return network == "unixgram" || strings.HasPrefix(network, "udp") || strings.HasPrefix(network, "ip")
}

// Sends every message, and waits for it to come back before the next.
func ask(conn net.Conn, r *report, sum hash.Hash) error {
	p := make([]byte, 1<<16)
	for i := 0; i < count; i++ {
		message := make([]byte, 1+i*37%1200)
		for j := range message {
			message[j] = byte(i)
		}
		if _, err := conn.Write(message); err != nil {
			return err
		}
		for got := 0; got < len(message); {
			n, err := conn.Read(p)
			if err != nil {
				return err
			}
			// A raw socket of IPv4 gives the header too.
			body := p[:n]
			if strings.HasPrefix(conn.LocalAddr().Network(), "ip") {
				body = body[20:]
			}
			got += len(body)
			r.Bytes += len(body)
			sum.Write(body)
		}
		r.Messages++
	}
	return nil
}

type halfCloser interface {
	CloseWrite() error
}

// Hears the peer out, answers, and hears nothing more.
func halves(conn net.Conn, r *report, sum hash.Hash) error {
	if err := drain(conn, r, sum); err != nil {
		return err
	}
	if _, err := conn.Write([]byte("answer")); err != nil {
		return err
	}
	return conn.(halfCloser).CloseWrite()
}

func drain(conn net.Conn, r *report, sum hash.Hash) error {
	p := make([]byte, 1<<16)
	for {
		n, err := conn.Read(p)
		r.Bytes += n
		sum.Write(p[:n])
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// Takes one message and slams the door.
func reset(conn net.Conn) error {
	if _, err := conn.Read(make([]byte, 8)); err != nil {
		return err
	}
	return conn.(*net.TCPConn).SetLinger(0)
}

// Gives a listener away, and connects to it.
func give(conn *net.UnixConn) error {
	l, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return err
	}
	f, err := l.File()
	if err != nil {
		return err
	}
	if _, _, err := conn.WriteMsgUnix([]byte("listener"), syscall.UnixRights(int(f.Fd())), nil); err != nil {
		return err
	}
	// Whoever has it now may be the only one.
	address := l.Addr().String()
	f.Close()
	l.Close()
	guest, err := net.Dial("tcp4", address)
	if err != nil {
		return err
	}
	defer guest.Close()
	_ = guest.SetDeadline(time.Now().Add(patience))
	_, err = guest.Read(make([]byte, 8))
	return err
}

// Is given a packet socket, and waits for a packet on it.
func take(conn *net.UnixConn, r *report) error {
	oob := make([]byte, 64)
	_, oobn, _, _, err := conn.ReadMsgUnix(make([]byte, 64), oob)
	if err != nil {
		return err
	}
	messages, err := syscall.ParseSocketControlMessage(oob[:oobn])
	if err != nil {
		return err
	}
	fds, err := syscall.ParseUnixRights(&messages[0])
	if err != nil {
		return err
	}
	f := os.NewFile(uintptr(fds[0]), "given")
	defer f.Close()
	packets, err := net.FilePacketConn(f)
	if err != nil {
		return err
	}
	defer packets.Close()
	if _, err := conn.Write([]byte("taken")); err != nil {
		return err
	}
	_ = packets.SetDeadline(time.Now().Add(patience))
	n, from, err := packets.ReadFrom(make([]byte, 64))
	if err != nil {
		return err
	}
	r.Local, r.Remote, r.Bytes = text(packets.LocalAddr()), text(from), n
	return nil
}
