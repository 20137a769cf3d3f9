// Go: x/net/icmp/message.go, echo.go; RFC 792, RFC 4443
import type { IP } from "../addr/index.js";
import { checkInt, invalidArgType, invalidArgValue } from "../errors/index.js";
import { checksum } from "./checksum.js";
import { Cursor } from "./cursor.js";
import { MessageError } from "./message-error.js";
import { echoTypes, type Protocol, protocolICMP, protocolIPv6ICMP } from "./types.js";

/** What follows the first four bytes of a message. Go: icmp.MessageBody. */
export interface MessageBody {
  /** Encoded size in bytes. */
  len(proto: Protocol): number;
  /** The encoded body. */
  marshal(proto: Protocol): Uint8Array;
}

/** The fields of an {@link Echo}; all may be left out. */
export interface EchoFields {
  id?: number | undefined;
  seq?: number | undefined;
  data?: Uint8Array | undefined;
}

const EMPTY = new Uint8Array(0);

/** The body of an echo request or reply. Go: icmp.Echo. */
export class Echo implements MessageBody {
  /** The identifier, 0 to 65535: whose request it is. An unprivileged socket puts its own in its place. */
  readonly id: number;
  /** The sequence number, 0 to 65535. */
  readonly seq: number;
  /** The payload, which the other side sends back. */
  readonly data: Uint8Array;

  /** Throws a TypeError or a RangeError for a field that does not fit. */
  constructor({ id = 0, seq = 0, data = EMPTY }: EchoFields = {}) {
    this.id = checkInt("id", id, 0, 0xffff);
    this.seq = checkInt("seq", seq, 0, 0xffff);
    if (!(data instanceof Uint8Array)) throw invalidArgType("data", "a Uint8Array", data);
    this.data = data;
  }

  /** Encoded size in bytes. Go: Echo.Len. */
  len(): number {
    return 4 + this.data.length;
  }

  /** The encoded body. Go: Echo.Marshal. */
  marshal(): Uint8Array {
    const b = new Uint8Array(this.len());
    b.set([this.id >> 8, this.id & 0xff, this.seq >> 8, this.seq & 0xff]);
    b.set(this.data, 4);
    return b;
  }
}

/** A body of a type that has no class of its own: bytes as they are. Go: icmp.RawBody. */
export class RawBody implements MessageBody {
  /** All that follows the checksum. */
  readonly data: Uint8Array;

  /** Throws a TypeError for anything but bytes. */
  constructor(data: Uint8Array = EMPTY) {
    if (!(data instanceof Uint8Array)) throw invalidArgType("data", "a Uint8Array", data);
    this.data = data;
  }

  /** Encoded size in bytes. Go: RawBody.Len. */
  len(): number {
    return this.data.length;
  }

  /** The encoded body. Go: RawBody.Marshal. */
  marshal(): Uint8Array {
    return this.data.slice();
  }
}

/** The fields of a {@link Message}. */
export interface MessageFields {
  /** 1 for IPv4, 58 for IPv6. */
  protocol: Protocol;
  type: number;
  code?: number | undefined;
  checksum?: number | undefined;
  body?: MessageBody | null | undefined;
}

/** An ICMP message. Go: icmp.Message. */
export class Message {
  /** 1 for IPv4, 58 for IPv6: what gives `type` its meaning. Go: Message.Type.Protocol. */
  readonly protocol: Protocol;
  /** The type's number, one of `ICMPv4Type` or `ICMPv6Type`. */
  readonly type: number;
  readonly code: number;
  /** The checksum that came with the message, not verified; {@link marshal} ignores it. */
  readonly checksum: number;
  /** Null for a message of four bytes. */
  readonly body: MessageBody | null;

  /** Throws a TypeError or a RangeError for a field that does not fit. */
  constructor({ protocol, type, code = 0, checksum: sum = 0, body = null }: MessageFields) {
    this.protocol = checkProtocol(protocol);
    this.type = checkInt("type", type, 0, 0xff);
    this.code = checkInt("code", code, 0, 0xff);
    this.checksum = checkInt("checksum", sum, 0, 0xffff);
    this.body = body;
  }

  /**
   * The encoded message. For IPv4 its checksum is computed; for IPv6 only with a pseudo header, which is no part of
   * the result: without one it stays 0 and the kernel fills it. Throws a TypeError for a pseudo header that is not
   * 40 bytes. Go: Message.Marshal.
   */
  marshal(psh: Uint8Array | null = null): Uint8Array {
    const body = this.body?.marshal(this.protocol) ?? EMPTY;
    const b = new Uint8Array(4 + body.length);
    b.set([this.type, this.code]);
    b.set(body, 4);
    if (this.protocol === protocolICMP) putChecksum(b, checksum(b));
    else if (psh !== null) putChecksum(b, checksum(withPseudoHeader(psh, b)));
    return b;
  }
}

function putChecksum(b: Uint8Array, sum: number): void {
  b[2] = sum >> 8;
  b[3] = sum & 0xff;
}

const PSEUDO_HEADER = 40;

function withPseudoHeader(psh: Uint8Array, message: Uint8Array): Uint8Array {
  if (!(psh instanceof Uint8Array) || psh.length !== PSEUDO_HEADER) {
    throw invalidArgValue("psh", `a pseudo header of ${PSEUDO_HEADER} bytes`, psh);
  }
  const b = new Uint8Array(PSEUDO_HEADER + message.length);
  b.set(psh);
  new DataView(b.buffer).setUint32(32, message.length);
  b.set(message, PSEUDO_HEADER);
  return b;
}

/** The pseudo header that {@link Message.marshal} takes for ICMPv6; its length field is left 0. RFC 8200 section 8.1. */
export function ipv6PseudoHeader(src: IP, dst: IP): Uint8Array {
  const b = new Uint8Array(PSEUDO_HEADER);
  src.to16().copyTo(b, 0);
  dst.to16().copyTo(b, 16);
  b[PSEUDO_HEADER - 1] = protocolIPv6ICMP;
  return b;
}

/**
 * Reads an ICMP message: `proto` is 1 for IPv4 and 58 for IPv6. The checksum is told, not verified. A body without a
 * class of its own comes as a RawBody. Throws a MessageError (`ERR_PARSE`) for one that is too short.
 * Go: icmp.ParseMessage.
 */
export function parseMessage(proto: Protocol, b: Uint8Array): Message {
  checkProtocol(proto);
  if (!(b instanceof Uint8Array)) throw invalidArgType("b", "a Uint8Array", b);
  const cursor = new Cursor(b, "message");
  const [type, code, sum] = [cursor.u8(), cursor.u8(), cursor.u16()];
  const body = isEcho(proto, type) ? readEcho(cursor) : new RawBody(cursor.rest().slice());
  return new Message({ protocol: proto, type, code, checksum: sum, body });
}

function isEcho(proto: Protocol, type: number): boolean {
  const { request, reply } = echoTypes(proto);
  return type === request || type === reply;
}

function readEcho(cursor: Cursor): Echo {
  return new Echo({ id: cursor.u16(), seq: cursor.u16(), data: cursor.rest().slice() });
}

/** 1 or 58, or the MessageError that says so. */
export function checkProtocol(proto: number): Protocol {
  if (proto !== protocolICMP && proto !== protocolIPv6ICMP) throw new MessageError("invalid protocol");
  return proto;
}
