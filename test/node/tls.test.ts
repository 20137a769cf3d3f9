// TLS over any connection, as a connection: deadlines, ends, and nothing for a peer that nobody approved.

import { once } from "node:events";
import net from "node:net";
import tls from "node:tls";
import { describe, expect, it } from "vitest";
import { dial, listen, OpError, pipe, SyscallError } from "rawconn";
import { proxyListener } from "rawconn/netutil";
import { fromDuplex, toDuplex, type TLSConn, tlsClient, tlsServer } from "rawconn/node";
import { makeCertificates } from "../support/certificates.js";
import { outcomeAfter, rejection, thrown } from "../support/outcome.js";
import { pattern, readAll, readText } from "./bytes.js";
import { only } from "./conns.js";

const { ca, server: identity, client, stranger } = makeCertificates();
const trusting = { ca, servername: "localhost" };

/** A listener with TLS, a client of it, and how both end. */
async function ends(serverOptions: tls.TlsOptions = {}, clientOptions = {}) {
  const listener = tlsServer(await listen("tcp", "127.0.0.1:0"), { ...identity, ...serverOptions });
  const conn = tlsClient(await dial("tcp", String(listener.addr)), { ...trusting, ...clientOptions });
  return { listener, conn };
}

async function closed(...conns: TLSConn[]): Promise<void> {
  for (const conn of conns) conn[Symbol.dispose]();
  await Promise.all(conns.map(async ({ socket }) => socket.closed || once(socket, "close")));
}

describe("client and server", () => {
  it("talk both ways, know each other's addresses, and end", async () => {
    const { listener, conn } = await ends();
    const server = await listener.accept();
    expect(conn.socket.getPeerCertificate().subject.CN).toBe("localhost");
    const bytes = pattern(2 << 20);
    const sending = conn.write(bytes).then(() => conn.closeWrite());
    expect((await readAll(server)).equals(bytes)).toBe(true);
    await sending;
    await server.write("bye");
    server.closeWrite();
    expect((await readAll(conn)).toString()).toBe("bye");
    expect(String(server.remoteAddr)).toBe(String(conn.localAddr));
    listener.close();
    await closed(conn, server);
  });

  it("tell the peer of the end, so that it is no cut", async () => {
    const { listener, conn } = await ends();
    const server = await listener.accept();
    await server.write("all");
    server.close();
    expect((await readAll(conn)).toString()).toBe("all");
    listener.close();
    await closed(conn, server);
  });

  it("handshake resolves when it is over, and reads before it wait for it", async () => {
    const { listener, conn } = await ends();
    const heard = readText(conn);
    const [server] = await Promise.all([listener.accept(), conn.handshake()]);
    expect(conn.socket.authorized).toBe(true);
    await server.handshake();
    await server.write("x");
    expect(await heard).toBe("x");
    listener.close();
    await closed(conn, server);
  });

  it("go over TLS, over a pipe", async () => {
    const [a, b] = pipe();
    const oneListener = tlsServer(only(b), identity);
    const outer = tlsClient(a, trusting);
    const inner = tlsServer(only(await oneListener.accept()), identity);
    const conn = tlsClient(outer, trusting);
    const server = await inner.accept();
    const bytes = pattern(300_000);
    void conn.write(bytes).then(() => conn.closeWrite());
    expect((await readAll(server)).equals(bytes)).toBe(true);
    await closed(conn, server);
    inner.close();
    oneListener.close();
  });

  it("speak the protocol that both know", async () => {
    const { listener, conn } = await ends({ ALPNProtocols: ["b", "c"] }, { ALPNProtocols: ["a", "b"] });
    const server = await listener.accept();
    expect([conn.socket.alpnProtocol, server.socket.alpnProtocol]).toEqual(["b", "b"]);
    listener.close();
    await closed(conn, server);
  });
});

