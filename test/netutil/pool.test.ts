import process from "node:process";
import { describe, expect, it } from "vitest";
import { dial, listen, type TCPConn, type TCPListener } from "rawconn";
import { type Lease, Pool, type PoolOptions, serve } from "rawconn/netutil";
import { collected } from "./collected.js";
import { outcomeAfter, rejection, thrown, turn } from "../support/outcome.js";
import { refusingAddress } from "../support/pair.js";

/** A connection as far as a pool needs one, with a number. */
class Fake {
  closed = 0;
  constructor(readonly id: number) {}
  close(): void {
    this.closed++;
  }
}

/** A pool of such, and all that were made. */
function fakes(options: Partial<PoolOptions<Fake>> = {}) {
  const made: Fake[] = [];
  const dial = async () => {
    const conn = new Fake(made.length);
    made.push(conn);
    return conn;
  };
  return { made, pool: new Pool<Fake>({ dial, max: 2, ...options }) };
}

const released = async (pool: Pool<Fake>) => {
  const lease = await pool.get();
  lease.release();
  return lease.conn.id;
};

const figures = (pool: Pool<Fake>) => [pool.size, pool.idle, pool.waiting];

describe("a pool", () => {
  it("uses a connection again that was given back, the last one first", async () => {
    const { pool, made } = fakes();
    const [a, b] = [await pool.get(), await pool.get()];
    a.release();
    b.release();
    expect(figures(pool)).toEqual([2, 2, 0]);
    expect([await released(pool), await released(pool)]).toEqual([1, 1]);
    expect(made).toHaveLength(2);
    pool.close();
    expect(made.map((conn) => conn.closed)).toEqual([1, 1]);
  });

  it("opens no more than it may, and serves who waits in order", async () => {
    const { pool, made } = fakes();
    const held = [await pool.get(), await pool.get()];
    const order: string[] = [];
    const waiting = ["first", "second", "third"].map(async (name) => {
      const lease = await pool.get();
      order.push(`${name} ${lease.conn.id}`);
      return lease;
    });
    await turn();
    expect(figures(pool)).toEqual([2, 0, 3]);
    held[1].release();
    (await waiting[0]).release();
    held[0].discard();
    await Promise.all(waiting);
    expect(order).toEqual(["first 1", "second 1", "third 2"]);
    expect(made).toHaveLength(3);
    expect(figures(pool)).toEqual([2, 0, 0]);
  });

  it("closes what leaves a block without being given back, once", async () => {
    const { pool, made } = fakes();
    const failing = (async () => {
      using lease = await pool.get();
      throw new Error(`in the middle of an answer of ${lease.conn.id}`);
    })();
    await rejection(failing);
    expect([made[0].closed, ...figures(pool)]).toEqual([1, 0, 0, 0]);
    {
      using lease = await pool.get();
      lease.release();
      lease.release();
    }
    expect([made[1].closed, ...figures(pool)]).toEqual([0, 1, 1, 0]);
  });

  it("use gives back what went well, and closes the rest", async () => {
    const { pool, made } = fakes();
    expect(await pool.use((conn) => conn.id)).toBe(0);
    expect(await rejection(pool.use(async () => Promise.reject(new Error("bad"))))).toMatchObject({
      message: "bad",
    });
    expect([made[0].closed, pool.size]).toEqual([1, 0]);
  });

  it("loses no place by a dial that fails, and lets the next in line try", async () => {
    let fails = 2;
    const dialed: number[] = [];
    const pool = new Pool<Fake>({
      max: 1,
      dial: async () => {
        dialed.push(fails);
        await turn();
        if (fails-- > 0) throw new Error("refused");
        return new Fake(7);
      },
    });
    const gets = [pool.get(), pool.get(), pool.get()].map((get) =>
      get.then(
        (l) => l.conn.id,
        (e: Error) => e.message,
      ),
    );
    expect(await Promise.all(gets)).toEqual(["refused", "refused", 7]);
    expect(dialed).toHaveLength(3);
    expect(figures(pool)).toEqual([1, 0, 0]);
    const thrower = new Pool<Fake>({
      dial: () => {
        throw new Error("at once");
      },
    });
    expect(await rejection(thrower.get())).toMatchObject({ message: "at once" });
    expect(thrower.size).toBe(0);
  });

  it("counts a connection until it is closed, whoever does it", async () => {
    const { pool } = fakes({ max: 1 });
    const lease = await pool.get();
    const next = pool.get();
    lease.conn.close();
    expect((await next).conn.id).toBe(1);
    // It is gone, and giving it back does not make it another.
    lease.release();
    lease.discard();
    expect(figures(pool)).toEqual([1, 0, 0]);
    const idle = await next;
    idle.release();
    idle.conn.close();
    expect(await released(pool)).toBe(2);
  });

  it("gets the place of one back that everybody has forgotten", async () => {
    let made = 0;
    const pool = new Pool<Fake>({ max: 1, dial: async () => new Fake(made++) });
    await (async () => void (await pool.get()))();
    let lease: Lease<Fake> | null = null;
    void pool.get().then((value) => (lease = value));
    await collected(() => lease !== null);
    expect([made, ...figures(pool)]).toEqual([2, 1, 0, 0]);
  });

  it("does not take a connection for forgotten whose lease alone is", async () => {
    const { pool } = fakes({ max: 1 });
    let forgotten: WeakRef<Lease<Fake>> | null = null;
    const conn = await (async () => {
      const lease = await pool.get();
      forgotten = new WeakRef(lease);
      return lease.conn;
    })();
    await collected(() => forgotten!.deref() === undefined);
    expect([conn.closed, pool.size]).toEqual([0, 1]);
  });

  it("asks those that were idle whether they may be used, and opens others instead", async () => {
    const asked: number[] = [];
    const { pool, made } = fakes({
      max: 3,
      check: async (conn) => {
        asked.push(conn.id);
        if (conn.id === 2) throw new Error("check failed");
        return conn.id !== 1;
      },
    });
    const leases = [await pool.get(), await pool.get(), await pool.get()];
    for (const lease of leases) lease.release();
    expect(await released(pool)).toBe(3);
    const [first, second] = [await pool.get(), await pool.get()];
    expect([first.conn.id, second.conn.id]).toEqual([3, 4]);
    expect(asked).toEqual([2, 3, 1]);
    expect(made.map((conn) => conn.closed)).toEqual([0, 1, 1, 0, 0]);
    expect(figures(pool)).toEqual([3, 1, 0]);
  });

  it("starts again when a check closes the connection itself, and keeps to its number", async () => {
    const { pool } = fakes({
      max: 1,
      check: (conn) => {
        conn.close();
        return false;
      },
    });
    await released(pool);
    expect(await released(pool)).toBe(1);
    expect(figures(pool)).toEqual([1, 1, 0]);
  });

  it.each(["a check", "who gave it back"])(
    "keeps the turn of who is served when %s closes it",
    async (who) => {
      const { pool } = fakes({
        max: 1,
        check: (conn) => {
          if (who === "a check") conn.close();
          return false;
        },
      });
      const held = await pool.get();
      const order: string[] = [];
      const served = ["first", "second"].map(async (name) => {
        const lease = await pool.get();
        order.push(`${name} ${lease.conn.id}`);
        lease.discard();
      });
      held.release();
      if (who !== "a check") held.conn.close();
      await Promise.all(served);
      expect(order).toEqual(["first 1", "second 2"]);
      expect(figures(pool)).toEqual([0, 0, 0]);
    },
  );

  it("has the place again of one that a check closed, when the signal aborts before it is through", async () => {
    const { pool } = fakes({
      max: 1,
      check: (conn) => {
        conn.close();
        return new Promise(() => {});
      },
    });
    await released(pool);
    const over = new AbortController();
    const asking = rejection(pool.get({ signal: over.signal }));
    const next = pool.get();
    over.abort();
    expect(await asking).toMatchObject({ code: "ABORT_ERR" });
    expect((await next).conn.id).toBe(1);
  });

  it("closes what is idle for too long, and nothing earlier", async () => {
    const { pool, made } = fakes({ idleTimeout: 40 });
    const [a, b] = [await pool.get(), await pool.get()];
    a.release();
    await outcomeAfter(25, new Promise(() => {}));
    expect(made[0].closed).toBe(0);
    b.release();
    while (made[0].closed === 0) await outcomeAfter(2, new Promise(() => {}));
    expect([made[1].closed, pool.size]).toEqual([0, 1]);
    while (made[1].closed === 0) await outcomeAfter(2, new Promise(() => {}));
    expect(figures(pool)).toEqual([0, 0, 0]);
  });

  it("does not keep the process alive for what is idle", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const before = timers();
    const { pool } = fakes({ idleTimeout: 60_000 });
    await released(pool);
    expect(timers()).toBe(before);
    pool.close();
  });

  it("lets who waits go when their signal aborts, and the next one move up", async () => {
    const { pool } = fakes({ max: 1 });
    const held = await pool.get();
    const abort = new AbortController();
    const first = rejection(pool.get({ signal: abort.signal }));
    const second = pool.get();
    abort.abort();
    expect(await first).toMatchObject({ code: "ABORT_ERR" });
    expect(await rejection(pool.get({ signal: AbortSignal.timeout(5) }))).toMatchObject({
      code: "ERR_TIMEOUT",
    });
    expect(await rejection(pool.get({ signal: abort.signal }))).toMatchObject({ code: "ABORT_ERR" });
    expect(pool.waiting).toBe(1);
    held.release();
    expect((await second).conn.id).toBe(0);
  });

  it("keeps for others what a dial opens that nobody waits for any more", async () => {
    let open: (conn: Fake) => void = () => {};
    const pool = new Pool<Fake>({ max: 1, dial: () => new Promise((resolve) => (open = resolve)) });
    const abort = new AbortController();
    const first = rejection(pool.get({ signal: abort.signal }));
    const second = pool.get();
    abort.abort();
    expect(await first).toMatchObject({ code: "ABORT_ERR" });
    open(new Fake(5));
    expect((await second).conn.id).toBe(5);
  });

  it.each(["check", "dial"])("heeds an abort that comes just before a %s that never ends", async (what) => {
    const never = () => new Promise<never>(() => {});
    const dials = [Promise.resolve(new Fake(0))];
    const pool = new Pool<Fake>({ max: 1, dial: () => dials.pop() ?? never(), check: never });
    const held = await pool.get();
    const abort = new AbortController();
    const waiting = rejection(pool.get({ signal: abort.signal }));
    if (what === "check") held.release();
    else held.discard();
    abort.abort();
    expect(await waiting).toMatchObject({ code: "ABORT_ERR" });
  });

  it("rejects who waits when it is closed, and closes what is given back or opened then", async () => {
    let open: (conn: Fake) => void = () => {};
    const { pool, made } = fakes();
    const held = await pool.get();
    const slow = new Pool<Fake>({ dial: () => new Promise((resolve) => (open = resolve)) });
    const dialing = rejection(slow.get());
    await pool.get();
    const waiting = rejection(pool.get());
    pool.close();
    slow.close();
    expect(await waiting).toMatchObject({ code: "ERR_CLOSED" });
    held.release();
    expect(made[0].closed).toBe(1);
    const late = new Fake(9);
    open(late);
    expect(await dialing).toMatchObject({ code: "ERR_CLOSED" });
    expect([late.closed, slow.size]).toEqual([1, 0]);
    expect(await rejection(pool.get())).toMatchObject({ code: "ERR_CLOSED" });
    expect(thrown(() => pool.close())).toMatchObject({ code: "ERR_CLOSED" });
    pool[Symbol.dispose]();
  });

  it("opens nothing when it is closed in the same breath in which a place became free", async () => {
    const { pool, made } = fakes({ max: 1 });
    const held = await pool.get();
    const waiting = rejection(pool.get());
    held.discard();
    pool.close();
    expect(await waiting).toMatchObject({ code: "ERR_CLOSED" });
    expect([made.length, ...figures(pool)]).toEqual([1, 0, 0, 0]);
  });

  it.each<[string, unknown]>([
    ["no options", null],
    ["no dial", {}],
    ["a max of none", { dial() {}, max: 0 }],
    ["a check that is none", { dial() {}, check: true }],
    ["no time", { dial() {}, idleTimeout: "1" }],
  ])("is not made of %s", (_, options) => {
    expect(thrown(() => new Pool(options as PoolOptions<Fake>)).code).toMatch(
      /^ERR_(INVALID_ARG_TYPE|OUT_OF_RANGE)$/,
    );
  });
});

