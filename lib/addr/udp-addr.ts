// Go: net/udpsock.go (UDPAddr, UDPAddrFromAddrPort)
import type { AddrPort } from "../netip/index.js";
import { fieldsOf, PortAddr } from "./port-addr.js";

/**
 * The address of one end of UDP: `new UDPAddr({ ip: "::1", port: 53 })`. On an unprivileged ICMP socket the port of
 * the local end is the identifier of its echo requests. Go: net.UDPAddr.
 */
export class UDPAddr extends PortAddr {
  /** `udp`. Go: UDPAddr.Network. */
  get network(): "udp" {
    return "udp";
  }
}

/**
 * The UDPAddr of a netip value: without an ip for the zero Addr, and with one of 16 bytes for mapped IPv4.
 * Go: net.UDPAddrFromAddrPort.
 * Throws a TypeError: `ERR_INVALID_ARG_TYPE` for anything but an AddrPort, `ERR_INVALID_ARG_VALUE` for a zone with NUL.
 */
export function udpAddrFromAddrPort(addr: AddrPort): UDPAddr {
  return new UDPAddr(fieldsOf(addr));
}
