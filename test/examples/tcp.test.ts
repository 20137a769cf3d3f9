// The first steps of the path, over TCP: each as a reader runs it, with nc at the other end where there is one.

import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { dial, listen, type TCPConn } from "rawconn";
import { rejection } from "../support/outcome.js";
import { converse, hostAndPort, missingNc, noPing, pathOf, runExample, Running } from "./example.js";

const noNc = missingNc();
const LOCAL = "127.0.0.1:0";

/** All until the end of the stream. */
async function rest(conn: TCPConn): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const p = new Uint8Array(65536);
  for (let n; (n = await conn.read(p)) !== null;) pieces.push(Buffer.from(p.subarray(0, n)));
  return Buffer.concat(pieces);
}

/** One message there and back. */
async function exchange(conn: TCPConn, message: string): Promise<string> {
  await conn.write(message);
  const p = new Uint8Array(4096);
  const n = await conn.read(p);
  return n === null ? "end" : Buffer.from(p.subarray(0, n)).toString();
}

describe("the echo server", () => {
  it.skipIf(noNc !== null)("gives nc back what it sent, and ends when nc has", async () => {
    await using server = Running.example("echo/server", LOCAL);
    const address = await server.address();
    const text = "täglich\n".repeat(10_000);
    expect(await converse("nc", ["-N", ...hostAndPort(address)], text)).toMatchObject({ stdout: text });
  });

  it("serves a client while others are silent, and outlives one that resets", async () => {
    await using server = Running.example("echo/server", LOCAL);
    const address = await server.address();
    using silent = await dial("tcp", address);
    using rude = await dial("tcp", address);
    rude.setLinger(0);
    await rude.write("x");
    rude.close();
    using polite = await dial("tcp", address);
    expect(await exchange(polite, "hello")).toBe("hello");
    expect(await exchange(silent, "late")).toBe("late");
  });

  it("is what the echo client talks to", async () => {
    await using server = Running.example("echo/server", LOCAL);
    const result = await runExample("echo/client", await server.address(), "grüß dich");
    expect(result).toMatchObject({ status: 0, stdout: "grüß dich\n" });
  });
});

describe("a graceful shutdown", () => {
  it("lets in nobody new, and lets who is here finish", async () => {
    await using server = Running.example("graceful-shutdown", LOCAL, "15000");
    const address = await server.address();
    using conn = await dial("tcp", address);
    expect(await exchange(conn, "before")).toBe("before");
    server.kill("SIGTERM");
    await server.says(/shutting down, 1 open\n/);
    expect(await rejection(dial("tcp", address))).toMatchObject({ code: "ECONNREFUSED" });
    expect(await exchange(conn, "after")).toMatch(/^after/);
    conn.close();
    expect(await server.exit()).toBe(0);
    expect(server.stdout).toMatch(/done, 0 cut off\n$/);
  });

  it("cuts off who takes longer than the grace", async () => {
    await using server = Running.example("graceful-shutdown", LOCAL, "50");
    using conn = await dial("tcp", await server.address());
    expect(await exchange(conn, "before")).toBe("before");
    server.kill("SIGTERM");
    expect((await rest(conn)).length).toBe(0);
    expect(await server.exit()).toBe(0);
    expect(server.stdout).toMatch(/done, 1 cut off\n$/);
  });
});

describe("an idle timeout", () => {
  it("ends a connection that is silent", async () => {
    await using server = Running.example("idle-timeout", LOCAL, "50");
    using conn = await dial("tcp", await server.address());
    expect((await rest(conn)).length).toBe(0);
    await server.says(new RegExp(`${String(conn.localAddr)}: idle\n`));
  });

  it("does not end one that talks, however long", async () => {
    const idle = 700;
    await using server = Running.example("idle-timeout", LOCAL, String(idle));
    using conn = await dial("tcp", await server.address());
    for (const start = performance.now(); performance.now() - start < 1.5 * idle;)
      expect(await exchange(conn, "still here")).toBe("still here");
    conn.closeWrite();
    expect((await rest(conn)).length).toBe(0);
    expect(server.stdout).not.toContain("idle");
  });
});

