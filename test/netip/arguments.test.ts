// Arguments of the wrong type: a TypeError that names what was expected, whatever is called.

import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import * as netip from "rawconn/netip";

const { Addr, AddrPort, Prefix, PrefixTable } = netip;
const [addr, ap, prefix] = [
  netip.parseAddr("::1"),
  netip.parseAddrPort("[::1]:1"),
  netip.parsePrefix("::1/64"),
];
const table = new PrefixTable<number>();

const strings = [undefined, null, 1, {}, ["::1"], new String("::1")];
const bytes = [
  undefined,
  null,
  "::1",
  [1, 2, 3, 4],
  new ArrayBuffer(4),
  new Uint16Array(4),
  Object.create(Uint8Array.prototype),
];
const numbers = [undefined, null, "1", {}, 1n];
/** What looks like a value is none. */
const values: unknown[] = [undefined, null, "::1", 1, {}, { bitLen: 32, zone: "" }, Object.create(null)];
for (const { prototype } of [Addr, AddrPort, Prefix]) values.push(Object.create(prototype));

type Call = (x: never) => unknown;
const calls: [string, unknown[], Call][] = [
  ["parseAddr", strings, netip.parseAddr],
  ["mustParseAddr", strings, netip.mustParseAddr],
  ["parseAddrPort", strings, netip.parseAddrPort],
  ["parsePrefix", strings, netip.parsePrefix],
  ["withZone", strings, (x) => addr.withZone(x)],
  ["addrFrom4", bytes, netip.addrFrom4],
  ["addrFrom16", bytes, netip.addrFrom16],
  ["addrFromSlice", bytes, netip.addrFromSlice],
  ["Addr.unmarshalBinary", bytes, (x) => Addr.unmarshalBinary(x)],
  ["AddrPort.unmarshalBinary", bytes, (x) => AddrPort.unmarshalBinary(x)],
  ["Prefix.unmarshalBinary", bytes, (x) => Prefix.unmarshalBinary(x)],
  ["appendTo", bytes, (x) => addr.appendTo(x)],
  ["appendText", bytes, (x) => ap.appendText(x)],
  ["appendBinary", bytes, (x) => prefix.appendBinary(x)],
  ["Addr.unmarshalText", strings, (x) => Addr.unmarshalText(x)],
  ["AddrPort.unmarshalText", strings, (x) => AddrPort.unmarshalText(x)],
  ["Prefix.unmarshalText", strings, (x) => Prefix.unmarshalText(x)],
  ["Addr.prefix", numbers, (x) => addr.prefix(x)],
  ["addrPortFrom, port", numbers, (x) => netip.addrPortFrom(addr, x)],
  ["prefixFrom, bits", numbers, (x) => netip.prefixFrom(addr, x)],
  ["addrPortFrom, ip", values, (x) => netip.addrPortFrom(x, 1)],
  ["prefixFrom, ip", values, (x) => netip.prefixFrom(x, 1)],
  ["Addr.compare", values, (x) => addr.compare(x)],
  ["Addr.less", values, (x) => addr.less(x)],
  ["Addr.equals", values, (x) => addr.equals(x)],
  ["AddrPort.compare", values, (x) => ap.compare(x)],
  ["AddrPort.equals", values, (x) => ap.equals(x)],
  ["Prefix.compare", values, (x) => prefix.compare(x)],
  ["Prefix.equals", values, (x) => prefix.equals(x)],
  ["Prefix.contains", values, (x) => prefix.contains(x)],
  ["Prefix.overlaps", values, (x) => prefix.overlaps(x)],
  ["PrefixTable.insert", values, (x) => table.insert(x, 1)],
  ["PrefixTable.get", values, (x) => table.get(x)],
  ["PrefixTable.delete", values, (x) => table.delete(x)],
  ["PrefixTable.lookup", values, (x) => table.lookup(x)],
  ["PrefixTable.contains", values, (x) => table.contains(x)],
  ["PrefixTable.lookupPrefix", values, (x) => table.lookupPrefix(x)],
  ["new PrefixTable", [null, 1, {}], (x) => new PrefixTable(x)],
];

describe("refuse the wrong type:", () => {
  it.each(calls)("%s", (_, wrong, call) => {
    for (const x of wrong) {
      expect(() => call(x as never)).toThrow(
        expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
      );
    }
    expect(table.size).toBe(0);
  });

  it("one value for another", () => {
    const error = expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" });
    expect(() => addr.equals(ap as never)).toThrow(error);
    expect(() => ap.equals(addr as never)).toThrow(error);
    expect(() => prefix.contains(prefix as never)).toThrow(error);
    expect(() => table.lookup(prefix as never)).toThrow(error);
  });
});

describe("take", () => {
  it("a Buffer, a part of a larger array, and bytes of another realm", async () => {
    const { runInNewContext } = await import("node:vm");
    const foreign = runInNewContext("Uint8Array.of(1, 2, 3, 4)") as Uint8Array;
    for (const four of [Buffer.of(1, 2, 3, 4), Uint8Array.of(9, 1, 2, 3, 4, 9).subarray(1, 5), foreign]) {
      expect(netip.addrFrom4(four).toString()).toBe("1.2.3.4");
      expect(netip.addrFromSlice(four)?.toString()).toBe("1.2.3.4");
      expect(Addr.unmarshalBinary(four).toString()).toBe("1.2.3.4");
    }
  });
});

describe("the values", () => {
  it("do not change, not even by force", () => {
    for (const value of [addr, ap, prefix]) {
      const before = value.toString();
      for (const name of ["zone", "bitLen", "key", "addr", "port", "bits"]) {
        if (name in value) expect(() => Object.assign(value, { [name]: 1 })).toThrow(TypeError);
      }
      expect(Object.keys(value)).toEqual([]);
      expect(value.toString()).toBe(before);
    }
  });

  it("are the same names as ES module and as CommonJS", () => {
    const cjs = createRequire(import.meta.url)("rawconn/netip") as typeof netip;
    expect(Object.keys(cjs).sort()).toEqual(Object.keys(netip).sort());
    expect(cjs.parsePrefix("10.1.2.3/8").masked().toString()).toBe("10.0.0.0/8");
    expect(cjs.parseAddr("10.1.2.3").prefix(8).toString()).toBe("10.0.0.0/8");
  });
});
