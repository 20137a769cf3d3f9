import { describe, expect, it } from "vitest";
import {
  errorTypes,
  Message,
  MessageError,
  MPLSLabelStack,
  parseErrorMessage,
  parseIPv4Header,
  parseQuoted,
  TimeExceeded,
} from "#lib/icmp/index.js";
import { parseIPv4Packet } from "#lib/icmp/ip-header.js";
import { echo4, echo6, error, hex, ipv4, ipv6, join, nops } from "./packets.js";

const told = (message: string) =>
  expect.objectContaining({ name: "MessageError", code: "ERR_PARSE", message });

// An extension header of so many bytes behind its first two.
const extension = (next: number, length: number, bytes: number) =>
  join([next, length], new Uint8Array(bytes));

describe("parseErrorMessage", () => {
  it.each([
    ["destination unreachable", 3, 1, [0, 0, 0, 0], {}],
    ["fragmentation needed", 3, 4, [0, 0, 0x05, 0x14], { mtu: 1300 }],
    ["redirect", 5, 1, [10, 0, 0, 254], { gateway: "10.0.0.254" }],
    ["time exceeded", 11, 0, [0, 0, 0, 0], {}],
    ["parameter problem", 12, 0, [20, 0, 0, 0], { pointer: 20 }],
  ])("reads an IPv4 %s", (_, type, code, rest, detail) => {
    const { quoted, gateway, ...message } = parseErrorMessage(1, error(type, code, ipv4(echo4), rest));
    expect({ ...message, gateway: gateway?.toString() ?? null }).toEqual({
      protocol: 1,
      type,
      code,
      mtu: null,
      pointer: null,
      gateway: null,
      ...detail,
    });
    expect([String(quoted.src), String(quoted.dst), quoted.protocol]).toEqual(["10.0.0.1", "10.0.0.2", 1]);
    expect(quoted.echo).toMatchObject({ id: 0x1234, seq: 7, data: hex("0001020304050607") });
  });

  it.each([
    ["destination unreachable", 1, 4, [0, 0, 0, 0], {}],
    ["packet too big", 2, 0, [0, 0, 0x05, 0x00], { mtu: 1280 }],
    ["packet too big, beyond all reason", 2, 0, [0xff, 0xff, 0xff, 0xff], { mtu: 0xffffffff }],
    ["time exceeded", 3, 0, [0, 0, 0, 0], {}],
    ["parameter problem", 4, 1, [0, 0, 0, 40], { pointer: 40 }],
  ])("reads an IPv6 %s", (_, type, code, rest, detail) => {
    const { quoted, ...message } = parseErrorMessage(58, error(type, code, ipv6(echo6), rest));
    expect(message).toEqual({ protocol: 58, type, code, mtu: null, pointer: null, gateway: null, ...detail });
    expect([String(quoted.src), String(quoted.dst), quoted.protocol]).toEqual(["fd00::1", "fd00::2", 58]);
    expect(quoted.echo).toMatchObject({ id: 0x1234, seq: 7 });
  });

  it.each([
    [1, 11, 0x00_20_00_00, ipv4, echo4],
    [58, 3, 0x10_00_00_00, ipv6, echo6],
  ] as const)("takes no extensions for what was quoted, protocol %i", (proto, type, word, header, echo) => {
    const labels = [{ label: 16, tc: 0, s: true, ttl: 1 }];
    // As long as a router quotes of a longer one, and the same without its length told.
    for (const told of [word, 0]) {
      const quote = header(join(echo, new Uint8Array(200))).subarray(0, 128);
      const body = new TimeExceeded({ data: quote, extensions: [new MPLSLabelStack({ labels })] });
      const message = new Message({ protocol: proto, type, body }).marshal();
      new DataView(message.buffer, message.byteOffset).setUint32(4, told);
      const { quoted } = parseErrorMessage(proto, message);
      expect(quoted.data).toHaveLength(proto === 1 ? 108 : 88);
      expect(quoted.echo!.data).toHaveLength(proto === 1 ? 100 : 80);
    }
  });

  it("knows which types it reads", () => {
    expect(errorTypes(1)).toEqual([3, 5, 11, 12]);
    expect(errorTypes(58)).toEqual([1, 2, 3, 4]);
  });
});

