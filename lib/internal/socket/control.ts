// Go: x/net/internal/socket/cmsghdr.go, x/net/ipv4/control.go; cmsg(3), ip(7), ipv6(7)
import { binding, constant } from "../binding.js";
import type { IPAddr } from "../../addr/index.js";
import { checkBytes } from "../poll/buffers.js";
import { littleEndian } from "./sockaddr.js";
import { ipCodec } from "./sockaddr-inet.js";

/** One piece of control data, as the kernel gave it. `data` is a view. */
export interface ControlItem {
  readonly level: number;
  readonly type: number;
  readonly data: Uint8Array;
}

/** An entry of the error queue: `struct sock_extended_err` of ip(7), and who reported it. */
export interface ExtendedError {
  /** The errno, positive. */
  readonly errno: number;
  /** Who made it: 1 this host by itself, 2 an ICMPv4 message, 3 an ICMPv6 message. */
  readonly origin: number;
  /** Type and code of the ICMP message. */
  readonly type: number;
  readonly code: number;
  /** What else the message tells: an MTU, a pointer. */
  readonly info: number;
  /** Where in the data the extensions of RFC 4884 begin; 0 when there are none, or nobody asked (IP_RECVERR_RFC4884). */
  readonly extensionsAt: number;
  /** The node that sent it; null when unknown. */
  readonly offender: IPAddr | null;
}

/** What control data told about one message; null for what it did not tell. */
export interface ControlMessage {
  /** TTL or hop limit with which it arrived, 0 to 255. */
  ttl: number | null;
  /** When it arrived by the kernel's clock: microseconds since 1970. */
  timestamp: number | null;
  /** On a message from the error queue: the error. */
  error: ExtendedError | null;
}

// cmsghdr is a length as wide as the system likes, then two ints: level and type.
const HEADER = constant("CMSG_HEADER");
const LENGTH_SIZE = HEADER - 8;
const ALIGN = constant("CMSG_ALIGN");
const ERROR_SIZE = 16;

const { SOL_SOCKET, SO_TIMESTAMPNS, IPPROTO_IP, IP_TTL, IP_RECVERR } = binding.constants;
const { IPPROTO_IPV6, IPV6_HOPLIMIT, IPV6_RECVERR } = binding.constants;

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const align = (length: number) => Math.ceil(length / ALIGN) * ALIGN;

/** Bytes in a header and so much data: CMSG_LEN of cmsg(3). */
export function controlLength(dataLength: number): number {
  return HEADER + dataLength;
}

/** The same with the padding before the next header: CMSG_SPACE. */
export function controlSpace(dataLength: number): number {
  return HEADER + align(dataLength);
}

/** One item as the kernel wants it, padded. */
export function encodeControl({ level, type, data }: ControlItem): Uint8Array {
  const oob = new Uint8Array(controlSpace(data.length));
  const view = viewOf(oob);
  setLengthAt(view, 0, controlLength(data.length));
  view.setInt32(LENGTH_SIZE, level, littleEndian);
  view.setInt32(LENGTH_SIZE + 4, type, littleEndian);
  oob.set(data, HEADER);
  return oob;
}

/**
 * Walks control data. It ends at the first header that does not fit, since nothing behind it can be found; the result
 * tells whether there was none such.
 */
export function* controlItems(oob: Uint8Array): Generator<ControlItem, boolean, void> {
  const view = viewOf(oob);
  let at = 0;
  while (at + HEADER <= oob.byteLength) {
    // The length counts its own header: a shorter one would never get on.
    const length = lengthAt(view, at);
    if (length < HEADER || length > oob.byteLength - at) return false;
    const level = view.getInt32(at + LENGTH_SIZE, littleEndian);
    const type = view.getInt32(at + LENGTH_SIZE + 4, littleEndian);
    yield { level, type, data: oob.subarray(at + HEADER, at + length) };
    at += align(length);
  }
  return true;
}

function lengthAt(view: DataView, at: number): number {
  return LENGTH_SIZE === 8 ? Number(view.getBigUint64(at, littleEndian)) : view.getUint32(at, littleEndian);
}

function setLengthAt(view: DataView, at: number, length: number): void {
  if (LENGTH_SIZE === 8) view.setBigUint64(at, BigInt(length), littleEndian);
  else view.setUint32(at, length, littleEndian);
}

/**
 * Control data as the kernel gives it to someone with so many bytes of room: the item that does not fit is cut, and its
 * header tells so; all behind it is lost, and it is as well unless its header fits.
 */
export function cutControl(oob: Uint8Array, room: number): { kept: Uint8Array; lost: boolean } {
  if (oob.length <= room) return { kept: oob, lost: false };
  const kept = oob.slice(0, room);
  for (const { data } of controlItems(oob)) {
    const at = data.byteOffset - HEADER - oob.byteOffset;
    const left = room - at;
    if (controlLength(data.length) <= left) continue;
    if (left < HEADER) return { kept: kept.subarray(0, at), lost: true };
    setLengthAt(viewOf(kept), at, left);
    return { kept, lost: true };
  }
  // It was padding.
  return { kept, lost: false };
}

/** Reads control data. What it does not know, and what is too short for its kind, is passed over. Throws a TypeError for no bytes. */
export function parseControl(oob: Uint8Array): ControlMessage {
  checkBytes("oob", oob);
  const message: ControlMessage = { ttl: null, timestamp: null, error: null };
  for (const { level, type, data } of controlItems(oob)) {
    if (level === SOL_SOCKET && type === SO_TIMESTAMPNS) message.timestamp = microseconds(data);
    else if (level === IPPROTO_IP && type === IP_TTL) message.ttl = hops(data);
    else if (level === IPPROTO_IPV6 && type === IPV6_HOPLIMIT) message.ttl = hops(data);
    else if (level === IPPROTO_IP && type === IP_RECVERR) message.error = extendedError(data);
    else if (level === IPPROTO_IPV6 && type === IPV6_RECVERR) message.error = extendedError(data);
  }
  return message;
}

/** `struct timespec` of a system with 64-bit longs. */
function microseconds(data: Uint8Array): number | null {
  if (data.byteLength < 16) return null;
  const view = viewOf(data);
  return Number(view.getBigInt64(0, littleEndian)) * 1e6 + Number(view.getBigInt64(8, littleEndian)) / 1e3;
}

function hops(data: Uint8Array): number | null {
  return data.byteLength < 4 ? null : viewOf(data).getUint32(0, littleEndian) & 0xff;
}

function extendedError(data: Uint8Array): ExtendedError | null {
  if (data.byteLength < ERROR_SIZE) return null;
  const view = viewOf(data);
  return {
    errno: view.getUint32(0, littleEndian),
    origin: data[4]!,
    type: data[5]!,
    code: data[6]!,
    info: view.getUint32(8, littleEndian),
    extensionsAt: extensionsAt(view),
    offender: addressIn(data.subarray(ERROR_SIZE)),
  };
}

// struct sock_ee_data_rfc4884, which only entries made of ICMP have: the length in front, and a flag for what is broken.
const ICMP_ORIGINS = [2, 3];
const INVALID = 1;

function extensionsAt(view: DataView): number {
  const isThere = ICMP_ORIGINS.includes(view.getUint8(4)) && (view.getUint8(14) & INVALID) === 0;
  return isThere ? view.getUint16(12, littleEndian) : 0;
}

// A whole socket address, or none.
function addressIn(address: Uint8Array): IPAddr | null {
  return address.byteLength < 2 ? null : ipCodec.decode(address, 0, address.byteLength);
}
