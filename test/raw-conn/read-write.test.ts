// RawConn.read and write: a callback that is called until it is done, on every kind of socket.
// Go: net.TestRawConnReadWrite

import { describe, expect, it } from "vitest";
import { type Conn, listen, type Listener } from "rawconn";
import { binding } from "#lib/internal/binding.js";
import { minus } from "../internal/raw.js";
import { connectedKinds, waitingKinds } from "../support/ends.js";
import { outcomeAfter, rejection, SLACK } from "../support/outcome.js";
import { disposeOf } from "../support/pair.js";
import { socketPath } from "../support/unix.js";

const EAGAIN = minus("EAGAIN");

/** Receives once, by its own system call: what that returned, and how often it was made. */
async function rawRead(conn: Conn, p: Uint8Array): Promise<{ n: number; calls: number }> {
  let [n, calls] = [0, 0];
  await conn.syscallConn().read((fd) => {
    calls++;
    n = binding.recv(fd, p);
    return n !== EAGAIN;
  });
  return { n, calls };
}

async function rawWrite(conn: Conn, p: Uint8Array): Promise<number> {
  let n = 0;
  await conn.syscallConn().write((fd) => {
    n = binding.send(fd, p, 0);
    return n !== EAGAIN;
  });
  return n;
}

/** Sends past the library until no more goes. */
function clog(conn: Conn): void {
  const p = new Uint8Array(4096);
  conn.syscallConn().control((fd) => {
    while (binding.send(fd, p, 0) > 0);
  });
}

describe.each(connectedKinds)("on %s", (_network, ends) => {
  it("both move bytes, and a read waits for them without spinning", async () => {
    using both = await ends();
    const p = new Uint8Array(64);
    expect(await rawWrite(both.conn, Buffer.from("hello"))).toBe(5);
    expect(await both.receive(p)).toBe(5);
    const reading = rawRead(both.conn, p);
    expect(await outcomeAfter(20, reading)).toBe("pending");
    await both.send("answer");
    const { n, calls } = await reading;
    expect(Buffer.from(p.subarray(0, n)).toString("latin1")).toMatch(/answer$/);
    // Once in vain, once for the packet, and once more at most for what woke it besides.
    expect(calls).toBeLessThanOrEqual(3);
  });

  it("a callback is asked again until it is done", async () => {
    using both = await ends();
    const p = new Uint8Array(64);
    let [packets, calls] = [0, 0];
    const reading = both.conn.syscallConn().read((fd) => {
      calls++;
      while (binding.recv(fd, p) > 0) packets++;
      return packets >= 3;
    });
    for (let i = 0; i < 3; i++) {
      expect(await outcomeAfter(5, reading)).toBe("pending");
      await both.send("x");
    }
    await reading;
    expect(packets).toBe(3);
    expect(calls).toBeGreaterThanOrEqual(2);
  });

  it("a deadline in the past fails both before the callback is called", async () => {
    using both = await ends();
    await both.send("there");
    const raw = both.conn.syscallConn();
    let calls = 0;
    const counting = () => ++calls > 0;
    for (const set of ["setDeadline", "setReadDeadline"] as const) {
      both.conn.setDeadline(null);
      both.conn[set](1);
      expect(await rejection(raw.read(counting))).toMatchObject({ op: "raw-read", code: "ERR_DEADLINE" });
    }
    both.conn.setDeadline(null);
    both.conn.setWriteDeadline(1);
    expect(await rejection(raw.write(counting))).toMatchObject({ op: "raw-write", code: "ERR_DEADLINE" });
    expect(calls).toBe(0);
    both.conn.setWriteDeadline(null);
    await raw.write(counting);
    await raw.read(counting);
    expect(calls).toBe(2);
  });

  it("a deadline ends a read that waits, on time, and another one can wait", async () => {
    using both = await ends();
    const deadline = Date.now() + 20;
    both.conn.setReadDeadline(deadline);
    const error = await rejection(rawRead(both.conn, new Uint8Array(8)));
    expect(error).toMatchObject({ op: "raw-read", code: "ERR_DEADLINE" });
    expect(Date.now() - deadline).toBeGreaterThanOrEqual(0);
    expect(Date.now() - deadline).toBeLessThan(SLACK);
    both.conn.setReadDeadline(null);
    const reading = rawRead(both.conn, new Uint8Array(64));
    await both.send("late");
    expect((await reading).n).toBeGreaterThanOrEqual(4);
  });

  it("close ends a read that waits, and refuses what comes after", async () => {
    using both = await ends();
    const raw = both.conn.syscallConn();
    const reading = rejection(rawRead(both.conn, new Uint8Array(8)));
    expect(await outcomeAfter(5, reading)).toBe("pending");
    both.conn.close();
    expect(await reading).toMatchObject({ op: "raw-read", code: "ERR_CLOSED" });
    let calls = 0;
    const counting = () => ++calls > 0;
    expect(await rejection(raw.read(counting))).toMatchObject({ op: "raw-read", code: "ERR_CLOSED" });
    expect(await rejection(raw.write(counting))).toMatchObject({ op: "raw-write", code: "ERR_CLOSED" });
    expect(calls).toBe(0);
  });

  it("the callback is called at once although reads have found nothing more", async () => {
    using both = await ends();
    const reading = both.conn.read(new Uint8Array(64));
    await both.send("x");
    await reading;
    await both.conn.syscallConn().read(() => true);
  });

  it("the callback is called as soon as those before it are done", async () => {
    using both = await ends();
    const before = both.conn.read(new Uint8Array(64));
    const raw = both.conn.syscallConn().read(() => true);
    expect(await outcomeAfter(5, raw)).toBe("pending");
    await both.send("x");
    await Promise.all([before, raw]);
  });

  it("they take their turn with the other operations", async () => {
    using both = await ends();
    const [first, third] = [new Uint8Array(64), new Uint8Array(64)];
    const order: string[] = [];
    const reads = [
      both.conn.read(first).then(() => order.push("read")),
      rawRead(both.conn, new Uint8Array(64)).then(() => order.push("raw")),
      both.conn.read(third).then(() => order.push("read again")),
    ];
    for (const read of reads) {
      await both.send("x");
      await read;
    }
    expect(order).toEqual(["read", "raw", "read again"]);
  });
});