describe("the proxy", () => {
  // Answers only when it has read to the end: so the client's end must pass, and the way back must stay open.
  async function hashing(): Promise<{ address: string } & AsyncDisposable> {
    const listener = await listen("tcp", LOCAL);
    const serving = (async () => {
      const handlers: Promise<void>[] = [];
      for await (const conn of listener) handlers.push(answer(conn));
      await Promise.all(handlers);
    })();
    const end = async () => {
      listener.close();
      await serving;
    };
    return { address: String(listener.addr), [Symbol.asyncDispose]: end };
  }

  const sha = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

  async function answer(conn: TCPConn): Promise<void> {
    using closing = conn;
    await closing.write(sha(await rest(conn)));
  }

  it("loses no byte of 100 connections that close by halves", async () => {
    await using target = await hashing();
    await using proxy = Running.example("proxy", target.address, LOCAL);
    const address = await proxy.address();
    const one = async (i: number) => {
      using conn = await dial("tcp", address);
      const body = randomBytes(50_000 + 1000 * i);
      await conn.write(body);
      conn.closeWrite();
      expect((await rest(conn)).toString()).toBe(sha(body));
    };
    await Promise.all(Array.from({ length: 100 }, (_, i) => one(i)));
  });

  it.skipIf(noNc !== null)("stands between nc and the echo server", async () => {
    await using server = Running.example("echo/server", LOCAL);
    await using proxy = Running.example("proxy", await server.address(), LOCAL);
    const result = await converse("nc", ["-N", ...hostAndPort(await proxy.address())], "through\n");
    expect(result.stdout).toBe("through\n");
  });

  it("hangs up when there is no target, and goes on", async () => {
    const gone = await listen("tcp", LOCAL);
    const target = String(gone.addr);
    gone.close();
    await using proxy = Running.example("proxy", target, LOCAL);
    const address = await proxy.address();
    for (let i = 0; i < 2; i++) {
      using conn = await dial("tcp", address);
      expect((await rest(conn)).length).toBe(0);
    }
  });
});

// A queue for one connection, which nobody accepts: the next gets no answer at all.
const FULL = `
import socket, sys
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen(0)
print("listening on 127.0.0.1:%d" % s.getsockname()[1], flush=True)
sys.stdin.read()
`;

describe("the dialer", () => {
  it("comes from the source, and sets its option before the connection is made", async () => {
    using listener = await listen("tcp", LOCAL);
    const address = String(listener.addr);
    const [result, conn] = await Promise.all([runExample("dialer", address, "127.0.0.5"), listener.accept()]);
    using accepted = conn;
    expect(String(accepted.remoteAddr!.ip)).toBe("127.0.0.5");
    const lines = result.stdout.split("\n");
    expect(lines[0]).toBe(`trying tcp4 ${address}`);
    expect(lines[1]).toBe(`${String(accepted.remoteAddr)} -> ${address}`);
    // Timestamps take 12 of the 1000.
    expect(["largest segment 988", "largest segment 1000"]).toContain(lines[2]);
    expect(result.status).toBe(0);
  });

  it("gives up in time", async () => {
    await using server = new Running("python3", ["-c", FULL]);
    const address = await server.address();
    using first = await dial("tcp", address);
    const { status, stdout } = await runExample("dialer", address, "127.0.0.5", "1000");
    expect(String(first.remoteAddr)).toBe(address);
    expect(stdout).toBe(`trying tcp4 ${address}\nOpError: dial tcp 127.0.0.5:0->${address}: i/o timeout\n`);
    expect(status).toBe(1);
  });
});

it.skipIf(noPing !== null)("ping in 40 lines is no longer than that, and has its answers", async () => {
  expect(readFileSync(pathOf("ping-40"), "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(40);
  const result = await runExample("ping-40", "127.0.0.1", "3");
  const lines = result.stdout.trim().split("\n");
  expect(lines).toHaveLength(3);
  for (const [i, line] of lines.entries())
    expect(line).toMatch(new RegExp(`^24 bytes from 127\\.0\\.0\\.1: seq=${i + 1} time=\\d+\\.\\d{3} ms$`));
});
