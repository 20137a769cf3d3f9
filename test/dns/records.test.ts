// The order of mail exchangers and of services.

import { describe, expect, it } from "vitest";
import { type SRV, sortMX, sortSRV } from "#lib/dns/records.js";
import { generator } from "./mutations.js";

const srv = (priority: number, weight: number, port: number): SRV => ({
  target: "x.",
  port,
  priority,
  weight,
});

describe("mail exchangers", () => {
  it("come by preference, those of the same in any order", () => {
    const records = [30, 10, 20, 10].map((pref, i) => ({ host: `${i}.`, pref }));
    const random = generator(1);
    const orders = new Set(
      Array.from({ length: 100 }, () => {
        const sorted = sortMX(records, random);
        expect(sorted.map(({ pref }) => pref)).toEqual([10, 10, 20, 30]);
        return sorted.map(({ host }) => host).join();
      }),
    );
    expect(orders.size).toBe(2);
  });
});

describe("services", () => {
  it("come by priority, and within one as often first as their weight says", () => {
    const records = [srv(2, 9, 5), srv(1, 1, 1), srv(1, 3, 2), srv(1, 0, 3)];
    const random = generator(2);
    const firsts = new Map<number, number>();
    for (let i = 0; i < 8000; i++) {
      const sorted = sortSRV(records, random);
      expect(sorted.at(-1)!.port).toBe(5);
      expect(new Set(sorted).size).toBe(4);
      firsts.set(sorted[0].port, (firsts.get(sorted[0].port) ?? 0) + 1);
    }
    expect(firsts.get(1)! / 8000).toBeCloseTo(0.25, 1);
    expect(firsts.get(2)! / 8000).toBeCloseTo(0.75, 1);
    expect(firsts.get(3)).toBeUndefined();
  });
});
