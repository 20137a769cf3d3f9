// One operation at a time on each side: the others stand in line, and an abort takes one out of it.

import { getEventListeners } from "node:events";
import * as fc from "fast-check";
import { listen, type TCPConn, type TCPListener } from "rawconn";
import { describe, expect, it } from "vitest";
import { binding } from "#lib/internal/binding.js";
import { loopback, type Raw, streamSocket } from "../internal/raw.js";
import { codeOf, fill, outcome, pair, readFull, sendNow, turn } from "./pair.js";

/** Connects to a listener at once, past all that lib knows. */
function connectNow(listener: TCPListener): Raw {
  const client = streamSocket();
  binding.connect(client.fd, loopback(listener.addr!.port));
  return client;
}

describe("operations on one side", () => {
  it("read in the order they were called", async () => {
    using ends = await pair();
    const { near, far } = ends;
    const order: number[] = [];
    const buffers = Array.from({ length: 10 }, () => new Uint8Array(2));
    const reads = buffers.map((p, i) => near.read(p).then(() => order.push(i)));
    sendNow(far, "00112233445566778899");
    await Promise.all(reads);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(Buffer.concat(buffers).toString()).toBe("00112233445566778899");
  });

  it("read in order also when the bytes trickle in", async () => {
    using ends = await pair();
    const { near, far } = ends;
    const order: number[] = [];
    const reads = Array.from({ length: 5 }, (_, i) => near.read(new Uint8Array(8)).then(() => order.push(i)));
    for (let i = 0; i < 5; i++) {
      sendNow(far, String(i));
      await reads[i];
      expect(order).toEqual([0, 1, 2, 3, 4].slice(0, i + 1));
    }
  });

  it("write without mixing, in the order they were called", async () => {
    using ends = await pair();
    const { near, far } = ends;
    const filled = fill(near);
    const order: number[] = [];
    const writes = Array.from({ length: 10 }, (_, i) =>
      near.write(Buffer.alloc(300_000, i)).then(() => order.push(i)),
    );
    await readFull(far, filled);
    const got = await readFull(far, 3_000_000);
    await Promise.all(writes);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (let i = 0; i < 10; i++)
      expect(got.subarray(i * 300_000, (i + 1) * 300_000).every((byte) => byte === i)).toBe(true);
  });

  it("accept in the order they were called", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const order: number[] = [];
    const accepts = Array.from({ length: 8 }, async (_, i) => {
      const conn = await listener.accept();
      order.push(i);
      return conn;
    });
    const clients = Array.from({ length: 8 }, () => connectNow(listener));
    const conns = await Promise.all(accepts);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(conns.map((conn) => conn.remoteAddr!.port)).toEqual(clients.map((client) => client.port));
    for (const conn of conns) conn.close();
    for (const client of clients) client[Symbol.dispose]();
  });

  it("do not wait for the other side", async () => {
    using ends = await pair();
    const { near, far } = ends;
    const reading = near.read(new Uint8Array(1));
    expect(await near.write("x")).toBe(1);
    fill(far);
    const writing = outcome(far.write("y"));
    expect(await far.read(new Uint8Array(1))).toBe(1);
    expect(await reading).toBe(1);
    far.close();
    await writing;
  });
});

