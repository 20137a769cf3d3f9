import { once } from "node:events";
import process from "node:process";
import { describe, expect, it } from "vitest";
import { dial, isTimeout, listen, type TCPConn, type TCPListener } from "rawconn";
import { readFull } from "rawconn/io";
import { type Handler, limitListener, serve, type ServeOptions } from "rawconn/netutil";
import { failing, failingAlways, failingTimes, withFault } from "../faults/inject.js";
import { outcomeAfter, rejection, thrown, timed } from "../support/outcome.js";

const local = () => listen("tcp", "127.0.0.1:0");
const dialTo = (listener: TCPListener) => dial("tcp", listener.addr!.toString());

/** Echoes until the peer ends. */
const echo: Handler<TCPConn> = async (conn) => {
  const p = new Uint8Array(64);
  for (let n; (n = await conn.read(p)) !== null;) await conn.write(p.subarray(0, n));
};

async function said(conn: TCPConn, text: string): Promise<string> {
  await conn.write(text);
  const p = new Uint8Array(text.length);
  await readFull(conn, p);
  return Buffer.from(p).toString();
}

describe("serve", () => {
  it("calls the handler with each connection, and closes it when that is done", async () => {
    const listener = await local();
    await using server = serve(listener, echo);
    const clients = await Promise.all([1, 2, 3].map(() => dialTo(listener)));
    expect(await Promise.all(clients.map((client, i) => said(client, `hi ${i}`)))).toEqual([
      "hi 0",
      "hi 1",
      "hi 2",
    ]);
    expect(server.connections).toBe(3);
    for (const client of clients) {
      client.closeWrite();
      expect(await client.read(new Uint8Array(1))).toBeNull();
      client.close();
    }
  });

  it("ends when the listener is closed, and handlers have ended", async () => {
    const listener = await local();
    const server = serve(listener, echo);
    using client = await dialTo(listener);
    await said(client, "x");
    listener.close();
    expect(await outcomeAfter(10, server.done)).toBe("pending");
    client.close();
    await server.done;
    expect(server.connections).toBe(0);
  });

  it("tries again after a pause when there are no descriptors, and the client is served after all", async () => {
    const listener = await local();
    const told: [string, unknown][] = [];
    await using server = serve(listener, echo, {
      onError: (error, conn) => void told.push([(error as { code?: string }).code!, conn]),
    });
    const { elapsed } = await timed(() =>
      withFault({ accept: failingTimes(4, "EMFILE") }, async () => {
        using client = await dialTo(listener);
        expect(await said(client, "late")).toBe("late");
      }),
    );
    expect(told.map(([code, conn]) => `${code} ${conn}`)).toEqual(Array(4).fill("EMFILE null"));
    // 5, 10, 20 and 40 milliseconds: a loop without pauses would be over at once.
    expect(elapsed).toBeGreaterThan(70);
    expect(server.connections).toBeLessThanOrEqual(1);
  });

  it("is shut down in the middle of such a pause without waiting for its end", async () => {
    const listener = await local();
    const failures: Error[] = [];
    await withFault({ accept: failingAlways("ENFILE") }, async () => {
      const server = serve(listener, echo, { onError: (error) => void failures.push(error) });
      using client = await dialTo(listener);
      while (failures.length < 9) await outcomeAfter(20, new Promise(() => {}));
      const { elapsed } = await timed(() => server.shutdown());
      expect(elapsed).toBeLessThan(900);
      expect(client.remoteAddr).not.toBeNull();
    });
  });

  it("waits no longer when it is closed by who is told of such a failure", async () => {
    const listener = await local();
    let failures = 0;
    let closed = 0;
    await withFault({ accept: failingAlways("ENFILE") }, async () => {
      const server = serve(listener, echo, {
        onError: () => {
          if (++failures < 9) return;
          closed = performance.now();
          server.close();
        },
      });
      using client = await dialTo(listener);
      await server.done;
      expect(client.remoteAddr).not.toBeNull();
    });
    // The pause would have been a second.
    expect(performance.now() - closed).toBeLessThan(900);
  });

  it("closes a connection that was accepted already when it is closed", async () => {
    const listener = await local();
    using first = await dialTo(listener);
    using second = await dialTo(listener);
    let handled = 0;
    // While the first is handled, the next accept has the second from the queue already.
    const server = serve(listener, async (conn) => {
      handled++;
      server.close();
      await conn.read(new Uint8Array(1));
    });
    await server.done;
    expect([handled, server.connections]).toEqual([1, 0]);
    for (const client of [first, second]) expect(await client.read(new Uint8Array(1))).toBeNull();
  });

  it("is over when accepting fails for good", async () => {
    const listener = await local();
    await withFault({ accept: failing("EINVAL") }, async () => {
      const server = serve(listener, echo);
      expect(await rejection(server.done)).toMatchObject({ op: "accept", code: "EINVAL" });
    });
    expect(await rejection(listener.accept())).toMatchObject({ code: "ERR_CLOSED" });
  });

  it("is over at the listener's deadline", async () => {
    const listener = await local();
    listener.setDeadline(Date.now() - 1);
    expect(isTimeout(await rejection(serve(listener, echo).done))).toBe(true);
  });

  it("tells what handlers throw, at once or later, and goes on", async () => {
    const listener = await local();
    const told: [string, boolean][] = [];
    let n = 0;
    const handler: Handler<TCPConn> = (conn) => {
      if (n++ === 0) throw new Error("at once");
      if (n === 2) return Promise.reject(new Error("later"));
      return echo(conn, { signal: new AbortController().signal });
    };
    const onError = (error: Error, conn: unknown) => void told.push([error.message, conn !== null]);
    await using server = serve(listener, handler, { onError });
    for (let i = 0; i < 2; i++) {
      using client = await dialTo(listener);
      expect(await client.read(new Uint8Array(1))).toBeNull();
    }
    using client = await dialTo(listener);
    expect(await said(client, "still")).toBe("still");
    expect(told).toEqual([
      ["at once", true],
      ["later", true],
    ]);
    expect(server.connections).toBe(1);
    client.close();
  });

  it("keeps errors of the network to itself, and lets no other pass unseen", async () => {
    const listener = await local();
    const server = serve(listener, async (conn) => {
      await conn.read(new Uint8Array(8));
      await conn.read(new Uint8Array(8));
      throw new Error("a fault of the program");
    });
    using resetting = await dialTo(listener);
    await resetting.write("x");
    resetting.setLinger(0);
    resetting.close();
    const listeners = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    try {
      const uncaught = once(process, "uncaughtException");
      using client = await dialTo(listener);
      await client.write("x");
      client.closeWrite();
      expect((await uncaught)[0]).toMatchObject({ message: "a fault of the program" });
    } finally {
      for (const one of listeners) process.on("uncaughtException", one);
    }
    expect(await server.shutdown()).toBe(0);
  });

  it("serves a limited listener, too", async () => {
    const listener = await local();
    await using server = serve(limitListener(listener, 1), echo);
    using first = await dialTo(listener);
    using second = await dialTo(listener);
    await said(first, "1");
    await second.write("2");
    const waiting = second.read(new Uint8Array(1));
    expect(await outcomeAfter(20, waiting)).toBe("pending");
    expect(server.connections).toBe(1);
    first.close();
    expect(await waiting).toBe(1);
    second.close();
  });

  it.each<[string, () => unknown]>([
    ["no listener", () => serve({} as TCPListener, echo)],
    ["no handler", () => serve({ accept() {}, close() {} } as never, "echo" as never)],
    [
      "no options",
      () => serve({ accept() {}, close() {} } as never, echo as never, null as unknown as ServeOptions),
    ],
    ["no grace", () => serve({ accept() {}, close() {} } as never, echo as never, { grace: NaN })],
    [
      "no function",
      () => serve({ accept() {}, close() {} } as never, echo as never, { onError: 5 as never }),
    ],
  ])("refuses %s", (_, call) => {
    expect(thrown(call).code).toMatch(/^ERR_(INVALID_ARG_TYPE|OUT_OF_RANGE)$/);
  });
});

