// Go: x/net/bpf/setter.go; socket(7) SO_ATTACH_FILTER
import { attachFilter, type Conn, type Descriptor, detachFilter } from "../syscall/index.js";
import { assemble } from "./assemble.js";
import type { Instruction } from "./raw-instruction.js";

/** What a program is attached to: a connection, or in a control hook the socket before it is bound. */
export type Attachable = Conn | Descriptor;

/**
 * Lets in only those packets that the program returns more than 0 for, cut to so many bytes. On a raw IPv4 socket it sees
 * the IP header first, on a raw IPv6 socket what follows it, on UDP the UDP header. Nothing wakes for what it keeps out.
 * It takes the place of a program that was there; packets that have arrived before stay. Linux.
 *
 * Throws a ProgramError (`ERR_BPF`) for what cannot be assembled; a SyscallError `setsockopt`: `EINVAL` for what the
 * kernel does not run, `EPERM` once `SO_LOCK_FILTER` is set, `ENOPROTOOPT` on other systems; an OpError with `ERR_CLOSED`.
 */
export function attach(conn: Attachable, filter: readonly Instruction[]): void {
  const program = assemble(filter);
  attachFilter(descriptorOf(conn), program);
}

/** Takes the program away again. Throws a SyscallError `setsockopt`: `ENOENT` when there is none. SO_DETACH_FILTER. */
export function detach(conn: Attachable): void {
  detachFilter(descriptorOf(conn));
}

function descriptorOf(conn: Attachable): Descriptor {
  const lends = typeof conn === "object" && conn !== null && "syscallConn" in conn;
  return lends ? conn.syscallConn() : conn;
}