describe("certificates", () => {
  it.each([
    ["nobody approved", { key: stranger.key, cert: stranger.cert }, {}, "DEPTH_ZERO_SELF_SIGNED_CERT"],
    ["of another name", {}, { servername: "example.org" }, "ERR_TLS_CERT_ALTNAME_INVALID"],
  ])(
    "one %s fails handshake, reads and writes, and the peer hears nothing",
    async (_, server, options, code) => {
      const { listener, conn } = await ends(server, options);
      // The server side may well be content: it must not get what was to be written.
      const heard = listener.accept().then(readAllOrNothing);
      const failures = [conn.handshake(), conn.write("secret"), conn.read(Buffer.alloc(1))];
      for (const failure of failures) expect(await rejection(failure)).toMatchObject({ code });
      await closed(conn);
      const said = await outcomeAfter(50, heard);
      expect(said === "pending" || said === "").toBe(true);
      listener.close();
      await heard.catch(() => {});
    },
  );

  const readAllOrNothing = async (conn: TLSConn) => {
    const said = await readAll(conn).catch(() => "");
    await closed(conn);
    return said.toString();
  };

  it("of clients are asked for, and who has none is not accepted", async () => {
    const asking = { requestCert: true, ca };
    const { listener, conn } = await ends(asking, client);
    const server = await listener.accept();
    expect(server.socket.getPeerCertificate().subject.CN).toBe("client");
    const bare = tlsClient(await dial("tcp", String(listener.addr)), trusting);
    expect((await rejection(bare.read(Buffer.alloc(1)))).code).toMatch(/ERR_SSL|ECONNRESET|EPIPE/);
    const other = tlsClient(await dial("tcp", String(listener.addr)), { ...trusting, ...client });
    await closed(await listener.accept());
    listener.close();
    await closed(conn, server, bare, other);
  });

  it("must have a name to check, or a reason not to", async () => {
    const [near] = pipe();
    expect(thrown(() => tlsClient(near, { ca }))).toMatchObject({ code: "ERR_INVALID_ARG_VALUE" });
    expect(() => tlsClient(near, { ...trusting, ca: "nonsense", key: "none" })).toThrow(/PEM|DECODER/);
    // It is untouched.
    near.setDeadline(1);
    expect((await rejection(near.read(Buffer.alloc(1)))).code).toBe("ERR_DEADLINE");
    near.close();
  });
});

describe("deadlines", () => {
  it("hold for a handshake that never ends", async () => {
    using deaf = await listen("tcp", "127.0.0.1:0");
    const conn = tlsClient(await dial("tcp", String(deaf.addr)), trusting);
    conn.setDeadline(Date.now() + 30);
    const failures = [conn.handshake(), conn.read(Buffer.alloc(1)), conn.write("x")];
    const errors = await Promise.all(failures.map((failure) => rejection(failure)));
    expect(errors.map(({ op }) => op)).toEqual(["handshake", "read", "write"]);
    for (const error of errors) expect(error.timeout()).toBe(true);
    await closed(conn);
  });

  it("hold for reads, and a later one revives them", async () => {
    const { listener, conn } = await ends();
    const server = await listener.accept();
    conn.setReadDeadline(Date.now() + 20);
    expect((await rejection(conn.read(Buffer.alloc(1)))).message).toMatch(/^read tcp .*: i\/o timeout$/);
    conn.setReadDeadline(null);
    await server.write("late");
    expect(await readText(conn)).toBe("late");
    listener.close();
    await closed(conn, server);
  });

  it("hold for accepts", async () => {
    const { listener, conn } = await ends();
    await closed(await listener.accept());
    listener.setDeadline(Date.now() + 20);
    expect(await rejection(listener.accept())).toMatchObject({ code: "ERR_DEADLINE", op: "accept" });
    listener.setDeadline(null);
    const next = tlsClient(await dial("tcp", String(listener.addr)), trusting);
    const server = await listener.accept();
    listener.close();
    await closed(conn, next, server);
  });
});

