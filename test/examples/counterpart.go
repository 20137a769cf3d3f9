// The other end of an example, by Go's own net: counterpart serve|ask echo|frames|packets ADDRESS [MESSAGE...].
//
// A server prints where it listens and runs until its input ends; a client prints what it is answered, a line for each message.
package main

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"time"
)

const patience = 10 * time.Second

// The longest frame, as the example has it.
const maxFrame = 1024

func main() {
	if len(os.Args) < 4 {
		fmt.Fprintln(os.Stderr, "usage: counterpart serve|ask echo|frames|packets ADDRESS [MESSAGE...]")
		os.Exit(2)
	}
	how, protocol, address, messages := os.Args[1], os.Args[2], os.Args[3], os.Args[4:]
	var err error
	switch {
	case how == "serve" && protocol == "packets":
		err = servePackets(address)
	case how == "serve":
		err = serve(address, map[string]func(net.Conn) error{"echo": echo, "frames": answer}[protocol])
	default:
		ask := map[string]func(net.Conn, []string) error{"echo": askEcho, "frames": askFrames, "packets": askPackets}
		err = dial(address, protocol, ask[protocol], messages)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(address string, handle func(net.Conn) error) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	fmt.Println("listening on", listener.Addr())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		listener.Close()
	}()
	for {
		conn, err := listener.Accept()
		if err != nil {
			return nil
		}
		go func() {
			defer conn.Close()
			if err := handle(conn); err != nil {
				fmt.Println(err)
			}
		}()
	}
}

func servePackets(address string) error {
	conn, err := net.ListenPacket("udp", address)
	if err != nil {
		return err
	}
	fmt.Println("listening on", conn.LocalAddr())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		conn.Close()
	}()
	p := make([]byte, 1<<16)
	for {
		n, addr, err := conn.ReadFrom(p)
		if err != nil {
			return nil
		}
		if _, err := conn.WriteTo(p[:n], addr); err != nil {
			return err
		}
	}
}

func dial(address, protocol string, ask func(net.Conn, []string) error, messages []string) error {
	network := "tcp"
	if protocol == "packets" {
		network = "udp"
	}
	conn, err := net.Dial(network, address)
	if err != nil {
		return err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	return ask(conn, messages)
}

func echo(conn net.Conn) error {
	_, err := io.Copy(conn, conn)
	return err
}

// Says it all, ends its half, and hears the rest.
func askEcho(conn net.Conn, messages []string) error {
	for _, message := range messages {
		if _, err := fmt.Fprintln(conn, message); err != nil {
			return err
		}
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		return err
	}
	_, err := io.Copy(os.Stdout, conn)
	return err
}

// The SHA-256 of each frame, until the stream ends between two.
func answer(conn net.Conn) error {
	for {
		message, err := readFrame(conn)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		sum := sha256.Sum256(message)
		if err := writeFrame(conn, sum[:]); err != nil {
			return err
		}
	}
}

func askFrames(conn net.Conn, messages []string) error {
	for _, message := range messages {
		if err := writeFrame(conn, []byte(message)); err != nil {
			return err
		}
	}
	for _, message := range messages {
		sum, err := readFrame(conn)
		if err != nil {
			return err
		}
		fmt.Printf("%x  %s\n", sum, message)
	}
	return nil
}

func readFrame(conn net.Conn) ([]byte, error) {
	var length uint32
	if err := binary.Read(conn, binary.BigEndian, &length); err != nil {
		return nil, err
	}
	if length > maxFrame {
		return nil, fmt.Errorf("a frame of %d bytes", length)
	}
	p := make([]byte, length)
	_, err := io.ReadFull(conn, p)
	return p, err
}

func writeFrame(conn net.Conn, p []byte) error {
	if err := binary.Write(conn, binary.BigEndian, uint32(len(p))); err != nil {
		return err
	}
	_, err := conn.Write(p)
	return err
}

// One after the other: none is lost on loopback, and none overtakes another.
func askPackets(conn net.Conn, messages []string) error {
	p := make([]byte, 1<<16)
	for _, message := range messages {
		if _, err := conn.Write([]byte(message)); err != nil {
			return err
		}
		n, err := conn.Read(p)
		if err != nil {
			return err
		}
		fmt.Println(string(p[:n]))
	}
	return nil
}
