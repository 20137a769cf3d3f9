// Headers and control messages, held against golang.org/x/net itself: thousands of cases, the same answers.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as ipv4 from "rawconn/ipv4";
import * as ipv6 from "rawconn/ipv6";
import {
  IP_PKTINFO,
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_HOPLIMIT,
  IPV6_PATHMTU,
  IPV6_PKTINFO,
  IPV6_TCLASS,
} from "rawconn/syscall";
import { join as bytesOf } from "../icmp/packets.js";
import { item } from "../support/control-data.js";
import { Compiled, noGo } from "./peer.js";

/** Where Debian puts Go's libraries, and where the user has his. */
const gopath = [process.env["GOPATH"] ?? "", "/usr/share/gocode"].find((path) =>
  existsSync(join(path, "src/golang.org/x/net/ipv4")),
);
if (noGo === null && gopath === undefined)
  console.log("no golang.org/x/net here, so nothing is compared with it");

/** A case; see xnet.go. */
interface Question {
  fn: string;
  bytes?: string;
  number?: number;
  hops?: number;
  class?: number;
  src?: string;
  dst?: string;
  ifIndex?: number;
}

const CASES = 1000;
const sample = <T>(values: fc.Arbitrary<T>) => fc.sample(values, { numRuns: CASES, seed: 20_260_701 });
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const fromHex = (text = "") => Uint8Array.from(Buffer.from(text, "hex"));

/** What this library answers. */
const answers: Record<string, (q: Question) => string> = {
  "ipv4 header": ({ bytes }) => {
    const h = ipv4.parseHeader(fromHex(bytes));
    return `${h.toString()} ${hex(h.marshal())} <nil>`;
  },
  "ipv6 header": ({ bytes }) => ipv6.parseHeader(fromHex(bytes)).toString(),
  "ipv4 parse": ({ bytes }) => parsed(new ipv4.ControlMessage(), bytes),
  "ipv6 parse": ({ bytes }) => parsed(new ipv6.ControlMessage(), bytes),
  "ipv4 marshal": ({ hops, src, dst, ifIndex }) => {
    const cm = new ipv4.ControlMessage({ ttl: hops, src: src || null, dst: dst || null, ifIndex });
    return `${cm.toString()} ${hex(cm.marshal())}`;
  },
  "ipv6 marshal": ({ hops, class: trafficClass, src, dst, ifIndex }) => {
    const fields = { hopLimit: hops, trafficClass, src: src || null, dst: dst || null, ifIndex };
    const cm = new ipv6.ControlMessage(fields);
    return `${cm.toString()} ${hex(cm.marshal())}`;
  },
  "ipv4 room": ({ number }) => String(ipv4.newControlMessage(number!).length),
  "ipv6 room": ({ number }) => String(ipv6.newControlMessage(number!).length),
  "ipv4 type": ({ number }) => ipv4.icmpTypeName(number!),
  "ipv6 type": ({ number }) => ipv6.icmpTypeName(number!),
};

function parsed(cm: ipv4.ControlMessage | ipv6.ControlMessage, bytes = ""): string {
  try {
    cm.parse(fromHex(bytes));
    return String(cm);
  } catch {
    return "error";
  }
}

function ours(question: Question): string {
  try {
    return answers[question.fn](question);
  } catch (error) {
    return (error as Error).message;
  }
}

// Mostly one of the right version and length, and then what its options are is anybody's guess.
const header = (version: number, length: number) =>
  fc
    .tuple(fc.integer({ min: 5, max: 15 }), fc.uint8Array({ maxLength: length }), fc.boolean())
    .map(([words, b, keep]) => {
      if (b.length > 0 && !keep) b[0] = version === 4 ? (4 << 4) | words : 0x60 | (b[0] & 0xf);
      return b;
    });

const byte = fc.nat(255);
const address = (family: "v4" | "v6") => (family === "v4" ? fc.ipV4() : fc.ipV6());
const data = (length: number) => fc.uint8Array({ minLength: length - 1, maxLength: length + 4 });
// Go takes four bytes where there are eight bits that count: here are no others.
const small = byte.map((n) => Uint8Array.of(n, 0, 0, 0));

