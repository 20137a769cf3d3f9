// Servers of many: threads on one port, a limit, ten thousand connections, and a restart that nobody notices.

import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { dial, type TCPConn } from "rawconn";
import { Scanner } from "rawconn/io";
import { rejection } from "../support/outcome.js";
import { runExample, Running } from "./example.js";

const LOCAL = "127.0.0.1:0";

/** One message there and back. */
async function exchange(conn: TCPConn, message: string): Promise<string> {
  await conn.write(message);
  const p = new Uint8Array(4096);
  const n = await conn.read(p);
  return n === null ? "end" : Buffer.from(p.subarray(0, n)).toString();
}

it("threads that share a port all have their share", async () => {
  await using server = Running.example("reuseport", LOCAL, "3");
  const address = await server.address();
  const greetings = await Promise.all(
    Array.from({ length: 60 }, async () => {
      using conn = await dial("tcp", address);
      const { value } = await new Scanner(conn)[Symbol.asyncIterator]().next();
      return value as string;
    }),
  );
  // The kernel deals by a hash of the addresses: 60 of them miss one of three once in ten thousand million runs.
  expect(new Set(greetings)).toEqual(new Set(["thread 1", "thread 2", "thread 3"]));
});

it("a limited server lets the next one in when one has gone", async () => {
  await using server = Running.example("limited-server", LOCAL, "2");
  const address = await server.address();
  using first = await dial("tcp", address);
  using second = await dial("tcp", address);
  expect(await exchange(first, "1")).toBe("1");
  expect(await exchange(second, "2")).toBe("2");
  using third = await dial("tcp", address);
  third.setReadDeadline(Date.now() + 100);
  expect(await rejection(exchange(third, "3"))).toMatchObject({ code: "ERR_DEADLINE" });
  third.setReadDeadline(null);
  first.close();
  const p = new Uint8Array(1);
  expect(await third.read(p)).toBe(1);
  expect(p[0]).toBe(0x33);
});

it("a pool asks many questions over few connections", async () => {
  await using server = Running.example("line-protocol/server", LOCAL);
  const address = await server.address();
  const asked = await runExample("pool", address, "50", "3");
  expect(asked).toMatchObject({ status: 0, stdout: "50 of 50 answered over 3 connections, 3 idle\n" });
  server.kill("SIGKILL");
  await server.exit();
  const refused = await runExample("pool", address, "5", "2");
  expect(refused).toMatchObject({ status: 1, stdout: expect.stringContaining("connection refused") });
});

const COUNT = 10_000;
const descriptors = Number(execFileSync("sh", ["-c", "ulimit -Hn"], { encoding: "utf8" })) || Infinity;
const tooFew = descriptors < COUNT + 200;
if (tooFew) console.log(`ten thousand connections are not tried: ${descriptors} descriptors are allowed`);

it.skipIf(tooFew)(
  "ten thousand connections are open at a time, and all are answered",
  { timeout: 60_000 },
  async () => {
    await using server = Running.example("ten-thousand/server", LOCAL, String(COUNT));
    await using client = Running.example("ten-thousand/client", await server.address(), String(COUNT));
    expect(Number(await server.says(/10000 open, (\S+) KB each\n/))).toBeLessThan(20);
    expect(await client.exit()).toBe(0);
    expect(client.stdout).toBe("10000 connected\n10000 answered\n");
    await server.says(/\n0 open\n/);
  },
);

describe("a restart", () => {
  it("turns nobody away, and cuts nobody off", async () => {
    await using server = Running.example("restart", LOCAL);
    const address = await server.address();
    const old = String(server.pid);
    using faithful = await dial("tcp", address);
    expect(await exchange(faithful, "before")).toBe(`${old}: before`);

    let successor: string | null = null;
    // Comes, asks and goes, until the old one lets in nobody any more; who is turned away fails the test.
    const visit = async () => {
      for (let after = 0; after < 20;) {
        const isOver = server.stdout.includes(`${old} lets in nobody new\n`);
        using conn = await dial("tcp", address);
        const [pid, said] = (await exchange(conn, "hello")).split(": ");
        expect(said).toBe("hello");
        if (pid !== old) successor = pid!;
        if (!isOver) continue;
        expect(pid).toBe(successor);
        after++;
      }
    };
    try {
      const visitors = Promise.all([visit(), visit(), visit()]);
      server.kill("SIGHUP");
      successor = await server.says(new RegExp(`(?<!\\d)(?!${old} )(\\d+) listening on ${address}\n`));
      await visitors;
      expect(await exchange(faithful, "after")).toBe(`${old}: after`);
      faithful.close();
      await server.left();
    } finally {
      if (successor !== null) process.kill(Number(successor), "SIGTERM");
    }
    expect(await server.exit()).toBe(0);
  });
});
