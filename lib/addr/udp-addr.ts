// Go: net/udpsock.go (UDPAddr)
import { PortAddr } from "./port-addr.js";

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
