import { randomInt } from "node:crypto";
import { dial, listen, listenUDP, type TCPAddr, UDPAddr } from "rawconn";
import { afterEach, describe, expect, it } from "vitest";
import { type Trace, trace, type TraceEvent, type TraceOptions } from "#lib/ping/index.js";

const running: Trace[] = [];
afterEach(() => {
  for (const run of running.splice(0)) run.stop();
});

function start(target: string, options?: TraceOptions): Trace {
  const run = trace(target, options);
  running.push(run);
  return run;
}

async function eventsOf(run: Trace): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  for await (const event of run) events.push(event);
  return events;
}

const weird = (options: unknown) => () => trace("127.0.0.1", options as TraceOptions);

describe("trace", () => {
  it.each([
    [{ method: "gre" }, "ERR_INVALID_ARG_VALUE", "udp, icmp or tcp for method"],
    [{ firstHop: 0 }, "ERR_OUT_OF_RANGE", "an integer from 1 to 30 for firstHop"],
    [{ firstHop: 5, maxHop: 4 }, "ERR_OUT_OF_RANGE", "an integer from 1 to 4 for firstHop"],
    [{ maxHop: 256 }, "ERR_OUT_OF_RANGE", "an integer from 1 to 255 for maxHop"],
    [{ maxHop: "3" }, "ERR_INVALID_ARG_TYPE", "an integer for maxHop"],
    [{ queries: 0 }, "ERR_OUT_OF_RANGE", "an integer from 1 to 1000 for queries"],
    [{ queries: Infinity }, "ERR_OUT_OF_RANGE", "for queries"],
    [{ interval: 0 }, "ERR_OUT_OF_RANGE", "1 to 2147483647 for interval"],
    [{ interval: "1" }, "ERR_INVALID_ARG_TYPE", "a number for interval"],
    [{ parallel: 257 }, "ERR_OUT_OF_RANGE", "for parallel"],
    [{ timeout: NaN }, "ERR_OUT_OF_RANGE", "for timeout"],
    [{ here: -1 }, "ERR_OUT_OF_RANGE", "for here"],
    [{ near: "1" }, "ERR_INVALID_ARG_TYPE", "for near"],
    [{ port: 64513 }, "ERR_OUT_OF_RANGE", "an integer from 1 to 64512 for port"],
    [{ method: "tcp", port: 65536 }, "ERR_OUT_OF_RANGE", "an integer from 1 to 65535 for port"],
    [{ length: 27 }, "ERR_OUT_OF_RANGE", "an integer from 28 to 65535 for length"],
    [{ dontFragment: 1 }, "ERR_INVALID_ARG_TYPE", "a boolean for dontFragment"],
    [{ family: 5 }, "ERR_INVALID_ARG_VALUE", "0, 4 or 6 for family"],
    [{ localAddr: 1 }, "ERR_INVALID_ARG_TYPE", "a string for localAddr"],
    [{ device: "0123456789abcdef" }, "ERR_INVALID_ARG_VALUE", "at most 15 bytes for device"],
    [{ signal: {} }, "ERR_INVALID_ARG_TYPE", "an AbortSignal for options.signal"],
    [null, "ERR_INVALID_ARG_TYPE", "an object for options"],
  ])("refuses %j at once", (options, code, text) => {
    expect(weird(options)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(text) }));
  });

  it.each([[undefined], [1], ["a\0b"]])("refuses the target %j", (target) => {
    expect(() => trace(target as string)).toThrow(TypeError);
  });

  it.each([
    ["udp", "127.0.0.1"],
    ["udp", "::1"],
    ["tcp", "127.0.0.1"],
    ["tcp", "::1"],
  ] as const)("reaches this host by %s at %s", async (method, target) => {
    const run = start(target, { method, queries: 2, port: 9 });
    const events = await eventsOf(run);
    expect(run).toMatchObject({ reached: true, privileged: false, target });
    expect(run.addr?.toString()).toBe(target);
    expect(events.map(({ type }) => type)).toEqual(["reply", "reply", "hop"]);
    expect(events[0]).toMatchObject({ ttl: 1, query: 1, reason: "reached", flag: "", mtu: null, mpls: [] });
    const [hop, ...others] = run.hops;
    expect(others).toEqual([]);
    expect(hop).toMatchObject({ ttl: 1, final: true, statistics: { transmitted: 2, received: 2, loss: 0 } });
    expect(hop.nodes.map(({ addr, received }) => [String(addr), received])).toEqual([[target, 2]]);
  });

  it("takes the word of whoever listens there, and of nobody else, by UDP", async () => {
    await using listener = await listenUDP("udp4", new UDPAddr({ ip: "127.0.0.1" }));
    await using stranger = await listenUDP("udp4", new UDPAddr({ ip: "127.0.0.1" }));
    const { port } = listener.localAddr!;
    const run = start("127.0.0.1", { port, queries: 1, maxHop: 1, timeout: 5000 });
    const events = eventsOf(run);
    const { addr } = await listener.readFrom(new Uint8Array(64));
    await stranger.writeTo("It was me!", addr!);
    await new Promise(setImmediate);
    expect(run.reached).toBe(false);
    await listener.writeTo("Who is there?", addr!);
    expect(await events).toMatchObject([
      { type: "reply", reason: "reached", icmpType: null },
      { type: "hop" },
    ]);
  });

  it("sends nothing more to a port that it waits for, by UDP", async () => {
    // Not of those that the system hands out, so that probes disturb nobody.
    const port = randomInt(10_000, 30_000);
    const ip = `127.${randomInt(1, 255)}.${randomInt(255)}.1`;
    await using silent = await listenUDP("udp4", new UDPAddr({ ip, port }));
    const run = start(ip, { port, maxHop: 1, interval: 1, timeout: 60_000 });
    const replied = new Set<number>();
    const reply = async () => {
      const { value } = await run.next();
      if (value?.type === "reply") replied.add(value.query);
    };
    // The first of each 1024 would go there.
    while (replied.size < 1030) await reply();
    expect([replied.has(1), replied.has(1025)]).toEqual([false, true]);
    const { addr } = await silent.readFrom(new Uint8Array(64));
    await silent.writeTo("At last.", addr!);
    const before = replied.size;
    while (!replied.has(1) && replied.size < before + 500) await reply();
    expect(replied.has(1)).toBe(true);
  });

  it("connects by TCP to whoever listens there, and goes away at once", async () => {
    await using listener = await listen("tcp4", "127.0.0.1:0");
    const { port } = listener.addr as TCPAddr;
    const run = start("127.0.0.1", { method: "tcp", port, queries: 1 });
    const [reply] = await eventsOf(run);
    expect(reply).toMatchObject({ type: "reply", reason: "reached", icmpType: null });
    await using conn = await listener.accept();
    await expect(conn.read(new Uint8Array(1))).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  it("connects no more by TCP once it is known who accepts", async () => {
    await using listener = await listen("tcp4", "127.0.0.1:0");
    const { port } = listener.addr as TCPAddr;
    await eventsOf(start("127.0.0.1", { method: "tcp", port, queries: 1, parallel: 16 }));
    // The one that came last of all.
    await using mark = await dial("tcp4", listener.addr!.toString());
    let before = 0;
    for await (const conn of listener) {
      conn.close();
      if (conn.remoteAddr!.toString() === mark.localAddr!.toString()) break;
      before++;
    }
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(4);
  });

  it("knows nothing before it is open, and sends nothing before it is read", async () => {
    const run = start("127.0.0.1");
    expect(run).toMatchObject({ addr: null, localAddr: null, privileged: null, reached: false, hops: [] });
    expect(await run.open()).toBe(run);
    expect(run.addr?.toString()).toBe("127.0.0.1");
    expect(run.localAddr).not.toBeNull();
    expect(run.hops).toEqual([]);
  });

  it("ends when its loop is left", async () => {
    const run = start("127.0.0.1", { interval: 5 });
    for await (const event of run) if (event.type === "reply" && event.query === 3) break;
    expect(await run.next()).toEqual({ done: true, value: undefined });
    const { transmitted } = run.hops[0].statistics;
    expect(transmitted).toBeGreaterThanOrEqual(3);
  });

  it("goes on by rounds for ever, and ends when it is stopped", async () => {
    const run = start("127.0.0.1", { interval: 1 });
    let replies = 0;
    for await (const event of run) {
      expect(event.type).toBe("reply");
      if (++replies === 20) run.stop();
    }
    expect(replies).toBeGreaterThanOrEqual(20);
  });

  it.each([
    ["before it begins", () => AbortSignal.abort()],
    ["while it waits", () => AbortSignal.timeout(20)],
  ])("ends with an error when it is aborted %s", async (_, make) => {
    const run = start("127.0.0.1", { signal: make(), interval: 1000 });
    await expect(eventsOf(run)).rejects.toMatchObject({
      code: expect.stringMatching(/^(ABORT_ERR|ERR_TIMEOUT)$/),
    });
  });

  it("rejects for a name that has no address", async () => {
    // No server is ever asked for this one: RFC 7686.
    await expect(eventsOf(start("nobody.onion"))).rejects.toMatchObject({ code: "ERR_ADDRESS" });
    await expect(eventsOf(start("127.0.0.1", { family: 6 }))).rejects.toMatchObject({ code: "ERR_ADDRESS" });
  });

  it("rejects where an address to send from is none of this host's", async () => {
    for (const method of ["udp", "tcp"] as const) {
      const run = start("127.0.0.1", { method, localAddr: "192.0.2.1" });
      await expect(eventsOf(run)).rejects.toMatchObject({ name: "OpError", code: "EADDRNOTAVAIL" });
    }
  });

  it("leaves nothing to wait for when it is disposed of", async () => {
    const run = start("127.0.0.1", { method: "tcp", interval: 1000 });
    await run.next();
    run[Symbol.dispose]();
    expect(await run.return()).toEqual({ done: true, value: undefined });
    await run[Symbol.asyncDispose]();
  });
});
