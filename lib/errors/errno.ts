// Go: syscall/zerrors_linux_amd64.go
import { constants } from "node:os";
import { getSystemErrorMap } from "node:util";

/**
 * What each errno says, in Go's words. The key is the POSIX name and serves as `code` on every error
 * that carries an errno; the number differs between systems and is asked of Node.
 */
export const errnoText = {
  EPERM: "operation not permitted",
  ENOENT: "no such file or directory",
  EINTR: "interrupted system call",
  EIO: "input/output error",
  ENXIO: "no such device or address",
  EBADF: "bad file descriptor",
  EAGAIN: "resource temporarily unavailable",
  ENOMEM: "cannot allocate memory",
  EACCES: "permission denied",
  EFAULT: "bad address",
  EBUSY: "device or resource busy",
  EEXIST: "file exists",
  ENODEV: "no such device",
  ENOTDIR: "not a directory",
  EISDIR: "is a directory",
  EINVAL: "invalid argument",
  ENFILE: "too many open files in system",
  EMFILE: "too many open files",
  ENOSPC: "no space left on device",
  EROFS: "read-only file system",
  EPIPE: "broken pipe",
  ENAMETOOLONG: "file name too long",
  ENOSYS: "function not implemented",
  ELOOP: "too many levels of symbolic links",
  ENONET: "machine is not on the network",
  EPROTO: "protocol error",
  ENOTSOCK: "socket operation on non-socket",
  EDESTADDRREQ: "destination address required",
  EMSGSIZE: "message too long",
  EPROTOTYPE: "protocol wrong type for socket",
  ENOPROTOOPT: "protocol not available",
  EPROTONOSUPPORT: "protocol not supported",
  ESOCKTNOSUPPORT: "socket type not supported",
  EOPNOTSUPP: "operation not supported",
  EAFNOSUPPORT: "address family not supported by protocol",
  EADDRINUSE: "address already in use",
  EADDRNOTAVAIL: "cannot assign requested address",
  ENETDOWN: "network is down",
  ENETUNREACH: "network is unreachable",
  ENETRESET: "network dropped connection on reset",
  ECONNABORTED: "software caused connection abort",
  ECONNRESET: "connection reset by peer",
  ENOBUFS: "no buffer space available",
  EISCONN: "transport endpoint is already connected",
  ENOTCONN: "transport endpoint is not connected",
  ESHUTDOWN: "cannot send after transport endpoint shutdown",
  ETIMEDOUT: "connection timed out",
  ECONNREFUSED: "connection refused",
  EHOSTDOWN: "host is down",
  EHOSTUNREACH: "no route to host",
  EALREADY: "operation already in progress",
  EINPROGRESS: "operation now in progress",
} as const;

/** The POSIX name of an errno that this library knows, such as `"ECONNREFUSED"`. */
export type ErrnoName = keyof typeof errnoText;

const numberOf = new Map<string, number>(Object.entries(constants.errno));
// Names that Node keeps out of os.constants, such as EHOSTDOWN, stand in libuv's own map. Its other
// numbers are libuv's inventions (-4095 and so on) where the system lacks the name: those stay out.
for (const [negative, [name]] of getSystemErrorMap()) {
  if (negative > -4000 && !numberOf.has(name)) numberOf.set(name, -negative);
}

const nameOf = new Map<number, string>();
for (const [name, number] of numberOf) {
  // Two names may share a number (EAGAIN and EWOULDBLOCK): the one in the table above wins.
  if (!nameOf.has(number) || name in errnoText) nameOf.set(number, name);
}

/** The positive errno of this system for a POSIX name; 0 when the system has none by that name. */
export function errno(name: ErrnoName): number {
  return numberOf.get(name) ?? 0;
}

/** The POSIX name of a positive errno, or `"E"` and the number when it has none that we know. */
export function errnoName(number: number): string {
  return nameOf.get(number) ?? `E${number}`;
}

/** Go's text of a positive errno, or `"errno N"` for one outside the table, as in Go. */
export function errnoMessage(number: number): string {
  const name = nameOf.get(number);
  return name !== undefined && name in errnoText ? errnoText[name as ErrnoName] : `errno ${number}`;
}
