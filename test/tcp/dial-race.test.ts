// Happy Eyeballs over real sockets: a black hole against a listener, a refusal against a listener.

import { describe, expect, it } from "vitest";
import { dial, Dialer, listen } from "rawconn";
import { outcomeAfter, rejection, SLACK, timed, turn } from "../support/outcome.js";
import { blackHole, hasIPv6, refusingAddress } from "../support/pair.js";
import { watch } from "../support/syscalls.js";

const HOUR = 3600_000;
const DELAY = 40;

// "[::]" means this host in both families: ::1 is dialed first, 127.0.0.1 is the fallback.
describe.runIf(hasIPv6)("a race over real sockets", () => {
  it("reaches the fallback after the delay when the primary is silent", async () => {
    using hole = await blackHole("tcp6");
    const { port } = hole.listener.addr!;
    using listener = await listen("tcp4", `127.0.0.1:${port}`);
    using calls = watch();
    const dialer = new Dialer({ fallbackDelay: DELAY });
    const { value: conn, elapsed } = await timed(() => dialer.dial("tcp", `[::]:${port}`));
    expect(String(conn.remoteAddr)).toBe(String(listener.addr));
    expect(elapsed).toBeGreaterThan(DELAY - 1);
    conn.close();
    await turn();
    expect([calls.count("socket"), calls.count("close")]).toEqual([2, 2]);
  });

  it("reaches the fallback at once when the primary refuses", async () => {
    using listener = await listen("tcp4", "127.0.0.1:0");
    const { value: conn, elapsed } = await timed(() =>
      new Dialer({ fallbackDelay: HOUR }).dial("tcp", `[::]:${listener.addr!.port}`),
    );
    expect(String(conn.remoteAddr)).toBe(String(listener.addr));
    expect(elapsed).toBeLessThan(SLACK);
    conn.close();
  });

  it("tells the primary's refusal when both refuse", async () => {
    const port = Number((await refusingAddress("127.0.0.1")).split(":")[1]);
    expect((await rejection(dial("tcp", `[::]:${port}`))).message).toBe(
      `dial tcp [::]:${port}: connect: connection refused`,
    );
  });

  it.each([-1, Infinity])("does not race with a fallback delay of %d", async (fallbackDelay) => {
    using hole = await blackHole("tcp6");
    const { port } = hole.listener.addr!;
    using listener = await listen("tcp4", `127.0.0.1:${port}`);
    const wish = new AbortController();
    const dialing = new Dialer({ fallbackDelay }).dial("tcp", `[::]:${port}`, { signal: wish.signal });
    const outcome = await outcomeAfter(100, dialing);
    if (outcome !== "pending" && !(outcome instanceof Error)) outcome.close();
    expect(outcome).toBe("pending");
    wish.abort();
    await rejection(dialing);
    void listener;
  });

  it("keeps one connection when both families accept, and closes the other", async () => {
    using primary = await listen("tcp6", "[::1]:0");
    const { port } = primary.addr!;
    using fallback = await listen("tcp4", `127.0.0.1:${port}`);
    using calls = watch();
    const conns = await Promise.all(
      Array.from({ length: 20 }, () => new Dialer({ fallbackDelay: 1e-6 }).dial("tcp", `[::]:${port}`)),
    );
    await turn();
    expect(calls.count("socket") - calls.count("close")).toBe(20);
    for (const conn of conns) conn.close();
    void fallback;
  });
});