describe("parseQuoted", () => {
  // Well formed, though odd: what is told of the request in it.
  it.each<[string, 1 | 58, Uint8Array, boolean]>([
    ["IPv4", 1, ipv4(echo4), true],
    ["IPv4 with options", 1, ipv4(echo4, { options: nops(40) }), true],
    ["IPv4 cut after eight bytes of payload", 1, ipv4(echo4).subarray(0, 28), true],
    ["IPv4 cut after seven bytes of payload", 1, ipv4(echo4).subarray(0, 27), false],
    ["IPv4 cut after its header", 1, ipv4(echo4).subarray(0, 20), false],
    ["IPv4 with a total length beyond what is there", 1, ipv4(echo4, { total: 0xffff }), true],
    ["IPv4 with a total length in another byte order", 1, ipv4(echo4, { total: 5 }), true],
    ["IPv4 with a total length that cuts the request", 1, ipv4(echo4, { total: 24 }), false],
    ["IPv4 with padding behind", 1, join(ipv4(echo4), new Uint8Array(64)), true],
    ["IPv4, the first fragment", 1, ipv4(echo4, { fragment: 0x2000 }), true],
    ["IPv4, a later fragment", 1, ipv4(echo4, { fragment: 1 }), false],
    ["IPv4 of UDP", 1, ipv4(echo4, { protocol: 17 }), false],
    ["IPv4 of ICMPv6", 1, ipv4(echo6, { protocol: 58 }), false],
    ["IPv4 with an echo reply", 1, ipv4(join([0], echo4.subarray(1))), false],
    ["IPv6", 58, ipv6(echo6), true],
    ["IPv6 with a hop-by-hop header", 58, ipv6(join(extension(58, 0, 6), echo6), 0), true],
    [
      "IPv6 with routing and destination headers",
      58,
      ipv6(join(extension(60, 1, 14), extension(58, 0, 6), echo6), 43),
      true,
    ],
    ["IPv6 with an authentication header", 58, ipv6(join(extension(58, 4, 22), echo6), 51), true],
    ["IPv6, the first fragment", 58, ipv6(join(hex("3a00 0001 00000001"), echo6), 44), true],
    ["IPv6, a later fragment", 58, ipv6(join(hex("3a00 0008 00000001"), echo6), 44), false],
    ["IPv6 that is encrypted", 58, ipv6(echo6, 50), false],
    ["IPv6 without payload", 58, ipv6(new Uint8Array(0), 59), false],
    ["IPv6 of ICMPv4", 58, ipv6(echo4, 1), false],
  ])("reads %s", (_, proto, packet, hasEcho) => {
    const quoted = parseQuoted(proto, packet);
    expect(quoted.echo !== null).toBe(hasEcho);
    if (hasEcho) expect(quoted.echo).toMatchObject({ id: 0x1234, seq: 7 });
    expect(quoted.data.length).toBeLessThanOrEqual(packet.length - 20);
  });

  it("tells no more of the payload than the packet has", () => {
    expect(parseQuoted(1, join(ipv4(echo4), new Uint8Array(64))).data).toEqual(echo4);
    expect(parseQuoted(58, join(ipv6(echo6), new Uint8Array(64))).data).toEqual(echo6);
    // One that is all header has nothing, whatever stands behind it.
    expect(parseQuoted(1, join(ipv4(hex("")), new Uint8Array(64))).data).toHaveLength(0);
  });
});

describe("parseIPv4Header", () => {
  it("reads the header of a packet that was quoted, as much as there is behind it", () => {
    const quoted = ipv4(echo4, { options: nops(8), fragment: 0x2001, total: 1500 });
    const h = parseIPv4Header(quoted.subarray(0, 36));
    expect(h).toMatchObject({ version: 4, len: 28, totalLen: 1500, flags: 1, fragOff: 1, protocol: 1 });
    expect([String(h.src), String(h.dst)]).toEqual(["10.0.0.1", "10.0.0.2"]);
  });

  it.each([
    [0, "header too short"],
    [19, "header too short"],
    [20, "buffer too short"],
    [27, "buffer too short"],
  ])("refuses %i bytes of one", (length, message) => {
    const quoted = ipv4(echo4, { options: nops(8) }).subarray(0, length);
    expect(() => parseIPv4Header(quoted)).toThrow(told(message));
  });

  it("refuses one that calls itself shorter than it can be", () => {
    expect(() => parseIPv4Header(ipv4(echo4, { first: 0x44 }))).toThrow(told("header too short"));
  });
});

