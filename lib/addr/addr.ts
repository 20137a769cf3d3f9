// Go: net/net.go (Addr)

/** One end of a connection, or where a packet comes from or goes to. Go: net.Addr. */
export interface Addr {
  /** The network's name, such as `tcp` or `ip`. Go: Addr.Network. */
  readonly network: string;
  /** Text for people; its form depends on the network. Go: Addr.String. */
  toString(): string;
}
