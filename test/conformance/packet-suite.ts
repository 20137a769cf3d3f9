// What every packet endpoint must do, whatever carries the packets: tests over two endpoints, each with an address.
// Go: golang.org/x/net/nettest.TestConn, net/packetconn_test.go, net/protoconn_test.go

import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import type { Addr, OpError, ReceivedFrom } from "rawconn";
import { outcomeAfter, rejection, SLACK } from "../support/outcome.js";

/** A packet endpoint, as far as this suite is concerned. */
export interface Packets {
  read(p: Uint8Array): Promise<number | null>;
  write(p: Uint8Array): Promise<number>;
  readFrom(p: Uint8Array): Promise<ReceivedFrom<Addr> | null>;
  writeTo(p: Uint8Array, addr: Addr): Promise<number>;
  close(): void;
  setDeadline(t: Date | number | null): void;
  setReadDeadline(t: Date | number | null): void;
  setWriteDeadline(t: Date | number | null): void;
  readonly localAddr: Addr | null;
  readonly remoteAddr: Addr | null;
}

/** Two endpoints that are connected to nobody, and how to end them. One may stand for both: it then hears itself. */
export interface PacketEnds {
  a: Packets;
  b: Packets;
  stop: () => void;
}

/** What differs between kinds of packets. */
export interface PacketTraits {
  /** Bytes of the largest packet. */
  largest: number;
  /** Bytes that `readFrom` needs room for beyond what it gives: a header that it takes off. */
  header?: number;
  /** Whether a write waits until the other end reads. Packets that may get lost never wait. */
  waits?: boolean;
  /** What a `write` without an address ends with. */
  nowhere: "EDESTADDRREQ" | "ENOTCONN";
}

const PAST = 1;

/** Declares the tests. `makeEnds` is called once for each. */
export function packetConformance(makeEnds: () => Promise<PacketEnds>, traits: PacketTraits): void {
  const run = (name: string, body: (a: Packets, b: Packets, traits: PacketTraits) => Promise<void>) =>
    it(name, async () => {
      const { a, b, stop } = await makeEnds();
      try {
        await body(a, b, traits);
      } finally {
        stop();
      }
    });

  run("carries packets of every size unchanged, both ways, and names who sent them", everySize);
  run("answers whoever asks, by the address it was told", pingPong);
  run("carries empty packets, which end nothing", emptyPackets);
  run("takes a packet into no bytes at all", noBytes);
  run("tells when a packet was cut, and only then", truncation);
  run("refuses a packet larger than any, whole, and goes on", tooLarge);
  run("refuses to send to nobody, and goes on", toNobody);
  run("shares packets out among readers, each one once and whole", manyAtOnce);
  run("serves racing readers with deadlines", racingReaders);
  run("serves racing writers with deadlines", racingWriters);
  run("times out a read past its deadline, and leaves the packet that is there", readTimeout);
  run("times out a write past its deadline, and sends nothing", writeTimeout);
  run("applies a deadline to what is blocked already", presentTimeout);
  run("keeps a deadline in the future, never early", futureTimeout);
  run("ends what is blocked when it is closed", closeWhileBlocked);
  run("takes all methods at once", concurrentMethods);
}

async function everySize(a: Packets, b: Packets, { largest, header }: PacketTraits): Promise<void> {
  for (const size of [1, 2, 1000, 1500, 9000, largest]) {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const sent = randomBytes(size);
      expect(await from.writeTo(sent, addrOf(to))).toBe(size);
      const { bytes, addr, truncated } = await receive(to, size, header);
      expect(Buffer.compare(bytes, sent)).toBe(0);
      expect(addr).toEqual(from.localAddr);
      expect(truncated).toBe(false);
    }
  }
  expect([a.remoteAddr, b.remoteAddr]).toEqual([null, null]);
}

