// The PROXY protocol, versions 1 and 2, as HAProxy's proxy-protocol.txt has it: what a proxy says of a connection.
import {
  type Addr,
  TCPAddr,
  tcpAddrFromAddrPort,
  UDPAddr,
  UnixAddr,
  udpAddrFromAddrPort,
} from "../addr/index.js";
import type { PortAddr } from "../addr/port-addr.js";
import { checkInt, invalidArgType, invalidArgValue, NetError } from "../errors/index.js";
import { checkBytes } from "../internal/poll/buffers.js";
import { addrFrom16, addrFromSlice, AddrPort, parseAddr, type Addr as NetipAddr } from "../netip/index.js";

/** No header of the PROXY protocol, or a malformed one. Code `ERR_PROXY_HEADER`. */
export class ProxyHeaderError extends NetError {
  override readonly name = "ProxyHeaderError";
  readonly code = "ERR_PROXY_HEADER";

  constructor(message: string) {
    super(`proxy protocol: ${message}`);
  }
}

/** One thing more that a proxy says, in version 2: the host name of TLS, say. */
export interface ProxyTLV {
  /** What it is about, 0 to 255: 2 is the authority (SNI), 5 a unique id, 0x20 TLS. */
  type: number;
  value: Uint8Array;
}

/** What a proxy says of the connection that it hands on. */
export interface ProxyHeader {
  /** 1 is text, for TCP alone; 2 is binary. */
  version: 1 | 2;
  /** Who connected to the proxy; null when the proxy speaks for itself (a health check), or says nothing. */
  source: Addr | null;
  /** Where to; null likewise. */
  destination: Addr | null;
  /** What else it says; always empty in version 1. */
  tlvs: readonly ProxyTLV[];
}

/** The longest line of version 1, with its end. */
export const V1_MAX = 107;
/** How every header of version 2 begins. */
export const V2_SIGNATURE = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
/** The fixed part of version 2: the signature, two bytes of kinds, and the length of the rest. */
export const V2_FIXED = 16;

const [LOCAL, PROXY] = [0x20, 0x21];
const UNIX_PATH = 108;

/**
 * Reads a header that is all of `b`. Throws a ProxyHeaderError for anything else, a TypeError for no bytes.
 */
export function parseProxyHeader(b: Uint8Array): ProxyHeader {
  checkBytes("b", b);
  const bytes = Buffer.from(b.buffer, b.byteOffset, b.byteLength);
  if (V2_SIGNATURE.equals(bytes.subarray(0, V2_SIGNATURE.length))) return parseV2(bytes);
  if (bytes.length > V1_MAX) throw new ProxyHeaderError("line too long");
  return parseV1(bytes.toString("latin1"));
}

const line = /^PROXY TCP([46]) ([0-9a-fA-F.:]+) ([0-9a-fA-F.:]+) (\d{1,5}) (\d{1,5})\r\n$/;
const unknown = /^PROXY UNKNOWN(?: [^\r\n]*)?\r\n$/;

function parseV1(text: string): ProxyHeader {
  if (unknown.test(text)) return { version: 1, source: null, destination: null, tlvs: [] };
  const found = line.exec(text);
  if (found === null) throw new ProxyHeaderError("malformed line");
  const [, family, from, to, fromPort, toPort] = found as unknown as string[];
  const end = (host: string, port: string) =>
    tcpAddrFromAddrPort(new AddrPort(literal(host, family!), portOf(port)));
  return { version: 1, source: end(from!, fromPort!), destination: end(to!, toPort!), tlvs: [] };
}

function literal(text: string, family: string): NetipAddr {
  try {
    const addr = parseAddr(text);
    if (addr.is4() === (family === "4")) return addr;
  } catch {
    // As any other line that is none.
  }
  throw new ProxyHeaderError("malformed address");
}

function portOf(text: string): number {
  const port = Number(text);
  if (port > 65535 || (text.length > 1 && text.startsWith("0"))) throw new ProxyHeaderError("malformed port");
  return port;
}

