import { describe, expect, it } from "vitest";
import {
  checksum,
  Echo,
  type EchoFields,
  ipv6PseudoHeader,
  Message,
  type MessageFields,
  parseMessage,
  RawBody,
} from "#lib/icmp/index.js";
import { parseIP } from "#lib/index.js";
import { echo4, hex } from "./packets.js";

const coded = (code: string) => expect.objectContaining({ code });

describe("checksum", () => {
  it.each([
    ["", 0xffff],
    ["0000", 0xffff],
    ["ffff", 0],
    ["0001 f203 f4f5 f6f7", 0x220d], // The example of RFC 1071 section 3.
    ["01", 0xfeff],
    ["ff ff ff", 0x00ff],
    ["8000 8000", 0xfffe],
    ["ffff 0001", 0xfffe],
  ])("of %j is %i", (bytes, sum) => {
    expect(checksum(hex(bytes))).toBe(sum);
  });

  it("folds more carries than 32 bits have", () => {
    // 2^17 words of 0xffff sum up beyond 2^32; each of them is a zero of ones' complement.
    expect(checksum(new Uint8Array(2 ** 18).fill(0xff))).toBe(0);
  });
});

describe("Message", () => {
  it("writes an IPv4 echo request with its checksum", () => {
    const body = new Echo({ id: 0x1234, seq: 7, data: hex("0001020304050607") });
    expect(new Message({ protocol: 1, type: 8, body }).marshal()).toEqual(echo4);
  });

  it("leaves the checksum of IPv6 to the kernel, unless it is given a pseudo header", () => {
    const message = new Message({ protocol: 58, type: 128, body: new Echo({ id: 1, seq: 2 }) });
    expect(message.marshal()).toEqual(hex("8000 0000 0001 0002"));
    const psh = ipv6PseudoHeader(parseIP("::1")!, parseIP("::1")!);
    // 1 + 1 + 8 + 58 + 0x8000 + 1 + 2, inverted.
    expect(message.marshal(psh)).toEqual(hex("8000 7fb8 0001 0002"));
    expect(psh).toEqual(ipv6PseudoHeader(parseIP("::1")!, parseIP("::1")!));
  });

  it("has four bytes without a body", () => {
    expect(new Message({ protocol: 1, type: 3, code: 127 }).marshal()).toEqual(hex("037f fc80"));
  });

  it("is what was read, in memory of its own", () => {
    const wire = echo4.slice();
    const { type, code, checksum: sum, body } = parseMessage(1, wire);
    wire.fill(0xff);
    expect({ type, code, sum }).toEqual({ type: 8, code: 0, sum: 0xd9b4 });
    expect(body).toEqual(new Echo({ id: 0x1234, seq: 7, data: hex("0001020304050607") }));
  });

  it("has a raw body where its type has no class", () => {
    expect(parseMessage(1, hex("0d000000 cafe")).body).toEqual(new RawBody(hex("cafe")));
    expect(parseMessage(1, hex("0d000000")).body).toEqual(new RawBody());
    // What is an echo to one of the two is something else to the other.
    expect(parseMessage(58, hex("08000000")).body).toBeInstanceOf(RawBody);
    expect(parseMessage(1, hex("80000000")).body).toBeInstanceOf(RawBody);
  });

  it.each(["", "08", "080000", "08000000", "08000000 0001", "08000000 000100", "00000000 000100"])(
    "is too short: %j",
    (bytes) => {
      expect(() => parseMessage(1, hex(bytes))).toThrow(
        expect.objectContaining({ code: "ERR_PARSE", message: "message too short" }),
      );
    },
  );

  it.each<[unknown, string]>([
    [{ protocol: 1, type: 256 }, "ERR_OUT_OF_RANGE"],
    [{ protocol: 1, type: -1 }, "ERR_OUT_OF_RANGE"],
    [{ protocol: 1, type: 8, code: 256 }, "ERR_OUT_OF_RANGE"],
    [{ protocol: 1, type: "8" }, "ERR_INVALID_ARG_TYPE"],
    [{ protocol: 6, type: 8 }, "ERR_PARSE"],
  ])("cannot be made of %j", (fields, code) => {
    expect(() => new Message(fields as MessageFields)).toThrow(coded(code));
  });

  it.each<[unknown, string]>([
    [{ id: 65536 }, "ERR_OUT_OF_RANGE"],
    [{ seq: -1 }, "ERR_OUT_OF_RANGE"],
    [{ seq: 0.5 }, "ERR_OUT_OF_RANGE"],
    [{ data: "text" }, "ERR_INVALID_ARG_TYPE"],
  ])("has no echo of %j", (fields, code) => {
    expect(() => new Echo(fields as EchoFields)).toThrow(coded(code));
  });

  it("wants a whole pseudo header", () => {
    const message = new Message({ protocol: 58, type: 128 });
    expect(() => message.marshal(new Uint8Array(39))).toThrow(coded("ERR_INVALID_ARG_VALUE"));
    expect(() => new RawBody("x" as unknown as Uint8Array)).toThrow(coded("ERR_INVALID_ARG_TYPE"));
  });
});