describe("shutdown", () => {
  it("stops accepting, tells the handlers, and waits until they have ended", async () => {
    const listener = await local();
    let finished = false;
    const server = serve(listener, async (conn, { signal }) => {
      await once(signal, "abort");
      await conn.write("goodbye");
      finished = true;
    });
    using client = await dialTo(listener);
    while (server.connections === 0) await outcomeAfter(1, new Promise(() => {}));
    expect(await server.shutdown()).toBe(0);
    expect(finished).toBe(true);
    const p = new Uint8Array(7);
    expect(await readFull(client, p)).toBe(7);
    expect(await rejection(dialTo(listener))).toMatchObject({ code: "ECONNREFUSED" });
  });

  it("closes what is open at the deadline, and tells how many that were", async () => {
    const listener = await local();
    const server = serve(listener, echo);
    const clients = await Promise.all([dialTo(listener), dialTo(listener)]);
    await Promise.all(clients.map((client) => said(client, "x")));
    const { value, elapsed } = await timed(() => server.shutdown(30));
    expect(value).toBe(2);
    expect(elapsed).toBeGreaterThan(25);
    await server.done;
    for (const client of clients) {
      expect(await client.read(new Uint8Array(1))).toBeNull();
      client.close();
    }
  });

  it("does not wait beyond it for a handler that is stuck elsewhere", async () => {
    const listener = await local();
    let free = () => {};
    const server = serve(listener, () => new Promise<void>((resolve) => (free = resolve)));
    using client = await dialTo(listener);
    while (server.connections === 0) await outcomeAfter(1, new Promise(() => {}));
    expect(await server.shutdown(10)).toBe(1);
    expect(await client.read(new Uint8Array(1))).toBeNull();
    expect(await outcomeAfter(1, server.done)).toBe("pending");
    free();
    await server.done;
  });

  it("may be asked for twice, and once the listener is closed", async () => {
    const listener = await local();
    const server = serve(listener, echo);
    listener.close();
    expect(await Promise.all([server.shutdown(), server.shutdown(0)])).toEqual([0, 0]);
    server.close();
    server.stop();
  });

  it("comes at the end of a block, with the grace that was chosen", async () => {
    const listener = await local();
    const client = await (async () => {
      await using server = serve(listener, echo, { grace: 10 });
      const conn = await dialTo(listener);
      await said(conn, "x");
      expect(server.connections).toBe(1);
      return conn;
    })();
    expect(await client.read(new Uint8Array(1))).toBeNull();
    client.close();
  });

  it("refuses a grace that is none", async () => {
    const server = serve(await local(), echo);
    expect(await rejection(server.shutdown(NaN))).toMatchObject({ code: "ERR_OUT_OF_RANGE" });
    await server.shutdown(Infinity);
  });
});