async function pingPong(a: Packets, b: Packets, { header }: PacketTraits): Promise<void> {
  let [here, there] = [a, b];
  let to = addrOf(b);
  for (let i = 0; i < 100; i++) {
    await here.writeTo(number(i), to);
    const { bytes, addr } = await receive(there, 4, header);
    expect(bytes.readUInt32BE()).toBe(i);
    to = addr!;
    [here, there] = [there, here];
  }
}

async function emptyPackets(a: Packets, b: Packets, { header }: PacketTraits): Promise<void> {
  expect(await a.writeTo(new Uint8Array(0), addrOf(b))).toBe(0);
  const { bytes, addr, truncated } = await receive(b, 8, header);
  expect({ n: bytes.length, addr, truncated }).toEqual({ n: 0, addr: a.localAddr, truncated: false });
  // One that comes while a read waits, too.
  const reading = receive(b, 8, header);
  await a.writeTo(new Uint8Array(0), addrOf(b));
  expect((await reading).bytes.length).toBe(0);
  await a.writeTo(number(7), addrOf(b));
  expect((await receive(b, 4, header)).bytes.readUInt32BE()).toBe(7);
}

async function noBytes(a: Packets, b: Packets, { header }: PacketTraits): Promise<void> {
  await a.writeTo(number(1), addrOf(b));
  await a.writeTo(number(2), addrOf(b));
  const none = new Uint8Array(0);
  // A read takes nothing, as of a stream; a readFrom takes the packet.
  expect(await b.read(none)).toBe(0);
  expect(await b.readFrom(none)).toEqual({ n: 0, addr: a.localAddr, truncated: true });
  expect((await receive(b, 4, header)).bytes.readUInt32BE()).toBe(2);
}

async function truncation(a: Packets, b: Packets, { header }: PacketTraits): Promise<void> {
  const sent = randomBytes(100);
  for (const room of [101, 100, 99, 1]) {
    await a.writeTo(sent, addrOf(b));
    const { bytes, truncated } = await receive(b, room, header);
    expect(bytes).toEqual(sent.subarray(0, room));
    expect({ room, truncated }).toEqual({ room, truncated: room < 100 });
  }
}

async function tooLarge(a: Packets, b: Packets, { header }: PacketTraits): Promise<void> {
  const error = await rejection(a.writeTo(new Uint8Array(1 << 20), addrOf(b)));
  expect(error).toMatchObject({ op: "write", code: "EMSGSIZE", syscall: "sendto", addr: b.localAddr, n: 0 });
  await a.writeTo(number(3), addrOf(b));
  expect((await receive(b, 4, header)).bytes.readUInt32BE()).toBe(3);
}

async function toNobody(a: Packets, b: Packets, { header, nowhere }: PacketTraits): Promise<void> {
  const p = new Uint8Array(1);
  for (const nobody of [null, undefined]) {
    const error = await rejection(a.writeTo(p, nobody as unknown as Addr));
    expect(error).toMatchObject({
      op: "write",
      code: "ERR_MISSING_ADDRESS",
      source: a.localAddr,
      addr: null,
      n: 0,
    });
    expect(error.message).toMatch(/: missing address$/);
  }
  expect(await rejection(a.write(p))).toMatchObject({ op: "write", code: nowhere, syscall: "write" });
  await a.writeTo(number(4), addrOf(b));
  expect((await receive(b, 4, header)).bytes.readUInt32BE()).toBe(4);
}

async function manyAtOnce(a: Packets, b: Packets, { header }: PacketTraits): Promise<void> {
  const [WRITERS, EACH] = [5, 20];
  const total = WRITERS * EACH;
  // Some readers wait before there is anything, and all are told apart by what they got.
  const readers = Array.from({ length: total }, (_, i) => receive(b, 100 + i, header));
  const writers = Array.from({ length: WRITERS }, async (_, w) => {
    for (let i = 0; i < EACH; i++) await a.writeTo(Buffer.alloc(100, number(w * EACH + i)), addrOf(b));
  });
  const got = await Promise.all(readers);
  await Promise.all(writers);
  const numbers = got.map(({ bytes, addr }) => {
    expect(addr).toEqual(a.localAddr);
    const first = bytes.readUInt32BE();
    expect(bytes).toEqual(Buffer.alloc(100, number(first)));
    return first;
  });
  expect(numbers.toSorted((x, y) => x - y)).toEqual(Array.from({ length: total }, (_, i) => i));
}

