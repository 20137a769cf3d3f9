// Accepting: who is skipped, who waits, and what is told.

import { expect, it } from "vitest";
import { dial, dialTCP, isTemporary, listen, type TCPConn } from "rawconn";
import { errno } from "#lib/errors/index.js";
import { outcomeAfter, rejection, root, thrown, turn } from "../support/outcome.js";
import { disposeOf } from "../support/pair.js";
import { replace, watch } from "../support/syscalls.js";

const skippedOnLinux = [
  "ECONNABORTED",
  "ENETDOWN",
  "EPROTO",
  "ENOPROTOOPT",
  "EHOSTDOWN",
  "ENONET",
  "EHOSTUNREACH",
  "EOPNOTSUPP",
  "ENETUNREACH",
] as const;

it.each(skippedOnLinux)(
  "a client that was lost with %s is skipped, and the next one is returned",
  async (code) => {
    using listener = await listen("tcp", "127.0.0.1:0");
    let lost = 3;
    using _ = replace(
      "accept",
      (real) =>
        (...args) =>
          lost-- > 0 ? -errno(code) : real(...args),
    );
    using client = await dial("tcp", listener.addr!.toString());
    using server = await listener.accept();
    expect(server.remoteAddr!.toString()).toBe(client.localAddr!.toString());
    expect(lost).toBe(-1);
  },
);

it("any number of lost clients is skipped, and the event loop still gets its turn", async () => {
  using listener = await listen("tcp", "127.0.0.1:0");
  let lost = 10_000;
  let turns = 0;
  using _ = replace(
    "accept",
    (real) =>
      (...args) =>
        lost-- > 0 ? -errno("ECONNABORTED") : real(...args),
  );
  using client = await dial("tcp", listener.addr!.toString());
  let isOver = false;
  const count = () => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  count();
  using server = await listener.accept();
  isOver = true;
  expect(turns).toBeGreaterThan(10);
  void [client, server];
});

it.each(["EMFILE", "ENFILE"] as const)(
  "%s is told at once, is temporary, and loses no client",
  async (code) => {
    using listener = await listen("tcp", "127.0.0.1:0");
    using client = await dial("tcp", listener.addr!.toString());
    let failures = 1;
    using _ = replace(
      "accept",
      (real) =>
        (...args) =>
          failures-- > 0 ? -errno(code) : real(...args),
    );
    const error = await rejection(listener.accept());
    expect(error).toMatchObject({ op: "accept", code, syscall: "accept4" });
    expect(isTemporary(error)).toBe(true);
    using server = await listener.accept();
    expect(server.remoteAddr!.toString()).toBe(client.localAddr!.toString());
  },
);

it("another failure is told, and is not temporary", async () => {
  using listener = await listen("tcp", "127.0.0.1:0");
  using _ = replace("accept", () => () => -errno("ENOMEM"));
  const error = await rejection(listener.accept());
  expect(error).toMatchObject({ code: "ENOMEM", source: null, addr: listener.addr });
  expect(isTemporary(error)).toBe(false);
});

it("a real client that aborts before it is accepted does not end the loop", async () => {
  using listener = await listen("tcp", "127.0.0.1:0");
  const aborting = await dial("tcp", listener.addr!.toString());
  aborting.setLinger(0);
  aborting.close();
  using good = await dial("tcp", listener.addr!.toString());
  for (;;) {
    // Linux hands out a connection that was reset in the queue as well; then its first read tells.
    using server = await listener.accept();
    if (server.remoteAddr!.port === good.localAddr!.port) break;
    expect(await rejection(server.read(new Uint8Array(1)))).toMatchObject({ code: "ECONNRESET" });
  }
});

it("accepts that wait are served in order of arrival", async () => {
  using listener = await listen("tcp", "127.0.0.1:0");
  const accepts = [1, 2, 3].map(() => listener.accept());
  const clients: TCPConn[] = [];
  for (const _ of accepts) clients.push(await dialTCP("tcp", null, listener.addr!));
  const servers = await Promise.all(accepts);
  expect(servers.map(({ remoteAddr }) => String(remoteAddr))).toEqual(
    clients.map(({ localAddr }) => String(localAddr)),
  );
  disposeOf(...servers, ...clients);
});

it("clients that came first wait for the accept", async () => {
  using listener = await listen("tcp", "127.0.0.1:0");
  const clients = await Promise.all([1, 2, 3].map(() => dialTCP("tcp", null, listener.addr!)));
  const ports = new Set(clients.map(({ localAddr }) => localAddr!.port));
  for (const _ of clients) {
    using server = await listener.accept();
    expect(ports.delete(server.remoteAddr!.port)).toBe(true);
  }
  disposeOf(...clients);
});

