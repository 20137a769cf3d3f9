// Go: syscall.GetsockoptInt, SetsockoptInt and their kin, golang.org/x/sys/unix
import { checkInt, checkString, errno, invalidArgType, outOfRange, SyscallError } from "../errors/index.js";
import { binding } from "../internal/binding.js";
import { checkBytes } from "../internal/poll/buffers.js";
import { setOptionError } from "../internal/socket/option-error.js";
import type { RawConn } from "../raw-conn.js";

/**
 * The socket an option is set on: a RawConn, or the number that its `control` lends. A number may be used inside that
 * callback only: later it may belong to another socket, and nothing could tell.
 */
export type Descriptor = RawConn | number;

const MAX_INT = 0x7fffffff;
const ENOPROTOOPT = -errno("ENOPROTOOPT");

/** The most bytes that an option may have here. */
const ROOM = 512;
// The longest there is: a program of BPF_MAXINSNS instructions.
const MAX_ROOM = 32_768;

/** Calls `f` with the descriptor's number. */
export function lend<T>(fd: Descriptor, f: (fd: number) => T): T {
  if (typeof fd === "number") return f(checkInt("fd", fd, 0, MAX_INT));
  // Not by its class: a RawConn of the other copy of this library, ESM or CommonJS, serves as well.
  if (typeof fd !== "object" || fd === null || typeof fd.control !== "function")
    throw invalidArgType("fd", "a RawConn or a descriptor's number", fd);
  return fd.control(f);
}

// Constants that the system lacks are -1: no option, and no mistake of the caller's.
function checkOption(level: number, name: number): boolean {
  checkInt("level", level, -1, MAX_INT);
  checkInt("name", name, -1, MAX_INT);
  return level >= 0 && name >= 0;
}

/** getsockopt(2) into `value`: how many bytes there are. */
function get(fd: Descriptor, level: number, name: number, value: Uint8Array): number {
  const exists = checkOption(level, name);
  const result = lend(fd, (number) =>
    exists ? binding.getsockopt(number, level, name, value) : ENOPROTOOPT,
  );
  if (result < 0) throw new SyscallError("getsockopt", result);
  return result;
}

/** setsockopt(2), or what is made of it. */
export function set(
  fd: Descriptor,
  level: number,
  name: number,
  value: Uint8Array,
  call: "setsockopt" | "setsockopt_fprog" = "setsockopt",
): void {
  const exists = checkOption(level, name);
  const result = lend(fd, (number) => (exists ? binding[call](number, level, name, value) : ENOPROTOOPT));
  if (result < 0) throw setOptionError(level, name, result);
}

/** An option of a known size: an error `EINVAL` when it is of another. Fresh memory, aligned for any array. */
export function getStruct(fd: Descriptor, level: number, name: number, size: number): Uint8Array {
  const value = new Uint8Array(size);
  if (get(fd, level, name, value) !== size) throw new SyscallError("getsockopt", "EINVAL");
  return value;
}

/**
 * Reads an option as it is: `size` bytes of it at most, up to 32768, and 512 if left out. The result is as long as the
 * option is. `SO_GET_FILTER`, whose length counts instructions elsewhere, is told in bytes as all are: 8 for each.
 * Throws a SyscallError `getsockopt`; an OpError with `ERR_CLOSED` for a RawConn that is closed. getsockopt(2).
 */
export function getsockoptBytes(fd: Descriptor, level: number, name: number, size = ROOM): Uint8Array {
  const value = new Uint8Array(checkInt("size", size, 0, MAX_ROOM));
  return value.slice(0, get(fd, level, name, value));
}

/**
 * Sets an option to bytes as they are, at most 32768. Throws a SyscallError `setsockopt`, as every setter does: with a
 * `hint` where a capability was missing; and an OpError with `ERR_CLOSED` for a RawConn that is closed. setsockopt(2).
 */
export function setsockoptBytes(fd: Descriptor, level: number, name: number, value: Uint8Array): void {
  checkBytes("value", value);
  set(fd, level, name, value);
}

/**
 * Reads an option that is a C int, or a single byte as some are on BSD systems. Throws a SyscallError `getsockopt`:
 * `ENOPROTOOPT` where there is no such option, `EINVAL` where it is no int. Go: syscall.GetsockoptInt.
 */
export function getsockoptInt(fd: Descriptor, level: number, name: number): number {
  const int = new Int32Array(1);
  const bytes = new Uint8Array(int.buffer);
  const length = get(fd, level, name, bytes);
  if (length === 1) return bytes[0]!;
  if (length !== 4) throw new SyscallError("getsockopt", "EINVAL");
  return int[0]!;
}

/**
 * Sets an option that is a C int; of an unsigned one, up to 2³²-1. Booleans are 1 and 0. Throws a SyscallError
 * `setsockopt`. Go: syscall.SetsockoptInt.
 */
export function setsockoptInt(fd: Descriptor, level: number, name: number, value: number): void {
  checkInt("value", value, -MAX_INT - 1, 0xffffffff);
  set(fd, level, name, bytesOf(Int32Array.of(value)));
}

/** Sets an option that is one byte, as some of multicast are on BSD systems. Throws a SyscallError `setsockopt`. Go: syscall.SetsockoptByte. */
export function setsockoptByte(fd: Descriptor, level: number, name: number, value: number): void {
  set(fd, level, name, Uint8Array.of(checkInt("value", value, 0, 255)));
}

/** Reads an option of 64 bits, such as `SO_COOKIE`. Throws a SyscallError `getsockopt`. Go: unix.GetsockoptUint64. */
export function getsockoptUint64(fd: Descriptor, level: number, name: number): bigint {
  return new BigUint64Array(getStruct(fd, level, name, 8).buffer)[0]!;
}

/** Sets an option of 64 bits, such as `SO_MAX_PACING_RATE`. Throws a SyscallError `setsockopt`. Go: unix.SetsockoptUint64. */
export function setsockoptUint64(fd: Descriptor, level: number, name: number, value: bigint): void {
  if (typeof value !== "bigint") throw invalidArgType("value", "a bigint", value);
  if (BigInt.asUintN(64, value) !== value) throw outOfRange("value", "a bigint from 0 to 2**64-1", value);
  set(fd, level, name, bytesOf(BigUint64Array.of(value)));
}

/**
 * Reads an option that is text, up to its NUL: `SO_BINDTODEVICE`, `TCP_CONGESTION`, `TCP_ULP`. Throws a SyscallError
 * `getsockopt`. Go: unix.GetsockoptString.
 */
export function getsockoptString(fd: Descriptor, level: number, name: number): string {
  const value = getsockoptBytes(fd, level, name);
  const end = value.indexOf(0);
  return Buffer.from(end < 0 ? value : value.subarray(0, end)).toString();
}

/**
 * Sets an option that is text: `setsockoptString(c, SOL_SOCKET, SO_BINDTODEVICE, "eth0")`. Throws a SyscallError
 * `setsockopt`. Go: syscall.SetsockoptString.
 */
export function setsockoptString(fd: Descriptor, level: number, name: number, value: string): void {
  set(fd, level, name, Buffer.from(checkString("value", value)));
}

/** The bytes of any array. */
export function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
