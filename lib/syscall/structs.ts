// Go: syscall.SetsockoptLinger, SetsockoptIPMreq, GetsockoptUcred and their kin
import { IP, parseIP } from "../addr/index.js";
import { checkInt, invalidArgType, invalidArgValue, outOfRange } from "../errors/index.js";
import { constant } from "../internal/binding.js";
import { bytesOf, type Descriptor, getStruct, set } from "./sockopt.js";

const MAX_INT = 0x7fffffff;
const MAX_UINT = 0xffffffff;

/** The value of `SO_LINGER`. Go: syscall.Linger; socket(7). */
export interface Linger {
  /** Whether close waits for unsent data: 1 or 0. */
  onoff: number;
  /** For how long, in seconds. */
  linger: number;
}

/** Reads `SO_LINGER`. Throws a SyscallError `getsockopt`. Go: unix.GetsockoptLinger. */
export function getsockoptLinger(fd: Descriptor, level: number, name: number): Linger {
  const [onoff, linger] = new Int32Array(getStruct(fd, level, name, 8).buffer);
  return { onoff: onoff!, linger: linger! };
}

/**
 * Sets `SO_LINGER`. With a time above zero the kernel makes close wait that long, and with it the whole process, even
 * though the socket never waits otherwise: prefer `TCPConn.setLinger`, which does not. Throws a SyscallError
 * `setsockopt`. Go: syscall.SetsockoptLinger.
 */
export function setsockoptLinger(fd: Descriptor, level: number, name: number, value: Linger): void {
  const { onoff, linger } = checkObject("value", "{ onoff, linger }", value);
  const ints = [checkInt("value.onoff", onoff, 0, MAX_INT), checkInt("value.linger", linger, 0, MAX_INT)];
  set(fd, level, name, bytesOf(Int32Array.from(ints)));
}

const TIMEVAL_SIZE = constant("TIMEVAL_SIZE");

/** Reads a `struct timeval`, such as `SO_RCVTIMEO`, as milliseconds. Throws a SyscallError `getsockopt`. Go: unix.GetsockoptTimeval. */
export function getsockoptTimeval(fd: Descriptor, level: number, name: number): number {
  const { buffer } = getStruct(fd, level, name, TIMEVAL_SIZE);
  const [sec, usec] = TIMEVAL_SIZE === 8 ? new Int32Array(buffer) : new BigInt64Array(buffer);
  return Number(sec) * 1000 + Number(usec) / 1000;
}

/**
 * Sets a `struct timeval`, such as `SO_SNDTIMEO`, to milliseconds; a fraction counts, in microseconds, and the kernel
 * may round up. (Reads and writes of this library never wait in the kernel: for them there are deadlines.) Throws a
 * SyscallError `setsockopt`. Go: syscall.SetsockoptTimeval.
 */
export function setsockoptTimeval(fd: Descriptor, level: number, name: number, milliseconds: number): void {
  if (typeof milliseconds !== "number")
    throw invalidArgType("milliseconds", "a number of milliseconds", milliseconds);
  if (!(milliseconds >= 0 && milliseconds <= MAX_INT * 1000))
    throw outOfRange("milliseconds", `a number from 0 to ${MAX_INT * 1000}`, milliseconds);
  const us = Math.round(milliseconds * 1000);
  const parts = [Math.floor(us / 1e6), us % 1e6];
  set(
    fd,
    level,
    name,
    bytesOf(TIMEVAL_SIZE === 8 ? Int32Array.from(parts) : BigInt64Array.from(parts.map(BigInt))),
  );
}

/** A multicast group, and the address of the interface to join it on. Go: syscall.IPMreq; `struct ip_mreq` of ip(7). */
export interface IPMreq {
  /** The group: an IPv4 address or its text. */
  multiaddr: IP | string;
  /** An address of the interface; null for the system's choice. */
  interface?: IP | string | null | undefined;
}

/** Sets `IP_ADD_MEMBERSHIP`, `IP_DROP_MEMBERSHIP`. Throws a SyscallError `setsockopt`. Go: syscall.SetsockoptIPMreq. */
export function setsockoptIPMreq(fd: Descriptor, level: number, name: number, mreq: IPMreq): void {
  checkObject("mreq", "{ multiaddr, interface }", mreq);
  const multiaddr = addressBytes("mreq.multiaddr", mreq.multiaddr, 4);
  const local = addressBytes("mreq.interface", mreq.interface ?? zero4, 4);
  set(fd, level, name, Uint8Array.of(...multiaddr, ...local));
}

/** The same with the interface's number. Go: syscall.IPMreqn; `struct ip_mreqn` of ip(7). */
export interface IPMreqn {
  /** The group: an IPv4 address or its text; null for none, as with `IP_MULTICAST_IF`. */
  multiaddr?: IP | string | null | undefined;
  /** An address of the interface; null for none. */
  address?: IP | string | null | undefined;
  /** The number of the interface, which goes before its address; 0 for none. */
  ifindex?: number | undefined;
}

/** Sets `IP_ADD_MEMBERSHIP`, `IP_MULTICAST_IF`, ... Throws a SyscallError `setsockopt`. Go: syscall.SetsockoptIPMreqn. */
export function setsockoptIPMreqn(fd: Descriptor, level: number, name: number, mreq: IPMreqn): void {
  checkObject("mreq", "{ multiaddr, address, ifindex }", mreq);
  const multiaddr = addressBytes("mreq.multiaddr", mreq.multiaddr ?? zero4, 4);
  const address = addressBytes("mreq.address", mreq.address ?? zero4, 4);
  const ifindex = bytesOf(Int32Array.of(checkInt("mreq.ifindex", mreq.ifindex ?? 0, 0, MAX_INT)));
  set(fd, level, name, Uint8Array.of(...multiaddr, ...address, ...ifindex));
}

