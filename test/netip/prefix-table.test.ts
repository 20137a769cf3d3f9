import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Addr, addrFromSlice, parseAddr, parsePrefix, Prefix, prefixFrom, PrefixTable } from "rawconn/netip";

const table = (...prefixes: string[]): PrefixTable<string> =>
  new PrefixTable(prefixes.map((s) => [parsePrefix(s), s] as const));

const whole = (addr: Addr): Prefix => prefixFrom(addr, addr.bitLen);
const shown = (t: PrefixTable<unknown>): string[] =>
  Array.from(t, ([prefix, value]) => `${prefix} ${String(value)}`);

/** The same without any cleverness: every answer is the best of all prefixes. */
class Model<V> {
  readonly entries = new Map<string, { prefix: Prefix; value: V }>();

  insert(prefix: Prefix, value: V): void {
    this.entries.set(prefix.masked().key, { prefix: prefix.masked(), value });
  }

  delete(prefix: Prefix): boolean {
    return this.entries.delete(prefix.masked().key);
  }

  get(prefix: Prefix): V | null {
    return this.entries.get(prefix.masked().key)?.value ?? null;
  }

  lookupPrefix(asked: Prefix): { prefix: Prefix; value: V } | null {
    let best: { prefix: Prefix; value: V } | null = null;
    for (const entry of this.entries.values()) {
      const { prefix } = entry;
      if (prefix.bits > asked.bits || !prefix.contains(asked.addr)) continue;
      if (best === null || prefix.bits > best.prefix.bits) best = entry;
    }
    return best;
  }

  shown(): string[] {
    const entries = [...this.entries.values()].sort((a, b) => a.prefix.compare(b.prefix));
    return entries.map(({ prefix, value }) => `${prefix} ${String(value)}`);
  }
}

/** Asks both the same about one prefix, and about its address. */
function expectSame<V>(t: PrefixTable<V>, model: Model<V>, asked: Prefix): void {
  const best = model.lookupPrefix(whole(asked.addr));
  const covering = model.lookupPrefix(asked);
  expect(t.get(asked)).toBe(model.get(asked));
  expect(t.lookup(asked.addr)).toBe(best && best.value);
  expect(t.contains(asked.addr)).toBe(best !== null);
  expect(t.lookupPrefix(asked)?.value ?? null).toBe(covering && covering.value);
  expect(t.lookupPrefix(asked)?.prefix.toString()).toBe(covering?.prefix.toString());
}

/** A few bits alone differ, wherever they are, so that prefixes meet, nest and stand side by side. */
const prefixes = fc
  .record({
    isIPv4: fc.boolean(),
    bits: fc.nat(128),
    flips: fc.array(fc.nat(127), { maxLength: 3 }),
    end: fc.nat(255),
    base: fc.constantFrom(0, 0x20, 0xff),
  })
  .map(({ isIPv4, bits, flips, end, base }) => {
    const bytes = new Uint8Array(isIPv4 ? 4 : 16).fill(base);
    bytes[bytes.length - 1] = end;
    for (const flip of flips) bytes[(flip >> 3) % bytes.length] ^= 1 << (flip & 7);
    return prefixFrom(addrFromSlice(bytes)!, bits % (bytes.length * 8 + 1));
  });