describe.each(waitingKinds)("on %s", (_network, ends) => {
  it("a write waits until there is room, without spinning", async () => {
    using both = await ends();
    clog(both.conn);
    const seen = { sent: 0, calls: 0 };
    const writing = both.conn.syscallConn().write((fd) => {
      seen.calls++;
      seen.sent = binding.send(fd, new Uint8Array(4096), 0);
      return seen.sent !== EAGAIN;
    });
    expect(await outcomeAfter(20, writing)).toBe("pending");
    expect(seen.calls).toBeLessThanOrEqual(3);
    const p = new Uint8Array(1 << 20);
    while (seen.sent === EAGAIN) expect(await both.receive(p)).toBeGreaterThan(0);
    await writing;
    expect(seen.sent).toBeGreaterThan(0);
  });

  it("the callback of a write is called at once although there is no room", async () => {
    using both = await ends();
    clog(both.conn);
    expect(await outcomeAfter(5, rawWrite(both.conn, new Uint8Array(4096)))).toBe("pending");
    both.conn.setWriteDeadline(1);
    both.conn.setWriteDeadline(null);
    await both.conn.syscallConn().write(() => true);
  });

  it("a write that waits ends with its deadline, and with close", async () => {
    using both = await ends();
    clog(both.conn);
    const p = new Uint8Array(4096);
    both.conn.setWriteDeadline(Date.now() + 10);
    expect(await rejection(rawWrite(both.conn, p))).toMatchObject({ op: "raw-write", code: "ERR_DEADLINE" });
    both.conn.setWriteDeadline(null);
    const writing = rejection(rawWrite(both.conn, p));
    expect(await outcomeAfter(5, writing)).toBe("pending");
    both.conn.close();
    expect(await writing).toMatchObject({ op: "raw-write", code: "ERR_CLOSED" });
  });
});

describe.each([
  ["tcp", () => listen("tcp", "127.0.0.1:0")],
  ["unix", () => listen("unix", socketPath())],
  ["unixpacket", () => listen("unixpacket", socketPath())],
] as [string, () => Promise<Listener<Conn>>][])("on a listener of %s", (_network, make) => {
  it("neither has any business there, and no callback is called", async () => {
    const listener = await make();
    const raw = listener.syscallConn();
    let calls = 0;
    for (const use of [raw.read.bind(raw), raw.write.bind(raw)]) {
      const error = await rejection<Error>(use(() => ++calls > 0));
      expect(error).toMatchObject({ name: "Errno", code: "EINVAL", message: "invalid argument" });
    }
    expect(calls).toBe(0);
    disposeOf(listener);
  });
});
