import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describe as tell } from "#lib/ping/describe.js";
import { EventQueue } from "#lib/ping/event-queue.js";
import { Payload } from "#lib/ping/payload.js";
import { Requests, WINDOW } from "#lib/ping/requests.js";
import { roundTrip, Tally } from "#lib/ping/statistics.js";

describe("Tally", () => {
  it("has no times before the first", () => {
    const { min, avg, max, mdev, ewma, loss } = new Tally();
    expect({ min, avg, max, mdev, ewma, loss }).toEqual({
      min: null,
      avg: null,
      max: null,
      mdev: null,
      ewma: null,
      loss: 0,
    });
  });

  it("agrees with the definitions, far from zero too", () => {
    const time = fc.double({ min: 0, max: 2 ** 31, noNaN: true });
    fc.assert(
      fc.property(fc.array(time, { minLength: 1, maxLength: 50 }), fc.nat(1e6), (times, offset) => {
        const tally = new Tally();
        const values = times.map((value) => value / 1e6 + offset);
        for (const value of values) tally.time(value);
        const avg = values.reduce((sum, value) => sum + value, 0) / values.length;
        const variance = values.reduce((sum, value) => sum + (value - avg) ** 2, 0) / values.length;
        expect(tally.min).toBe(Math.min(...values));
        expect(tally.max).toBe(Math.max(...values));
        expect(tally.avg).toBeCloseTo(avg, 6);
        expect(tally.mdev).toBeCloseTo(Math.sqrt(variance), 5);
      }),
    );
  });
});

describe("a round-trip time", () => {
  const HOUR = 3600e6;
  it.each([
    [0.25, 1, 0.00025],
    [30_000, 31, 30],
    // Clocks are read one after the other.
    [-0.25, 1, 0],
    [1500, 1, 1.5],
    // Somebody has set the clock, ahead or back.
    [HOUR + 30_000, 31, 31],
    [-HOUR + 30_000, 31, 31],
    [NaN, 31, 31],
    [Infinity, 31, 31],
    // Nobody waits that long.
    [2 ** 40, 2 ** 40, 2 ** 31 / 1000],
  ])("of %d us by one clock and %d ms by the other is %d ms", (wall, elapsed, rtt) => {
    expect(roundTrip(wall, elapsed)).toBe(rtt);
  });
});

describe("Requests", () => {
  const sent = (requests: Requests) => Object.assign(requests.add(0), { sent: 1 });

  it("finds only what was sent", () => {
    const requests = new Requests();
    const request = requests.add(0);
    expect(requests.find(1)).toBeUndefined();
    request.sent = 1;
    expect(requests.find(1)).toBe(request);
    expect(requests.find(0)).toBeUndefined();
    expect(requests.find(2)).toBeUndefined();
  });

  it("forgets what is older than the window, and is bounded for ever", () => {
    const requests = new Requests();
    for (let i = 0; i < 70_000; i++) sent(requests);
    expect(requests.waiting).toBe(WINDOW);
    expect(requests.find(70_000 & 0xffff)?.number).toBe(70_000);
    expect(requests.find((70_000 - WINDOW + 1) & 0xffff)?.number).toBe(70_000 - WINDOW + 1);
    expect(requests.find((70_000 - WINDOW) & 0xffff)).toBeUndefined();
    expect(requests.oldest?.number).toBe(70_000 - WINDOW + 1);
  });

  it("settles each once", () => {
    const requests = new Requests();
    const [first, second] = [sent(requests), sent(requests)];
    expect(requests.oldest).toBe(first);
    expect([requests.settle(first), requests.settle(first)]).toEqual([true, false]);
    expect(requests.oldest).toBe(second);
    expect(requests.waiting).toBe(1);
  });
});