it("an aborted accept ends, and the next client goes to the next accept", async () => {
  using listener = await listen("tcp", "127.0.0.1:0");
  const wish = new AbortController();
  const first = rejection(listener.accept({ signal: wish.signal }));
  const second = listener.accept();
  await turn();
  const reason = new Error("enough");
  wish.abort(reason);
  const error = await first;
  expect(error).toMatchObject({ op: "accept", code: "ABORT_ERR" });
  expect(error.message).toBe(`accept tcp ${listener.addr}: operation was canceled`);
  expect(root(error)).toBe(reason);
  expect(await outcomeAfter(10, second)).toBe("pending");
  using client = await dialTCP("tcp", null, listener.addr!);
  using server = await second;
  expect(server.remoteAddr!.toString()).toBe(client.localAddr!.toString());
});

it.each([0, 1, 2])("an abort takes the %i. of three out of the line, and no other", async (index) => {
  using listener = await listen("tcp", "127.0.0.1:0");
  const wish = new AbortController();
  const accepts = [0, 1, 2].map((i) => listener.accept(i === index ? { signal: wish.signal } : {}));
  const aborted = rejection(accepts[index]);
  await turn();
  wish.abort();
  expect(await aborted).toMatchObject({ code: "ABORT_ERR" });
  const late = listener.accept();
  const clients = await Promise.all([1, 2, 3].map(() => dialTCP("tcp", null, listener.addr!)));
  const servers = await Promise.all([...accepts.filter((_, i) => i !== index), late]);
  expect(new Set(servers.map(({ remoteAddr }) => remoteAddr!.port)).size).toBe(3);
  disposeOf(...servers, ...clients);
});

it("an accept with a signal that is aborted already makes no system call", async () => {
  using listener = await listen("tcp", "127.0.0.1:0");
  using calls = watch();
  expect(await rejection(listener.accept({ signal: AbortSignal.abort() }))).toMatchObject({
    code: "ABORT_ERR",
  });
  expect(calls.calls).toEqual([]);
});

it("a signal that is aborted after the accept is over changes nothing", async () => {
  using listener = await listen("tcp", "127.0.0.1:0");
  const wish = new AbortController();
  const accepting = listener.accept({ signal: wish.signal });
  using client = await dialTCP("tcp", null, listener.addr!);
  using server = await accepting;
  wish.abort();
  await client.write("x");
  expect(await server.read(new Uint8Array(8))).toBe(1);
});

it("AbortSignal.timeout ends an accept as running out of time does", async () => {
  using listener = await listen("tcp", "127.0.0.1:0");
  const error = await rejection(listener.accept({ signal: AbortSignal.timeout(10) }));
  expect(error).toMatchObject({ op: "accept", code: "ERR_TIMEOUT" });
  expect(error.timeout()).toBe(true);
});

it("a loop over a listener gets every client, and ends when it is closed", async () => {
  using listener = await listen("tcp", "127.0.0.1:0");
  const ports: number[] = [];
  const loop = (async () => {
    for await (const conn of listener) {
      ports.push(conn.remoteAddr!.port);
      conn.close();
      if (ports.length === 3) listener.close();
    }
  })();
  const clients = await Promise.all([1, 2, 3].map(() => dialTCP("tcp", null, listener.addr!)));
  await loop;
  expect(new Set(ports)).toEqual(new Set(clients.map(({ localAddr }) => localAddr!.port)));
  disposeOf(...clients);
});

it("a loop that waits ends when the listener is closed from elsewhere", async () => {
  using listener = await listen("tcp", "127.0.0.1:0");
  const loop = (async () => {
    for await (const conn of listener) conn.close();
    return "over";
  })();
  await turn();
  listener.close();
  expect(await loop).toBe("over");
});

it("a loop that is left leaves the listener open", async () => {
  using listener = await listen("tcp", "127.0.0.1:0");
  using first = await dialTCP("tcp", null, listener.addr!);
  for await (const conn of listener) {
    conn.close();
    break;
  }
  using second = await dialTCP("tcp", null, listener.addr!);
  using server = await listener.accept();
  expect(server.remoteAddr!.port).toBe(second.localAddr!.port);
  void first;
});

it("a loop fails with what accept fails with, unless that is the end", async () => {
  using listener = await listen("tcp", "127.0.0.1:0");
  listener.setDeadline(1);
  const loop = (async () => {
    for await (const conn of listener) conn.close();
  })();
  expect(await rejection(loop)).toMatchObject({ op: "accept", code: "ERR_DEADLINE" });
});

it("a listener that was closed says so, wrapped by every method but setDeadline", async () => {
  const listener = await listen("tcp", "127.0.0.1:0");
  listener.close();
  expect(await rejection(listener.accept())).toMatchObject({
    name: "OpError",
    op: "accept",
    code: "ERR_CLOSED",
  });
  expect(thrown(() => listener.close())).toMatchObject({ name: "OpError", op: "close" });
  expect(thrown(() => listener.setDeadline(null))).toMatchObject({
    name: "SentinelError",
    code: "ERR_CLOSED",
  });
});
