// Go: x/net/icmp/echo.go; RFC 792, RFC 4443 section 4, RFC 8335
import { checkFields } from "../addr/arguments.js";
import { checkBoolean, checkInt } from "../errors/index.js";
import { checkData, EMPTY, type MessageBody } from "./body.js";
import type { Cursor } from "./cursor.js";
import { checkExtensions, type Extension, probes } from "./extension.js";
import { layout, marshalMultipart, parseMultipart } from "./multipart.js";
import type { Protocol } from "./types.js";

/** The fields of an {@link Echo}; all may be left out. */
export interface EchoFields {
  id?: number | undefined;
  seq?: number | undefined;
  data?: Uint8Array | undefined;
}

/** The body of an echo request or reply. Go: icmp.Echo. */
export class Echo implements MessageBody {
  /** The identifier, 0 to 65535: whose request it is. An unprivileged socket puts its own in its place. */
  readonly id: number;
  /** The sequence number, 0 to 65535. */
  readonly seq: number;
  /** The payload, which the other side sends back. */
  readonly data: Uint8Array;

  /** Throws a TypeError or a RangeError for a field that does not fit. */
  constructor(fields: EchoFields = {}) {
    const { id = 0, seq = 0, data = EMPTY } = checkFields(fields, "an object { id, seq, data }");
    this.id = checkInt("id", id, 0, 0xffff);
    this.seq = checkInt("seq", seq, 0, 0xffff);
    this.data = checkData(data);
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

/** The fields of an {@link ExtendedEchoRequest}; all may be left out. */
export interface ExtendedEchoRequestFields {
  id?: number | undefined;
  seq?: number | undefined;
  local?: boolean | undefined;
  extensions?: readonly Extension[] | undefined;
}

/** Asks a node about one of its interfaces, or a neighbour's: RFC 8335. Go: icmp.ExtendedEchoRequest. */
export class ExtendedEchoRequest implements MessageBody {
  /** The identifier, 0 to 65535. */
  readonly id: number;
  /** The sequence number, 0 to 255. */
  readonly seq: number;
  /** Whether the interface is the asked node's own, rather than a neighbour's. */
  readonly local: boolean;
  /** The interface: one InterfaceIdent, and nothing else; or any number of RawExtensions. */
  readonly extensions: readonly Extension[];

  /** Throws a TypeError or a RangeError for a field that does not fit. */
  constructor(fields: ExtendedEchoRequestFields = {}) {
    const expected = "an object { id, seq, local, extensions }";
    const { id = 0, seq = 0, local = false, extensions = [] } = checkFields(fields, expected);
    this.id = checkInt("id", id, 0, 0xffff);
    this.seq = checkInt("seq", seq, 0, 0xff);
    this.local = checkBoolean("local", local);
    this.extensions = checkExtensions(extensions);
  }

  /** Encoded size in bytes. Go: ExtendedEchoRequest.Len. */
  len(proto: Protocol): number {
    return layout(proto, this).length;
  }

  /** The encoded body. Throws a MessageError: `invalid extension`. Go: ExtendedEchoRequest.Marshal. */
  marshal(proto: Protocol): Uint8Array {
    const b = marshalMultipart(proto, this, probes);
    b.set([this.id >> 8, this.id & 0xff, this.seq, this.local ? 1 : 0]);
    return b;
  }
}

/** The fields of an {@link ExtendedEchoReply}; all may be left out. */
export interface ExtendedEchoReplyFields {
  id?: number | undefined;
  seq?: number | undefined;
  state?: number | undefined;
  active?: boolean | undefined;
  ipv4?: boolean | undefined;
  ipv6?: boolean | undefined;
}

const ACTIVE = 4;
const IPV4 = 2;
const IPV6 = 1;

/** What a node says of an interface it was asked about: RFC 8335. Go: icmp.ExtendedEchoReply. */
export class ExtendedEchoReply implements MessageBody {
  /** The identifier, 0 to 65535. */
  readonly id: number;
  /** The sequence number, 0 to 255. */
  readonly seq: number;
  /** 0 to 7: what a neighbour's table says. 0 reserved, 1 incomplete, 2 reachable, 3 stale, 4 delay, 5 probe, 6 failed. */
  readonly state: number;
  /** Whether the interface is active. */
  readonly active: boolean;
  /** Whether it runs IPv4. */
  readonly ipv4: boolean;
  /** Whether it runs IPv6. */
  readonly ipv6: boolean;

  /** Throws a TypeError or a RangeError for a field that does not fit. */
  constructor(fields: ExtendedEchoReplyFields = {}) {
    const expected = "an object { id, seq, state, active, ipv4, ipv6 }";
    const all = checkFields(fields, expected);
    this.id = checkInt("id", all.id ?? 0, 0, 0xffff);
    this.seq = checkInt("seq", all.seq ?? 0, 0, 0xff);
    this.state = checkInt("state", all.state ?? 0, 0, 7);
    this.active = checkBoolean("active", all.active ?? false);
    this.ipv4 = checkBoolean("ipv4", all.ipv4 ?? false);
    this.ipv6 = checkBoolean("ipv6", all.ipv6 ?? false);
  }

  /** Encoded size in bytes: 4. Go: ExtendedEchoReply.Len. */
  len(): number {
    return 4;
  }

  /** The encoded body. Go: ExtendedEchoReply.Marshal. */
  marshal(): Uint8Array {
    const { id, seq, state, active, ipv4, ipv6 } = this;
    const flags = (active ? ACTIVE : 0) | (ipv4 ? IPV4 : 0) | (ipv6 ? IPV6 : 0);
    return Uint8Array.of(id >> 8, id & 0xff, seq, (state << 5) | flags);
  }
}

export function readEcho(_proto: Protocol, cursor: Cursor): Echo {
  return new Echo({ id: cursor.u16(), seq: cursor.u16(), data: cursor.rest().slice() });
}

export function readExtendedEchoRequest(proto: Protocol, cursor: Cursor): ExtendedEchoRequest {
  const [id, seq, flags] = [cursor.u16(), cursor.u8(), cursor.u8()];
  const { extensions } = parseMultipart(proto, null, cursor.rest());
  return new ExtendedEchoRequest({ id, seq, local: (flags & 1) !== 0, extensions });
}

export function readExtendedEchoReply(_proto: Protocol, cursor: Cursor): ExtendedEchoReply {
  const [id, seq, bits] = [cursor.u16(), cursor.u8(), cursor.u8()];
  return new ExtendedEchoReply({
    id,
    seq,
    state: bits >> 5,
    active: (bits & ACTIVE) !== 0,
    ipv4: (bits & IPV4) !== 0,
    ipv6: (bits & IPV6) !== 0,
  });
}
