import * as fc from "fast-check";
import { IPAddr, parseIP, UDPAddr } from "rawconn";
import {
  checksum,
  Echo,
  ICMPv4Type,
  ICMPv6Type,
  Message,
  protocolICMP,
  protocolIPv6ICMP,
} from "rawconn/icmp";
import { describe, expect, it } from "vitest";
import { ICMPFormat } from "#lib/ping/trace/icmp-format.js";
import { UDPFormat } from "#lib/ping/trace/udp-format.js";

const target = { ip: parseIP("10.0.0.9")!, zone: "" };
const entry = (data: Uint8Array, addr: UDPAddr | IPAddr | null) => ({
  errno: 113,
  origin: 2,
  type: 11,
  code: 0,
  info: 0,
  extensionsAt: 0,
  offender: null,
  timestamp: null,
  ttl: null,
  data,
  addr,
});

describe("probes by UDP", () => {
  const format = new UDPFormat(target, 40000);

  it("go to a port each, and to the first again after 1024", () => {
    expect([1, 2, 1024, 1025].map((number) => format.keyOf(number))).toEqual([40000, 40001, 41023, 40000]);
    expect(format.to(40001).toString()).toBe("10.0.0.9:40001");
  });

  it("are known by the port they went to", () => {
    const data = Uint8Array.of(1, 2, 3);
    expect(format.quoted(entry(data, new UDPAddr({ ip: target.ip, port: 40007 })))).toEqual({
      key: 40007,
      payload: data,
    });
    expect(format.quoted(entry(data, null))).toBeNull();
    expect(format.answered(data, new UDPAddr({ ip: target.ip, port: 40007 }))).toEqual({
      key: 40007,
      payload: null,
    });
  });
});

describe.each([
  [protocolICMP, ICMPv4Type.echo, ICMPv4Type.echoReply],
  [protocolIPv6ICMP, ICMPv6Type.echoRequest, ICMPv6Type.echoReply],
] as const)("probes by ICMP %i", (protocol, request, reply) => {
  const format = new ICMPFormat(protocol, target, 77, false);
  const data = Uint8Array.of(9, 8, 7, 6, 5, 4, 3, 2, 1);
  const message = (type: number, id: number, seq: number, code = 0) =>
    new Message({ protocol, type, code, body: new Echo({ id, seq, data }) }).marshal();

  it("have a sequence number each", () => {
    expect([1, 0xffff, 0x10000].map((number) => format.keyOf(number))).toEqual([1, 0xffff, 0]);
    expect(format.packet(5, data).subarray(4)).toEqual(message(request, 77, 5).subarray(4));
  });

  it("are known by identifier and sequence number", () => {
    expect(format.answered(message(reply, 77, 5))).toEqual({ key: 5, payload: data });
    expect(format.quoted(entry(message(request, 77, 5), null))).toEqual({ key: 5, payload: data });
  });

  it.each([
    ["another identifier", message(reply, 78, 5)],
    ["a code", message(reply, 77, 5, 1)],
    ["the type of a request", message(request, 77, 5)],
    ["half a header", message(reply, 77, 5).subarray(0, 7)],
    ["nothing in it", new Uint8Array(0)],
  ])("are not answered by what has %s", (_, packet) => {
    expect(format.answered(packet)).toBeNull();
  });

  it("are not found in what is no request of ours", () => {
    expect(format.quoted(entry(message(reply, 77, 5), null))).toBeNull();
    expect(format.quoted(entry(message(request, 76, 5), null))).toBeNull();
    expect(format.quoted(entry(message(request, 77, 5).subarray(0, 7), null))).toBeNull();
  });

  it.each([false, true])("survive anything that arrives (raw: %j)", (raw) => {
    const any = new ICMPFormat(protocol, target, 77, raw);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        for (const trail of [any.answered(bytes.slice()), any.quoted(entry(bytes, null))])
          if (trail !== null) expect(trail.key).toBeLessThanOrEqual(0xffff);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("probes by ICMP on a raw socket", () => {
  const format = new ICMPFormat(protocolICMP, target, 77, true);
  const message = new Message({
    protocol: protocolICMP,
    type: ICMPv4Type.echoReply,
    body: new Echo({ id: 77, seq: 5 }),
  });

  /** A packet as a raw socket gets it; `options` bytes longer than usual. */
  function packet(b: Uint8Array, options = 0): Uint8Array {
    const header = new Uint8Array(20 + options);
    header[0] = 0x45 + options / 4;
    return Buffer.concat([header, b]);
  }

  it("are known behind an IPv4 header of any length", () => {
    for (const options of [0, 4, 40])
      expect(format.answered(packet(message.marshal(), options))).toMatchObject({ key: 5 });
    expect(format.to()).toBeInstanceOf(IPAddr);
  });

  it("are not answered by what has a wrong checksum", () => {
    const b = message.marshal();
    expect(checksum(b)).toBe(0);
    b[2] ^= 1;
    expect(format.answered(packet(b))).toBeNull();
  });
});
