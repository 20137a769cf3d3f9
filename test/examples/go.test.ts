// The examples and Go, at either end of echoes, frames and packets.

import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Compiled, noGo } from "../peer/peer.js";
import { execute } from "../support/lab.js";
import { runExample, Running } from "./example.js";

const LOCAL = "127.0.0.1:0";
const MESSAGES = ["one", "zwölf", "", "x".repeat(1000)];

const digests = MESSAGES.map(
  (message) => `${createHash("sha256").update(message).digest("hex")}  ${message}\n`,
);

describe.skipIf(noGo !== null)("Go", () => {
  let go: Compiled;
  beforeAll(() => {
    go = new Compiled("../examples/counterpart.go");
  });
  afterAll(() => go?.[Symbol.dispose]());

  const serve = (protocol: string) => new Running(go.program, ["serve", protocol, LOCAL]);
  const ask = (protocol: string, address: string, messages: readonly string[]) =>
    execute(go.program, ["ask", protocol, address, ...messages]);

  it("is given back what it sends to the echo server, and hears the end of it", async () => {
    await using server = Running.example("echo/server", LOCAL);
    const stdout = MESSAGES.map((message) => `${message}\n`).join("");
    expect(await ask("echo", await server.address(), MESSAGES)).toMatchObject({ status: 0, stdout });
  });

  it("gives the echo client back what it sent", async () => {
    await using server = serve("echo");
    const result = await runExample("echo/client", await server.address(), "grüß dich");
    expect(result).toMatchObject({ status: 0, stdout: "grüß dich\n" });
    server.end();
    expect(await server.exit()).toBe(0);
  });

  it("has its frames answered", async () => {
    await using server = Running.example("frames/server", LOCAL);
    const result = await ask("frames", await server.address(), MESSAGES);
    expect(result).toMatchObject({ status: 0, stdout: digests.join("") });
  });

  it("hears that a frame is too long by the end of the connection, and the server goes on", async () => {
    await using server = Running.example("frames/server", LOCAL);
    const address = await server.address();
    expect(await ask("frames", address, ["x".repeat(1025)])).toMatchObject({ status: 1, stdout: "" });
    await server.says(/: ERR_FRAME_TOO_LONG\n/);
    expect((await ask("frames", address, MESSAGES)).stdout).toBe(digests.join(""));
  });

  it("answers the frames of the client", async () => {
    await using server = serve("frames");
    const result = await runExample("frames/client", await server.address(), ...MESSAGES);
    expect(result).toMatchObject({ status: 0, stdout: digests.join("") });
    server.end();
    expect(await server.exit()).toBe(0);
    // It understood all of them.
    expect(server.stdout).toMatch(/^listening on \S+\n$/);
  });

  it("has its packets sent back", async () => {
    await using server = Running.example("udp-echo/server", LOCAL);
    const result = await ask("packets", await server.address(), MESSAGES);
    expect(result).toMatchObject({ status: 0, stdout: MESSAGES.map((m) => `${m}\n`).join("") });
  });

  it("sends the client of requests its packets back", async () => {
    await using server = serve("packets");
    const { status, stdout } = await runExample("udp-echo/client", await server.address(), "8");
    const lines = stdout.trim().split("\n").sort();
    expect(lines).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((i) => `request ${i} -> hello of request ${i}`));
    expect(status).toBe(0);
    server.end();
    expect(await server.exit()).toBe(0);
  });
});
