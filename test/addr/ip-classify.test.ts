import { BlockList } from "node:net";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IP, parseIP } from "#lib/addr/index.js";

const predicates = [
  "isUnspecified",
  "isLoopback",
  "isPrivate",
  "isMulticast",
  "isInterfaceLocalMulticast",
  "isLinkLocalMulticast",
  "isLinkLocalUnicast",
] as const;

type Predicate = (typeof predicates)[number];

/** Multicast scopes ignore the four flag bits, so a scope is sixteen prefixes (RFC 4291 section 2.7). */
const scope = (digit: number): string[] =>
  Array.from({ length: 16 }, (_, flags) => `ff${flags.toString(16)}${digit}::/16`);

/** What each predicate means, as prefixes. */
const meaning: Record<Predicate, string[]> = {
  isUnspecified: ["0.0.0.0/32", "::/128"],
  isLoopback: ["127.0.0.0/8", "::1/128"],
  isPrivate: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
  isMulticast: ["224.0.0.0/4", "ff00::/8"],
  isInterfaceLocalMulticast: scope(1),
  isLinkLocalMulticast: ["224.0.0.0/24", ...scope(2)],
  isLinkLocalUnicast: ["169.254.0.0/16", "fe80::/10"],
};

const familyOf = (text: string): "ipv4" | "ipv6" => (text.includes(":") ? "ipv6" : "ipv4");

/** Node's own prefix matching as the second opinion. */
function listOf(prefixes: string[]): BlockList {
  const list = new BlockList();
  for (const prefix of prefixes) {
    const [address, bits] = prefix.split("/") as [string, string];
    list.addSubnet(address, Number(bits), familyOf(address));
  }
  return list;
}

const lists = new Map(predicates.map((name) => [name, listOf(meaning[name])]));

/** The first and last address of a prefix, and the two just outside: where a wrong mask shows. */
function edges(prefix: string): IP[] {
  const [address, bits] = prefix.split("/") as [string, string];
  const ip = parseIP(address)!;
  const bytes = (ip.to4() ?? ip).bytes;
  const size = BigInt(bytes.length * 8);
  const first = BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  const last = first + (1n << (size - BigInt(bits))) - 1n;
  return [first - 1n, first, last, last + 1n]
    .filter((n) => n >= 0n && n < 1n << size)
    .map((n) => IP.from(Buffer.from(n.toString(16).padStart(bytes.length * 2, "0"), "hex")));
}

const everyEdge = Object.values(meaning).flat().flatMap(edges);

const is = (ip: IP, name: Predicate): boolean =>
  lists.get(name)!.check(ip.toString(), familyOf(ip.toString()));

describe.each(predicates)("IP.%s", (name) => {
  it("agrees with its prefixes at every edge of every prefix, in both forms of IPv4", () => {
    for (const ip of everyEdge) {
      const want = { ip, says: is(ip, name) };
      expect({ ip, says: ip[name]() }).toEqual(want);
      expect({ ip, says: ip.to16()[name]() }).toEqual(want);
    }
  });

  it("agrees with its prefixes on any address", () => {
    const anyBytes = fc.oneof(...[4, 16].map((n) => fc.uint8Array({ minLength: n, maxLength: n })));
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const ip = IP.from(bytes);
        expect(ip[name]()).toBe(is(ip, name));
      }),
      { numRuns: 500 },
    );
  });
});

describe("IP.isUnspecified", () => {
  it.each(["::1:0:0:0:0", "::1:0:0:0", "::1:0:0", "::fffe:0:0", "::1:0", "::1", "1::", "0.0.1.0"])(
    "is false of %s, which is not all zero",
    (s) => expect(parseIP(s)!.isUnspecified()).toBe(false),
  );
});

describe("IP.isGlobalUnicast", () => {
  it.each([
    "8.8.8.8",
    "10.0.0.1",
    "240.0.0.0",
    "255.255.255.254",
    "2001:db8::1",
    "fd00::1",
    "::2",
    "::ffff:fffe:ffff:ffff",
  ])("is true of %s", (s) => expect(parseIP(s)!.isGlobalUnicast()).toBe(true));

  it.each(["0.0.0.0", "127.0.0.1", "169.254.1.1", "224.0.0.1", "239.1.2.3", "255.255.255.255"])(
    "is false of %s",
    (s) => {
      expect(parseIP(s)!.isGlobalUnicast()).toBe(false);
      expect(parseIP(s)!.to4()!.isGlobalUnicast()).toBe(false);
    },
  );

  it.each(["::", "::1", "fe80::1", "ff02::1", "ff0e::1"])("is false of %s", (s) => {
    expect(parseIP(s)!.isGlobalUnicast()).toBe(false);
  });

  it("takes only IPv4's last address for the broadcast", () => {
    expect(parseIP("2001:db8::ffff:ffff")!.isGlobalUnicast()).toBe(true);
  });
});
