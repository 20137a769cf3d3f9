// Go: syscall.Sockaddr; sockaddr(3type)
import { binding, constant } from "../binding.js";
import type { Addr } from "../../addr/index.js";
import { Errno, SyscallError } from "../../errors/index.js";

export const AF_INET = constant("AF_INET");
export const AF_INET6 = constant("AF_INET6");
export const AF_UNIX = constant("AF_UNIX");

/** More than any socket address of ours has bytes: sockaddr_storage. */
export const MAX_SOCKADDR = 128;

// Where the family stands: a word on Linux, a byte after a length byte on BSD systems.
const familyOffset = constant("SA_FAMILY_OFFSET");
const familyIsByte = constant("SA_FAMILY_SIZE") === 1;

/** How a kind of socket speaks of addresses. */
export interface Codec<A extends Addr = Addr> {
  /** Whether it is an address of this kind. */
  is(addr: unknown): addr is A;
  /** The socket address of `length` bytes at `offset` as a typed one; null for a family it does not know. */
  decode(bytes: Uint8Array, offset: number, length: number): A | null;
  /**
   * Writes an address as a socket of `family` wants it, at `offset`. Returns its length. Throws an AddrError or an
   * Errno when it has no such form.
   */
  encode(family: number, addr: A, into: Uint8Array, offset: number): number;
}

/** Writes what every socket address begins with, and zeros behind it. */
export function begin(into: Uint8Array, offset: number, family: number, length: number): void {
  into.fill(0, offset, offset + length);
  if (familyIsByte) into[offset] = length;
  into[offset + familyOffset] = family;
}

/** The family of the socket address at `offset`. */
export function familyOf(bytes: Uint8Array, offset: number): number {
  // Families are small: the low byte is the whole of it, whatever the byte order.
  return familyIsByte ? bytes[offset + familyOffset]! : bytes[offset]! | bytes[offset + 1]!;
}

/** An address in an array of its own, for calls that are made once. */
export function sockaddr<A extends Addr>(codec: Codec<A>, family: number, addr: A): Uint8Array {
  const address = new Uint8Array(MAX_SOCKADDR);
  return address.subarray(0, codec.encode(family, addr, address, 0));
}

/**
 * What kept an address from being written down: an errno is told as that of the call it was for, as the system would have
 * told it. Go: the sockaddr methods of package syscall.
 */
export function asOf<E>(syscall: string, error: E): E | SyscallError {
  return error instanceof Errno ? new SyscallError(syscall, error.code) : error;
}

/** The byte order of this machine, which is that of everything the kernel does not send over the wire. */
export const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

const scratch = new Uint8Array(MAX_SOCKADDR);

function asked(length: number, codec: Codec): Addr | null {
  return length < 0 ? null : codec.decode(scratch, 0, length);
}

/** getsockname(2), decoded; null when the kernel has none to tell. */
export function localAddrOf(fd: number, codec: Codec): Addr | null {
  return asked(binding.getsockname(fd, scratch), codec);
}

/** getpeername(2), decoded; null on an unconnected socket. */
export function remoteAddrOf(fd: number, codec: Codec): Addr | null {
  return asked(binding.getpeername(fd, scratch), codec);
}
