// Deadlines: never early, soon after, and gone when they are cleared.

import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { ErrDeadlineExceeded, ErrTimeout, isTimeout, listen } from "rawconn";
import { outcomeAfter, rejection, SLACK, turn } from "../support/outcome.js";
import { blockedWrite, pair } from "../support/pair.js";
import { watch } from "../support/syscalls.js";

const PAST = 1;
const p = () => new Uint8Array(64);

it("a deadline set into the past wakes the read that waits, at once", async () => {
  using ends = await pair();
  const reading = rejection(ends.client.read(p()));
  await turn();
  const start = performance.now();
  ends.client.setReadDeadline(PAST);
  expect(await reading).toMatchObject({ code: "ERR_DEADLINE" });
  expect(performance.now() - start).toBeLessThan(SLACK);
});

it("so does one set to this very instant, and one set to the beginning of time", async () => {
  for (const at of [() => Date.now(), () => new Date(), () => 0, () => -Infinity, () => new Date(-8.64e15)]) {
    using ends = await pair();
    const reading = rejection(ends.client.read(p()));
    await turn();
    ends.client.setReadDeadline(at());
    expect(await reading).toMatchObject({ code: "ERR_DEADLINE" });
  }
});

it("a deadline fails all that stands in line, not only the head", async () => {
  using ends = await pair();
  const reads = [1, 2, 3].map(() => rejection(ends.client.read(p())));
  await turn();
  ends.client.setReadDeadline(Date.now() + 10);
  for (const error of await Promise.all(reads)) expect(error).toMatchObject({ code: "ERR_DEADLINE" });
});

it("a deadline in the past makes no system call", async () => {
  using ends = await pair();
  await ends.server.write("queued");
  await turn();
  ends.client.setDeadline(PAST);
  using calls = watch();
  await rejection(ends.client.read(p()));
  await rejection(ends.client.write("x"));
  expect(calls.calls).toEqual([]);
});

it("an empty read does not look at the deadline, an empty write does", async () => {
  using ends = await pair();
  ends.client.setDeadline(PAST);
  expect(await ends.client.read(new Uint8Array(0))).toBe(0);
  expect(await rejection(ends.client.write(""))).toMatchObject({ code: "ERR_DEADLINE", n: 0 });
});

it("a deadline that is moved while a read waits counts from its new place", async () => {
  using ends = await pair();
  const { client, server } = ends;
  client.setReadDeadline(Date.now() + 30);
  const reading = client.read(p());
  await turn();
  client.setReadDeadline(Date.now() + 3600_000);
  expect(await outcomeAfter(80, reading)).toBe("pending");
  const sooner = Date.now() + 20;
  client.setReadDeadline(sooner);
  expect(await rejection(reading)).toMatchObject({ code: "ERR_DEADLINE" });
  expect(Date.now()).toBeGreaterThanOrEqual(sooner);
  void server;
});

it("a deadline that is moved a little later is kept, and not early", async () => {
  using ends = await pair();
  const start = Date.now();
  ends.client.setReadDeadline(start + 20);
  const reading = rejection(ends.client.read(p()));
  await turn();
  for (const at of [start + 30, start + 45]) {
    ends.client.setReadDeadline(at);
    await turn();
  }
  expect(await reading).toMatchObject({ code: "ERR_DEADLINE" });
  expect(Date.now()).toBeGreaterThanOrEqual(start + 45);
});

it("a deadline that is cleared while a read waits no longer counts", async () => {
  using ends = await pair();
  ends.client.setReadDeadline(Date.now() + 20);
  const reading = ends.client.read(p());
  await turn();
  ends.client.setReadDeadline(null);
  expect(await outcomeAfter(80, reading)).toBe("pending");
  await ends.server.write("x");
  expect(await reading).toBe(1);
});

it("after a timeout a later deadline revives the connection, and loses no byte", async () => {
  using ends = await pair();
  ends.client.setReadDeadline(Date.now() + 10);
  await rejection(ends.client.read(p()));
  await rejection(ends.client.read(p()));
  await ends.server.write("abc");
  ends.client.setReadDeadline(Date.now() + 3600_000);
  expect(await ends.client.read(p())).toBe(3);
});

