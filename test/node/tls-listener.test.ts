// Handshakes that are going on belong to the listener: it counts them, ends them, and knows between whom they are.

import { describe, expect, it } from "vitest";
import { dial, listen, pipe } from "rawconn";
import { limitListener } from "rawconn/netutil";
import { type StreamConn, tlsClient, tlsServer } from "rawconn/node";
import { makeCertificates } from "../support/certificates.js";
import { outcomeAfter, rejection, turn } from "../support/outcome.js";
import { pair } from "../support/pair.js";
import { socketPath } from "../support/unix.js";
import { readAll, readText } from "./bytes.js";
import { custom, only } from "./conns.js";

const { ca, server: identity } = makeCertificates();
const trusting = { ca, servername: "localhost" };

/** A listener of pipes that does not wait for 200 of them, and their clients. */
function eager() {
  const clients: StreamConn[] = [];
  let closed = false;
  const end = () => void (closed = true);
  const accept = async () => {
    if (closed) throw Object.assign(new Error("closed"), { code: "ERR_CLOSED" });
    if (clients.length === 200) return new Promise<StreamConn>(() => {});
    const [near, far] = pipe();
    clients.push(near);
    return far;
  };
  return { clients, listener: { addr: null, accept, close: end, [Symbol.dispose]: end } };
}

it("ends with a listener that was closed before, and is disposed of then", async () => {
  using under = await listen("tcp", "127.0.0.1:0");
  const listener = tlsServer(under, identity);
  under.close();
  listener[Symbol.dispose]();
  listener[Symbol.dispose]();
  expect((await rejection(listener.accept())).code).toBe("ERR_CLOSED");
});

describe("handshakes in progress", () => {
  it.each([
    ["a socket", (conn: StreamConn) => conn],
    ["a connection of one's own", custom],
  ])("over %s end with the listener", async (_, kind) => {
    using ends = await pair();
    const listener = tlsServer(only(kind(ends.server)), identity);
    const accepting = rejection(listener.accept());
    await turn();
    listener.close();
    expect((await accepting).code).toBe("ERR_CLOSED");
    expect(await readText(ends.client)).toBe(null);
  });

  it("are no more than so many, and make room when they end", async () => {
    const { clients, listener: inner } = eager();
    const listener = tlsServer(inner, identity);
    const accepting = listener.accept();
    for (let i = 0; i < 1000; i++) await turn();
    expect(clients).toHaveLength(128);
    clients[5].close();
    for (let i = 0; i < 100; i++) await turn();
    expect(clients).toHaveLength(129);
    const conn = tlsClient(clients[7], trusting);
    (await accepting).close();
    conn.close();
    for (let i = 0; i < 100; i++) await turn();
    expect(clients).toHaveLength(130);
    listener.close();
    for (const client of clients) client[Symbol.dispose]();
  });

  it("end what was accepted while the listener closed", async () => {
    using ends = await pair();
    const inner = only(ends.server);
    const listener = tlsServer(inner, identity);
    const accepting = rejection(listener.accept());
    listener.close();
    await accepting;
    expect(await readText(ends.client)).toBe(null);
  });
});

describe("what is accepted", () => {
  it("over a Unix socket has its addresses", async () => {
    const inner = await listen("unix", socketPath());
    const listener = tlsServer(inner, identity);
    const conn = tlsClient(await dial("unix", String(inner.addr)), trusting);
    const server = await listener.accept();
    expect([server.localAddr, server.remoteAddr].map(String)).toEqual([String(inner.addr), "@"]);
    expect(server.localAddr!.network).toBe("unix");
    for (const end of [conn, server, listener]) end.close();
  });

  it("over a connection of one's own has those of that", async () => {
    using ends = await pair();
    const listener = tlsServer(only(custom(ends.server)), identity);
    const conn = tlsClient(custom(ends.client), trusting);
    const server = await listener.accept();
    expect([server.localAddr, server.remoteAddr]).toEqual([ends.server.localAddr, ends.server.remoteAddr]);
    for (const end of [conn, server, listener]) end.close();
  });

  it("stays when the listener is closed", async () => {
    using ends = await pair();
    const listener = tlsServer(only(custom(ends.server)), identity);
    const conn = tlsClient(ends.client, trusting);
    const server = await listener.accept();
    listener.close();
    await server.write("still here");
    server.close();
    expect((await readAll(conn)).toString()).toBe("still here");
    conn.close();
  });
});

describe("a signal", () => {
  const canceled = { code: "ABORT_ERR", op: "accept" };

  it("takes an accept out of the line, wherever it stands", async () => {
    const listener = tlsServer(await listen("tcp", "127.0.0.1:0"), identity);
    const aborts = [0, 1, 2, 3].map(() => new AbortController());
    const waiting = aborts.map(({ signal }) => listener.accept({ signal }));
    const order = [2, 0, 3];
    for (const at of order) aborts[at].abort();
    for (const at of order) expect(await rejection(waiting[at])).toMatchObject(canceled);
    const last = listener.accept();
    const conns = [];
    for (const accepting of [waiting[1], last]) {
      conns.push(tlsClient(await dial("tcp", String(listener.addr)), trusting), await accepting);
    }
    aborts[1].abort();
    await conns[1].write("untouched");
    expect(await readText(conns[0])).toBe("untouched");
    for (const end of [...conns, listener]) end.close();
  });

  it("that has aborted leaves who waits to be accepted", async () => {
    const listener = tlsServer(await listen("tcp", "127.0.0.1:0"), identity);
    const accepting = rejection(listener.accept({ signal: AbortSignal.timeout(10) }));
    expect(await accepting).toMatchObject({ code: "ERR_TIMEOUT", op: "accept" });
    const conn = tlsClient(await dial("tcp", String(listener.addr)), trusting);
    await conn.handshake();
    expect(await rejection(listener.accept({ signal: AbortSignal.abort() }))).toMatchObject(canceled);
    const server = await listener.accept();
    expect((await rejection(listener.accept({ signal: 3 as never }))).code).toBe("ERR_INVALID_ARG_TYPE");
    for (const end of [conn, server, listener]) end.close();
  });

  it("passes through a limit", async () => {
    const inner = tlsServer(await listen("tcp", "127.0.0.1:0"), identity);
    const listener = limitListener(inner, 1);
    const accepting = rejection(listener.accept({ signal: AbortSignal.timeout(10) }));
    expect(await outcomeAfter(1000, accepting)).toMatchObject({ code: "ERR_TIMEOUT" });
    listener.close();
  });
});
