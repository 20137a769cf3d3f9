// A raw socket that pings is not woken by what others do on this host.

import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { VM } from "#lib/bpf/index.js";
import { checksum, type Protocol } from "#lib/icmp/index.js";
import { IPAddr } from "#lib/index.js";
import { answerIn } from "#lib/ping/answer.js";
import { answersTo } from "#lib/ping/filter.js";
import { echo4, echo6, error, hex, ipv4, ipv6, join, nops } from "../icmp/packets.js";
import { noNamespaces } from "../support/lab.js";
import { fixture, Lab } from "./lab.js";

const OURS = 0x1234;
const OTHERS = 0x1235;

const reply = (request: Uint8Array) => join([request === echo4 ? 0 : 129], request.subarray(1));
const udp = hex("1234 1234 0010 0000 1234 1234 1234 1234");

describe("the filter of a raw socket that pings", () => {
  it.each<[string, Protocol, Uint8Array]>([
    ["a reply", 1, ipv4(reply(echo4))],
    ["a reply behind options", 1, ipv4(reply(echo4), { options: nops(40) })],
    ["a report", 1, ipv4(error(3, 1, ipv4(echo4)))],
    ["a report on what had options", 1, ipv4(error(11, 0, ipv4(echo4, { options: nops(12) })))],
    ["a report that quotes no more than it must", 1, ipv4(error(3, 1, ipv4(echo4).subarray(0, 28)))],
    ["a reply of IPv6", 58, reply(echo6)],
    ["a report of IPv6", 58, error(1, 0, ipv6(echo6))],
  ])("lets %s in, of a request with its identifier and no other", (_, proto, packet) => {
    const run = (id: number) => new VM(answersTo(proto, id)).run(packet);
    expect([run(OURS), run(OTHERS)]).toEqual([0xffffffff, 0]);
  });

  it("lets any report in on what had more headers in IPv6: nothing looks behind them", () => {
    const packet = error(3, 0, ipv6(join(hex("3a00 0001 00000001"), echo6), 44));
    expect(new VM(answersTo(58, OTHERS)).run(packet)).toBe(0xffffffff);
  });

  it.each<[string, Protocol, Uint8Array]>([
    ["a report on UDP", 1, ipv4(error(3, 3, ipv4(udp, { protocol: 17 })))],
    ["a report on UDP, of IPv6", 58, error(1, 4, ipv6(udp, 17))],
    ["half a reply", 1, ipv4(reply(echo4).subarray(0, 5))],
    ["a report that quotes less than an identifier", 1, ipv4(error(3, 1, ipv4(echo4).subarray(0, 25)))],
    ["a header alone", 1, ipv4(hex(""))],
    ["nothing", 58, hex("")],
  ])("keeps %s out", (_, proto, packet) => {
    expect(new VM(answersTo(proto, OURS)).run(packet)).toBe(0);
  });

  it("keeps out nothing that would have been an answer", () => {
    const filters = { 1: new VM(answersTo(1, OURS)), 58: new VM(answersTo(58, OURS)) };
    let answers = 0;
    fc.assert(
      fc.property(damagedAnswers, ([protocol, message, options]) => {
        const bytes = protocol === 1 ? ipv4(summed(message), { options }) : message;
        const control = { ttl: 64, timestamp: null, error: null };
        const from = new IPAddr({ ip: "10.0.0.2" });
        const answer = answerIn({ protocol, withHeader: protocol === 1, bytes, from, control });
        if (answer === null || answer.echo.id !== OURS) return;
        answers++;
        expect(filters[protocol].run(bytes)).toBe(0xffffffff);
      }),
      { numRuns: 5000, seed: 11_027 },
    );
    expect(answers).toBeGreaterThan(500);
  });
});

/** With its checksum right, as the kernel or this library would look at nothing else. */
function summed(message: Uint8Array): Uint8Array {
  const b = message.slice();
  if (b.length < 4) return b;
  b.fill(0, 2, 4);
  const sum = checksum(b);
  b.set([sum >> 8, sum & 0xff], 2);
  return b;
}

const answers: [Protocol, Uint8Array][] = [
  [1, reply(echo4)],
  [1, error(3, 1, ipv4(echo4))],
  [1, error(11, 0, ipv4(echo4, { options: nops(8) }))],
  [1, error(5, 1, ipv4(echo4))],
  [58, reply(echo6)],
  [58, error(1, 0, ipv6(echo6))],
  [58, error(2, 0, ipv6(join(hex("3a00 0001 00000001"), echo6), 44))],
  [58, error(3, 0, ipv6(join(hex("3c00 000000000000 3a00 000000000000"), echo6), 0))],
];

/** An answer with a few bytes of it changed, cut anywhere; and options before it, where there is a header. */
const damagedAnswers = fc.constantFrom(...answers).chain(([protocol, message]) => {
  const change = fc.tuple(fc.nat(message.length - 1), fc.nat(255));
  const end = fc.oneof(fc.constant(message.length), fc.nat(message.length));
  return fc
    .tuple(fc.array(change, { maxLength: 3 }), end, fc.constantFrom(0, 4, 40))
    .map(([changes, length, options]): [Protocol, Uint8Array, number[]] => {
      const b = message.slice();
      for (const [at, byte] of changes) b[at] = byte;
      return [protocol, b.subarray(0, length), nops(options)];
    });
});

describe.skipIf(noNamespaces !== null)("a raw socket that pings", () => {
  let lab: Lab;
  beforeAll(() => {
    lab = new Lab();
  });
  afterAll(() => lab?.remove());

  // The far host admits nobody to unprivileged sockets, so both are raw.
  describe.each(["ping", "sweep"])("by %s", (tool) => {
    it.each([
      ["replies from the same host", "10.9.1.1", 64],
      ["reports of a router", "10.9.1.1", 1],
      ["replies from the same host, of IPv6", "fd09:1::1", 64],
      ["reports of a router, of IPv6", "fd09:1::1", 1],
    ])("is not woken by another's %s", async (_, target, ttl) => {
      const asked = JSON.stringify({ tool, target, ttl, count: 200 });
      const { stdout, stderr } = await lab.far.execute(process.execPath, fixture("quiet.mjs"), asked);
      if (stdout === "") throw new Error(`the child said nothing: ${stderr}`);
      expect(JSON.parse(stdout)).toEqual({ privileged: true, reads: 0, answers: 200 });
    });
  });
});