describe("an abort", () => {
  it.each([0, 1, 2, 3])(
    "of number %i of four takes out that one, and the others keep their order",
    async (number) => {
      using listener = await listen("tcp", "127.0.0.1:0");
      const aborts = Array.from({ length: 4 }, () => new AbortController());
      const accepts = aborts.map(({ signal }) => outcome(listener.accept({ signal })));
      aborts[number].abort();
      expect(await accepts[number]).toMatchObject({ error: { code: "ABORT_ERR", op: "accept" } });
      accepts.push(outcome(listener.accept()));
      const clients: Raw[] = [];
      for (const [i, accept] of accepts.entries()) {
        if (i === number) continue;
        clients.push(connectNow(listener));
        const ended = await accept;
        if (!("value" in ended)) throw ended.error;
        expect(ended.value.remoteAddr!.port).toBe(clients.at(-1)!.port);
        ended.value.close();
      }
      for (const client of clients) client[Symbol.dispose]();
    },
  );

  it("of all of them leaves a listener that accepts", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const abort = new AbortController();
    const accepts = Array.from({ length: 3 }, () => codeOf(listener.accept({ signal: abort.signal })));
    abort.abort();
    expect(await Promise.all(accepts)).toEqual(["ABORT_ERR", "ABORT_ERR", "ABORT_ERR"]);
    using client = connectNow(listener);
    using conn = await listener.accept();
    expect(conn.remoteAddr!.port).toBe(client.port);
    expect(getEventListeners(abort.signal, "abort")).toEqual([]);
  });

  it("that came before the call is told before any system call", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    using client = connectNow(listener);
    expect(await codeOf(listener.accept({ signal: AbortSignal.abort() }))).toBe("ABORT_ERR");
    using conn = await listener.accept();
    expect(conn.remoteAddr!.port).toBe(client.port);
  });

  it("that comes after the end changes nothing, and nothing listens for it", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const abort = new AbortController();
    const { signal } = abort;
    using client = connectNow(listener);
    using conn = await listener.accept({ signal });
    expect(conn.remoteAddr!.port).toBe(client.port);
    expect(getEventListeners(signal, "abort")).toEqual([]);
    const closing = codeOf(listener.accept({ signal }));
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    listener.close();
    expect(await closing).toBe("ERR_CLOSED");
    expect(getEventListeners(signal, "abort")).toEqual([]);
    abort.abort();
    expect(await conn.write("x")).toBe(1);
  });

  it("may be shared by many, without a warning", async () => {
    const warnings: Error[] = [];
    const warn = (warning: Error) => warnings.push(warning);
    process.on("warning", warn);
    using listener = await listen("tcp", "127.0.0.1:0");
    const shutdown = new AbortController();
    const accepts = Array.from({ length: 30 }, () => codeOf(listener.accept({ signal: shutdown.signal })));
    await turn();
    shutdown.abort();
    expect(new Set(await Promise.all(accepts))).toEqual(new Set(["ABORT_ERR"]));
    process.off("warning", warn);
    expect(warnings).toEqual([]);
  });

  it("by running out of time is a timeout", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    expect(await codeOf(listener.accept({ signal: AbortSignal.timeout(5) }))).toBe("ERR_TIMEOUT");
  });
});

describe("a line of accepts", () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.constant({ do: "accept" as const, which: 0 }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("abort" as const), which: fc.nat(20) }) },
    { weight: 3, arbitrary: fc.constant({ do: "connect" as const, which: 0 }) },
  );

  /** Who gets which connection: the oldest that still waits gets the oldest that still waits. */
  class Line {
    readonly accepts: { abort: AbortController; result: Promise<string> }[] = [];
    readonly expected: string[] = [];
    readonly #waiting: number[] = [];
    readonly #clients: number[] = [];
    readonly #open: (Raw | TCPConn)[] = [];

    constructor(readonly listener: TCPListener) {}

    accept(): void {
      const abort = new AbortController();
      const result = outcome(this.listener.accept({ signal: abort.signal })).then((ended) => {
        if (!("value" in ended)) return ended.error.code!;
        this.#open.push(ended.value);
        return String(ended.value.remoteAddr!.port);
      });
      this.#waiting.push(this.accepts.push({ abort, result }) - 1);
      this.expected.push("");
    }

    abort(which: number): void {
      const at = which % Math.max(this.accepts.length, 1);
      this.accepts[at]?.abort.abort();
      const place = this.#waiting.indexOf(at);
      if (place !== -1) this.expected[this.#waiting.splice(place, 1)[0]] = "ABORT_ERR";
    }

    connect(): void {
      const client = connectNow(this.listener);
      this.#open.push(client);
      this.#clients.push(client.port);
    }

    match(): void {
      while (this.#waiting.length > 0 && this.#clients.length > 0) {
        this.expected[this.#waiting.shift()!] = String(this.#clients.shift());
      }
    }

    async end(): Promise<string[]> {
      this.match();
      await turn();
      for (const place of this.#waiting) this.expected[place] = "ERR_CLOSED";
      this.listener.close();
      const results = await Promise.all(this.accepts.map(({ result }) => result));
      for (const each of this.#open) each[Symbol.dispose]();
      return results;
    }
  }

  it("serves the oldest first, whatever is aborted in between", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const line = new Line(await listen("tcp", "127.0.0.1:0"));
        for (const { do: action, which } of steps) {
          line[action](which);
          line.match();
          // A connection is given out in the next turn of the loop; an abort takes effect at once.
          if (action !== "abort") await turn();
        }
        expect(await line.end()).toEqual(line.expected);
      }),
      { numRuns: 60 },
    );
  });
});
