// A filter judges what comes joined by the first of it: so nothing comes joined to a socket that has one.

import { describe, expect, it } from "vitest";
import { ListenConfig, type RawConn, type UDPConn } from "rawconn";
import {
  ALUOpConstant,
  aluOpSub,
  assemble,
  attach,
  type Instruction,
  JumpIf,
  jumpEqual,
  LoadAbsolute,
  LoadConstant,
  RetA,
  RetConstant,
} from "rawconn/bpf";
import { newPacketConn } from "rawconn/ipv4";
import { newPacketConn as newPacketConn6 } from "rawconn/ipv6";
import { attachFilter, attachReusePortCBPF, detachFilter } from "rawconn/syscall";
import { type binding, constant } from "#lib/internal/binding.js";
import { errno } from "#lib/errors/index.js";
import { withFault } from "../faults/inject.js";
import { hasIPv6 } from "../support/pair.js";
import { type Ends, ends, here, isJoining, noJoining, prime, received, ways } from "./ways.js";

const [joined] = ways;
const UDP_HEADER = 8;

// Lets in what begins with an A.
const onlyA: readonly Instruction[] = [
  new LoadAbsolute({ off: UDP_HEADER, size: 1 }),
  new JumpIf({ cond: jumpEqual, val: 65, skipFalse: 1 }),
  new RetConstant({ val: 0xffffffff }),
  new RetConstant({ val: 0 }),
];
const padding = Array.from({ length: 60 }, () => new LoadConstant({ dst: 0, val: 0 }));
const program = assemble(onlyA);
const AB = "AB".repeat(10);

/** Sends datagrams of one letter each, as many as there are in the text, as one. */
async function send({ from, to }: Ends, letters: string): Promise<void> {
  const batch = joined.batch();
  for (const letter of letters) batch.push(letter, to.localAddr);
  await from.writeBatch(batch);
}

const letters = async ({ to }: Ends, count: number): Promise<string> =>
  (await received(to, joined.batch(), count)).map(({ data }) => data).join("");

/** Whether the filter judges each by itself; behind all that is let in comes one more. */
async function expectJudged(both: Ends): Promise<void> {
  expect(isJoining(both.to)).toBe(false);
  for (const sent of [AB, `B${AB}`]) {
    await send(both, sent);
    await both.from.writeTo("A, the last", both.to.localAddr!);
    expect(await letters(both, 11)).toBe("AAAAAAAAAAA, the last");
  }
  expect(isJoining(both.to)).toBe(false);
}

const doors: [string, (conn: UDPConn) => void][] = [
  ["attach", (conn) => attach(conn, onlyA)],
  ["attach, a long one", (conn) => attach(conn, [...padding, ...onlyA])],
  ["attachFilter", (conn) => attachFilter(conn.syscallConn(), program)],
  ["RawConn.control", (conn) => conn.syscallConn().control((fd) => attachFilter(fd, program))],
  ["ipv4.PacketConn", (conn) => newPacketConn(conn).setBPF(program)],
];

describe.skipIf(noJoining !== null)("datagrams that could come joined are judged one by one", () => {
  it.each(doors)("by a filter that was there first: %s", async (_, filter) => {
    using both = await ends();
    filter(both.to);
    await expectJudged(both);
  });

  it.each(doors)("by one put on later, behind what has come: %s", async (_, filter) => {
    using both = await ends();
    await prime(joined, both);
    await send(both, AB);
    filter(both.to);
    expect(await letters(both, 20)).toBe(AB);
    await expectJudged(both);
    // For good.
    detachFilter(both.to.syscallConn());
    await send(both, AB);
    expect(await letters(both, 20)).toBe(AB);
    expect(isJoining(both.to)).toBe(false);
  });

  it.skipIf(!hasIPv6)("by one of ipv6.PacketConn", async () => {
    using both = await ends("::1");
    await prime(joined, both);
    newPacketConn6(both.to).setBPF(program);
    await expectJudged(both);
  });

  it("by one put on in a callback that throws", async () => {
    using both = await ends();
    await prime(joined, both);
    const failing = (fd: number) => {
      attachFilter(fd, program);
      throw new Error("on purpose");
    };
    expect(() => both.to.syscallConn().control(failing)).toThrow("on purpose");
    await expectJudged(both);
  });

  it("by one that is not to be seen, as those of eBPF are not", async () => {
    using both = await ends();
    await prime(joined, both);
    const hidden =
      (real: typeof binding.getsockopt): typeof binding.getsockopt =>
      (fd, level, name, value) =>
        name === constant("SO_GET_FILTER") ? -errno("EACCES") : real(fd, level, name, value);
    await withFault({ getsockopt: hidden }, async () => both.to.setReadBuffer(1 << 22));
    expect(isJoining(both.to)).toBe(false);
  });

  it("and come joined as before when all that was done was something else", async () => {
    using both = await ends();
    await prime(joined, both);
    both.to.setReadBuffer(1 << 22);
    both.to.syscallConn().control(() => {});
    expect(isJoining(both.to)).toBe(true);
  });
});

/** What came before the last. */
async function until(conn: UDPConn, last: string): Promise<string> {
  const p = Buffer.alloc(64);
  for (let all = ""; ;) {
    const one = p.toString("latin1", 0, (await conn.readFrom(p)).n);
    if (one === last) return all;
    all += one;
  }
}

// Nothing can be done about it where a run is one packet all the way: so the docs tell, as long as it is so.
it.skipIf(noJoining !== null).each([
  { offload: false, chosen: ["AAAAA", "BBBBB"] },
  { offload: true, chosen: ["ABABABABAB", ""] },
])("a program that chooses among sockets sees each when none leave joined: $offload", async (row) => {
  const control = (_network: string, _address: string, raw: RawConn) =>
    raw.setsockopt(constant("SOL_SOCKET"), constant("SO_REUSEPORT"), 1);
  const config = new ListenConfig({ control });
  using a = await config.listenPacket("udp4", "127.0.0.1:0");
  using b = await config.listenPacket("udp4", String(a.localAddr));
  using from = await here();
  // What begins with an A goes to the first.
  const choose = [
    new LoadAbsolute({ off: 0, size: 1 }),
    new ALUOpConstant({ op: aluOpSub, val: 65 }),
    new RetA(),
  ];
  attachReusePortCBPF(a.syscallConn(), assemble(choose));
  const batch = joined.batch({ offload: row.offload });
  for (const letter of "ABABABABAB") batch.push(letter, a.localAddr);
  await from.writeBatch(batch);
  for (const last of ["A, the last", "B, the last"]) await from.writeTo(last, a.localAddr!);
  expect([await until(a, "A, the last"), await until(b, "B, the last")]).toEqual(row.chosen);
});
