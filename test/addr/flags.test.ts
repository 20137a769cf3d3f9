import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  flagBroadcast,
  flagLoopback,
  flagMulticast,
  flagPointToPoint,
  flagRunning,
  Flags,
  flagUp,
} from "rawconn";
import { hasVectors, rows } from "../support/vectors.js";

describe("Flags", () => {
  it("name their bits, the lowest first", () => {
    const each = [flagUp, flagBroadcast, flagLoopback, flagPointToPoint, flagMulticast, flagRunning];
    expect(each).toEqual([1, 2, 4, 8, 16, 32]);
    expect(each.map((flag) => new Flags(flag).toString())).toEqual([
      "up",
      "broadcast",
      "loopback",
      "pointtopoint",
      "multicast",
      "running",
    ]);
    expect(String(new Flags(63))).toBe("up|broadcast|loopback|pointtopoint|multicast|running");
    expect(String(new Flags(0))).toBe("0");
  });

  it("have a flag when they have all its bits", () => {
    const flags = new Flags(flagUp | flagLoopback);
    expect([flags.bits, flags.has(flagUp), flags.has(flagUp | flagLoopback)]).toEqual([5, true, true]);
    expect([flags.has(flagMulticast), flags.has(flagUp | flagMulticast)]).toEqual([false, false]);
  });

  it("are their text in JSON, and say what they are in the console", () => {
    expect(JSON.stringify({ flags: new Flags(37) })).toBe('{"flags":"up|loopback|running"}');
    expect(inspect(new Flags(37))).toBe("Flags up|loopback|running");
  });

  it.each([-1, 0.5, NaN, 2 ** 31])("refuse the bits %d", (bits) => {
    expect(() => new Flags(bits)).toThrow(
      expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
    );
  });

  it("refuse what is no number", () => {
    expect(() => new Flags("up" as unknown as number)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
    );
  });

  it.skipIf(!hasVectors)("have the text that Go gives them", () => {
    type Row = { fn: string; flags: number; out: string };
    for (const { flags, out } of rows<Row>("ip_classify", ({ fn }) => fn === "Flags.String"))
      expect(new Flags(flags).toString()).toBe(out);
  });
});