describe("Payload", () => {
  it("proves answers by a cookie of each request and run", () => {
    const [mine, other] = [new Payload(56), new Payload(56)];
    const data = mine.of(1);
    expect(data).toHaveLength(56);
    expect(mine.isAnswer(1, data)).toBe(true);
    expect(mine.isAnswer(2, data)).toBe(false);
    expect(other.isAnswer(1, data)).toBe(false);
    // The same number on the wire, a lap later.
    expect(mine.isAnswer(65537, data)).toBe(false);
    for (const length of [0, 7]) expect(mine.isAnswer(1, data.subarray(0, length))).toBe(false);
  });

  it.each([0, 7])("has no room for one in %i bytes", (size) => {
    const payload = new Payload(size);
    expect(payload.of(1)).toEqual(Uint8Array.from({ length: size }, (_, i) => i));
    expect(payload.isAnswer(1, new Uint8Array(size))).toBe(true);
  });

  it("takes a quotation without the payload, and none with another one", () => {
    const payload = new Payload(8);
    expect(payload.isQuote(1, new Uint8Array(0))).toBe(true);
    expect(payload.isQuote(1, payload.of(1))).toBe(true);
    expect(payload.isQuote(1, payload.of(2))).toBe(false);
  });
});

describe("EventQueue", () => {
  it("keeps order, whoever is first", async () => {
    const queue = new EventQueue<number>();
    const early = [queue.next(), queue.next()];
    for (const event of [1, 2, 3]) queue.push(event);
    queue.end(null);
    queue.push(4);
    const results = await Promise.all([...early, queue.next(), queue.next(), queue.next()]);
    expect(results.map(({ done, value }) => (done ? "end" : value))).toEqual([1, 2, 3, "end", "end"]);
  });

  it("tells its error once, after the events", async () => {
    const queue = new EventQueue<number>();
    queue.push(1);
    queue.end(new Error("broken"));
    queue.end(null);
    expect(await queue.next()).toEqual({ done: false, value: 1 });
    await expect(queue.next()).rejects.toThrow("broken");
    expect((await queue.next()).done).toBe(true);
  });

  it("is bounded for what is offered, and loses nothing else", async () => {
    const queue = new EventQueue<number>();
    for (let i = 0; i < 5000; i++) queue.offer(-1);
    expect(queue.full).toBe(true);
    for (let i = 0; i < 10; i++) queue.push(i);
    queue.end(null);
    const got: number[] = [];
    for (let next = await queue.next(); !next.done; next = await queue.next()) got.push(next.value);
    expect(got).toHaveLength(4096 + 10);
    expect(got.slice(-10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe("describe", () => {
  const report = { mtu: 1300, pointer: 20, gateway: null };
  it.each<[1 | 58, number, number, string, string]>([
    [1, 3, 0, "unreachable", "Destination Net Unreachable"],
    [1, 3, 4, "packet-too-big", "Frag needed and DF set (mtu = 1300)"],
    [1, 3, 13, "unreachable", "Packet filtered"],
    [1, 3, 99, "unreachable", "Destination Unreachable, code 99"],
    [1, 5, 1, "redirect", "Redirect Host"],
    [1, 11, 0, "time-exceeded", "Time to live exceeded"],
    [1, 11, 1, "time-exceeded", "Frag reassembly time exceeded"],
    [1, 12, 0, "parameter-problem", "Parameter problem: pointer = 20"],
    [58, 1, 0, "unreachable", "Destination unreachable: No route"],
    [58, 1, 99, "unreachable", "Destination unreachable: code 99"],
    [58, 2, 0, "packet-too-big", "Packet too big: mtu=1300"],
    [58, 3, 1, "time-exceeded", "Time exceeded: Defragmentation failure"],
    [58, 4, 1, "parameter-problem", "Parameter problem: Unknown header at 20"],
  ])("calls %i/%i/%i %s: %s", (protocol, type, code, reason, message) => {
    expect(tell({ protocol, type, code, ...report })).toEqual({ reason, message });
  });

  it("calls nothing an error that is none", () => {
    expect(tell({ protocol: 1, type: 8, code: 0, ...report })).toBeNull();
    expect(tell({ protocol: 58, type: 129, code: 0, ...report })).toBeNull();
  });
});
