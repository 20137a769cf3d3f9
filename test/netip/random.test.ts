// Many random values and texts.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseIP } from "rawconn";
import {
  Addr,
  addrFromSlice,
  AddrPort,
  LiteralError,
  parseAddr,
  parseAddrPort,
  parsePrefix,
  Prefix,
} from "rawconn/netip";
import { repeat, type Roll } from "../support/dice.js";

const zones = ["", "", "", "eth0", "1", "é", "a%b", "\0", "]:1", "/64", "😀", " "];

function randomAddr(roll: Roll): Addr {
  const bytes = new Uint8Array(roll(3) === 0 ? 4 : 16);
  // Zeros and the mapping are what text depends on.
  for (let i = 0; i < bytes.length; i++) bytes[i] = roll(3) === 0 ? roll(256) : 0;
  if (bytes.length === 16 && roll(4) === 0) bytes.fill(0, 0, 10).fill(255, 10, 12);
  return addrFromSlice(bytes)!.withZone(zones[roll(zones.length)]);
}

describe("10^5 random values come out of their text and their bytes:", () => {
  it("Addr", () => {
    repeat(1e5, (roll) => {
      const addr = randomAddr(roll);
      const again = [
        parseAddr(addr.toString()),
        parseAddr(addr.stringExpanded()),
        Addr.unmarshalText(addr.marshalText()),
        Addr.unmarshalBinary(addr.marshalBinary()),
      ];
      if (!again.every((copy) => copy.equals(addr) && copy.key === addr.key)) return addr.stringExpanded();
      if (addr.zone !== "") return undefined;
      return parseIP(addr.toString())?.toString() === addr.unmap().toString() ? undefined : `${addr} as IP`;
    });
  });

  it("AddrPort", () => {
    repeat(1e5, (roll) => {
      const ap = new AddrPort(randomAddr(roll), roll(65536));
      const again = [
        parseAddrPort(ap.toString()),
        AddrPort.unmarshalText(ap.marshalText()),
        AddrPort.unmarshalBinary(ap.marshalBinary()),
      ];
      return again.every((copy) => copy.equals(ap) && copy.key === ap.key) ? undefined : ap.toString();
    });
  });

  it("Prefix", () => {
    repeat(1e5, (roll) => {
      const addr = randomAddr(roll);
      const prefix = new Prefix(addr, roll(addr.bitLen + 1));
      const again = [
        parsePrefix(prefix.toString()),
        Prefix.unmarshalText(prefix.marshalText()),
        Prefix.unmarshalBinary(prefix.marshalBinary()),
      ];
      return again.every((copy) => copy.equals(prefix) && copy.key === prefix.key)
        ? undefined
        : prefix.toString();
    });
  });
});

const pieces = [
  ...Array.from("0123456789abcfFgx:.%/[]::::....00001111"),
  ...":: :: 255 256 ffff 1.2.3.4 ::1 ]:80 /24 %eth0 -1 +1 é \ud800 ٣".split(" "),
  " ",
  "\n",
  "\0",
];

/** Pieces of addresses at random; or an address, sometimes with one more piece in it. */
function randomText(roll: Roll): string {
  if (roll(2) === 0) {
    let text = "";
    for (let n = roll(12); n >= 0; n--) text += pieces[roll(pieces.length)];
    return text;
  }
  const addr = randomAddr(roll).toString();
  const at = roll(addr.length + 1);
  const text =
    roll(2) === 0 ? addr : addr.slice(0, at) + pieces[roll(pieces.length)] + addr.slice(at + roll(2));
  return [text, `[${text}]:${roll(70000)}`, `${text}:${roll(70000)}`, `${text}/${roll(140)}`][roll(4)];
}

describe("10^6 random texts", () => {
  const limit = Error.stackTraceLimit;
  // Most of them throw, and finding where takes most of the time.
  beforeAll(() => void (Error.stackTraceLimit = 0));
  afterAll(() => void (Error.stackTraceLimit = limit));

  /** What is wrong with how a parser takes a text: a value that prints as something else, or a strange error. */
  function judge<T extends { equals(other: T): boolean; toString(): string }>(
    parse: (s: string) => T,
    beginning: string,
    s: string,
  ): string | undefined {
    let value: T;
    try {
      value = parse(s);
    } catch (error) {
      const isOurs = error instanceof LiteralError && error.code === "ERR_PARSE";
      return isOurs && error.message.startsWith(beginning)
        ? undefined
        : `${JSON.stringify(s)}: ${String(error)}`;
    }
    accepted++;
    return parse(value.toString()).equals(value) ? undefined : `${JSON.stringify(s)}: ${value.toString()}`;
  }

  let accepted = 0;
  const judges = [
    (s: string) => judge(parseAddr, "ParseAddr(", s) ?? (parseIP(s) && asIP(s)),
    (s: string) => judge(parsePrefix, "netip.ParsePrefix(", s),
    (s: string) => judge(parseAddrPort, "", s),
  ];
  const asIP = (s: string): string | undefined =>
    parseAddr(s).unmap().toString() === parseIP(s)!.toString() ? undefined : `${JSON.stringify(s)} as IP`;

  it("are values, or errors of the parser's own", () => {
    repeat(1e6, (roll) => judges[roll(3)](randomText(roll)) ?? undefined);
    expect(accepted).toBeGreaterThan(50_000);
  }, 60_000);
});
