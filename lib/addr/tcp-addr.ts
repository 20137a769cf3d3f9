// Go: net/tcpsock.go (TCPAddr, TCPAddrFromAddrPort)
import type { AddrPort } from "../netip/index.js";
import { fieldsOf, PortAddr } from "./port-addr.js";

/** The address of one end of a TCP connection: `new TCPAddr({ ip: "::1", port: 80 })`. Go: net.TCPAddr. */
export class TCPAddr extends PortAddr {
  /** `tcp`. Go: TCPAddr.Network. */
  get network(): "tcp" {
    return "tcp";
  }
}

/**
 * The TCPAddr of a netip value: without an ip for the zero Addr, and with one of 16 bytes for mapped IPv4.
 * Go: net.TCPAddrFromAddrPort.
 * Throws a TypeError: `ERR_INVALID_ARG_TYPE` for anything but an AddrPort, `ERR_INVALID_ARG_VALUE` for a zone with NUL.
 */
export function tcpAddrFromAddrPort(addr: AddrPort): TCPAddr {
  return new TCPAddr(fieldsOf(addr));
}
