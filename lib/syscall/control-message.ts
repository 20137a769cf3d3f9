// Go: syscall/sockcmsg_unix.go, sockcmsg_linux.go; cmsg(3), unix(7)
import { checkInt, Errno, invalidArgType } from "../errors/index.js";
import { checkBytes } from "../internal/poll/buffers.js";
import {
  type ControlItem,
  controlItems,
  controlLength,
  controlSpace,
  encodeControl,
} from "../internal/socket/control.js";
import { SCM_CREDENTIALS, SCM_RIGHTS, SOL_SOCKET } from "./constants.js";
import { bytesOf } from "./sockopt.js";
import { decodeUcred, encodeUcred, type Ucred, UCRED_SIZE } from "./structs.js";

const MAX_INT = 0x7fffffff;

/** The head of a control message. Go: syscall.Cmsghdr. */
export interface Cmsghdr {
  /** Bytes of head and data, without padding. */
  len: number;
  /** Whose it is: `SOL_SOCKET`, `IPPROTO_IP`, ... */
  level: number;
  /** What it is, within its level: `SCM_RIGHTS`, `IP_TTL`, ... */
  type: number;
}

/** A control message. Go: syscall.SocketControlMessage. */
export interface SocketControlMessage {
  /** Its head. */
  header: Cmsghdr;
  /** Its data: a view into what was parsed. */
  data: Uint8Array;
}

/** Bytes of a control message with so much data. Throws a RangeError. Go: syscall.CmsgLen. */
export function cmsgLen(datalen: number): number {
  return controlLength(checkInt("datalen", datalen, 0, MAX_INT));
}

/** The same with padding: what `oob` needs for it. Throws a RangeError. Go: syscall.CmsgSpace. */
export function cmsgSpace(datalen: number): number {
  return controlSpace(checkInt("datalen", datalen, 0, MAX_INT));
}

/**
 * Splits control data, of which there are `oobn` bytes: `parseSocketControlMessage(oob.subarray(0, oobn))`. Throws an
 * Errno `EINVAL` for a length that is shorter than a head or longer than the rest; less than a head at the end is
 * passed over, as in Go. Go: syscall.ParseSocketControlMessage.
 */
export function parseSocketControlMessage(b: Uint8Array): SocketControlMessage[] {
  checkBytes("b", b);
  const messages: SocketControlMessage[] = [];
  const items = controlItems(b);
  for (let next = items.next(); ; next = items.next()) {
    if (next.done) {
      if (next.value) return messages;
      throw new Errno("EINVAL");
    }
    messages.push(toMessage(next.value));
  }
}

function toMessage({ level, type, data }: ControlItem): SocketControlMessage {
  return { header: { len: controlLength(data.length), level, type }, data };
}

/**
 * Control data that passes descriptors on over a Unix socket; the kernel takes at most 253 of them. They must be open
 * until it is sent: a number that {@link RawConn.control} lends, only inside its callback. Throws a RangeError for what
 * is no descriptor. Go: syscall.UnixRights; `SCM_RIGHTS`, unix(7).
 */
export function unixRights(...fds: number[]): Uint8Array {
  const data = bytesOf(Int32Array.from(fds, (fd, i) => checkInt(`fds[${i}]`, fd, 0, MAX_INT)));
  return encodeControl({ level: SOL_SOCKET, type: SCM_RIGHTS, data });
}

/**
 * The descriptors in a message `SCM_RIGHTS`. They are the caller's from the moment they were received, close-on-exec,
 * and must be closed, also those nobody wanted; `MSG_CTRUNC` tells that more were sent. Throws an Errno `EINVAL` for
 * another message. Go: syscall.ParseUnixRights.
 */
export function parseUnixRights(m: SocketControlMessage): number[] {
  const data = dataOf(m, SCM_RIGHTS);
  return [...new Int32Array(data.slice(0, data.length & ~3).buffer)];
}

/**
 * Control data that tells who sends; whoever is not root may tell of himself only. The receiver has set `SO_PASSCRED`.
 * Linux. Throws a RangeError for numbers out of range. Go: syscall.UnixCredentials; `SCM_CREDENTIALS`, unix(7).
 */
export function unixCredentials(ucred: Ucred): Uint8Array {
  return encodeControl({ level: SOL_SOCKET, type: SCM_CREDENTIALS, data: encodeUcred(ucred) });
}

/** Who sent, from a message `SCM_CREDENTIALS`. Linux. Throws an Errno `EINVAL` for another message. Go: syscall.ParseUnixCredentials. */
export function parseUnixCredentials(m: SocketControlMessage): Ucred {
  const data = dataOf(m, SCM_CREDENTIALS);
  if (data.length < UCRED_SIZE) throw new Errno("EINVAL");
  return decodeUcred(data.subarray(0, UCRED_SIZE));
}

function dataOf(m: SocketControlMessage, type: number): Uint8Array {
  if (typeof m?.header !== "object" || m.header === null)
    throw invalidArgType("m", "a SocketControlMessage", m);
  checkBytes("m.data", m.data);
  if (m.header.level !== SOL_SOCKET || m.header.type !== type) throw new Errno("EINVAL");
  return m.data;
}