async function racingReaders(a: Packets, b: Packets, { header }: PacketTraits): Promise<void> {
  const ending = pour(b, addrOf(a));
  const reader = async () => {
    a.setReadDeadline(Date.now() + 1);
    for (let i = 0; i < 10; i++) {
      const packet = await receive(a, 1024, header).catch(expectTimeout);
      if (packet === undefined) a.setReadDeadline(Date.now() + 1);
      else expect(packet.bytes.length).toBe(1024);
    }
  };
  await Promise.all(Array.from({ length: 10 }, reader));
  a.setReadDeadline(null);
  expect((await receive(a, 1024, header)).addr).toEqual(b.localAddr);
  b.setWriteDeadline(PAST);
  await ending;
}

async function racingWriters(a: Packets, b: Packets, { header }: PacketTraits): Promise<void> {
  const ending = drain(b);
  const writer = async () => {
    a.setWriteDeadline(Date.now() + 1);
    for (let i = 0; i < 10; i++) {
      const n = await a.writeTo(new Uint8Array(1024), addrOf(b)).catch(expectTimeout);
      if (n === undefined) a.setWriteDeadline(Date.now() + 1);
      else expect(n).toBe(1024);
    }
  };
  await Promise.all(Array.from({ length: 5 }, writer));
  b.setReadDeadline(PAST);
  await ending;
  await roundTrip(a, b, header);
}

async function readTimeout(a: Packets, b: Packets, { header }: PacketTraits): Promise<void> {
  await b.writeTo(number(5), addrOf(a));
  a.setReadDeadline(PAST);
  for (let i = 0; i < 2; i++) {
    expectTimeout(await rejection(a.readFrom(new Uint8Array(64))));
    expectTimeout(await rejection(a.read(new Uint8Array(64))));
  }
  await a.writeTo(number(6), addrOf(b));
  a.setReadDeadline(null);
  expect((await receive(a, 4, header)).bytes.readUInt32BE()).toBe(5);
}

async function writeTimeout(a: Packets, b: Packets, { header }: PacketTraits): Promise<void> {
  a.setWriteDeadline(PAST);
  for (let i = 0; i < 2; i++) {
    const error = await rejection(a.writeTo(number(1), addrOf(b)));
    expectTimeout(error);
    expect(error.n).toBe(0);
  }
  a.setWriteDeadline(null);
  await a.writeTo(number(2), addrOf(b));
  expect((await receive(b, 4, header)).bytes.readUInt32BE()).toBe(2);
}

async function presentTimeout(a: Packets, b: Packets, { header, waits }: PacketTraits): Promise<void> {
  let isSet = false;
  const ends = (error: Error) => {
    expect(isSet).toBe(true);
    expectTimeout(error);
  };
  const blocked = [rejection<Error>(a.readFrom(new Uint8Array(64))).then(ends)];
  if (waits) blocked.push(pour(a, addrOf(b)).then(ends));
  await delay(50);
  isSet = true;
  a.setReadDeadline(PAST);
  a.setWriteDeadline(PAST);
  await Promise.all(blocked);
  await roundTrip(a, b, header);
}

async function futureTimeout(a: Packets, b: Packets, { header, waits }: PacketTraits): Promise<void> {
  const deadline = Date.now() + 50;
  a.setDeadline(deadline);
  const ends = (error: Error) => {
    expectTimeout(error);
    const late = Date.now() - deadline;
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(SLACK);
  };
  const blocked = [rejection<Error>(a.readFrom(new Uint8Array(64))).then(ends)];
  if (waits) blocked.push(pour(a, addrOf(b)).then(ends));
  await Promise.all(blocked);
  await roundTrip(a, b, header);
}

