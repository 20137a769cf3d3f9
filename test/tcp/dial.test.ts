// Dialing: how it ends when nobody answers, when somebody aborts, and when the kernel plays tricks.

import { describe, expect, it } from "vitest";
import { dial, Dialer, dialTCP, dialTimeout, ErrTimeout, listen, TCPAddr, type TCPConn } from "rawconn";
import { errno } from "#lib/errors/index.js";
import { chain, outcomeAfter, rejection, root, SLACK, timed, turn } from "../support/outcome.js";
import { blackHole, blockedWrite, disposeOf, hasIPv6, pair, refusingAddress } from "../support/pair.js";
import { replace, watch } from "../support/syscalls.js";

const p = () => new Uint8Array(64);

describe("a dial that hears nothing", () => {
  it("ends after its timeout, not before", async () => {
    using hole = await blackHole();
    using calls = watch();
    const { value: error, elapsed } = await timed(() => rejection(dialTimeout("tcp", hole.address, 30)));
    expect(error.message).toBe(`dial tcp ${hole.address}: i/o timeout`);
    expect(error).toMatchObject({
      op: "dial",
      net: "tcp",
      source: null,
      code: "ERR_TIMEOUT",
      cause: ErrTimeout,
    });
    expect(error.timeout()).toBe(true);
    expect(elapsed).toBeGreaterThan(29);
    expect(elapsed).toBeLessThan(30 + SLACK);
    expect(calls.count("close")).toBe(calls.count("socket"));
  });

  it("waits as long as it has no timeout", async () => {
    using hole = await blackHole();
    const wish = new AbortController();
    const dialing = dial("tcp", hole.address, { signal: wish.signal });
    expect(await outcomeAfter(100, dialing)).toBe("pending");
    wish.abort();
    await rejection(dialing);
  });

  it("takes the earlier of timeout and deadline", async () => {
    using hole = await blackHole();
    for (const [timeout, until] of [
      [20, 3600_000],
      [3600_000, 20],
    ]) {
      const dialer = new Dialer({ timeout, deadline: new Date(Date.now() + until) });
      const { value, elapsed } = await timed(() => rejection(dialer.dial("tcp", hole.address)));
      expect(value.code).toBe("ERR_TIMEOUT");
      expect(elapsed).toBeGreaterThan(18);
      expect(elapsed).toBeLessThan(20 + SLACK);
    }
  });

  it("counts its timeout anew for every dial", async () => {
    using hole = await blackHole();
    using ends = await pair();
    const dialer = new Dialer({ timeout: 20 });
    for (let i = 0; i < 2; i++)
      expect((await rejection(dialer.dial("tcp", hole.address))).code).toBe("ERR_TIMEOUT");
    using conn = await dialer.dial("tcp", ends.listener.addr!.toString());
    expect(conn.remoteAddr!.toString()).toBe(ends.listener.addr!.toString());
  });

  it("ends at once when it is aborted, and leaves nothing open", async () => {
    using hole = await blackHole();
    using calls = watch();
    const wish = new AbortController();
    const dialing = rejection(dial("tcp", hole.address, { signal: wish.signal }));
    await turn();
    const reason = new Error("enough");
    const { value: error, elapsed } = await timed(() => (wish.abort(reason), dialing));
    expect(elapsed).toBeLessThan(SLACK);
    expect(error.message).toBe(`dial tcp ${hole.address}: operation was canceled`);
    expect(error).toMatchObject({ op: "dial", code: "ABORT_ERR" });
    expect(chain(error)).toBe("OpError > CanceledError > Error");
    expect(root(error)).toBe(reason);
    expect(error.timeout()).toBe(false);
    expect(calls.count("close")).toBe(1);
  });

  it("ends as timed out when AbortSignal.timeout aborts it", async () => {
    using hole = await blackHole();
    const error = await rejection(dial("tcp", hole.address, { signal: AbortSignal.timeout(20) }));
    expect(error).toMatchObject({ code: "ERR_TIMEOUT", cause: ErrTimeout });
  });
});

