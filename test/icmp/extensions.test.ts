// Objects of extension structures: RFC 4950, RFC 5837, RFC 8335.

import { describe, expect, it } from "vitest";
import {
  DstUnreach,
  type Extension,
  ExtendedEchoRequest,
  InterfaceIdent,
  InterfaceInfo,
  Message,
  type MPLSLabel,
  MPLSLabelStack,
  parseMessage,
  type Protocol,
  RawExtension,
} from "#lib/icmp/index.js";
import { IPAddr, parseIP } from "#lib/index.js";
import { thrown } from "../support/outcome.js";
import { hex } from "./packets.js";

const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** What a message with it says when it is read. */
function read(protocol: Protocol, extension: Extension): unknown {
  const asks = extension instanceof InterfaceIdent;
  const body = new (asks ? ExtendedEchoRequest : DstUnreach)({ extensions: [extension] });
  const type = { 1: asks ? 42 : 3, 58: asks ? 160 : 1 }[protocol];
  const message = parseMessage(protocol, new Message({ protocol, type, body }).marshal());
  return (message.body as DstUnreach).extensions[0];
}

const lo4 = new IPAddr({ ip: parseIP("127.0.0.1")!.to4() });
const link = { index: 15, name: "en101", mtu: 8192 };
const label: MPLSLabel = { label: 0xfffff, tc: 7, s: false, ttl: 1 };

const table: [string, Protocol, Extension, string][] = [
  ["bytes as they are", 1, new RawExtension(hex("0008c807 01020304")), "0008c80701020304"],
  ["a stack without labels", 1, new MPLSLabelStack(), "00040101"],
  ["a stack of a label", 58, new MPLSLabelStack({ type: 2, labels: [label] }), "00080102fffffe01"],
  [
    "a stack of two",
    1,
    new MPLSLabelStack({ labels: [label, { label: 16, tc: 0, s: true, ttl: 255 }] }),
    "000c0101fffffe01000101ff",
  ],
  ["an interface without anything", 1, new InterfaceInfo(), "00040200"],
  [
    "an interface by its number",
    1,
    new InterfaceInfo({ type: 8, interface: { index: 1, name: "", mtu: 0 } }),
    "0008020800000001",
  ],
  [
    "an interface by its name alone",
    1,
    new InterfaceInfo({ type: 2, interface: { index: 0, name: "lo", mtu: 0 } }),
    "00080202046c6f00",
  ],
  [
    "an interface with its MTU alone",
    1,
    new InterfaceInfo({ type: 1, interface: { index: 0, name: "", mtu: 0xffffffff } }),
    "00080201ffffffff",
  ],
  ["an interface by its address", 1, new InterfaceInfo({ type: 4, addr: lo4 }), "000c0204000100007f000001"],
  [
    "all of an interface",
    58,
    new InterfaceInfo({ type: 0x8f, interface: link, addr: new IPAddr({ ip: "fe80::1", zone: "en101" }) }),
    "0028028f0000000f00020000fe80000000000000000000000000000108656e313031000000002000",
  ],
  ["an interface to ask for by name", 1, new InterfaceIdent({ type: 1, name: "eth0" }), "0008030165746830"],
  [
    "one to ask for by a longer name",
    58,
    new InterfaceIdent({ type: 1, name: "eth10" }),
    "000c03016574683130000000",
  ],
  ["one to ask for by number", 58, new InterfaceIdent({ type: 2, index: 0xffffffff }), "00080302ffffffff"],
  [
    "one to ask for by address",
    1,
    new InterfaceIdent({ type: 3, afi: 1, addr: hex("7f000001") }),
    "000c0303000104007f000001",
  ],
  [
    "one to ask for by an odd address",
    1,
    new InterfaceIdent({ type: 3, afi: 16389, addr: hex("0123456789") }),
    "00100303400505000123456789000000",
  ],
];

describe("an extension", () => {
  it.each(table)("is written, and read again: %s", (_, protocol, extension, object) => {
    expect(toHex(extension.marshal(protocol))).toBe(object);
    expect(extension.len(protocol)).toBe(object.length / 2);
    expect(read(protocol, extension)).toEqual(extension);
    expect((read(protocol, extension) as object).constructor).toBe(extension.constructor);
  });

  it("knows its class", () => {
    const made = [new MPLSLabelStack(), new InterfaceInfo(), new InterfaceIdent({ type: 1 })];
    expect(made.map((extension) => extension.class)).toEqual([1, 2, 3]);
    expect(made.map((extension) => extension.marshal(1)[2])).toEqual([1, 2, 3]);
  });

  it("of a class that is unknown comes with its header, in memory of its own", () => {
    const { data } = read(1, new RawExtension(hex("0008c807 01020304"))) as RawExtension;
    expect(data).toEqual(hex("0008c807 01020304"));
    expect(data.buffer.byteLength).toBe(8);
  });
});

