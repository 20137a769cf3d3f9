// A DNS server on loopback that says what a test wants, over UDP and over TCP.

import { Dialer, listenTCP, listenUDP, type ResolverDial, TCPAddr, type TCPConn, UDPAddr } from "rawconn";

/** What is sent back, in this order; a TCP server adds no lengths. */
export type Replies = (query: Uint8Array, network: "udp" | "tcp") => Uint8Array[];

/** The running server. */
export interface LoopbackServer extends Disposable {
  /** Leads every question to it, wherever it was meant to go. */
  dial: ResolverDial;
  /** Where it listens on UDP. */
  address: string;
  /** The ports that questions came from. */
  ports: number[];
}

/** Starts one; it ends when it is disposed of. */
export async function loopbackServer(replies: Replies): Promise<LoopbackServer> {
  const udp = await listenUDP("udp4", new UDPAddr({ ip: "127.0.0.1", port: 0 }));
  const tcp = await listenTCP("tcp4", new TCPAddr({ ip: "127.0.0.1", port: 0 }));
  const ports: number[] = [];
  const conns = new Set<TCPConn>();
  const over = () => {};

  const serveUDP = async () => {
    const buffer = new Uint8Array(2048);
    for (;;) {
      const { n, addr } = await udp.readFrom(buffer);
      ports.push(addr!.port);
      for (const reply of replies(buffer.slice(0, n), "udp")) await udp.writeTo(reply, addr!);
    }
  };
  const serveConn = async (conn: TCPConn) => {
    conns.add(conn);
    const buffer = new Uint8Array(2048);
    const n = await conn.read(buffer);
    if (n !== null) for (const reply of replies(buffer.slice(2, n), "tcp")) await conn.write(reply);
    // It ends with the client, which says no more.
    await conn.read(buffer);
    conn.close();
  };
  const serveTCP = async () => {
    for await (const conn of tcp) serveConn(conn).catch(over);
  };
  serveUDP().catch(over);
  serveTCP().catch(over);

  const dialer = new Dialer();
  return {
    ports,
    address: String(udp.localAddr),
    dial: (network, _, dialing) =>
      dialer.dial(network, String(network === "udp" ? udp.localAddr : tcp.addr), dialing),
    [Symbol.dispose]: () => {
      for (const each of [udp, tcp, ...conns]) each[Symbol.dispose]();
    },
  };
}

/** A message as TCP carries it. */
export function framed(message: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(2 + message.length);
  bytes.writeUInt16BE(message.length);
  bytes.set(message, 2);
  return bytes;
}
