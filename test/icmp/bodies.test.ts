// Bodies of messages: how each is written, and that it is read again.

import { describe, expect, it } from "vitest";
import {
  DefaultMessageBody,
  DstUnreach,
  Echo,
  ExtendedEchoReply,
  ExtendedEchoRequest,
  InterfaceIdent,
  InterfaceInfo,
  Message,
  type MessageBody,
  MPLSLabelStack,
  PacketTooBig,
  ParamProb,
  parseMessage,
  type Protocol,
  RawBody,
  RawExtension,
  TimeExceeded,
} from "#lib/icmp/index.js";
import { thrown } from "../support/outcome.js";
import { structure } from "./malformed.js";
import { hex, join } from "./packets.js";

const data = hex("4500001c");
const zeros = (length: number) => new Uint8Array(length);
const raw = new RawExtension(hex("0004c800"));
const mpls = new MPLSLabelStack({ labels: [{ label: 16014, tc: 4, s: true, ttl: 255 }] });
const ident = new InterfaceIdent({ type: 2, index: 911 });
const objects = structure(hex("0008010103e8e9ff"), hex("0004c800"));
const extensions = [mpls, raw];

/** A body, the type it belongs to, and how it is written without the four bytes before it. */
const table: [string, Protocol, number, MessageBody, Uint8Array][] = [
  ["an echo", 1, 8, new Echo({ id: 0x1234, seq: 7, data }), hex("12340007 4500001c")],
  ["an echo reply of IPv6", 58, 129, new Echo({ id: 65535, seq: 65535 }), hex("ffffffff")],
  ["nothing in particular", 1, 13, new RawBody(data), data],
  ["destination unreachable", 1, 3, new DstUnreach({ data }), hex("00000000 4500001c")],
  ["destination unreachable of IPv6", 58, 1, new DstUnreach({ data }), hex("00000000 4500001c")],
  ["time exceeded", 1, 11, new TimeExceeded({ data }), hex("00000000 4500001c")],
  ["time exceeded of IPv6", 58, 3, new TimeExceeded(), hex("00000000")],
  ["a problem", 1, 12, new ParamProb({ pointer: 20, data }), hex("14000000 4500001c")],
  ["a problem of IPv6", 58, 4, new ParamProb({ pointer: 0xffffffff, data }), hex("ffffffff 4500001c")],
  ["too big", 58, 2, new PacketTooBig({ mtu: 1280, data }), hex("00000500 4500001c")],
  [
    "destination unreachable with extensions",
    1,
    3,
    new DstUnreach({ data: join(data, zeros(124)), extensions }),
    join(hex("00200000"), data, zeros(124), objects),
  ],
  [
    "time exceeded with extensions, of IPv6",
    58,
    3,
    new TimeExceeded({ data: zeros(136), extensions }),
    join(hex("11000000"), zeros(136), objects),
  ],
  [
    "a problem with extensions",
    1,
    12,
    new ParamProb({ pointer: 255, data: zeros(1020), extensions }),
    join(hex("ffff0000"), zeros(1020), objects),
  ],
  [
    "an extended request",
    1,
    42,
    new ExtendedEchoRequest({ id: 0x1234, seq: 255, local: true, extensions: [ident] }),
    join(hex("1234ff01"), structure(hex("00080302 0000038f"))),
  ],
  ["an extended request of IPv6 for nothing", 58, 160, new ExtendedEchoRequest({ id: 1 }), hex("00010000")],
  [
    "an extended reply",
    1,
    43,
    new ExtendedEchoReply({ id: 1, seq: 2, state: 7, active: true, ipv4: false, ipv6: true }),
    hex("000102e5"),
  ],
  ["an extended reply of IPv6", 58, 161, new ExtendedEchoReply({ state: 4, ipv4: true }), hex("00000082")],
];

describe("a body", () => {
  it.each(table)("is written, and read again: %s", (_, protocol, type, body, bytes) => {
    expect(body.marshal(protocol)).toEqual(bytes);
    expect(body.len(protocol)).toBe(bytes.length);
    const wire = new Message({ protocol, type, body }).marshal();
    const read = parseMessage(protocol, wire);
    expect(read.body).toEqual(body);
    expect(read.body!.constructor).toBe(body.constructor);
    // It has nothing of what it was read from.
    wire.fill(0xff);
    expect(read.body).toEqual(body);
  });

  it("is a RawBody by its old name too", () => {
    expect(new DefaultMessageBody(data)).toEqual(new RawBody(data));
  });

  it("has nothing in it by default", () => {
    expect(new Echo()).toMatchObject({ id: 0, seq: 0, data: zeros(0) });
    expect(new DstUnreach()).toMatchObject({ data: zeros(0), extensions: [] });
    expect(new TimeExceeded()).toMatchObject({ data: zeros(0), extensions: [] });
    expect(new ParamProb()).toMatchObject({ pointer: 0, data: zeros(0), extensions: [] });
    expect(new PacketTooBig()).toMatchObject({ mtu: 0, data: zeros(0) });
    expect(new ExtendedEchoRequest()).toMatchObject({ id: 0, seq: 0, local: false, extensions: [] });
    const none = { id: 0, seq: 0, state: 0, active: false, ipv4: false, ipv6: false };
    expect(new ExtendedEchoReply()).toMatchObject(none);
  });
});

