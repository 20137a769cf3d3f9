// Closing: what waits ends, what comes after fails, and the descriptor is gone.

import { fstatSync } from "node:fs";
import { expect, it } from "vitest";
import { dialTCP, isClosed, listen } from "rawconn";
import { outcomeAfter, rejection, thrown, turn } from "../support/outcome.js";
import { blockedWrite, descriptorOf, pair } from "../support/pair.js";
import { replace, watch } from "../support/syscalls.js";

const CLOSED = "use of closed network connection";

it("a read that waits ends when its connection is closed", async () => {
  using ends = await pair();
  const { client } = ends;
  const reading = rejection(client.read(new Uint8Array(1)));
  await turn();
  client.close();
  const error = await reading;
  expect(error).toMatchObject({ name: "OpError", op: "read", net: "tcp", code: "ERR_CLOSED" });
  expect(error.message).toBe(`read tcp ${client.localAddr}->${client.remoteAddr}: ${CLOSED}`);
  expect(isClosed(error)).toBe(true);
});

it("a read that waits does not end before that", async () => {
  using ends = await pair();
  expect(await outcomeAfter(100, ends.client.read(new Uint8Array(1)))).toBe("pending");
});

it("a write that waits ends when its connection is closed, and tells what went out", async () => {
  using ends = await pair();
  const { writing } = await blockedWrite(ends.client);
  ends.client.close();
  const error = await rejection(writing);
  expect(error).toMatchObject({ op: "write", code: "ERR_CLOSED" });
  expect(error.n).toBeGreaterThanOrEqual(0);
  expect(error.n).toBeLessThan(1 << 20);
});

it("an accept that waits ends when its listener is closed", async () => {
  using listener = await listen("tcp", "127.0.0.1:0");
  const accepting = rejection(listener.accept());
  await turn();
  listener.close();
  const error = await accepting;
  expect(error).toMatchObject({ op: "accept", net: "tcp", source: null, code: "ERR_CLOSED" });
  expect(error.message).toBe(`accept tcp ${listener.addr}: ${CLOSED}`);
});

it("everything in line ends, in order of arrival", async () => {
  using ends = await pair();
  const order: number[] = [];
  const reads = Array.from({ length: 5 }, (_, i) =>
    rejection(ends.client.read(new Uint8Array(1))).then(() => order.push(i)),
  );
  ends.client.close();
  await Promise.all(reads);
  expect(order).toEqual([0, 1, 2, 3, 4]);
});

it("the descriptor is gone when close returns, with a read waiting or not", async () => {
  using ends = await pair();
  for (const conn of [ends.client, ends.server]) {
    const reading = conn === ends.client ? rejection(conn.read(new Uint8Array(1))) : null;
    await turn();
    const number = descriptorOf(conn);
    fstatSync(number);
    conn.close();
    expect(() => fstatSync(number)).toThrow("EBADF");
    await reading;
  }
});

it("a second close fails, and closes nothing", async () => {
  using ends = await pair();
  const { client, listener } = ends;
  client.close();
  listener.close();
  using calls = watch();
  const error = thrown(() => client.close());
  expect(error).toMatchObject({ op: "close", code: "ERR_CLOSED" });
  expect(error.message).toBe(`close tcp ${client.localAddr}->${client.remoteAddr}: ${CLOSED}`);
  expect(thrown(() => listener.close()).message).toBe(`close tcp ${listener.addr}: ${CLOSED}`);
  expect(calls.count("close")).toBe(0);
});

it("disposing of a closed one does nothing, and of an open one closes it once", async () => {
  using ends = await pair();
  const { client, server, listener } = ends;
  using calls = watch();
  client[Symbol.dispose]();
  client[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  listener[Symbol.dispose]();
  listener[Symbol.dispose]();
  expect(calls.count("close")).toBe(3);
  expect(thrown(() => client.close())).toMatchObject({ code: "ERR_CLOSED" });
});

it("closing a listener leaves what it accepted alone", async () => {
  using ends = await pair();
  ends.listener.close();
  await ends.server.write("still here");
  expect(await ends.client.read(new Uint8Array(64))).toBe(10);
});

it("closing a listener resets the connections in its queue", async () => {
  using ends = await pair();
  const { listener } = ends;
  using queued = await dialTCP("tcp", null, listener.addr!);
  listener.close();
  expect(await rejection(queued.read(new Uint8Array(1)))).toMatchObject({ code: "ECONNRESET" });
});

it("close from inside a handler of the same batch leaves the others alone", async () => {
  using first = await pair();
  using second = await pair();
  const reads = [first.client, second.client].map((conn, i, all) =>
    conn.read(new Uint8Array(8)).then((n) => {
      // Whoever is first closes the other one, whose event may be in the same batch.
      if (i === 0) all[1].close();
      return n;
    }),
  );
  await Promise.all([first.server.write("x"), second.server.write("y")]);
  const [a, b] = await Promise.allSettled(reads);
  expect(a).toEqual({ status: "fulfilled", value: 1 });
  if (b.status === "rejected") expect(b.reason).toMatchObject({ code: "ERR_CLOSED" });
  else expect(b.value).toBe(1);
});

it("a descriptor number that is used again belongs to its new owner alone", async () => {
  using old = await pair();
  const late = rejection(old.client.read(new Uint8Array(8)));
  await turn();
  const number = descriptorOf(old.client);
  old.client.close();
  using fresh = await pair();
  // The numbers just given back are the lowest free ones.
  expect([fresh.client, fresh.server, fresh.listener].map(descriptorOf)).toContain(number);
  const reading = fresh.client.read(new Uint8Array(8));
  old.server[Symbol.dispose]();
  expect(await outcomeAfter(20, reading)).toBe("pending");
  await fresh.server.write("new");
  expect(await reading).toBe(3);
  expect(await late).toMatchObject({ code: "ERR_CLOSED" });
});

it("close races with a hundred reads, writes and deadlines", async () => {
  for (let round = 0; round < 20; round++) {
    using ends = await pair();
    const { client } = ends;
    const calls = Array.from({ length: 100 }, async (_, i) => {
      if (i === 50) client.close();
      if (i % 3 === 0) client.setDeadline(Date.now() + 1000);
      return i % 2 ? client.read(new Uint8Array(16)) : client.write(new Uint8Array(16));
    });
    for (const result of await Promise.allSettled(calls)) {
      if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "ERR_CLOSED" });
      else expect(result.value).toBe(16);
    }
  }
});

it("close(2) is not called again when it is interrupted", async () => {
  using ends = await pair();
  let closes = 0;
  const number = descriptorOf(ends.client);
  using _ = replace("close", (real) => (fd) => {
    closes += fd === number ? 1 : 0;
    real(fd);
    return -4; // EINTR, although the descriptor is gone.
  });
  ends.client.close();
  expect(closes).toBe(1);
});