type Ends = Pick<ProxyHeader, "source" | "destination">;
const nobody: Ends = { source: null, destination: null };

// The kinds of addresses by the byte that names them, and the bytes that both take.
const families: Readonly<Record<number, { size: number; ends: (p: Buffer) => Ends }>> = {
  0x00: { size: 0, ends: () => nobody },
  0x11: { size: 12, ends: (p) => inet(p, 4, tcpAddrFromAddrPort) },
  0x12: { size: 12, ends: (p) => inet(p, 4, udpAddrFromAddrPort) },
  0x21: { size: 36, ends: (p) => inet(p, 16, tcpAddrFromAddrPort) },
  0x22: { size: 36, ends: (p) => inet(p, 16, udpAddrFromAddrPort) },
  0x31: { size: 2 * UNIX_PATH, ends: (p) => unix(p, "unix") },
  0x32: { size: 2 * UNIX_PATH, ends: (p) => unix(p, "unixgram") },
};

function parseV2(p: Buffer): ProxyHeader {
  if (p.length < V2_FIXED || p.readUInt16BE(14) !== p.length - V2_FIXED)
    throw new ProxyHeaderError("length does not fit");
  const [command, kind] = [p[12]!, p[13]!];
  if (command !== LOCAL && command !== PROXY) throw new ProxyHeaderError("unknown version or command");
  const family = families[kind];
  // Who speaks for itself may say anything of addresses, and nobody is to look.
  if (command === LOCAL) return { version: 2, ...nobody, tlvs: [] };
  if (family === undefined) throw new ProxyHeaderError("unknown family");
  const rest = p.subarray(V2_FIXED);
  if (rest.length < family.size) throw new ProxyHeaderError("addresses do not fit");
  return { version: 2, ...family.ends(rest), tlvs: tlvsOf(rest.subarray(family.size)) };
}

function inet(p: Buffer, size: number, make: (addr: AddrPort) => Addr): Ends {
  const end = (at: number, port: number) =>
    make(new AddrPort(addrFromSlice(p.subarray(at, at + size))!, p.readUInt16BE(port)));
  return { source: end(0, 2 * size), destination: end(size, 2 * size + 2) };
}

function unix(p: Buffer, net: "unix" | "unixgram"): Ends {
  const end = (at: number) => {
    const path = p.subarray(at, at + UNIX_PATH);
    // A name that begins with NUL is an abstract one, which this library writes with an @.
    const bytes = path[0] === 0 ? path.subarray(1) : path;
    const length = bytes.indexOf(0);
    const text = bytes.toString("utf8", 0, length < 0 ? bytes.length : length);
    return new UnixAddr({ net, name: path[0] === 0 && text !== "" ? `@${text}` : text });
  };
  return { source: end(0), destination: end(UNIX_PATH) };
}

function tlvsOf(p: Buffer): ProxyTLV[] {
  const tlvs: ProxyTLV[] = [];
  for (let at = 0; at < p.length;) {
    const end = at + 3 <= p.length ? at + 3 + p.readUInt16BE(at + 1) : Infinity;
    if (end > p.length) throw new ProxyHeaderError("additional information does not fit");
    // Of its own memory: who keeps one of them keeps no more than that.
    tlvs.push({ type: p[at]!, value: Uint8Array.from(p.subarray(at + 3, end)) });
    at = end;
  }
  return tlvs;
}

/**
 * The bytes of a header, of version 2 unless it says otherwise. Without `source` and `destination` the proxy speaks for itself. Throws a TypeError: for addresses
 * of different kinds, for one that version 1 cannot say, and for additional information that is too long.
 */
