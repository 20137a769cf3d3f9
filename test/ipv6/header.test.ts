// IPv6 headers: what is read, and what is refused.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Header, headerLen, parseHeader, version } from "rawconn/ipv6";
import { hex, ipv6 as packet } from "../icmp/packets.js";
import { fields } from "../support/fields.js";
import { thrown } from "../support/outcome.js";

describe("parseHeader of IPv6", () => {
  it("reads every field from its place", () => {
    const b = hex(`6abcdef1 1234 11 3f ${"fd".padEnd(30, "0")}01 ${"fd".padEnd(30, "0")}02`);
    const h = parseHeader(b);
    expect(h).toBeInstanceOf(Header);
    expect({ ...fields(h), src: String(h.src), dst: String(h.dst) }).toEqual({
      version: 6,
      trafficClass: 0xab,
      flowLabel: 0xcdef1,
      payloadLen: 0x1234,
      nextHeader: 17,
      hopLimit: 63,
      src: "fd00::1",
      dst: "fd00::2",
    });
    expect([version, headerLen]).toEqual([6, 40]);
    expect(h.toString()).toBe(
      "ver=6 tclass=0xab flowlbl=0xcdef1 payloadlen=4660 nxthdr=17 hoplim=63 src=fd00::1 dst=fd00::2",
    );
  });

  it("leaves what follows alone, in whatever memory it stands", () => {
    const b = packet(hex("8000"));
    const memory = new Uint8Array(80).fill(0xff);
    memory.set(b, 3);
    expect(fields(parseHeader(memory.subarray(3, 3 + b.length)))).toEqual(fields(parseHeader(b)));
  });

  it.each([0, 1, 39])("refuses %i bytes", (length) => {
    const error = thrown(() => parseHeader(packet(hex("")).subarray(0, length)));
    expect(error).toMatchObject({ name: "MessageError", code: "ERR_PARSE", message: "header too short" });
  });

  it.each([undefined, null, "6000", [0x60], new ArrayBuffer(40)])("refuses %s, which is no bytes", (b) => {
    expect(thrown(() => parseHeader(b as never))).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
  });

  it("survives any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 40, maxLength: 60 }), (b) => {
        const h = parseHeader(b);
        expect(h.flowLabel).toBeLessThan(1 << 20);
        expect([...h.src.bytes, ...h.dst.bytes]).toEqual([...b.subarray(8, 40)]);
      }),
    );
  });
});