/** An IPv6 multicast group, and the interface to join it on. Go: syscall.IPv6Mreq; `struct ipv6_mreq` of ipv6(7). */
export interface IPv6Mreq {
  /** The group: an IPv6 address or its text. */
  multiaddr: IP | string;
  /** The number of the interface; 0 for the system's choice. */
  interface?: number | undefined;
}

/** Sets `IPV6_JOIN_GROUP`, `IPV6_LEAVE_GROUP`. Throws a SyscallError `setsockopt`. Go: syscall.SetsockoptIPv6Mreq. */
export function setsockoptIPv6Mreq(fd: Descriptor, level: number, name: number, mreq: IPv6Mreq): void {
  checkObject("mreq", "{ multiaddr, interface }", mreq);
  const multiaddr = addressBytes("mreq.multiaddr", mreq.multiaddr, 16);
  const ifindex = bytesOf(Int32Array.of(checkInt("mreq.interface", mreq.interface ?? 0, 0, MAX_INT)));
  set(fd, level, name, Uint8Array.of(...multiaddr, ...ifindex));
}

/** Reads an IPv4 address, such as `IP_MULTICAST_IF`. Throws a SyscallError `getsockopt`. Go: syscall.GetsockoptInet4Addr. */
export function getsockoptInet4Addr(fd: Descriptor, level: number, name: number): IP {
  return IP.from(getStruct(fd, level, name, 4));
}

/** Sets an IPv4 address, such as `IP_MULTICAST_IF`. Throws a SyscallError `setsockopt`. Go: syscall.SetsockoptInet4Addr. */
export function setsockoptInet4Addr(fd: Descriptor, level: number, name: number, value: IP | string): void {
  set(fd, level, name, addressBytes("value", value, 4));
}

/** 256 bits, one for each type of ICMPv6; on Linux a set bit blocks. Go: syscall.ICMPv6Filter; RFC 3542 section 3.2. */
export interface ICMPv6Filter {
  /** Eight words; type 0 is the lowest bit of the first. */
  data: Uint32Array;
}

/** Reads `ICMP6_FILTER`. Throws a SyscallError `getsockopt`. Go: syscall.GetsockoptICMPv6Filter. */
export function getsockoptICMPv6Filter(fd: Descriptor, level: number, name: number): ICMPv6Filter {
  return { data: new Uint32Array(getStruct(fd, level, name, 32).buffer) };
}

/** Sets `ICMP6_FILTER`. Throws a SyscallError `setsockopt`. Go: syscall.SetsockoptICMPv6Filter. */
export function setsockoptICMPv6Filter(
  fd: Descriptor,
  level: number,
  name: number,
  filter: ICMPv6Filter,
): void {
  const { data } = checkObject("filter", "{ data }", filter);
  if (!(data instanceof Uint32Array)) throw invalidArgType("filter.data", "a Uint32Array", data);
  if (data.length !== 8) throw invalidArgValue("filter.data", "8 words", data);
  set(fd, level, name, bytesOf(data));
}

/** A process and its user, as the kernel vouches for them. Go: syscall.Ucred; `struct ucred` of unix(7). */
export interface Ucred {
  /** Process, or 0 when it is not visible from here. */
  pid: number;
  /** User. */
  uid: number;
  /** Group. */
  gid: number;
}

/** Reads `SO_PEERCRED` of a Unix socket: who connected or listened. Linux. Throws a SyscallError `getsockopt`. Go: syscall.GetsockoptUcred. */
export function getsockoptUcred(fd: Descriptor, level: number, name: number): Ucred {
  return decodeUcred(getStruct(fd, level, name, UCRED_SIZE));
}

/** Bytes in a `struct ucred`. */
export const UCRED_SIZE = 12;

/** A `struct ucred`, from bytes that have its length and may lie anywhere. */
export function decodeUcred(bytes: Uint8Array): Ucred {
  const [pid, uid, gid] = new Uint32Array(bytes.slice().buffer);
  return { pid: pid! | 0, uid: uid!, gid: gid! };
}

/** Its bytes. */
export function encodeUcred(ucred: Ucred): Uint8Array {
  const { pid, uid, gid } = checkObject("ucred", "{ pid, uid, gid }", ucred);
  checkInt("ucred.pid", pid, 0, MAX_INT);
  checkInt("ucred.uid", uid, 0, MAX_UINT);
  return bytesOf(Uint32Array.of(pid, uid, checkInt("ucred.gid", gid, 0, MAX_UINT)));
}

const zero4 = IP.from(new Uint8Array(4));

function addressBytes(name: string, ip: IP | string, length: 4 | 16): Uint8Array {
  const parsed = typeof ip === "string" ? parseIP(ip) : ip;
  if (parsed !== null && !(parsed instanceof IP)) throw invalidArgType(name, "an IP or its text", ip);
  const exact = length === 4 ? parsed?.to4() : parsed?.to16();
  if (exact) return exact.bytes;
  throw invalidArgValue(name, length === 4 ? "an IPv4 address" : "an IPv6 address", String(ip));
}

function checkObject<T extends object>(name: string, shape: string, value: T): T {
  if (typeof value !== "object" || value === null) throw invalidArgType(name, `an object ${shape}`, value);
  return value;
}