export function formatProxyHeader(header: Partial<ProxyHeader>): Uint8Array {
  if (typeof header !== "object" || header === null) throw invalidArgType("header", "an object", header);
  const { version = 2, source = null, destination = null, tlvs = [] } = header;
  if (version !== 1 && version !== 2) throw invalidArgValue("header.version", "1 or 2", version);
  if (!Array.isArray(tlvs)) throw invalidArgType("header.tlvs", "an array", tlvs);
  if ((source === null) !== (destination === null))
    throw invalidArgValue(
      "header.destination",
      "an address where there is a source, and only there",
      destination,
    );
  if (version === 1) return formatV1(source, destination, tlvs);
  const [kind, addresses] = source === null ? [0, Buffer.alloc(0)] : formatEnds(source, destination!);
  const rest = Buffer.concat([addresses, ...tlvs.map(formatTLV)]);
  if (rest.length > 0xffff) throw invalidArgValue("header.tlvs", "what fits into 65535 bytes", tlvs);
  const fixed = Buffer.alloc(V2_FIXED);
  V2_SIGNATURE.copy(fixed);
  fixed[12] = source === null ? LOCAL : PROXY;
  fixed[13] = kind;
  fixed.writeUInt16BE(rest.length, 14);
  return Buffer.concat([fixed, rest]);
}

function formatV1(source: Addr | null, destination: Addr | null, tlvs: readonly ProxyTLV[]): Uint8Array {
  if (tlvs.length > 0) throw invalidArgValue("header.tlvs", "nothing for version 1", tlvs);
  if (source === null) return Buffer.from("PROXY UNKNOWN\r\n");
  if (!(source instanceof TCPAddr && destination instanceof TCPAddr))
    throw invalidArgValue("header.source", "two addresses of TCP for version 1", source);
  const [from, to] = pairOf(source, destination);
  const family = from.is4() ? "TCP4" : "TCP6";
  return Buffer.from(
    `PROXY ${family} ${from.toString()} ${to.toString()} ${source.port} ${destination.port}\r\n`,
  );
}

function formatEnds(source: Addr, destination: Addr): [kind: number, addresses: Buffer] {
  if (source instanceof UnixAddr && destination instanceof UnixAddr) {
    const paths = Buffer.alloc(2 * UNIX_PATH);
    for (const [i, { name }] of [source, destination].entries())
      writePath(paths.subarray(i * UNIX_PATH), name);
    return [source.net === "unixgram" ? 0x32 : 0x31, paths];
  }
  const tcp = source instanceof TCPAddr && destination instanceof TCPAddr;
  if (!tcp && !(source instanceof UDPAddr && destination instanceof UDPAddr))
    throw invalidArgValue("header.source", "two addresses of TCP, UDP or Unix sockets", source);
  const [from, to] = pairOf(source, destination);
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(source.port, 0);
  ports.writeUInt16BE((destination as PortAddr).port, 2);
  const kind = (from.is4() ? 0x10 : 0x20) | (tcp ? 1 : 2);
  return [kind, Buffer.concat([from.asSlice()!, to.asSlice()!, ports])];
}

function writePath(room: Buffer, name: string): void {
  const bytes = Buffer.from(name.startsWith("@") ? `\0${name.slice(1)}` : name);
  if (bytes.length > UNIX_PATH) throw invalidArgValue("header.source", "a path of 108 bytes at most", name);
  bytes.copy(room);
}

// Two of one family: mapped IPv4 is IPv4, as long as the other one is, too; else both go as IPv6.
function pairOf(source: PortAddr, destination: PortAddr): readonly [NetipAddr, NetipAddr] {
  const [from, to] = [source.addrPort().addr.unmap(), destination.addrPort().addr.unmap()];
  if (!from.isValid() || !to.isValid())
    throw invalidArgValue("header.source", "two addresses with an ip", source);
  return from.is4() && to.is4() ? [from, to] : [addrFrom16(from.as16()), addrFrom16(to.as16())];
}

function formatTLV(tlv: ProxyTLV): Buffer {
  if (typeof tlv !== "object" || tlv === null) throw invalidArgType("header.tlvs", "objects", tlv);
  const { type, value } = tlv;
  checkInt("header.tlvs[].type", type, 0, 255);
  checkBytes("header.tlvs[].value", value);
  if (value.length > 0xffff) throw invalidArgValue("header.tlvs", "values of 65535 bytes at most", value);
  return Buffer.concat([Uint8Array.of(type, value.length >> 8, value.length & 255), value]);
}