describe("InterfaceInfo", () => {
  it("writes the kind of what there is, and keeps the role", () => {
    const info = new InterfaceInfo({ type: 0x40, interface: link, addr: lo4 });
    expect(info.marshal(1)[3]).toBe(0x4f);
    // An address of the other family has no place in the message.
    expect(info.marshal(58)[3]).toBe(0x4b);
    expect(info.len(1) - info.len(58)).toBe(8);
  });

  it("takes addresses of either form", () => {
    const long = new InterfaceInfo({ addr: new IPAddr({ ip: "127.0.0.1" }) });
    expect(toHex(long.marshal(1))).toBe("000c0204000100007f000001");
    expect(new InterfaceInfo({ addr: new IPAddr() }).marshal(58).length).toBe(4);
  });

  it("writes 63 bytes of a name, and no half of a character", () => {
    const name = (text: string) => new InterfaceInfo({ interface: { name: text } }).marshal(1).subarray(4);
    expect(name("a".repeat(64))).toEqual(Uint8Array.of(64, ...Buffer.from("a".repeat(63))));
    expect(name("é".repeat(32))).toEqual(Uint8Array.of(64, ...Buffer.from("é".repeat(31)), 0));
  });

  it("gives its name to an address of IPv6 for a zone, and to none of IPv4", () => {
    const told = (protocol: Protocol, addr: IPAddr) => {
      const info = new InterfaceInfo({ interface: link, addr });
      return String((read(protocol, info) as InterfaceInfo).addr);
    };
    expect(told(58, new IPAddr({ ip: "fe80::1" }))).toBe("fe80::1%en101");
    expect(told(1, lo4)).toBe("127.0.0.1");
  });
});

describe("InterfaceIdent", () => {
  it("writes what its type says, and nothing else", () => {
    const all = { name: "lo", index: 1, afi: 1, addr: hex("7f000001") };
    const lengths = [0, 1, 2, 3, 4].map((type) => new InterfaceIdent({ type, ...all }).len());
    expect(lengths).toEqual([4, 8, 8, 12, 4]);
  });

  it("writes 255 bytes of a name", () => {
    expect(new InterfaceIdent({ type: 1, name: "a".repeat(300) }).len()).toBe(4 + 256);
  });
});

describe("an extension cannot be made of", () => {
  const TYPE = "ERR_INVALID_ARG_TYPE";
  const RANGE = "ERR_OUT_OF_RANGE";
  it.each<[string, () => unknown, string]>([
    ["a label of 21 bits", () => new MPLSLabelStack({ labels: [{ ...label, label: 0x100000 }] }), RANGE],
    ["a traffic class of 4 bits", () => new MPLSLabelStack({ labels: [{ ...label, tc: 8 }] }), RANGE],
    ["a TTL of 9 bits", () => new MPLSLabelStack({ labels: [{ ...label, ttl: 256 }] }), RANGE],
    ["a bottom that is a number", () => new MPLSLabelStack({ labels: [{ ...label, s: 1 as never }] }), TYPE],
    ["a label that is none", () => new MPLSLabelStack({ labels: [null as never] }), TYPE],
    ["labels that are no array", () => new MPLSLabelStack({ labels: label as never }), TYPE],
    [
      "too many labels",
      () => new MPLSLabelStack({ labels: Array.from({ length: 16383 }, () => label) }),
      RANGE,
    ],
    ["a sub-type of 9 bits", () => new InterfaceInfo({ type: 256 }), RANGE],
    ["an interface that is a name", () => new InterfaceInfo({ interface: "lo" as never }), TYPE],
    ["a number below 0", () => new InterfaceInfo({ interface: { index: -1 } }), RANGE],
    ["a name with NUL", () => new InterfaceInfo({ interface: { name: "a\0b" } }), "ERR_INVALID_ARG_VALUE"],
    ["an address that is text", () => new InterfaceInfo({ addr: "::1" as never }), TYPE],
    ["no type to ask by", () => new InterfaceIdent({} as never), TYPE],
    ["a number to ask for of 33 bits", () => new InterfaceIdent({ type: 2, index: 2 ** 32 }), RANGE],
    ["a family of 17 bits", () => new InterfaceIdent({ type: 3, afi: 65536 }), RANGE],
    ["an address of 256 bytes", () => new InterfaceIdent({ type: 3, addr: new Uint8Array(256) }), RANGE],
    ["an address that is an IP's text", () => new InterfaceIdent({ type: 3, addr: "::1" as never }), TYPE],
    ["bytes that are text", () => new RawExtension("text" as never), TYPE],
  ])("%s", (_, use, code) => {
    expect(thrown(use)).toMatchObject({ code });
  });
});
