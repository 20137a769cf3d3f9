import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Echo, ICMPv4Type, listenPacket, parseMessage, protocolICMP } from "#lib/icmp/index.js";
import { Histogram } from "#lib/ping/histogram.js";
import { type Ping, ping, type PingEvent, type PingOptions, Tally } from "#lib/ping/index.js";
import { Payload } from "#lib/ping/payload.js";
import { routeIn } from "#lib/ping/route.js";

const refused = await listenPacket("ip4:icmp", "127.0.0.1").then(
  (conn) => (conn.close(), null),
  (error: Error) => error.message,
);
if (refused !== null) console.log(`no raw sockets here, so nothing is pinged: ${refused}`);

async function all(run: Ping): Promise<PingEvent[]> {
  const events: PingEvent[] = [];
  for await (const event of run) events.push(event);
  return events;
}

describe("percentiles", () => {
  it("agree with the definition to one percent, and stay between the extremes", () => {
    const time = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(time, { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 0, max: 100 }),
        (times, p) => {
          const tally = new Tally();
          for (const value of times) tally.time(value);
          const sorted = [...times].sort((a, b) => a - b);
          const exact = sorted[Math.max(Math.ceil((p / 100) * sorted.length), 1) - 1];
          const told = tally.percentile(p)!;
          expect(Math.abs(told / exact - 1)).toBeLessThan(0.01);
          expect(told).toBeGreaterThanOrEqual(sorted[0]);
          expect(told).toBeLessThanOrEqual(sorted.at(-1)!);
        },
      ),
    );
  });

  it("take no memory before there are two times, since most hosts of a sweep never have them", () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const heapUsed = () => (collect(), process.memoryUsage().heapUsed);
    const tallies: Tally[] = [];
    const before = heapUsed();
    for (let i = 0; i < 50_000; i++) tallies.push(new Tally());
    for (const tally of tallies) tally.time(0.04);
    expect((heapUsed() - before) / tallies.length).toBeLessThan(350);
  });

  it("take times of nothing, and have none of none", () => {
    const histogram = new Histogram();
    for (const value of [0, 0, 0]) histogram.add(value);
    expect(histogram.percentile(99)).toBeLessThan(1e-5);
    expect(new Tally().percentile(50)).toBeNull();
    for (const p of [-1, 101, NaN, Infinity]) expect(() => new Tally().percentile(p)).toThrow(RangeError);
    expect(() => new Tally().percentile("50" as never)).toThrow(TypeError);
  });
});

describe("jitter", () => {
  it("is the mean of the steps from one time to the next", () => {
    const tally = new Tally();
    expect(tally.jitter).toBeNull();
    tally.time(5);
    expect(tally.jitter).toBe(0);
    for (const value of [7, 4, 4]) tally.time(value);
    expect(tally.jitter).toBeCloseTo((2 + 3 + 0) / 3, 9);
  });
});

