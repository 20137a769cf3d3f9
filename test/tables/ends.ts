// Two ends of every kind of socket that can talk.

import {
  type Conn,
  dial,
  dialIP,
  dialUnix,
  IPAddr,
  type IPConn,
  listen,
  listenPacket,
  type TCPListener,
  type UDPConn,
  UnixAddr,
  type UnixConn,
  type UnixListener,
} from "rawconn";
import { ALONE, disposeOf, pair } from "../support/pair.js";
import { tempDir } from "../support/temp-dir.js";

/** The kinds of sockets. */
export type Kind = "tcp" | "unix" | "unixpacket" | "udp" | "unixgram" | "ip";

/** Both ends. The near one has one peer. */
export interface Ends extends Disposable {
  near: Conn;
  far: Conn;
  /** Sends to the near end. */
  toNear: (text: string) => Promise<number>;
}

/** Where connections come from. */
export interface Door extends Disposable {
  listener: TCPListener | UnixListener;
  dial: () => Promise<Conn>;
}

const ofFolder = async <T extends Disposable>(make: (dir: string) => Promise<T>): Promise<T> => {
  const folder = tempDir();
  const made = await make(folder.path);
  return { ...made, [Symbol.dispose]: () => disposeOf(made, folder) };
};

/** A listener of a kind that has connections. */
export function door(kind: Kind): Promise<Door> {
  const open = async (network: "tcp" | "unix" | "unixpacket", address: string): Promise<Door> => {
    const listener = await listen(network, address);
    const to = () => dial(network, String(listener.addr));
    return { listener, dial: to, [Symbol.dispose]: () => disposeOf(listener) };
  };
  if (kind === "tcp") return open(kind, "127.0.0.1:0");
  return ofFolder((dir) => open(kind as "unix", `${dir}/s`));
}

async function connections(kind: "unix" | "unixpacket"): Promise<Ends> {
  using way = await door(kind);
  const [near, far] = await Promise.all([way.dial(), way.listener.accept()]);
  return { near, far, toNear: (text) => far.write(text), [Symbol.dispose]: () => disposeOf(near, far) };
}

const makers: Record<Kind, () => Promise<Ends>> = {
  tcp: async () => {
    const { client, server, [Symbol.dispose]: dispose } = await pair();
    return { near: client, far: server, toNear: (text) => server.write(text), [Symbol.dispose]: dispose };
  },
  unix: () => connections("unix"),
  unixpacket: () => connections("unixpacket"),
  udp: async () => {
    const far = await listenPacket("udp", "127.0.0.1:0");
    const near = await dial("udp", String(far.localAddr));
    const toNear = (text: string) => far.writeTo(text, near.localAddr!);
    return { near, far, toNear, [Symbol.dispose]: () => disposeOf(near, far) };
  },
  unixgram: () =>
    ofFolder(async (dir) => {
      const far = await listenPacket("unixgram", `${dir}/far`);
      const near = await dialUnix("unixgram", new UnixAddr({ name: `${dir}/near` }), far.localAddr);
      const toNear = (text: string) => far.writeTo(text, near.localAddr!);
      return { near, far, toNear, [Symbol.dispose]: () => disposeOf(near, far) };
    }),
  ip: async () => {
    // 254 is for experiments (RFC 3692), and the address this process's own: nobody else's packets come here.
    const far = await listenPacket("ip4:254", ALONE);
    const near = await dialIP("ip4:254", new IPAddr({ ip: "127.0.0.1" }), far.localAddr!);
    const toNear = (text: string) => far.writeTo(text, near.localAddr!);
    return { near, far, toNear, [Symbol.dispose]: () => disposeOf(near, far) };
  },
};

/** Two ends of a kind. */
export const ends = (kind: Kind): Promise<Ends> => makers[kind]();

/** Receives one packet and its sender. */
export const readFrom = (conn: Conn, p: Uint8Array) => (conn as UDPConn | UnixConn | IPConn).readFrom(p);