it("the two sides have deadlines of their own", async () => {
  using ends = await pair();
  ends.client.setReadDeadline(PAST);
  await ends.client.write("x");
  ends.client.setReadDeadline(null);
  ends.client.setWriteDeadline(PAST);
  await ends.server.write("x");
  expect(await ends.client.read(p())).toBe(1);
  await rejection(ends.client.write("x"));
});

it("a write that is blocked times out with the number of bytes that went, without spinning", async () => {
  using ends = await pair();
  const { writing } = await blockedWrite(ends.client);
  using calls = watch();
  const failing = rejection(writing);
  const at = Date.now() + 50;
  ends.client.setWriteDeadline(at);
  const error = await failing;
  expect(Date.now()).toBeGreaterThanOrEqual(at);
  expect(error).toMatchObject({ op: "write", code: "ERR_DEADLINE" });
  // The kernel's buffers grow, so a part may still have gone.
  expect(error.n).toBeLessThan(1 << 20);
  expect(calls.count("send")).toBeLessThan(10);
});

it("a deadline beyond all timers neither fires nor spins", async () => {
  for (const at of [
    Date.now() + 2 ** 31,
    Date.now() + 2 ** 40,
    2 ** 63,
    Number.MAX_VALUE,
    Infinity,
    new Date(8.64e15),
  ]) {
    using ends = await pair();
    ends.client.setReadDeadline(at);
    const reading = ends.client.read(p());
    const before = performance.eventLoopUtilization();
    expect(await outcomeAfter(50, reading)).toBe("pending");
    expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.8);
    await ends.server.write("x");
    expect(await reading).toBe(1);
  }
});

it("what came in time is delivered, even when the deadline passes before the loop looks", async () => {
  using ends = await pair();
  ends.client.setReadDeadline(Date.now() + 3600_000);
  const reading = ends.client.read(p());
  await turn();
  await ends.server.write("x");
  expect(await reading).toBe(1);
});

it("a past deadline wins over bytes that came while the loop was busy", async () => {
  using ends = await pair();
  const { client, server } = ends;
  const reading = rejection(client.read(p()));
  await turn();
  const at = Date.now() + 5;
  client.setReadDeadline(at);
  // One turn of the loop in which the bytes come, and the deadline passes.
  await Promise.all([
    server.write("late"),
    Promise.resolve().then(() => {
      while (Date.now() <= at);
    }),
  ]);
  expect(await reading).toMatchObject({ code: "ERR_DEADLINE" });
  client.setReadDeadline(null);
  expect(await client.read(p())).toBe(4);
});

it("thousands of deadlines are kept, each by its own time", async () => {
  using ends = await pair();
  const { client } = ends;
  for (let i = 0; i < 10_000; i++) client.setReadDeadline(Date.now() + 20 + (i % 50));
  const at = Date.now() + 30;
  client.setReadDeadline(at);
  expect(await rejection(client.read(p()))).toMatchObject({ code: "ERR_DEADLINE" });
  expect(Date.now()).toBeGreaterThanOrEqual(at);
});

it("a deadline says ERR_DEADLINE, a dial's limit ERR_TIMEOUT: two errors with one text", () => {
  expect(ErrDeadlineExceeded.message).toBe(ErrTimeout.message);
  expect(ErrDeadlineExceeded.code).not.toBe(ErrTimeout.code);
  expect([ErrDeadlineExceeded, ErrTimeout].map(isTimeout)).toEqual([true, true]);
});

it("an accept waits for its deadline, and the listener serves again afterwards", async () => {
  using listener = await listen("tcp", "127.0.0.1:0");
  const at = Date.now() + 30;
  listener.setDeadline(at);
  const error = await rejection(listener.accept());
  expect(error.message).toBe(`accept tcp ${listener.addr}: i/o timeout`);
  expect(Date.now()).toBeGreaterThanOrEqual(at);
  listener.setDeadline(null);
  const accepting = listener.accept();
  expect(await outcomeAfter(20, accepting)).toBe("pending");
  listener.close();
  await rejection(accepting);
});

it("a deadline set while an accept waits applies to it", async () => {
  using listener = await listen("tcp", "127.0.0.1:0");
  const accepting = rejection(listener.accept());
  await delay(10);
  listener.setDeadline(PAST);
  expect(await accepting).toMatchObject({ op: "accept", code: "ERR_DEADLINE" });
});
