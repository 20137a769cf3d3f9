// Go: net/tcpsock.go (TCPAddr)
import { PortAddr } from "./port-addr.js";

/** The address of one end of a TCP connection: `new TCPAddr({ ip: "::1", port: 80 })`. Go: net.TCPAddr. */
export class TCPAddr extends PortAddr {
  /** `tcp`. Go: TCPAddr.Network. */
  get network(): "tcp" {
    return "tcp";
  }
}
