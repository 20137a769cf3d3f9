// Two connected ends of every kind of socket there is, so that one test can be held against all of them.

import {
  type Conn,
  dialIP,
  dialTCP,
  dialUDP,
  dialUnix,
  fileConn,
  IPAddr,
  type IPConn,
  listenTCP,
  listenUDP,
  listenUnix,
  listenUnixgram,
  type Listener,
  TCPAddr,
  type UDPConn,
  UDPAddr,
  UnixAddr,
  type UnixConn,
} from "rawconn";
import { binding } from "#lib/internal/binding.js";
import { sockaddr } from "#lib/internal/socket/sockaddr.js";
import { fdOf } from "../poll/pair.js";
import { disposeOf, hasIPv6 } from "./pair.js";

/** Two ends, and what else goes with them. */
export interface Ends extends Disposable {
  near: Conn;
  far: Conn;
}

/** A kind of socket, and what may be expected of it. */
export interface Kind {
  /** The network's name. */
  readonly name: string;
  /** Makes two ends that are connected to each other, and to nobody else. */
  readonly connect: () => Promise<Ends>;
  /** Listens for such connections; null where they come about without. */
  readonly listen: (() => Promise<Listener<Conn>>) | null;
  /** Whether bytes flow, rather than messages. */
  readonly stream: boolean;
  /** Whether a peer's end is seen. */
  readonly ends: boolean;
  /** Whether a writer waits for a reader who does not read; otherwise what is too much is lost. */
  readonly waits: boolean;
  /** Bytes in front of what was written, when it is read. */
  readonly header: number;
}

let names = 0;
/** A name of a Unix socket that nobody else has, and that leaves no file. */
export const uniqueName = (): string => `@rawconn-${process.pid}-${names++}`;

const unixAddr = (net: "unix" | "unixgram" | "unixpacket") => new UnixAddr({ name: uniqueName(), net });

const [high, low] = [1 + ((process.pid >> 8) % 254), process.pid & 255];
let hosts = 0;

/** Two addresses of loopback that no other process of these tests uses. */
function twoHosts(): [IPAddr, IPAddr] {
  hosts = (hosts + 2) % 250;
  const host = (last: number) => new IPAddr({ ip: `127.${high}.${low}.${last}` });
  return [host(hosts + 1), host(hosts + 2)];
}

const both = (near: Conn, far: Conn): Ends => ({
  near,
  far,
  [Symbol.dispose]: () => disposeOf(near, far),
});

async function accepted(listener: Listener<Conn>, dial: () => Promise<Conn>): Promise<Ends> {
  try {
    const [near, far] = await Promise.all([dial(), listener.accept()]);
    return both(near, far);
  } finally {
    listener.close();
  }
}

/** The same socket, connected to its peer: what no listening packet socket is. */
function connectTo<C extends UDPConn | UnixConn>(conn: C, peer: Conn): C {
  const { fd, kind } = fdOf(conn);
  const result = binding.connect(fd, sockaddr(kind.codec, kind.family, peer.localAddr!));
  if (result < 0) throw new Error(`connect: ${result}`);
  using file = conn.file();
  conn.close();
  return fileConn(file) as C;
}

function tcp(name: "tcp4" | "tcp6", ip: string): Kind {
  const listen = () => listenTCP(name, new TCPAddr({ ip }));
  const connect = async () => {
    const listener = await listen();
    return accepted(listener, () => dialTCP(name, null, listener.addr!));
  };
  return { name, connect, listen, stream: true, ends: true, waits: true, header: 0 };
}

function udp(name: "udp4" | "udp6", ip: string): Kind {
  const connect = async () => {
    const far = await listenUDP(name, new UDPAddr({ ip }));
    const near = await dialUDP(name, null, far.localAddr!);
    return both(near, connectTo(far, near));
  };
  return { name, connect, listen: null, stream: false, ends: false, waits: false, header: 0 };
}

function unix(name: "unix" | "unixpacket"): Kind {
  const listen = () => listenUnix(name, unixAddr(name));
  const connect = async () => {
    const listener = await listen();
    return accepted(listener, () => dialUnix(name, null, listener.addr));
  };
  return { name, connect, listen, stream: name === "unix", ends: true, waits: true, header: 0 };
}

const unixgram: Kind = {
  name: "unixgram",
  async connect() {
    const far = await listenUnixgram("unixgram", unixAddr("unixgram"));
    const near = await dialUnix("unixgram", unixAddr("unixgram"), far.localAddr);
    return both(near, connectTo(far, near));
  },
  listen: null,
  stream: false,
  ends: false,
  waits: true,
  header: 0,
};

// RFC 3692 keeps this protocol for experiments: nothing on the host answers it.
const EXPERIMENT = "ip4:253";

const raw: Kind = {
  name: "ip4",
  async connect() {
    const [one, other] = twoHosts();
    const near = await dialIP(EXPERIMENT, one, other);
    return both(near, await dialIP(EXPERIMENT, other, one));
  },
  listen: null,
  stream: false,
  ends: false,
  waits: false,
  header: 20,
};

/** Why no raw socket can be had here; null when one can. */
const noRaw = await dialIP(EXPERIMENT, null, new IPAddr({ ip: "127.0.0.1" })).then(
  (conn: IPConn) => (conn.close(), null),
  (error: Error) => error.message,
);
if (noRaw !== null) console.log(`no raw sockets here, so they are not tested: ${noRaw}`);

/** Every kind that this host has. */
export const kinds: readonly Kind[] = [
  tcp("tcp4", "127.0.0.1"),
  ...(hasIPv6 ? [tcp("tcp6", "::1")] : []),
  udp("udp4", "127.0.0.1"),
  ...(hasIPv6 ? [udp("udp6", "::1")] : []),
  unix("unix"),
  unixgram,
  unix("unixpacket"),
  ...(noRaw === null ? [raw] : []),
];

/** Those that have a property, each with its name in front, as `it.each` likes it. */
export function each(has: (kind: Kind) => boolean = () => true): [name: string, kind: Kind][] {
  return kinds.filter(has).map((kind) => [kind.name, kind]);
}

/** One of them by its name. */
export function kindOf(name: string): Kind {
  const kind = kinds.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`there is no kind ${name} here`);
  return kind;
}

/** Reads once, and leaves out what stands in front: the bytes, or null at the end. */
export async function receive(kind: Kind, conn: Conn, room = 1 << 16): Promise<Buffer | null> {
  const p = Buffer.alloc(room + kind.header);
  const n = await conn.read(p);
  return n === null ? null : p.subarray(Math.min(kind.header, n), n);
}

/** Writes past all that lib knows until the kernel takes no more, so that the next write has to wait. The bytes that went. */
export function clog(conn: Conn, piece = 4096): number {
  const p = new Uint8Array(piece);
  let total = 0;
  for (;;) {
    const n = binding.send(fdOf(conn).fd, p, 0);
    if (n < 0) return total;
    total += n;
  }
}

/** Empties it past all that lib knows: that wakes who waits to write. */
export function unclog(conn: Conn): void {
  const p = new Uint8Array(1 << 20);
  while (binding.recv(fdOf(conn).fd, p) > 0);
}