describe("a dial that is over before it begins makes no socket", () => {
  const nowhere = new TCPAddr({ ip: "127.0.0.1", port: 1 });
  const late = new Dialer({ timeout: -5000 });
  const signal = AbortSignal.abort();

  it.each<[string, string, () => Promise<TCPConn>]>([
    ["dial, aborted", "ABORT_ERR", () => dial("tcp", String(nowhere), { signal })],
    ["dial, too late", "ERR_TIMEOUT", () => late.dial("tcp", String(nowhere))],
    ["dialTCP, aborted", "ABORT_ERR", () => dialTCP("tcp", null, nowhere, { signal })],
    ["dialTCP, too late", "ERR_TIMEOUT", () => late.dialTCP("tcp", null, nowhere)],
  ])("%s: %s", async (_, code, dialing) => {
    using calls = watch();
    expect(await rejection(dialing())).toMatchObject({
      op: "dial",
      code,
      addr: expect.objectContaining({ port: 1 }),
    });
    expect(calls.calls).toEqual([]);
  });
});

it.each<[string, (abort: () => void) => void]>([
  ["before it is told", (abort) => abort()],
  ["after it is told", (abort) => queueMicrotask(abort)],
])(
  "an abort between the connection and the return wins, %s, and the connection is closed",
  async (...[, when]) => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const wish = new AbortController();
    using calls = watch();
    using _ = replace("getpeername", (real) => (...args) => {
      const result = real(...args);
      // The kernel says it is connected; whoever dialed changes their mind that very moment.
      when(() => wish.abort());
      return result;
    });
    const dialing = dial("tcp", listener.addr!.toString(), { signal: wish.signal });
    expect(await rejection(dialing)).toMatchObject({ code: "ABORT_ERR" });
    expect(calls.count("close")).toBe(1);
    using server = await listener.accept();
    expect(await server.read(p())).toBeNull();
  },
);

it("an abort after the return changes nothing", async () => {
  using listener = await listen("tcp", "127.0.0.1:0");
  const wish = new AbortController();
  using client = await dial("tcp", listener.addr!.toString(), { signal: wish.signal });
  wish.abort();
  using server = await listener.accept();
  await client.write("still here");
  expect(await server.read(p())).toBe(10);
});

it("the limit of the dial is none of the connection's", async () => {
  using ends = await pair("tcp", new Dialer({ timeout: 60, deadline: Date.now() + 60 }));
  const { writing } = await blockedWrite(ends.client);
  const reading = ends.client.read(p());
  expect(await outcomeAfter(100, Promise.race([writing, reading]))).toBe("pending");
  ends.client.close();
  await Promise.all([rejection(writing), rejection(reading)]);
});

it("a refusal is told at once, with the address", async () => {
  const address = await refusingAddress();
  const error = await rejection(dial("tcp", address));
  expect(error.message).toBe(`dial tcp ${address}: connect: connection refused`);
  expect(error).toMatchObject({ code: "ECONNREFUSED", syscall: "connect", errno: -errno("ECONNREFUSED") });
  expect(chain(error)).toBe("OpError > SyscallError");
});

it("a wake-up without a peer is not a connection", async () => {
  using listener = await listen("tcp", "127.0.0.1:0");
  using _ = replace("getpeername", () => () => -errno("ENOTCONN"));
  expect(await rejection(dialTimeout("tcp", listener.addr!.toString(), 50))).toMatchObject({
    code: "ERR_TIMEOUT",
  });
});

describe("an address that is not available", () => {
  const failing = (times: number) =>
    replace(
      "connect",
      (real) =>
        (...args) =>
          times-- > 0 ? -errno("EADDRNOTAVAIL") : real(...args),
    );

  it("is tried three times when the kernel chose the port", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    using _ = failing(2);
    using conn = await dial("tcp", listener.addr!.toString());
    expect(conn.remoteAddr!.port).toBe(listener.addr!.port);
  });

  it("is not tried a fourth time, and nothing stays open", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    using _ = failing(3);
    using calls = watch();
    const error = await rejection(dial("tcp", listener.addr!.toString()));
    expect(error).toMatchObject({ code: "EADDRNOTAVAIL", syscall: "connect" });
    expect([calls.count("connect"), calls.count("close")]).toEqual([3, 3]);
  });

  it("is not tried again when the caller chose the port", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const [, port] = (await refusingAddress("127.0.0.1")).split(":");
    using _ = failing(1);
    const laddr = new TCPAddr({ ip: "127.0.0.1", port: Number(port) });
    expect(await rejection(dialTCP("tcp", laddr, listener.addr!))).toMatchObject({ code: "EADDRNOTAVAIL" });
  });
});

