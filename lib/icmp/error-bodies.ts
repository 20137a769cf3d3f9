// Go: x/net/icmp/dstunreach.go, timeexceeded.go, paramprob.go, packettoobig.go; RFC 792, RFC 4443 section 3, RFC 4884
import { checkFields } from "../addr/arguments.js";
import { checkInt } from "../errors/index.js";
import { checkData, EMPTY, type MessageBody } from "./body.js";
import type { Cursor } from "./cursor.js";
import { checkExtensions, type Extension, reports } from "./extension.js";
import { MessageError } from "./message-error.js";
import { layout, marshalMultipart, parseMultipart } from "./multipart.js";
import { type Protocol, protocolICMP } from "./types.js";

/** The fields of a {@link DstUnreach} and a {@link TimeExceeded}; all may be left out. */
export interface QuoteFields {
  data?: Uint8Array | undefined;
  extensions?: readonly Extension[] | undefined;
}

/** What a packet came to that had to be given up, and what the router has to say about it. */
abstract class Quote implements MessageBody {
  /** The beginning of the packet. Beside extensions it is padded with zeros, and comes back so: RFC 4884. */
  readonly data: Uint8Array;
  /** MPLSLabelStacks, InterfaceInfos and RawExtensions. */
  readonly extensions: readonly Extension[];

  /** Throws a TypeError for a field of the wrong type. */
  constructor(fields: QuoteFields = {}) {
    const { data = EMPTY, extensions = [] } = checkFields(fields, "an object { data, extensions }");
    this.data = checkData(data);
    this.extensions = checkExtensions(extensions);
  }

  /** Encoded size in bytes, padding included. Go: DstUnreach.Len, TimeExceeded.Len. */
  len(proto: Protocol): number {
    return layout(proto, this).length;
  }

  /**
   * The encoded body. Throws a MessageError, `invalid extension`; a RangeError for more data than can be told of beside
   * extensions. Go: DstUnreach.Marshal, TimeExceeded.Marshal.
   */
  marshal(proto: Protocol): Uint8Array {
    return marshalMultipart(proto, this, reports);
  }
}

/** The body of a destination unreachable message. Go: icmp.DstUnreach. */
export class DstUnreach extends Quote {}

/** The body of a time exceeded message. Go: icmp.TimeExceeded. */
export class TimeExceeded extends Quote {}

/** The fields of a {@link ParamProb}; all may be left out. */
export interface ParamProbFields extends QuoteFields {
  pointer?: number | undefined;
}

/** The body of a parameter problem message. Go: icmp.ParamProb. */
export class ParamProb extends Quote {
  /** The byte of the packet that is wrong: 0 to 255 in IPv4, to 4294967295 in IPv6. */
  readonly pointer: number;

  /** Throws a TypeError or a RangeError for a field that does not fit. */
  constructor(fields: ParamProbFields = {}) {
    super(fields);
    this.pointer = checkInt("pointer", fields.pointer ?? 0, 0, 0xffffffff);
  }

  /** Encoded size in bytes. Go: ParamProb.Len. */
  override len(proto: Protocol): number {
    return proto === protocolICMP ? super.len(proto) : 4 + this.data.length;
  }

  /**
   * The encoded body. Throws a MessageError, `invalid extension`: IPv6 takes none; a RangeError for a pointer beyond
   * 255 in IPv4. Go: ParamProb.Marshal.
   */
  override marshal(proto: Protocol): Uint8Array {
    if (proto === protocolICMP) {
      checkInt("pointer", this.pointer, 0, 0xff);
      const b = super.marshal(proto);
      b[0] = this.pointer;
      return b;
    }
    if (this.extensions.length > 0) throw new MessageError("invalid extension");
    return numbered(this.pointer, this.data);
  }
}

/** The body of an ICMPv6 message that says that a packet was too big for a link. Go: icmp.PacketTooBig. */
export class PacketTooBig implements MessageBody {
  /** The longest packet that the link takes, in bytes; 32 bits. */
  readonly mtu: number;
  /** The beginning of the packet. */
  readonly data: Uint8Array;

  /** Throws a TypeError or a RangeError for a field that does not fit. */
  constructor(fields: { mtu?: number; data?: Uint8Array } = {}) {
    const { mtu = 0, data = EMPTY } = checkFields(fields, "an object { mtu, data }");
    this.mtu = checkInt("mtu", mtu, 0, 0xffffffff);
    this.data = checkData(data);
  }

  /** Encoded size in bytes. Go: PacketTooBig.Len. */
  len(): number {
    return 4 + this.data.length;
  }

  /** The encoded body. Go: PacketTooBig.Marshal. */
  marshal(): Uint8Array {
    return numbered(this.mtu, this.data);
  }
}

// A number of 32 bits and bytes.
function numbered(number: number, data: Uint8Array): Uint8Array {
  const b = new Uint8Array(4 + data.length);
  new DataView(b.buffer).setUint32(0, number);
  b.set(data, 4);
  return b;
}

/** Reads the body of a message that quotes a packet and may have extensions behind it. */
export function readQuote(Body: typeof DstUnreach | typeof TimeExceeded) {
  return (proto: Protocol, cursor: Cursor): MessageBody => {
    const word = cursor.u32();
    return new Body(parseMultipart(proto, word, cursor.rest()));
  };
}

export function readParamProb(proto: Protocol, cursor: Cursor): ParamProb {
  const word = cursor.u32();
  if (proto !== protocolICMP) return new ParamProb({ pointer: word, data: cursor.rest().slice() });
  return new ParamProb({ pointer: word >>> 24, ...parseMultipart(proto, word, cursor.rest()) });
}

export function readPacketTooBig(_proto: Protocol, cursor: Cursor): PacketTooBig {
  return new PacketTooBig({ mtu: cursor.u32(), data: cursor.rest().slice() });
}
