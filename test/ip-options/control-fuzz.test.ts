// Control data of any bytes: an answer or an error, never a crash, and never a byte from beside it.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as ipv4 from "rawconn/ipv4";
import * as ipv6 from "rawconn/ipv6";
import { IPPROTO_IP, IPPROTO_IPV6 } from "rawconn/syscall";
import { item } from "../support/control-data.js";
import { join } from "../icmp/packets.js";

const families = [
  ["IPv4", () => new ipv4.ControlMessage(), IPPROTO_IP],
  ["IPv6", () => new ipv6.ControlMessage(), IPPROTO_IPV6],
] as const;

// True heads with any data, so that not all of it ends at the first length.
const items = (level: number) =>
  fc
    .array(
      fc
        .tuple(fc.constantFrom(level, 1), fc.nat(70), fc.uint8Array({ maxLength: 40 }))
        .map(([where, type, data]) => item(where, type, data)),
      { maxLength: 4 },
    )
    .chain((some) => fc.uint8Array({ maxLength: 20 }).map((rest) => join(...some, rest)));

describe.each(families)("control data of %s", (_, fresh, level) => {
  it.each([
    ["any bytes", fc.uint8Array({ maxLength: 120 })],
    ["heads with any data", items(level)],
  ])("of %s", (_name, bytes) => {
    fc.assert(
      fc.property(bytes, (oob) => {
        // The same bytes with others behind them say the same.
        const beside = join(oob, new Uint8Array(64).fill(0xa5)).subarray(0, oob.length);
        const told = [oob, beside].map((b) => {
          const cm = fresh();
          try {
            cm.parse(b);
          } catch (error) {
            expect(error).toMatchObject({ code: "ERR_PARSE" });
          }
          return String(cm);
        });
        expect(told[0]).toBe(told[1]);
      }),
      { numRuns: 3000 },
    );
  });
});