async function closeWhileBlocked(a: Packets, b: Packets, { waits }: PacketTraits): Promise<void> {
  const local = a.localAddr;
  a.setDeadline(Date.now() + 3600_000);
  const p = new Uint8Array(64);
  const blocked = [a.readFrom(p), a.read(p), a.readFrom(p)].map((reading) => rejection(reading));
  if (waits) blocked.push(pour(a, addrOf(b)));
  expect(await outcomeAfter(20, Promise.race(blocked))).toBe("pending");
  a.close();
  const ops = (await Promise.all(blocked)).map(({ code, op }) => `${op} ${code}`);
  expect(ops).toEqual([...Array<string>(3).fill("read ERR_CLOSED"), ...(waits ? ["write ERR_CLOSED"] : [])]);
  expect(await rejection(a.writeTo(p, addrOf(b)))).toMatchObject({ op: "write", code: "ERR_CLOSED", n: 0 });
  expect(a.localAddr).toEqual(local);
}

async function concurrentMethods(a: Packets, b: Packets): Promise<void> {
  const ending = echo(b);
  const local = String(a.localAddr);
  const to = addrOf(b);
  const task = async () => {
    const soon = Date.now() + 10;
    a.setDeadline(soon);
    a.setReadDeadline(soon);
    a.setWriteDeadline(soon);
    expect(String(a.localAddr)).toBe(local);
    expect(a.remoteAddr).toBeNull();
    await Promise.all([
      a.readFrom(new Uint8Array(1024)).catch(expectTimeout),
      a.writeTo(new Uint8Array(1024), to).catch(expectTimeout),
    ]);
  };
  await Promise.all(Array.from({ length: 100 }, task));
  for (const end of new Set([a, b])) end.close();
  await ending;
}

/** Nothing, when the error says that time ran out; otherwise a failure of the test. */
function expectTimeout(error: Error): undefined {
  expect(error).toMatchObject({ code: "ERR_DEADLINE", message: expect.stringMatching(/i\/o timeout$/) });
}

const addrOf = (end: Packets): Addr => end.localAddr!;

function number(n: number): Buffer {
  const p = Buffer.alloc(4);
  p.writeUInt32BE(n);
  return p;
}

/** The next packet, into room for so many bytes of it. */
async function receive(from: Packets, room: number, header = 0) {
  const p = Buffer.alloc(header + room);
  const { n, addr, truncated } = (await from.readFrom(p))!;
  return { bytes: p.subarray(0, n), addr, truncated };
}

/** Proves that both directions work, whatever is still under way in them; that has other numbers. */
async function roundTrip(a: Packets, b: Packets, header?: number): Promise<void> {
  a.setDeadline(null);
  b.setDeadline(null);
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    // What was sent before may still come, even on loopback, or fill all the room there is.
    const sending = from.writeTo(number(99), addrOf(to));
    while ((await receive(to, 4, header)).bytes.readUInt32BE() !== 99);
    await sending;
  }
}

/** Sends until it no longer can; why. */
async function pour(from: Packets, to: Addr): Promise<OpError> {
  const p = new Uint8Array(1024);
  for (;;) {
    try {
      await from.writeTo(p, to);
    } catch (error) {
      return error as OpError;
    }
  }
}

/** Receives until it no longer can; why. */
async function drain(from: Packets): Promise<Error> {
  const p = new Uint8Array(2048);
  for (;;) {
    try {
      await from.readFrom(p);
    } catch (error) {
      return error as Error;
    }
  }
}

/** Sends back whatever comes, until it is closed. */
async function echo(end: Packets): Promise<void> {
  const p = new Uint8Array(2048);
  try {
    for (;;) {
      const { n, addr } = (await end.readFrom(p))!;
      await end.writeTo(p.slice(0, n), addr!);
    }
  } catch {
    // Closed, or out of time.
  }
}
