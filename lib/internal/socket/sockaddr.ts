// Go: net/ipsock_posix.go (ipToSockaddr), net/tcpsock_posix.go (sockaddrToTCP)
import { binding, constant } from "../binding.js";
import { type Addr, IP, IPAddr, ipv6zero, TCPAddr, UDPAddr } from "../../addr/index.js";
import { AddrError } from "../../errors/index.js";
import { zoneIndex, zoneName } from "./zone.js";

export const AF_INET = constant("AF_INET");
export const AF_INET6 = constant("AF_INET6");

// Where the family stands: a word on Linux, a byte after a length byte on BSD systems.
const familyOffset = constant("SA_FAMILY_OFFSET");
const familyIsByte = constant("SA_FAMILY_SIZE") === 1;

const INET_LENGTH = 16;
const INET6_LENGTH = 28;

/** An internet address as far as the kernel is concerned. TCPAddr, UDPAddr and IPAddr are ones. */
export interface Endpoint {
  readonly ip: IP | null;
  readonly port?: number;
  readonly zone: string;
}

/** Turns a socket address into a typed one; null for a family it does not know. */
export type Decode = (address: Uint8Array) => Addr | null;

/** The family of a socket address. */
export function familyOf(address: Uint8Array): number {
  // Families are small: the low byte is the whole of it, whatever the byte order.
  return familyIsByte ? address[familyOffset]! : address[0]! | address[1]!;
}

/** Which family an endpoint is of by itself; none in particular counts as IPv4, as in Go. */
export function familyOfEndpoint(endpoint: Endpoint): number {
  return endpoint.ip === null || endpoint.ip.to4() !== null ? AF_INET : AF_INET6;
}

/** Whether it means every address of this host. Go: sockaddr.isWildcard. */
export function isWildcard(endpoint: Endpoint | null): boolean {
  return endpoint === null || endpoint.ip === null || endpoint.ip.isUnspecified();
}

function blank(family: number, length: number, port: number): Uint8Array {
  const address = new Uint8Array(length);
  if (familyIsByte) address[0] = length;
  address[familyOffset] = family;
  address[2] = port >>> 8;
  address[3] = port & 0xff;
  return address;
}

/**
 * An endpoint as a socket of `family` wants it. IPv4 is mapped into IPv6 where the socket is of that family.
 * Throws an AddrError when it has no such form.
 */
export function encode(family: number, endpoint: Endpoint): Uint8Array {
  return family === AF_INET ? encodeInet(endpoint) : encodeInet6(endpoint);
}

function encodeInet({ ip, port = 0 }: Endpoint): Uint8Array {
  const address = blank(AF_INET, INET_LENGTH, port);
  if (ip === null) return address;
  const ip4 = ip.to4();
  if (ip4 === null) throw new AddrError("non-IPv4 address", ip.toString());
  ip4.copyTo(address, 4);
  return address;
}

function encodeInet6({ ip, port = 0, zone }: Endpoint): Uint8Array {
  const address = blank(AF_INET6, INET6_LENGTH, port);
  // 0.0.0.0 on a socket of both families means every address, as :: does.
  const wild = ip === null || (ip.to4() !== null && ip.isUnspecified());
  (wild ? ipv6zero : ip.to16()).copyTo(address, 8);
  new DataView(address.buffer).setUint32(24, zoneIndex(zone), littleEndian);
  return address;
}

/** The byte order of this machine, which is that of everything the kernel does not send over the wire. */
export const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** ip, port and zone of an IPv4 or IPv6 socket address; null for another family. */
function decode(address: Uint8Array): { ip: IP; port: number; zone: string } | null {
  const port = (address[2]! << 8) | address[3]!;
  const family = familyOf(address);
  if (family === AF_INET) return { ip: IP.at(address, 4, 4), port, zone: "" };
  if (family !== AF_INET6) return null;
  const scope = new DataView(address.buffer, address.byteOffset + 24, 4).getUint32(0, littleEndian);
  return { ip: IP.at(address, 8, 16), port, zone: scope === 0 ? "" : zoneName(scope) };
}

/** A socket address as a TCPAddr. */
export function toTCPAddr(address: Uint8Array): TCPAddr | null {
  const fields = decode(address);
  return fields === null ? null : new TCPAddr(fields);
}

/** A socket address as a UDPAddr. */
export function toUDPAddr(address: Uint8Array): UDPAddr | null {
  const fields = decode(address);
  return fields === null ? null : new UDPAddr(fields);
}

/** A socket address as an IPAddr. */
export function toIPAddr(address: Uint8Array): IPAddr | null {
  const fields = decode(address);
  return fields === null ? null : new IPAddr(fields);
}

/** Address and port of an IPv4 socket address in one number. */
export function packInet(address: Uint8Array): number {
  const port = (address[2]! << 8) | address[3]!;
  const word = (address[4]! << 24) | (address[5]! << 16) | (address[6]! << 8) | address[7]!;
  return (word >>> 0) * 0x10000 + port;
}

/** The socket address that {@link packInet} was given. */
export function unpackInet(packed: number): Uint8Array {
  const address = blank(AF_INET, INET_LENGTH, packed % 0x10000);
  new DataView(address.buffer).setUint32(4, Math.floor(packed / 0x10000));
  return address;
}

const scratch = new Uint8Array(128);

/** getsockname(2), decoded; null when the kernel has none to tell. */
export function localAddrOf(fd: number, toAddr: Decode): Addr | null {
  return binding.getsockname(fd, scratch) < 0 ? null : toAddr(scratch);
}

/** getpeername(2), decoded; null on an unconnected socket. */
export function remoteAddrOf(fd: number, toAddr: Decode): Addr | null {
  return binding.getpeername(fd, scratch) < 0 ? null : toAddr(scratch);
}
