import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { isTimeout } from "#lib/index.js";
import { listenPacket } from "#lib/icmp/index.js";
import { type Ping, ping, type PingEvent, type PingOptions, type ReplyEvent } from "#lib/ping/index.js";
import { failingTimes, withFault } from "../faults/inject.js";

/** Why no ICMP socket can be had here; null when one can. */
const refused = await listenPacket("ip4:icmp", "127.0.0.1").then(
  (conn) => (conn.close(), null),
  (error: Error) => error.message,
);
if (refused !== null) console.log(`no raw sockets here, so nothing is pinged: ${refused}`);

async function collect(run: Ping): Promise<PingEvent[]> {
  const events: PingEvent[] = [];
  for await (const event of run) events.push(event);
  return events;
}

function busy(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

const isReply = (event: PingEvent): event is ReplyEvent => event.type === "reply";

describe.skipIf(refused !== null)("ping", () => {
  // As by a report on an earlier request, which was taken from the queue right before the kernel told of it.
  it("sends again what an old report has failed, and tells of what fails twice", async () => {
    const run = (times: number) =>
      withFault({ sendmsg: failingTimes(times, "EHOSTUNREACH") }, () =>
        collect(ping("127.0.0.1", { count: 1 })),
      );
    expect((await run(1)).map(({ type }) => type)).toEqual(["sent", "reply"]);
    expect(await run(2)).toMatchObject([
      { type: "sent", seq: 1 },
      { type: "send-error", seq: 1, error: { code: "EHOSTUNREACH" } },
    ]);
  });

  it.each(["127.0.0.1", "::1"])("is answered by %s", async (target) => {
    const run = ping(target, { count: 3, interval: 10 });
    const events = await collect(run);
    const replies = events.filter(isReply);
    expect(replies.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    for (const { addr, bytes, ttl, rtt } of replies) {
      expect({ addr: String(addr), bytes, ttl }).toEqual({ addr: target, bytes: 64, ttl: 64 });
      expect(rtt).toBeGreaterThanOrEqual(0);
    }
    expect(events.filter(({ type }) => type === "sent")).toHaveLength(3);
    expect(run.statistics).toMatchObject({
      transmitted: 3,
      received: 3,
      duplicates: 0,
      errors: 0,
      sendErrors: 0,
      loss: 0,
    });
  });

  it("keeps figures that agree with the events, while it runs", async () => {
    const run = ping("127.0.0.1", { count: 5, interval: 5 });
    const times: number[] = [];
    for await (const event of run) {
      if (isReply(event)) times.push(event.rtt);
      // Events are told at once on an idle loop, so the figures are never ahead here.
      expect(run.statistics.received).toBe(times.length);
    }
    const avg = times.reduce((sum, time) => sum + time, 0) / times.length;
    const variance = times.reduce((sum, time) => sum + (time - avg) ** 2, 0) / times.length;
    expect(run.statistics.min).toBe(Math.min(...times));
    expect(run.statistics.max).toBe(Math.max(...times));
    expect(run.statistics.avg).toBeCloseTo(avg, 9);
    expect(run.statistics.mdev).toBeCloseTo(Math.sqrt(variance), 9);
  });

  it("measures by the kernel's clock, also when the event loop is blocked", async () => {
    const run = ping("127.0.0.1", { count: 6, interval: 10 });
    const times: number[] = [];
    for await (const event of run) {
      if (event.type === "sent" && event.seq > 1) busy(50);
      if (isReply(event) && event.seq > 1) times.push(event.rtt);
    }
    expect(times).toHaveLength(5);
    // The middle one: another program may have had the processor once.
    expect(times.sort((a, b) => a - b)[2]).toBeLessThan(5);
  });

  it("does not call missing what came in time while the loop was blocked", async () => {
    const run = ping("127.0.0.1", { count: 3, interval: 10, timeout: 20 });
    const types: string[] = [];
    for await (const event of run) {
      types.push(event.type);
      if (event.type === "sent") busy(50);
    }
    expect(types).not.toContain("timeout");
    expect(run.statistics.received).toBe(3);
  });

  it.each([0, 1, 7, 8, 9, 1472, 65507])("carries %i bytes", async (size) => {
    const [reply] = (await collect(ping("127.0.0.1", { count: 1, size }))).filter(isReply);
    expect(reply?.bytes).toBe(size + 8);
  });

  it("pings the loopback for the unspecified address", async () => {
    const run = await ping("0.0.0.0", { count: 1 }).open();
    expect(String(run.addr)).toBe("127.0.0.1");
    expect((await collect(run)).filter(isReply)).toHaveLength(1);
  });

  it("sends from the address it is told", async () => {
    const run = await ping("127.0.0.1", { count: 1, localAddr: "127.0.0.3" }).open();
    expect(String(run.localAddr)).toMatch(/^127\.0\.0\.3/);
    expect((await collect(run)).filter(isReply)).toHaveLength(1);
  });

  it("ends when the loop is left, and leaves nothing open", async () => {
    const run = ping("127.0.0.1", { interval: 1 });
    for await (const event of run) if (isReply(event)) break;
    const { transmitted } = run.statistics;
    expect(await run.next()).toEqual({ done: true, value: undefined });
    expect(run.statistics.transmitted).toBe(transmitted);
  });

  it("ends at its deadline", async () => {
    const run = ping("127.0.0.1", { interval: 1, deadline: 30 });
    const events = await collect(run);
    expect(events.filter(isReply).length).toBeGreaterThan(0);
  });

  it("ends by a signal, before and while it runs", async () => {
    const reason = new Error("enough");
    const early = ping("127.0.0.1", { signal: AbortSignal.abort(reason) });
    await expect(collect(early)).rejects.toMatchObject({ code: "ABORT_ERR", cause: reason });

    const controller = new AbortController();
    const run = ping("127.0.0.1", { interval: 1, signal: controller.signal });
    const pinging = (async () => {
      for await (const event of run) if (isReply(event)) controller.abort(reason);
    })();
    await expect(pinging).rejects.toMatchObject({ code: "ABORT_ERR", cause: reason });
  });

  it("listens once to a signal that many have, and no more when they end", async () => {
    const { signal } = new AbortController();
    const runs = Array.from({ length: 20 }, () => ping("127.0.0.1", { signal }));
    for (const run of runs) await run.open();
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    for (const run of runs) run.stop();
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  it("tells a timeout by AbortSignal.timeout as one", async () => {
    const run = ping("127.0.0.1", { signal: AbortSignal.timeout(20), interval: 1 });
    await expect(collect(run)).rejects.toSatisfy(isTimeout);
  });

  it("can be disposed of at any time", async () => {
    const unopened = ping("127.0.0.1");
    unopened[Symbol.dispose]();
    expect(await unopened.next()).toEqual({ done: true, value: undefined });

    const opened = await ping("127.0.0.1").open();
    await opened[Symbol.asyncDispose]();
    expect(await opened.next()).toEqual({ done: true, value: undefined });

    const opening = ping("127.0.0.1");
    const open = opening.open();
    opening.stop();
    await open;
    expect(await opening.next()).toEqual({ done: true, value: undefined });
  });

  it("sends no more while nobody reads", async () => {
    const run = ping("127.0.0.1", { interval: 0 });
    await run.next();
    // Two events a request, and room for 4096. As long as there is room, a request goes out every turn or two.
    while (run.statistics.transmitted < 2048) await new Promise(setImmediate);
    for (let turns = 0; turns < 2000; turns++) await new Promise(setImmediate);
    expect(run.statistics.transmitted).toBeLessThan(2100);
    run.stop();
  });
});

describe("ping, asked for what makes no sense", () => {
  it.each<[PingOptions, string]>([
    [{ count: 0 }, "ERR_OUT_OF_RANGE"],
    [{ count: 1.5 }, "ERR_OUT_OF_RANGE"],
    [{ count: "3" as unknown as number }, "ERR_INVALID_ARG_TYPE"],
    [{ interval: -1 }, "ERR_OUT_OF_RANGE"],
    [{ interval: NaN }, "ERR_OUT_OF_RANGE"],
    [{ interval: Infinity }, "ERR_OUT_OF_RANGE"],
    [{ timeout: -1 }, "ERR_OUT_OF_RANGE"],
    [{ timeout: 2 ** 31 }, "ERR_OUT_OF_RANGE"],
    [{ deadline: NaN }, "ERR_OUT_OF_RANGE"],
    [{ size: -1 }, "ERR_OUT_OF_RANGE"],
    [{ size: 65508 }, "ERR_OUT_OF_RANGE"],
    [{ ttl: 0 }, "ERR_OUT_OF_RANGE"],
    [{ ttl: 256 }, "ERR_OUT_OF_RANGE"],
    [{ family: 5 as 4 }, "ERR_INVALID_ARG_VALUE"],
    [{ device: "sixteen-bytes-xx" }, "ERR_INVALID_ARG_VALUE"],
    [{ localAddr: "a\0b" }, "ERR_INVALID_ARG_VALUE"],
    [{ signal: {} as AbortSignal }, "ERR_INVALID_ARG_TYPE"],
    [null as unknown as PingOptions, "ERR_INVALID_ARG_TYPE"],
  ])("refuses %j", (options, code) => {
    expect(() => ping("127.0.0.1", options)).toThrow(expect.objectContaining({ code }));
  });

  it("refuses a target that is no text", () => {
    expect(() => ping(1 as unknown as string)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }),
    );
  });

  it.each([
    ["::1", { family: 4 as const }],
    ["127.0.0.1", { family: 6 as const }],
    ["127.0.0.1", { localAddr: "::1" }],
  ])("finds no address for %s with %j", async (target, options) => {
    const run = ping(target, options);
    await expect(run.open()).rejects.toMatchObject({ code: "ERR_ADDRESS" });
    expect(await run.next().catch((error: Error) => error.name)).toEqual({ done: true, value: undefined });
  });
});
