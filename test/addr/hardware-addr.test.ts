import { inspect } from "node:util";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HardwareAddr, parseMAC } from "rawconn";

describe("parseMAC", () => {
  const pairs = (bytes: Uint8Array, separator: string) =>
    Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(separator);
  const dotted = (bytes: Uint8Array) => pairs(bytes, "").replace(/.{4}(?=.)/g, "$&.");

  it("reads all three forms, in either case, of all three lengths", () => {
    const bytes = fc.oneof(...[6, 8, 20].map((n) => fc.uint8Array({ minLength: n, maxLength: n })));
    fc.assert(
      fc.property(bytes, (a) => {
        const text = pairs(a, ":");
        for (const form of [text, pairs(a, "-"), dotted(a), text.toUpperCase()]) {
          expect(parseMAC(form).bytes).toEqual(a);
          expect(parseMAC(form).toString()).toBe(text);
        }
      }),
    );
  });

  it.each([
    "",
    ":",
    "00",
    "0000",
    "00005e005301",
    "0:0:5e:0:53:1",
    "00:00:5e:00:53",
    "00:00:5e:00:53:01:02",
    "00:00:5e:00:53:01:",
    ":00:00:5e:00:53:01",
    "00:00:5e-00:53:01",
    "00.00.5e.00.53.01",
    "0000:5e00:5301",
    "0000-5e00-5301",
    "0000.5e00-5301",
    "0000.5e00",
    "00:00:5e:00:53:0g",
    "00:00:5e:00:53:01\n",
    " 00:00:5e:00:53:01",
    `00${":00".repeat(20)}`,
    `00${":00".repeat(100_000)}`,
  ])("refuses %#", (text) => {
    expect(() => parseMAC(text)).toThrow(
      expect.objectContaining({
        name: "AddrError",
        code: "ERR_ADDRESS",
        err: "invalid MAC address",
        addr: text,
      }),
    );
  });

  it("refuses what is no string", () => {
    expect(() => parseMAC(0 as unknown as string)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
    );
  });
});

describe("HardwareAddr", () => {
  it("holds any number of bytes, and copies them both in and out", () => {
    const bytes = Uint8Array.of(1, 2, 255);
    const addr = HardwareAddr.from(bytes);
    bytes.fill(0);
    addr.bytes.fill(0);
    expect([addr.toString(), addr.length]).toEqual(["01:02:ff", 3]);
    expect(String(HardwareAddr.from(new Uint8Array()))).toBe("");
  });

  it.each([undefined, "00:00:5e:00:53:01", [1]])("refuses %j", (bytes) => {
    expect(() => HardwareAddr.from(bytes as unknown as Uint8Array)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
    );
  });

  it("is its text in JSON, and says what it is in the console", () => {
    const addr = parseMAC("00-00-5E-00-53-01");
    expect(JSON.stringify({ addr })).toBe('{"addr":"00:00:5e:00:53:01"}');
    expect(inspect(addr)).toBe("HardwareAddr 00:00:5e:00:53:01");
  });
});