describe("dialing a free port of this host", () => {
  const IP_LOCAL_PORT_RANGE = 51; // Linux 6.3 and newer; the value is two 16-bit ports.
  const freePort = async () => Number((await refusingAddress("127.0.0.1")).split(":")[1]);

  /** Dials `port` from within `[port, last]`. */
  function dialFrom(port: number, last: number): Promise<TCPConn> {
    const range = (last << 16) | port;
    const dialer = new Dialer({
      control: (_network, _address, raw) => raw.setsockopt(0, IP_LOCAL_PORT_RANGE, range),
    });
    return dialer.dial("tcp", `127.0.0.1:${port}`);
  }

  it("never connects to itself, although the kernel has no other port to choose", async () => {
    const port = await freePort();
    using calls = watch();
    const error = await rejection(dialFrom(port, port));
    if (error.code === "ENOPROTOOPT")
      console.log("self-connect: this kernel cannot narrow the port range, so only chance could show one");
    else expect(error.code).toMatch(/^(ECONNREFUSED|EADDRNOTAVAIL)$/);
    expect(calls.count("close")).toBe(calls.count("socket"));
  });

  it("never connects to itself, however often it is tried", async () => {
    const port = await freePort();
    for (let i = 0; i < 500; i++) {
      const error = await rejection(dial("tcp", `127.0.0.1:${port}`));
      expect(error.code).toMatch(/^(ECONNREFUSED|EADDRNOTAVAIL)$/);
    }
  });

  it("connects to itself when the caller asks for just that", async () => {
    const address = new TCPAddr({ ip: "127.0.0.1", port: await freePort() });
    using conn = await dialTCP("tcp", address, address);
    expect(String(conn.localAddr)).toBe(String(conn.remoteAddr));
    await conn.write("to myself");
    expect(await conn.read(p())).toBe(9);
  });
});

it("a dial either fails or gives a connection that is one, also while the listener closes", async () => {
  const ROUNDS = 20;
  const DIALS = 40;
  const outcomes = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    using listener = await listen("tcp", "127.0.0.1:0");
    const address = listener.addr!.toString();
    const attempts = Array.from({ length: DIALS }, async (_, i) => {
      if (i === DIALS / 2) setImmediate(() => listener.close());
      try {
        using conn = await dialTimeout("tcp", address, 50);
        await conn.write("x");
        outcomes.add("ok");
      } catch (error) {
        outcomes.add((error as { code: string }).code);
      }
    });
    await Promise.all(attempts);
  }
  const lawful = ["ok", "ECONNREFUSED", "ECONNRESET", "EPIPE", "ERR_TIMEOUT"];
  expect([...outcomes].filter((outcome) => !lawful.includes(outcome))).toEqual([]);
});

describe("an address without a host, or with an unspecified one, means this host", () => {
  it.each(["", "0.0.0.0", "[::]"])("%j", async (host) => {
    using listener = await listen("tcp4", "127.0.0.1:0");
    // [::] is tried first where there is IPv6, and refused there.
    using conn = await dial("tcp", `${host}:${listener.addr!.port}`);
    expect(conn.remoteAddr!.toString()).toBe(listener.addr!.toString());
  });

  it.runIf(hasIPv6).each(["", "[::]"])("%j of tcp6", async (host) => {
    using listener = await listen("tcp6", "[::1]:0");
    using conn = await dial("tcp6", `${host}:${listener.addr!.port}`);
    expect(conn.remoteAddr!.toString()).toBe(listener.addr!.toString());
  });

  it("dialTCP of an address without an ip", async () => {
    using listener = await listen("tcp4", "127.0.0.1:0");
    using conn = await dialTCP("tcp", null, new TCPAddr({ port: listener.addr!.port }));
    expect(conn.remoteAddr!.toString()).toBe(listener.addr!.toString());
  });
});

it("many dials at once all arrive", async () => {
  using listener = await listen("tcp", "127.0.0.1:0");
  const accepted = Promise.all(Array.from({ length: 200 }, () => listener.accept()));
  const dialed = await Promise.all(Array.from({ length: 200 }, () => dialTCP("tcp", null, listener.addr!)));
  const servers = await accepted;
  expect(new Set(servers.map(({ remoteAddr }) => remoteAddr!.port)).size).toBe(200);
  disposeOf(...dialed, ...servers);
});
