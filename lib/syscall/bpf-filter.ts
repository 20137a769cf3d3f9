// Go: golang.org/x/net/bpf (RawInstruction), syscall.AttachLsf; socket(7)
import { checkInt, invalidArgType, outOfRange } from "../errors/index.js";
import {
  SO_ATTACH_FILTER,
  SO_ATTACH_REUSEPORT_CBPF,
  SO_DETACH_FILTER,
  SO_DETACH_REUSEPORT_BPF,
  SOL_SOCKET,
} from "./constants.js";
import { bytesOf, type Descriptor, set, setsockoptInt } from "./sockopt.js";

/** One instruction of classic BPF. Go: bpf.RawInstruction; `struct sock_filter` of linux/filter.h. */
export interface RawInstruction {
  /** What to do: 16 bits. */
  op: number;
  /** How many instructions to skip when a jump's condition holds: 8 bits. */
  jt: number;
  /** And when it does not. */
  jf: number;
  /** The operand: 32 bits. */
  k: number;
}

const MAX_INSTRUCTIONS = 4096;
const SIZE = 8;

/**
 * Lets only those packets in that `program` returns more than 0 for, cut to so many bytes; it sees what follows the
 * headers of lower layers. It takes the place of a filter that was there. Linux. Throws a SyscallError `setsockopt`:
 * `EINVAL` for a program the kernel rejects, `EPERM` once `SO_LOCK_FILTER` is set. `SO_ATTACH_FILTER`, socket(7).
 */
export function attachFilter(fd: Descriptor, program: readonly RawInstruction[]): void {
  setFprog(fd, SO_ATTACH_FILTER, program);
}

/** Takes the filter away again. Throws a SyscallError `setsockopt`: `ENOENT` when there is none. `SO_DETACH_FILTER`. */
export function detachFilter(fd: Descriptor): void {
  setsockoptInt(fd, SOL_SOCKET, SO_DETACH_FILTER, 0);
}

/**
 * Among the sockets that share a port by `SO_REUSEPORT`, `program` chooses one for each connection or datagram: it
 * returns its number, in the order in which they were bound. A number too high leaves the choice to the kernel. It
 * serves all of them. Linux. Throws a SyscallError `setsockopt`. `SO_ATTACH_REUSEPORT_CBPF`, socket(7).
 *
 * Datagrams that come as one go to one socket, by what is in the first: those that a sender on this host joined, and those
 * of a peer once one of the sockets receives joined. Batches with `offload: false`, on both sides, keep them apart.
 */
export function attachReusePortCBPF(fd: Descriptor, program: readonly RawInstruction[]): void {
  setFprog(fd, SO_ATTACH_REUSEPORT_CBPF, program);
}

/**
 * Leaves that choice to the kernel again. Throws a SyscallError `setsockopt`: `ENOENT` when it had it, `EINVAL` for a
 * socket that shares no port. `SO_DETACH_REUSEPORT_BPF`.
 */
export function detachReusePortBPF(fd: Descriptor): void {
  setsockoptInt(fd, SOL_SOCKET, SO_DETACH_REUSEPORT_BPF, 0);
}

function setFprog(fd: Descriptor, name: number, program: readonly RawInstruction[]): void {
  set(fd, SOL_SOCKET, name, encodeProgram(program), "setsockopt_fprog");
}

function encodeProgram(program: readonly RawInstruction[]): Uint8Array {
  if (!Array.isArray(program)) throw invalidArgType("program", "an array of { op, jt, jf, k }", program);
  const { length } = program;
  if (length < 1 || length > MAX_INSTRUCTIONS)
    throw outOfRange("program.length", `an integer from 1 to ${MAX_INSTRUCTIONS}`, length);
  const bytes = new Uint8Array(length * SIZE);
  for (const [i, instruction] of program.entries())
    bytes.set(encode(`program[${i}]`, instruction as RawInstruction), i * SIZE);
  return bytes;
}

function encode(name: string, instruction: RawInstruction): Uint8Array {
  if (typeof instruction !== "object" || instruction === null)
    throw invalidArgType(name, "an object { op, jt, jf, k }", instruction);
  const { op, jt, jf, k } = instruction;
  const bytes = new Uint8Array(SIZE);
  bytes.set(bytesOf(Uint16Array.of(checkInt(`${name}.op`, op, 0, 0xffff))), 0);
  bytes[2] = checkInt(`${name}.jt`, jt, 0, 0xff);
  bytes[3] = checkInt(`${name}.jf`, jf, 0, 0xff);
  bytes.set(bytesOf(Uint32Array.of(checkInt(`${name}.k`, k, 0, 0xffffffff))), 4);
  return bytes;
}