describe("a pool of real connections", () => {
  const dialTo = (listener: TCPListener) =>
    new Pool<TCPConn>({ dial: (o) => dial("tcp", listener.addr!.toString(), o) });

  it("does not use one again whose peer has ended it, or sent what nobody asked for", async () => {
    const listener = await listen("tcp", "127.0.0.1:0");
    const peers: TCPConn[] = [];
    await using server = serve(listener, async (conn, { signal }) => {
      peers.push(conn);
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    });
    using pool = dialTo(listener);
    const ports: number[] = [];
    for (const spoil of [
      () => {},
      (p: TCPConn) => p.closeWrite(),
      (p: TCPConn) => void p.write("?"),
      () => {},
    ]) {
      const lease = await pool.get();
      ports.push(lease.conn.localAddr!.port);
      while (peers.length < new Set(ports).size) await turn();
      lease.release();
      spoil(peers.at(-1)!);
      await outcomeAfter(5, new Promise(() => {}));
    }
    expect(new Set(ports).size).toBe(3);
    expect(ports[0]).toBe(ports[1]);
    expect([pool.size, server.connections]).toEqual([1, 3]);
  });

  it("rejects as dialing does, and leaves nothing open", async () => {
    const address = await refusingAddress();
    using pool = new Pool<TCPConn>({ dial: (o) => dial("tcp", address, o), max: 1 });
    for (let i = 0; i < 3; i++) expect(await rejection(pool.get())).toMatchObject({ code: "ECONNREFUSED" });
    expect(pool.size).toBe(0);
  });
});
