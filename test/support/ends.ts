// A connected socket of every kind, and what can be done from its other end.

import { type Conn, dialIP, dialUDP, dialUnix, listenUDP, UDPAddr } from "rawconn";
import { disposeOf, pair } from "./pair.js";
import { ownAddr, rawNetwork, refused } from "./raw-ip.js";
import { freshAddr, unixgram, unixPair } from "./unix.js";

/** A connected socket. */
export interface Ends extends Disposable {
  conn: Conn;
  /** Sends to it from the other end. */
  send: (p: string) => Promise<unknown>;
  /** Receives from it at the other end. */
  receive: (p: Uint8Array) => Promise<number | null>;
}

async function tcp(): Promise<Ends> {
  const ends = await pair();
  return {
    conn: ends.client,
    send: (p) => ends.server.write(p),
    receive: (p) => ends.server.read(p),
    [Symbol.dispose]: () => ends[Symbol.dispose](),
  };
}

async function unix(network: "unix" | "unixpacket"): Promise<Ends> {
  const ends = await unixPair(network);
  return {
    conn: ends.client,
    send: (p) => ends.server.write(p),
    receive: (p) => ends.server.read(p),
    [Symbol.dispose]: () => ends[Symbol.dispose](),
  };
}

async function datagrams(): Promise<Ends> {
  const far = await unixgram();
  const conn = await dialUnix("unixgram", freshAddr("unixgram"), far.localAddr);
  return {
    conn,
    send: (p) => far.writeTo(p, conn.localAddr!),
    receive: (p) => far.read(p),
    [Symbol.dispose]: () => disposeOf(conn, far),
  };
}

async function udp(): Promise<Ends> {
  const far = await listenUDP("udp", new UDPAddr({ ip: "127.0.0.1" }));
  const conn = await dialUDP("udp", null, far.localAddr!);
  return {
    conn,
    send: (p) => far.writeTo(p, conn.localAddr!),
    receive: (p) => far.read(p),
    [Symbol.dispose]: () => disposeOf(conn, far),
  };
}

async function raw(): Promise<Ends> {
  const [near, there] = [ownAddr(11), ownAddr(12)];
  const far = await dialIP(rawNetwork(4), there, near);
  const conn = await dialIP(rawNetwork(4), near, there);
  return {
    conn,
    send: (p) => far.write(p),
    receive: async (p) => (await far.readFrom(p)).n,
    [Symbol.dispose]: () => disposeOf(conn, far),
  };
}

/** All there are here, by network, as `describe.each` likes them. */
export const connectedKinds: [network: string, ends: () => Promise<Ends>][] = [
  ["tcp", tcp],
  ["unix", () => unix("unix")],
  ["unixpacket", () => unix("unixpacket")],
  ["unixgram", datagrams],
  ["udp", udp],
  ...(refused === null ? [["ip4", raw] satisfies [string, () => Promise<Ends>]] : []),
];

/** Those whose writes wait for a reader. */
export const waitingKinds = connectedKinds.filter(([network]) => /^(tcp|unix)/.test(network));