describe("PrefixTable", () => {
  it("finds the longest prefix that contains an address", () => {
    const t = table(
      "0.0.0.0/0",
      "10.0.0.0/8",
      "10.1.0.0/16",
      "10.1.2.0/24",
      "10.1.2.3/32",
      "2001:db8::/32",
      "::/0",
    );
    const found = ["9.9.9.9", "10.9.9.9", "10.1.9.9", "10.1.2.9", "10.1.2.3", "2001:db8::1", "2001:db9::1"];
    expect(found.map((s) => t.lookup(parseAddr(s)))).toEqual([
      "0.0.0.0/0",
      "10.0.0.0/8",
      "10.1.0.0/16",
      "10.1.2.0/24",
      "10.1.2.3/32",
      "2001:db8::/32",
      "::/0",
    ]);
  });

  it("finds nothing where there is nothing", () => {
    for (const t of [table(), table("10.0.0.0/8", "2001:db8::/33")]) {
      for (const addr of ["11.0.0.0", "9.255.255.255", "::10.0.0.0", "2001:db8:8000::"].map(parseAddr)) {
        expect([t.lookup(addr), t.contains(addr), t.lookupPrefix(whole(addr))]).toEqual([null, false, null]);
      }
    }
  });

  it("has no prefix for zones, the zero value, or mapped IPv4 among IPv4", () => {
    const t = table("0.0.0.0/0", "fe80::/10");
    for (const addr of [parseAddr("fe80::1%z"), new Addr(), parseAddr("::ffff:1.2.3.4")]) {
      expect([t.lookup(addr), t.contains(addr)]).toEqual([null, false]);
    }
    expect(t.lookup(parseAddr("::ffff:1.2.3.4").unmap())).toBe("0.0.0.0/0");
  });

  it("takes prefixes masked", () => {
    const t = new PrefixTable([[parsePrefix("10.1.2.3/8"), 1]]);
    t.insert(parsePrefix("10.9.9.9/8"), 2);
    expect([t.size, t.get(parsePrefix("10.7.7.7/8")), shown(t)]).toEqual([1, 2, ["10.0.0.0/8 2"]]);
    expect(t.delete(parsePrefix("10.3.3.3/8"))).toBe(true);
    expect([t.size, t.delete(parsePrefix("10.0.0.0/8"))]).toEqual([0, false]);
  });

  it("lookupPrefix finds the longest prefix around another, and the other itself", () => {
    const t = table("10.0.0.0/8", "10.1.0.0/16", "10.1.2.3/32");
    const found = [
      "10.1.2.0/24",
      "10.1.0.0/16",
      "10.1.0.0/15",
      "10.0.0.0/8",
      "10.0.0.0/7",
      "10.1.2.3/32",
      "::/0",
    ];
    expect(found.map((s) => t.lookupPrefix(parsePrefix(s))?.prefix.toString())).toEqual([
      "10.1.0.0/16",
      "10.1.0.0/16",
      "10.0.0.0/8",
      "10.0.0.0/8",
      undefined,
      "10.1.2.3/32",
      undefined,
    ]);
  });

  it("holds any value, and says apart what is null", () => {
    const t = new PrefixTable<undefined | null>();
    t.insert(parsePrefix("10.0.0.0/8"), undefined);
    t.insert(parsePrefix("11.0.0.0/8"), null);
    expect([t.get(parsePrefix("10.0.0.0/8")), t.lookup(parseAddr("10.1.1.1"))]).toEqual([
      undefined,
      undefined,
    ]);
    expect(t.lookupPrefix(parsePrefix("11.0.0.0/9"))).toMatchObject({ value: null });
  });

  it("goes through its prefixes in their order, as they were at the beginning", () => {
    const t = table(
      "2001:db8::/32",
      "10.0.0.0/9",
      "::/0",
      "10.128.0.0/9",
      "10.0.0.0/8",
      "9.0.0.0/8",
      "255.255.255.255/32",
    );
    const seen: string[] = [];
    for (const [prefix] of t) {
      seen.push(prefix.toString());
      t.delete(prefix);
      t.insert(parsePrefix("10.0.0.0/31"), "new");
    }
    expect(seen).toEqual([
      "9.0.0.0/8",
      "10.0.0.0/8",
      "10.0.0.0/9",
      "10.128.0.0/9",
      "255.255.255.255/32",
      "::/0",
      "2001:db8::/32",
    ]);
    expect(shown(t)).toEqual(["10.0.0.0/31 new"]);
  });

  it("refuses invalid prefixes before it changes", () => {
    const t = table("10.0.0.0/8");
    for (const invalid of [new Prefix(), prefixFrom(parseAddr("10.0.0.0"), 33)]) {
      for (const call of [
        () => t.insert(invalid, "x"),
        () => t.get(invalid),
        () => t.delete(invalid),
        () => t.lookupPrefix(invalid),
      ]) {
        expect(call).toThrow(expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_VALUE" }));
      }
    }
    expect(shown(t)).toEqual(["10.0.0.0/8 10.0.0.0/8"]);
  });
});

describe("PrefixTable answers as a list does", () => {
  it("after whatever is inserted and deleted", () => {
    const step = fc.record({ prefix: prefixes, deletes: fc.boolean(), asked: prefixes });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
        const [t, model] = [new PrefixTable<number>(), new Model<number>()];
        steps.forEach(({ prefix, deletes, asked }, i) => {
          if (deletes) expect(t.delete(prefix)).toBe(model.delete(prefix));
          else {
            t.insert(prefix, i);
            model.insert(prefix, i);
          }
          expect(t.size).toBe(model.entries.size);
          expectSame(t, model, prefix);
          expectSame(t, model, asked);
        });
        expect(shown(t)).toEqual(model.shown());
      }),
      { numRuns: 300 },
    );
  });

  it.each(["10.1.2.3", "2001:db8:8000:1:ffff::1"])("with every length of %s, in any order", (s) => {
    const addr = parseAddr(s);
    const all = Array.from({ length: addr.bitLen + 1 }, (_, bits) => addr.prefix(bits));
    fc.assert(
      fc.property(fc.shuffledSubarray(all), fc.shuffledSubarray(all), (inserted, deleted) => {
        const [t, model] = [new PrefixTable<string>(), new Model<string>()];
        for (const prefix of inserted) {
          t.insert(prefix, prefix.toString());
          model.insert(prefix, prefix.toString());
        }
        for (const prefix of deleted) {
          expect(t.delete(prefix)).toBe(model.delete(prefix));
          expect(t.lookup(addr)).toBe(model.lookupPrefix(whole(addr))?.value ?? null);
        }
        for (const prefix of all) expectSame(t, model, prefix);
      }),
      { numRuns: 20 },
    );
  });

  it("with neighbours that come and go, at every depth", () => {
    // More and fewer than half of a node's 32 children, over and over, in the middle of others.
    for (const first of [0, 5, 13, 25, 30, 60, 96, 123]) {
      const base = parseAddr("2001:db8::").prefix(first);
      const [t, model] = [new PrefixTable<number>(), new Model<number>()];
      const neighbours = Array.from({ length: 32 }, (_, i) => {
        const bytes = base.addr.as16();
        for (let bit = 0; bit < 5; bit++) {
          if ((i >> (4 - bit)) & 1) bytes[(first + bit) >> 3] |= 128 >> ((first + bit) & 7);
        }
        return prefixFrom(addrFromSlice(bytes)!, first + 5);
      });
      for (const count of [32, 3, 20, 12, 17, 0, 16]) {
        neighbours.forEach((prefix, i) => {
          // 7 has no divisor in common with 32: this takes them in an order that is not theirs.
          if ((i * 7) % 32 < count) {
            t.insert(prefix, i);
            model.insert(prefix, i);
          } else expect(t.delete(prefix)).toBe(model.delete(prefix));
          expectSame(t, model, neighbours[(i + 5) % 32]);
        });
        expect(shown(t)).toEqual(model.shown());
      }
    }
  });
});

