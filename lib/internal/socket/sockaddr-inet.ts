// Go: net/ipsock_posix.go (ipToSockaddr), net/tcpsock_posix.go (sockaddrToTCP); ip(7), ipv6(7)
import { type Addr, IP, IPAddr, ipv6zero, TCPAddr, UDPAddr } from "../../addr/index.js";
import { AddrError } from "../../errors/index.js";
import { AF_INET, AF_INET6, begin, type Codec, familyOf, littleEndian } from "./sockaddr.js";
import { zoneIndex, zoneName } from "./zone.js";

const INET_LENGTH = 16;
const INET6_LENGTH = 28;

/** An internet address as far as the kernel is concerned. TCPAddr, UDPAddr and IPAddr are ones. */
export interface Endpoint {
  readonly ip: IP | null;
  readonly port?: number;
  readonly zone: string;
}

// IPv4 is mapped into IPv6 where the socket is of that family.
function encode(family: number, endpoint: Endpoint, into: Uint8Array, offset: number): number {
  return family === AF_INET ? encodeInet(endpoint, into, offset) : encodeInet6(endpoint, into, offset);
}

function encodeInet({ ip, port = 0 }: Endpoint, into: Uint8Array, offset: number): number {
  const ip4 = ip === null ? null : ip.to4();
  if (ip !== null && ip4 === null) throw new AddrError("non-IPv4 address", ip.toString());
  begin(into, offset, AF_INET, INET_LENGTH);
  putPort(into, offset, port);
  ip4?.copyTo(into, offset + 4);
  return INET_LENGTH;
}

function encodeInet6({ ip, port = 0, zone }: Endpoint, into: Uint8Array, offset: number): number {
  begin(into, offset, AF_INET6, INET6_LENGTH);
  putPort(into, offset, port);
  // 0.0.0.0 on a socket of both families means every address, as :: does.
  const wild = ip === null || (ip.to4() !== null && ip.isUnspecified());
  (wild ? ipv6zero : ip.to16()).copyTo(into, offset + 8);
  if (zone !== "") scopeOf(into, offset).setUint32(0, zoneIndex(zone), littleEndian);
  return INET6_LENGTH;
}

function putPort(into: Uint8Array, offset: number, port: number): void {
  into[offset + 2] = port >>> 8;
  into[offset + 3] = port & 0xff;
}

function scopeOf(address: Uint8Array, offset: number): DataView {
  return new DataView(address.buffer, address.byteOffset + offset + 24, 4);
}

/** ip, port and zone of an IPv4 or IPv6 socket address; null for another family. */
function decode(
  bytes: Uint8Array,
  offset: number,
  length: number,
): { ip: IP; port: number; zone: string } | null {
  const port = (bytes[offset + 2]! << 8) | bytes[offset + 3]!;
  const family = familyOf(bytes, offset);
  if (family === AF_INET && length >= INET_LENGTH) return { ip: IP.at(bytes, offset + 4, 4), port, zone: "" };
  if (family !== AF_INET6 || length < INET6_LENGTH) return null;
  const scope = scopeOf(bytes, offset).getUint32(0, littleEndian);
  return { ip: IP.at(bytes, offset + 8, 16), port, zone: scope === 0 ? "" : zoneName(scope) };
}

// The three kinds differ in what their addresses are called.
function inet<A extends Addr & Endpoint>(
  type: new (fields: { ip: IP; port: number; zone: string }) => A,
): Codec<A> {
  return {
    is: (addr): addr is A => addr instanceof type,
    decode: (bytes, offset, length) => {
      const fields = decode(bytes, offset, length);
      return fields === null ? null : new type(fields);
    },
    encode,
  };
}

/** Addresses of TCP. */
export const tcpCodec: Codec<TCPAddr> = inet(TCPAddr);

/** Addresses of UDP. */
export const udpCodec: Codec<UDPAddr> = inet(UDPAddr);

/** Addresses of raw IP. */
export const ipCodec: Codec<IPAddr> = inet(IPAddr);

/** Address and port of an IPv4 socket address in one number. */
export function packInet(address: Uint8Array): number {
  const port = (address[2]! << 8) | address[3]!;
  const word = (address[4]! << 24) | (address[5]! << 16) | (address[6]! << 8) | address[7]!;
  return (word >>> 0) * 0x10000 + port;
}

/** The socket address that {@link packInet} was given. */
export function unpackInet(packed: number): Uint8Array {
  const address = new Uint8Array(INET_LENGTH);
  begin(address, 0, AF_INET, INET_LENGTH);
  putPort(address, 0, packed % 0x10000);
  new DataView(address.buffer).setUint32(4, Math.floor(packed / 0x10000));
  return address;
}
