import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IP } from "rawconn";
import { type Addr, addrFromSlice, parseAddr, parsePrefix } from "rawconn/netip";

/** Those that look through the mapping, as IP does for all. What they mean is tested there. */
const alike = [
  "isLoopback",
  "isPrivate",
  "isMulticast",
  "isInterfaceLocalMulticast",
  "isLinkLocalMulticast",
  "isLinkLocalUnicast",
  "isGlobalUnicast",
] as const;

const networks = [
  "0.0.0.0/32 10.0.0.0/8 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 224.0.0.0/24 224.0.0.0/4",
  "255.255.255.255/32 ::/128 ::1/128 fc00::/7 fe80::/10 ff00::/8 ff01::/16 ff02::/16 ff12::/16 2001:db8::/32",
]
  .flatMap((line) => line.split(" "))
  .map(parsePrefix);

/** The first and the last address of a network, and those beside it. */
const edges = networks.flatMap((network) => {
  const { addr, bits } = network;
  const bytes = addr.asSlice()!;
  const last = addrFromSlice(bytes.map((byte, i) => byte | (255 >> Math.min(8, Math.max(0, bits - 8 * i)))))!;
  return [addr, last, addr.prev(), last.next()].filter((edge) => edge.isValid());
});

const mapped = (addr: Addr): Addr => addrFromSlice(addr.as16())!;

describe("the kinds of addresses", () => {
  it("are those of IP, mapped or not, with a zone or without", () => {
    for (const edge of edges) {
      for (const addr of [edge, mapped(edge), mapped(edge).withZone("z")]) {
        const ip = IP.from(addr.asSlice()!);
        for (const name of alike) {
          if (name === "isGlobalUnicast" && addr.toString() === "::%z") continue;
          expect(`${addr} ${name} ${addr[name]()}`).toBe(`${addr} ${name} ${ip[name]()}`);
        }
      }
    }
  });

  it("are those of IP, whatever the address", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
    );
    fc.assert(
      fc.property(bytes, (b) => {
        for (const name of alike) expect(addrFromSlice(b)![name]()).toBe(IP.from(b)[name]());
      }),
    );
  });

  it("are unspecified only without mapping and without a zone", () => {
    const all = ["0.0.0.0", "::", "::ffff:0.0.0.0", "::%z", "::1", "0.0.0.1"].map(parseAddr);
    expect(all.filter((addr) => addr.isUnspecified()).map(String)).toEqual(["0.0.0.0", "::"]);
  });

  it("are global where Go says so, though one would not think it", () => {
    const all = ["::%z", "::", "::ffff:0.0.0.0", "::ffff:255.255.255.255", "10.0.0.1"].map(parseAddr);
    expect(all.filter((addr) => addr.isGlobalUnicast()).map(String)).toEqual(["::%z", "10.0.0.1"]);
  });

  it("tell the families apart", () => {
    const all = [
      "1.2.3.4",
      "::1.2.3.4",
      "::ffff:1.2.3.4",
      "::ffff:1.2.3.4%z",
      "::1:ffff:1.2.3.4",
      "1::ffff:0:0",
    ];
    expect(all.map(parseAddr).map((addr) => [addr.is4(), addr.is6(), addr.is4In6(), addr.bitLen])).toEqual([
      [true, false, false, 32],
      [false, true, false, 128],
      [false, true, true, 128],
      [false, true, true, 128],
      [false, true, false, 128],
      [false, true, false, 128],
    ]);
  });
});