describe("a malformed message", () => {
  it.each<[string, 1 | 58, Uint8Array, string]>([
    ["nothing", 1, hex(""), "message too short"],
    ["one byte", 1, hex("03"), "message too short"],
    ["no checksum", 1, hex("0301"), "message too short"],
    ["half a checksum", 1, hex("030100"), "message too short"],
    ["no detail", 1, hex("03010000"), "message too short"],
    ["half a detail", 1, hex("03010000 0000"), "message too short"],
    ["a redirect without its router", 1, hex("05010000 0a00"), "message too short"],
    ["no quoted packet", 1, hex("03010000 00000000"), "header too short"],
    ["an echo reply", 1, hex("00000000 00000000"), "invalid type"],
    ["an echo request", 1, echo4, "invalid type"],
    ["source quench, long obsolete", 1, error(4, 0, ipv4(echo4)), "invalid type"],
    ["a type of ICMPv6", 1, error(1, 0, ipv4(echo4)), "invalid type"],
    ["an unknown type", 1, error(255, 0, ipv4(echo4)), "invalid type"],
    ["a header of one byte", 1, error(3, 1, hex("45")), "header too short"],
    ["a header of 19 bytes", 1, error(3, 1, ipv4(echo4).subarray(0, 19)), "header too short"],
    ["an IPv6 packet in IPv4", 1, error(3, 1, ipv6(echo6)), "invalid header"],
    ["version 0", 1, error(3, 1, ipv4(echo4, { first: 0x05 })), "invalid header"],
    ["version 15", 1, error(3, 1, ipv4(echo4, { first: 0xf5 })), "invalid header"],
    ["header length 0", 1, error(3, 1, ipv4(echo4, { first: 0x40 })), "invalid header"],
    ["header length 4 words", 1, error(3, 1, ipv4(echo4, { first: 0x44 })), "invalid header"],
    ["header length beyond the end", 1, error(3, 1, ipv4(hex(""), { first: 0x46 })), "header too short"],
    ["header length 15 words of 36 bytes", 1, error(3, 1, ipv4(echo4, { first: 0x4f })), "header too short"],
    [
      "options that are cut",
      1,
      error(3, 1, ipv4(echo4, { options: [1, 1, 1, 1] }).subarray(0, 22)),
      "header too short",
    ],
    ["nothing, of IPv6", 58, hex(""), "message too short"],
    ["no detail, of IPv6", 58, hex("01000000"), "message too short"],
    ["half an MTU", 58, hex("02000000 0005"), "message too short"],
    ["no quoted packet, of IPv6", 58, hex("01000000 00000000"), "header too short"],
    ["an echo reply, of IPv6", 58, hex("81000000 00000000"), "invalid type"],
    ["a neighbour's redirect", 58, error(137, 0, ipv6(echo6)), "invalid type"],
    ["a type of ICMPv4", 58, error(11, 0, ipv6(echo6)), "invalid type"],
    ["type 0", 58, error(0, 0, ipv6(echo6)), "invalid type"],
    ["an IPv4 packet in IPv6", 58, error(1, 0, ipv4(echo4)), "invalid header"],
    ["version 7", 58, error(1, 0, ipv6(echo6, 58, 16, 0x70)), "invalid header"],
    ["a header of 39 bytes", 58, error(1, 0, ipv6(echo6).subarray(0, 39)), "header too short"],
    ["an extension header that is missing", 58, error(1, 0, ipv6(hex(""), 0)), "header too short"],
    ["an extension header of one byte", 58, error(1, 0, ipv6(hex("3a"), 0)), "header too short"],
    ["an extension header of seven bytes", 58, error(1, 0, ipv6(extension(58, 0, 5), 0)), "header too short"],
    [
      "an extension header beyond the end",
      58,
      error(1, 0, ipv6(extension(58, 255, 60), 0)),
      "header too short",
    ],
    ["extension headers without an end", 58, error(1, 0, ipv6(new Uint8Array(1200), 0)), "header too short"],
    ["a fragment header that is cut", 58, error(1, 0, ipv6(hex("3a00 0000 0000"), 44)), "header too short"],
    [
      "a later fragment's header that is cut",
      58,
      error(1, 0, ipv6(hex("3a00 ffff"), 44)),
      "header too short",
    ],
    [
      "an authentication header that is cut",
      58,
      error(1, 0, ipv6(extension(58, 4, 21), 51)),
      "header too short",
    ],
    [
      "an authentication header of length 0 that is cut",
      58,
      error(1, 0, ipv6(extension(51, 0, 5), 51)),
      "header too short",
    ],
  ])("is refused: %s", (_, proto, bytes, message) => {
    expect(() => parseErrorMessage(proto, bytes)).toThrow(told(message));
  });

  it.each([
    [undefined, "ERR_INVALID_ARG_TYPE"],
    ["03010000", "ERR_INVALID_ARG_TYPE"],
    [[3, 1, 0, 0], "ERR_INVALID_ARG_TYPE"],
  ])("is refused when it is no bytes: %j", (bytes, code) => {
    expect(() => parseErrorMessage(1, bytes as unknown as Uint8Array)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it.each([0, 2, 57, "1"])("is refused for the protocol %j", (proto) => {
    expect(() => parseErrorMessage(proto as 1, error(3, 1, ipv4(echo4)))).toThrow(told("invalid protocol"));
  });
});

describe("parseIPv4Packet", () => {
  it.each([
    ["a whole packet", ipv4(echo4), 16],
    ["one without payload", ipv4(hex("")), 0],
    ["one with options", ipv4(echo4, { options: nops(8) }), 16],
    ["one that was padded on its link", join(ipv4(echo4), new Uint8Array(10)), 16],
  ])("reads %s", (_, packet, length) => {
    const { headerLength, totalLength, payload, ttl } = parseIPv4Packet(packet);
    expect(payload).toHaveLength(length);
    expect(headerLength + payload.length).toBe(totalLength);
    expect(ttl).toBe(64);
  });

  it.each([
    ["a total length below the header's", ipv4(echo4, { total: 19 })],
    ["a total length of 0", ipv4(echo4, { total: 0 })],
    ["a total length beyond what came", ipv4(echo4, { total: 37 })],
  ])("refuses %s", (_, packet) => {
    expect(() => parseIPv4Packet(packet)).toThrow(MessageError);
  });
});
