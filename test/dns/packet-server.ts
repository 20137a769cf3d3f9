// A server of UDP alone that a test answers for, packet by packet; and a stranger beside it.

import { listenUDP, UDPAddr, type UDPConn } from "rawconn";
import * as dns from "./messages.js";

/** A question that came in. */
export interface Packet {
  query: Uint8Array;
  from: UDPAddr;
}

/** The running server. */
export interface PacketServer extends Disposable {
  address: string;
  /** The server itself, and a socket that is not it. */
  socket: UDPConn;
  stranger: UDPConn;
  /** The port of each question, in the order in which they came. */
  ports: number[];
}

/** Starts one; `handle` is called for each question, and awaited before the next is read. */
export async function packetServer(
  handle: (packet: Packet, server: PacketServer) => Promise<void> | void,
): Promise<PacketServer> {
  const open = () => listenUDP("udp4", new UDPAddr({ ip: "127.0.0.1", port: 0 }));
  const [socket, stranger] = [await open(), await open()];
  const server: PacketServer = {
    address: String(socket.localAddr),
    socket,
    stranger,
    ports: [],
    [Symbol.dispose]: () => {
      for (const each of [socket, stranger]) each[Symbol.dispose]();
    },
  };
  const serve = async () => {
    const buffer = new Uint8Array(2048);
    for (;;) {
      const { n, addr } = await socket.readFrom(buffer);
      server.ports.push(addr!.port);
      await handle({ query: buffer.slice(0, n), from: addr! }, server);
    }
  };
  // It ends with its socket.
  serve().catch(() => {});
  return server;
}

export const idOf = (query: Uint8Array): number => (query[0] << 8) | query[1];

export const questionOf = (query: Uint8Array): Uint8Array => query.slice(12, query.indexOf(0, 12) + 5);

/** The one true address. */
export const TRUTH = "192.0.2.1";

/** What the server says to a question. */
export const truth = (query: Uint8Array): Uint8Array =>
  dns.message({ id: idOf(query), question: questionOf(query), answers: [dns.a(TRUTH)] });