describe("tlsServer", () => {
  it("lets a slow or wrong client keep nobody else out", async () => {
    const listener = tlsServer(await listen("tcp", "127.0.0.1:0"), identity);
    const address = String(listener.addr);
    const accepting = listener.accept();
    await using silent = await dial("tcp", address);
    await using wrong = await dial("tcp", address);
    await wrong.write("GET / HTTP/1.0\r\n\r\n");
    const conn = tlsClient(await dial("tcp", address), trusting);
    const server = await accepting;
    await server.write("here");
    expect(await readText(conn)).toBe("here");
    expect(silent.localAddr).not.toBe(null);
    listener.close();
    await closed(conn, server);
  });

  it("cuts off who takes too long", async () => {
    const listener = tlsServer(await listen("tcp", "127.0.0.1:0"), { ...identity, handshakeTimeout: 30 });
    const accepting = rejection(listener.accept());
    await using silent = await dial("tcp", String(listener.addr));
    expect(await readAll(silent).catch(() => "reset")).toBeDefined();
    listener.close();
    expect((await accepting).code).toBe("ERR_CLOSED");
  });

  it("rejects with the listener's own failure, not with one around it", async () => {
    const failure = new OpError({ op: "accept", net: "tcp", cause: new SyscallError("accept4", "ENOTSOCK") });
    const [near] = pipe();
    const broken = { ...only(near), accept: () => Promise.reject(failure) };
    expect(await rejection(tlsServer(broken, identity).accept())).toBe(failure);
  });

  it("tells the addresses that a proxy told, not those of the proxy", async () => {
    const inner = proxyListener(await listen("tcp", "127.0.0.1:0"), { trusted: () => true });
    const listener = tlsServer(inner, identity);
    const balanced = await dial("tcp", String(listener.addr));
    await balanced.write("PROXY TCP4 192.0.2.1 192.0.2.2 4711 443\r\n");
    const conn = tlsClient(balanced, trusting);
    const server = await listener.accept();
    expect([server.remoteAddr, server.localAddr].map(String)).toEqual(["192.0.2.1:4711", "192.0.2.2:443"]);
    expect([server.socket.remoteAddress, server.socket.remoteFamily]).toEqual(["192.0.2.1", "IPv4"]);
    listener.close();
    await closed(conn, server);
  });

  it("close ends accepts, the loop, and what nobody accepted", async () => {
    const { listener, conn } = await ends();
    const server = await listener.accept();
    const unaccepted = tlsClient(await dial("tcp", String(listener.addr)), trusting);
    await unaccepted.handshake();
    const loop = (async () => {
      for await (const one of listener) await closed(one);
    })();
    const waiting = rejection(listener.accept());
    listener.close();
    await loop;
    expect((await waiting).code).toBe("ERR_CLOSED");
    expect(thrown(() => listener.close()).code).toBe("ERR_CLOSED");
    expect(thrown(() => listener.setDeadline(null)).code).toBe("ERR_CLOSED");
    listener[Symbol.dispose]();
    expect(await readAll(unaccepted)).toHaveLength(0);
    await closed(conn, server, unaccepted);
  });

  it("serves a client of Node's own", async () => {
    const listener = tlsServer(await listen("tcp", "127.0.0.1:0"), identity);
    const { port } = listener.addr as { port?: number };
    const socket = tls.connect({ port: port!, host: "127.0.0.1", ...trusting });
    const server = await listener.accept();
    socket.end("from node");
    expect((await readAll(server)).toString()).toBe("from node");
    listener.close();
    await closed(server);
    if (!socket.closed) await once(socket, "close");
  });

  it("throws for options that are none, and leaves the listener alone", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    expect(() => tlsServer(listener, { key: "none", cert: "none" })).toThrow(/PEM|DECODER/);
    expect(thrown(() => tlsServer(null as never, identity)).code).toBe("ERR_INVALID_ARG_TYPE");
    const socket = net.connect(listener.addr!.port, "127.0.0.1");
    using conn = await listener.accept();
    const wrapped = fromDuplex(toDuplex(conn));
    wrapped.close();
    await once(socket.resume(), "close");
  });
});
