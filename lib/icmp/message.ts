// Go: x/net/icmp/message.go; RFC 792, RFC 4443
import { checkFields } from "../addr/arguments.js";
import { IP } from "../addr/index.js";
import { checkInt, invalidArgType, invalidArgValue } from "../errors/index.js";
import { checkBytes } from "../internal/poll/buffers.js";
import { EMPTY, type MessageBody, RawBody } from "./body.js";
import { checksum } from "./checksum.js";
import { Cursor } from "./cursor.js";
import { readEcho, readExtendedEchoReply, readExtendedEchoRequest } from "./echo.js";
import { DstUnreach, readPacketTooBig, readParamProb, readQuote, TimeExceeded } from "./error-bodies.js";
import {
  checkProtocol,
  ICMPv4Type,
  ICMPv6Type,
  type Protocol,
  protocolICMP,
  protocolIPv6ICMP,
} from "./types.js";

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
  /** What it means depends on the type: 0 to 255. */
  readonly code: number;
  /** The checksum that came with the message, not verified; {@link marshal} ignores it. */
  readonly checksum: number;
  /** Null for a message of four bytes. */
  readonly body: MessageBody | null;

  /** Throws a TypeError or a RangeError for a field that does not fit; a MessageError for another protocol. */
  constructor(fields: MessageFields) {
    const all = checkFields(fields, "an object { protocol, type, code, body }");
    const { body = null } = all;
    this.protocol = checkProtocol(all.protocol);
    this.type = checkInt("type", all.type, 0, 0xff);
    this.code = checkInt("code", all.code ?? 0, 0, 0xff);
    this.checksum = checkInt("checksum", all.checksum ?? 0, 0, 0xffff);
    if (body !== null && typeof (body as Partial<MessageBody>).marshal !== "function")
      throw invalidArgType("body", "a message body or null", body);
    this.body = body;
  }

  /**
   * The encoded message. For IPv4 its checksum is computed; for IPv6 only with a pseudo header, which is no part of
   * the result: without one it stays 0 and the kernel fills it. Throws a TypeError for a pseudo header that is not
   * 40 bytes; what its body throws. Go: Message.Marshal.
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
  checkBytes("psh", psh);
  if (psh.length !== PSEUDO_HEADER)
    throw invalidArgValue("psh", `a pseudo header of ${PSEUDO_HEADER} bytes`, psh);
  const b = new Uint8Array(PSEUDO_HEADER + message.length);
  b.set(psh);
  new DataView(b.buffer).setUint32(32, message.length);
  b.set(message, PSEUDO_HEADER);
  return b;
}

/**
 * The pseudo header that {@link Message.marshal} takes for ICMPv6; its length field is left 0. Throws a TypeError
 * (`ERR_INVALID_ARG_TYPE`) for what is no IP. Go: icmp.IPv6PseudoHeader; RFC 8200 section 8.1.
 */
export function ipv6PseudoHeader(src: IP, dst: IP): Uint8Array {
  if (!(src instanceof IP)) throw invalidArgType("src", "an IP", src);
  if (!(dst instanceof IP)) throw invalidArgType("dst", "an IP", dst);
  const b = new Uint8Array(PSEUDO_HEADER);
  src.to16().copyTo(b, 0);
  dst.to16().copyTo(b, 16);
  b[PSEUDO_HEADER - 1] = protocolIPv6ICMP;
  return b;
}

/** What reads the body of a type. */
type Reader = (proto: Protocol, cursor: Cursor) => MessageBody;

const v4Readers = new Map<number, Reader>([
  [ICMPv4Type.destinationUnreachable, readQuote(DstUnreach)],
  [ICMPv4Type.timeExceeded, readQuote(TimeExceeded)],
  [ICMPv4Type.parameterProblem, readParamProb],
  [ICMPv4Type.echo, readEcho],
  [ICMPv4Type.echoReply, readEcho],
  [ICMPv4Type.extendedEchoRequest, readExtendedEchoRequest],
  [ICMPv4Type.extendedEchoReply, readExtendedEchoReply],
]);

const v6Readers = new Map<number, Reader>([
  [ICMPv6Type.destinationUnreachable, readQuote(DstUnreach)],
  [ICMPv6Type.packetTooBig, readPacketTooBig],
  [ICMPv6Type.timeExceeded, readQuote(TimeExceeded)],
  [ICMPv6Type.parameterProblem, readParamProb],
  [ICMPv6Type.echoRequest, readEcho],
  [ICMPv6Type.echoReply, readEcho],
  [ICMPv6Type.extendedEchoRequest, readExtendedEchoRequest],
  [ICMPv6Type.extendedEchoReply, readExtendedEchoReply],
]);

const readRaw: Reader = (_, cursor) => new RawBody(cursor.rest().slice());

/**
 * Reads an ICMP message, in memory of its own: `proto` is 1 for IPv4 and 58 for IPv6. The checksum is told, not verified.
 * A body without a class of its own comes as a RawBody. Throws a MessageError (`ERR_PARSE`): `message too short`,
 * `invalid protocol`; a TypeError for what is no Uint8Array. Go: icmp.ParseMessage.
 */
export function parseMessage(proto: Protocol, b: Uint8Array): Message {
  const readers = checkProtocol(proto) === protocolICMP ? v4Readers : v6Readers;
  checkBytes("b", b);
  const cursor = new Cursor(b, "message");
  const [type, code, sum] = [cursor.u8(), cursor.u8(), cursor.u16()];
  const read = readers.get(type) ?? readRaw;
  return new Message({ protocol: proto, type, code, checksum: sum, body: read(proto, cursor) });
}