describe("PrefixTable's memory", () => {
  /** Numbers without order, the same at each run. */
  function* scattered(n: number): Generator<number> {
    for (let i = 0, x = 1; i < n; i++) yield (x = Math.imul(x, 1664525) + 1013904223);
  }

  const ipv4 = (word: number): Addr => addrFromSlice(new Uint8Array(Int32Array.of(word).buffer))!;
  /** Two addresses that differ in their last bit: a path of nodes as long as can be for two prefixes. */
  const twins = (word: number): Prefix[] => {
    const bytes = new Uint8Array(Int32Array.of(word, word ^ 0x55555555, ~word, 0).buffer);
    const first = addrFromSlice(bytes)!;
    return [whole(first), whole(first.next())];
  };

  it.each([
    ["scattered networks", 100, (word: number) => [prefixFrom(ipv4(word), 24)]],
    ["scattered addresses", 100, (word: number) => [whole(ipv4(word))]],
    ["pairs of IPv6 addresses", 1200, twins],
  ])("is in proportion to what it holds: %s", (_, limit, make) => {
    const t = new PrefixTable<null>();
    const empty = t.bytes;
    for (const word of scattered(10_000)) for (const prefix of make(word)) t.insert(prefix, null);
    expect(t.size).toBeGreaterThan(9_000);
    expect(t.bytes / t.size).toBeLessThan(limit);
    const full = t.bytes;

    // As many again come and go, and it holds no more than before.
    for (const word of scattered(20_000)) {
      const [prefix] = make(word ^ 0x0f0f0f0f);
      if (t.lookupPrefix(prefix) !== null) continue;
      t.insert(prefix, null);
      t.delete(prefix);
    }
    expect(t.bytes).toBeLessThanOrEqual(2 * full);

    for (const [prefix] of t) t.delete(prefix);
    expect([t.size, [...t]]).toEqual([0, []]);
    expect(t.bytes).toBeLessThanOrEqual(4 * empty);
  });
});