describe("a quoted packet with extensions behind it", () => {
  it.each<[Protocol, number, number, number]>([
    [1, 0, 128, 32],
    [1, 127, 128, 32],
    [1, 128, 128, 32],
    [1, 129, 132, 33],
    [1, 1020, 1020, 255],
    [58, 0, 128, 16],
    [58, 129, 136, 17],
    [58, 133, 136, 17],
    [58, 2040, 2040, 255],
  ])("of protocol %i with %i bytes is padded to %i and told as %i", (protocol, length, padded, units) => {
    const body = new DstUnreach({ data: zeros(length).fill(1), extensions: [raw] });
    const b = body.marshal(protocol);
    expect(b.length).toBe(4 + padded + 8);
    expect([...b.subarray(0, 4)]).toEqual(protocol === 1 ? [0, units, 0, 0] : [units, 0, 0, 0]);
    const read = parseMessage(
      protocol,
      new Message({ protocol, type: protocol === 1 ? 3 : 1, body }).marshal(),
    );
    expect(read.body).toEqual(
      new DstUnreach({ data: join(body.data, zeros(padded - length)), extensions: [raw] }),
    );
  });

  it.each<[Protocol, number]>([
    [1, 1021],
    [58, 2041],
  ])("is not written when its length cannot be told: protocol %i, %i bytes", (protocol, length) => {
    const body = new DstUnreach({ data: zeros(length), extensions: [raw] });
    expect(thrown(() => body.marshal(protocol))).toMatchObject({ code: "ERR_OUT_OF_RANGE" });
    expect(new DstUnreach({ data: zeros(length) }).marshal(protocol).length).toBe(4 + length);
  });
});

describe("extensions where they do not belong", () => {
  const info = new InterfaceInfo();
  it.each<[string, Protocol, MessageBody]>([
    ["a report that asks", 1, new DstUnreach({ extensions: [ident] })],
    ["a report that asks, of IPv6", 58, new TimeExceeded({ extensions: [mpls, ident] })],
    ["a problem that asks", 1, new ParamProb({ extensions: [ident] })],
    ["a problem of IPv6 with any", 58, new ParamProb({ extensions: [raw] })],
    ["a request that reports", 1, new ExtendedEchoRequest({ extensions: [info] })],
    ["a request for two", 1, new ExtendedEchoRequest({ extensions: [ident, ident] })],
    ["a request for one and more", 58, new ExtendedEchoRequest({ extensions: [ident, raw] })],
    [
      "one of the caller's own",
      1,
      new DstUnreach({ extensions: [{ len: () => 4, marshal: () => zeros(4) }] }),
    ],
  ])("are refused: %s", (_, protocol, body) => {
    expect(thrown(() => body.marshal(protocol))).toMatchObject({
      name: "MessageError",
      code: "ERR_PARSE",
      message: "invalid extension",
    });
  });

  it("are none for a request of any number of raw ones", () => {
    const body = new ExtendedEchoRequest({ extensions: [raw, raw] });
    expect(body.marshal(1).length).toBe(body.len(1));
  });
});

describe("a body cannot be made of", () => {
  const TYPE = "ERR_INVALID_ARG_TYPE";
  const RANGE = "ERR_OUT_OF_RANGE";
  it.each<[string, () => unknown, string]>([
    ["an identifier of 17 bits", () => new ExtendedEchoRequest({ id: 65536 }), RANGE],
    ["a sequence number of 9 bits", () => new ExtendedEchoRequest({ seq: 256 }), RANGE],
    ["a flag that is a number", () => new ExtendedEchoRequest({ local: 1 as never }), TYPE],
    ["a state of 4 bits", () => new ExtendedEchoReply({ state: 8 }), RANGE],
    ["a sequence number of 9 bits, in a reply", () => new ExtendedEchoReply({ seq: 256 }), RANGE],
    ["activity that is text", () => new ExtendedEchoReply({ active: "yes" as never }), TYPE],
    ["an MTU of 33 bits", () => new PacketTooBig({ mtu: 2 ** 32 }), RANGE],
    ["a pointer below 0", () => new ParamProb({ pointer: -1 }), RANGE],
    ["a pointer beyond a byte in IPv4", () => new ParamProb({ pointer: 256 }).marshal(1), RANGE],
    ["data that is text", () => new DstUnreach({ data: "text" as never }), TYPE],
    ["data that is an array", () => new TimeExceeded({ data: [1] as never }), TYPE],
    ["extensions that are none", () => new DstUnreach({ extensions: [{}] as never }), TYPE],
    ["extensions that are no array", () => new DstUnreach({ extensions: mpls as never }), TYPE],
    ["a hole in them", () => new TimeExceeded({ extensions: Array(1) }), TYPE],
    ["null", () => new Echo(null as never), TYPE],
    ["null, of a report", () => new ParamProb(null as never), TYPE],
    ["a message of what is no body", () => new Message({ protocol: 1, type: 8, body: {} as never }), TYPE],
    ["a message of nothing", () => new Message(undefined as never), "ERR_PARSE"],
    ["another protocol", () => new DstUnreach().marshal(6 as never), "ERR_PARSE"],
  ])("%s", (_, use, code) => {
    expect(thrown(use)).toMatchObject({ code });
  });
});