/** Control data: heads that are true, of kinds that are known and of others, and then perhaps a lie. */
const controlData = (items: fc.Arbitrary<Uint8Array>[]) =>
  fc
    .tuple(fc.array(fc.oneof(...items), { maxLength: 4 }), fc.uint8Array({ maxLength: 24 }))
    .map(([some, rest]) => bytesOf(...some, rest));

const of = (level: number, type: number, bytes: fc.Arbitrary<Uint8Array>) =>
  bytes.map((b) => item(level, type, b));
// Those that Go's package does not know are none of ours either, except for the type of service.
const unknown = (level: number) => of(level, 4711, data(4));

const control4 = controlData([
  of(IPPROTO_IP, IP_TTL, small),
  of(IPPROTO_IP, IP_PKTINFO, data(12)),
  unknown(IPPROTO_IP),
  of(IPPROTO_IPV6, IP_TTL, data(4)),
]);
const control6 = controlData([
  of(IPPROTO_IPV6, IPV6_HOPLIMIT, small),
  of(IPPROTO_IPV6, IPV6_TCLASS, small),
  of(IPPROTO_IPV6, IPV6_PKTINFO, data(20)),
  of(IPPROTO_IPV6, IPV6_PATHMTU, data(32)),
  unknown(IPPROTO_IPV6),
  of(IPPROTO_IP, IPV6_HOPLIMIT, data(4)),
]);

const fields = fc.record({
  hops: byte,
  class: byte,
  src: fc.oneof(address("v4"), address("v6"), fc.constant("")),
  dst: fc.oneof(address("v4"), address("v6"), fc.constant("")),
  ifIndex: fc.nat(0x7fffffff),
});

/** A header that calls itself shorter than it can be is refused here, and taken by Go. */
const isOne = (b: Uint8Array) => b.length < 20 || (b[0] & 0xf) >= 5;

const bytes = (fn: string, values: fc.Arbitrary<Uint8Array>): Question[] =>
  sample(values).map((b) => ({ fn, bytes: hex(b) }));
const numbers = (fn: string, count: number): Question[] =>
  Array.from({ length: count }, (_, number) => ({ fn, number }));

const questions: [name: string, list: Question[]][] = [
  ["headers of IPv4", bytes("ipv4 header", header(4, 70).filter(isOne))],
  ["headers of IPv6", bytes("ipv6 header", header(6, 50))],
  ["control data of IPv4 that is read", bytes("ipv4 parse", control4)],
  ["control data of IPv6 that is read", bytes("ipv6 parse", control6)],
  ["control data of IPv4 that is written", sample(fields).map((f) => ({ fn: "ipv4 marshal", ...f }))],
  ["control data of IPv6 that is written", sample(fields).map((f) => ({ fn: "ipv6 marshal", ...f }))],
  ["room for flags of IPv4", numbers("ipv4 room", 16)],
  ["room for flags of IPv6", numbers("ipv6 room", 64)],
  ["names of types of ICMP", numbers("ipv4 type", 256)],
  ["names of types of ICMPv6", numbers("ipv6 type", 256)],
];

describe.skipIf(noGo !== null || gopath === undefined)("as golang.org/x/net", () => {
  let peer: Compiled;
  beforeAll(() => {
    peer = new Compiled("xnet.go", gopath);
  }, 120_000);
  afterAll(() => peer?.[Symbol.dispose]());

  it.each(questions)("%s", (_, list) => {
    const input = JSON.stringify(list);
    const said = execFileSync(peer.program, { input, encoding: "utf8", maxBuffer: 1 << 26 });
    const theirs = JSON.parse(said) as string[];
    const different = list.flatMap((question, i) => {
      const answer = ours(question);
      return answer === theirs[i] ? [] : [{ question, ours: answer, theirs: theirs[i] }];
    });
    expect(different).toEqual([]);
    expect(theirs.length).toBe(list.length);
  });
});