describe("routeIn", () => {
  const header = (...options: number[]) => {
    const length = 20 + Math.ceil(options.length / 4) * 4;
    const packet = new Uint8Array(length);
    packet[0] = 0x40 | (length / 4);
    packet.set(options, 20);
    return packet;
  };
  const route = (packet: Uint8Array) => routeIn(packet)?.map(String) ?? null;

  it("reads the addresses that stand before the pointer", () => {
    expect(route(header(1, 7, 11, 12, 10, 0, 0, 1, 10, 0, 0, 2))).toEqual(["10.0.0.1", "10.0.0.2"]);
    expect(route(header(7, 11, 8, 10, 0, 0, 1, 10, 0, 0, 2))).toEqual(["10.0.0.1"]);
    expect(route(header(7, 11, 4, 10, 0, 0, 1, 10, 0, 0, 2))).toEqual([]);
    expect(route(header(0x44, 4, 5, 0, 7, 7, 8, 10, 0, 0, 1))).toEqual(["10.0.0.1"]);
  });

  it.each<[string, number[]]>([
    ["none", []],
    ["only padding", [0, 7, 7, 8]],
    ["a length that does not advance", [0x44, 0, 0, 0]],
    ["a length of one", [0x44, 1, 7, 3]],
    ["a length beyond the header", [7, 200, 8, 1]],
    ["no length at all", [1, 1, 1, 7]],
    ["a pointer before its first place", [7, 7, 0, 1, 2, 3, 4]],
    ["a pointer beyond its end", [7, 7, 9, 1, 2, 3, 4]],
    ["no room for a pointer", [7, 2, 0, 0]],
  ])("finds none where there is %s", (_, options) => {
    expect(routeIn(header(...options))).toBeNull();
  });

  it("ends whatever it is given, and reads nothing beyond it", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (packet) => {
        for (const ip of routeIn(packet) ?? []) expect(ip.length).toBe(4);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("Payload", () => {
  it("fills with a pattern behind the cookie", () => {
    const data = new Payload(12, Uint8Array.of(0xff, 0x00)).of(1);
    expect([...data.subarray(8)]).toEqual([0xff, 0, 0xff, 0]);
    expect([...new Payload(3, Uint8Array.of(7)).of(1)]).toEqual([7, 7, 7]);
  });
});

describe.skipIf(refused !== null)("ping, with options", () => {
  it("goes on with each answer when it is adaptive, and no sooner than it may", async () => {
    for (const [adaptive, least] of [
      [0, 0],
      [5, 45],
    ]) {
      const start = performance.now();
      const run = ping("127.0.0.1", { count: 10, interval: 10_000, adaptive });
      await all(run);
      expect(run.statistics.received).toBe(10);
      expect(performance.now() - start).toBeLessThan(9000);
      expect(performance.now() - start).toBeGreaterThanOrEqual(least);
    }
  });

  it("sends several at once", async () => {
    const events = await all(ping("127.0.0.1", { count: 5, preload: 3, interval: 20 }));
    expect(events.slice(0, 3).map(({ type }) => type)).toEqual(["sent", "sent", "sent"]);
    const few = ping("127.0.0.1", { count: 2, preload: 64 });
    await all(few);
    expect(few.statistics.transmitted).toBe(2);
  });

  it("asks for the route, and has it from a raw socket", async () => {
    const run = ping("127.0.0.1", { count: 1, recordRoute: true });
    const [, reply] = await all(run);
    expect(run.privileged).toBe(true);
    expect(reply.type === "reply" && reply.route?.map(String)).toContain("127.0.0.1");
    await expect(ping("::1", { recordRoute: true }).open()).rejects.toMatchObject({ code: "ENOPROTOOPT" });
  });

  it("sends what it is told: identifier, class and pattern", async () => {
    const sniffer = await listenPacket("ip4:icmp", "127.0.0.1");
    sniffer.setFilter([ICMPv4Type.echo]);
    try {
      const run = ping("127.0.0.1", {
        count: 1,
        id: 0xbeef,
        tos: 0xb8,
        pattern: Uint8Array.of(1, 2, 3),
        size: 14,
      });
      const p = new Uint8Array(1500);
      const running = all(run);
      for (;;) {
        const { n } = await sniffer.readMsg(p, new Uint8Array(0));
        const { body } = parseMessage(protocolICMP, p.subarray(20, n));
        if (!(body instanceof Echo) || body.id !== 0xbeef) continue;
        expect(p[1]).toBe(0xb8);
        expect([...body.data.subarray(8)]).toEqual([3, 1, 2, 3, 1, 2]);
        break;
      }
      await running;
      expect([run.id, run.statistics.received]).toEqual([0xbeef, 1]);
    } finally {
      sniffer.close();
    }
  });

  it("takes no broadcast address unless it is told to", async () => {
    const run = ping("127.255.255.255", { count: 1, timeout: 100 });
    const events = await all(run);
    expect(events.find(({ type }) => type === "send-error")).toMatchObject({ error: { code: "EACCES" } });
    const told = ping("127.255.255.255", { count: 1, timeout: 100, broadcast: true });
    expect((await all(told)).some(({ type }) => type === "send-error")).toBe(false);
  });
});

describe("ping, asked for what makes no sense", () => {
  it.each<[PingOptions | object, RegExp]>([
    [{ adaptive: -1 }, /for adaptive/],
    [{ preload: 0 }, /for preload/],
    [{ preload: 65 }, /for preload/],
    [{ pattern: "ff" }, /a Uint8Array for pattern/],
    [{ pattern: new Uint8Array(0) }, /1 to 16 bytes for pattern/],
    [{ pattern: new Uint8Array(17) }, /1 to 16 bytes for pattern/],
    [{ id: 65536 }, /for id/],
    [{ recordRoute: 1 }, /for recordRoute/],
    [{ direct: "yes" }, /for direct/],
    [{ pathMTU: "DO" }, /for pathMTU/],
  ])("refuses %j", (options, sentence) => {
    expect(() => ping("::1", options as PingOptions)).toThrow(sentence);
  });
});
