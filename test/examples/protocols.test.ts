// Protocols over a stream: lines, frames and JSON, each against a program that is not ours.

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { dial } from "rawconn";
import { execute } from "../support/lab.js";
import { converse, hostAndPort, missingNc, pathOf, runExample, Running } from "./example.js";

const noNc = missingNc();
const LOCAL = "127.0.0.1:0";

const sha = (text: string) => createHash("sha256").update(text).digest("hex");

/** What a server says to this, by nc, which closes its half at the end. */
async function ask(server: Running, input: string): Promise<string[]> {
  const { stdout } = await converse("nc", ["-N", ...hostAndPort(await server.address())], input);
  return stdout.split("\n");
}

describe.skipIf(noNc !== null)("the line protocol", () => {
  it("echoes, tells the time and ends", async () => {
    await using server = Running.example("line-protocol/server", LOCAL);
    const [echo, time, unknown, bye, ...more] = await ask(
      server,
      "ECHO  so be it\r\ntime\r\nDANCE\r\nQUIT\r\nECHO more\r\n",
    );
    expect([echo, unknown, bye]).toEqual([" so be it", "? DANCE", "bye"]);
    expect(Math.abs(Date.now() - Date.parse(time))).toBeLessThan(20_000);
    expect(more).toEqual([""]);
  });

  it("refuses a line that does not end, and serves the next client", async () => {
    await using server = Running.example("line-protocol/server", LOCAL);
    expect(await ask(server, "x".repeat(1024))).toEqual(["! a line is too long", ""]);
    expect(await ask(server, "ECHO still\n")).toEqual(["still", ""]);
  });
});

it("the tests over a pipe pass, all four", async () => {
  const { status, stdout } = await execute(process.execPath, [
    "--test",
    "--test-reporter=tap",
    pathOf("line-protocol/session.test"),
  ]);
  expect(stdout).toMatch(/^# pass 4$/m);
  expect(status).toBe(0);
});

describe("the interactive client", () => {
  it("carries what is typed and what is said, and ends when the server does", async () => {
    await using server = Running.example("line-protocol/server", LOCAL);
    await using client = Running.example("interactive-client", await server.address());
    client.write("ECHO one\n");
    await client.says(/^one\n/);
    client.write("ECHO two\nQUIT\n");
    expect(await client.exit()).toBe(0);
    expect(client.stdout).toBe("one\ntwo\nbye\n");
  });

  it("hears the rest after its own end", async () => {
    await using server = Running.example("line-protocol/server", LOCAL);
    const address = await server.address();
    const args = [pathOf("interactive-client"), address];
    const result = await converse(process.execPath, args, "ECHO one\nECHO two\n");
    expect(result).toMatchObject({ status: 0, stdout: "one\ntwo\n" });
  });
});

describe("frames", () => {
  it("are answered in order", async () => {
    await using server = Running.example("frames/server", LOCAL);
    const messages = ["one", "two", "", "x".repeat(1024)];
    const result = await runExample("frames/client", await server.address(), ...messages);
    expect(result.stdout).toBe(messages.map((message) => `${sha(message)}  ${message}\n`).join(""));
    expect(result.status).toBe(0);
  });

  it("are what a program in another language makes by hand", async () => {
    await using server = Running.example("frames/server", LOCAL);
    const [host, port] = hostAndPort(await server.address());
    const script = `
import socket, struct
s = socket.create_connection(("${host}", ${port}))
s.sendall(struct.pack(">I", 5) + b"hel")
s.sendall(b"lo")
print(struct.unpack(">I", s.recv(4, socket.MSG_WAITALL))[0], s.recv(32, socket.MSG_WAITALL).hex())
`;
    expect((await execute("python3", ["-c", script])).stdout).toBe(`32 ${sha("hello")}\n`);
  });

  it("that are too long, or cut, end the connection and nothing else", async () => {
    await using server = Running.example("frames/server", LOCAL);
    const address = await server.address();
    for (const [sent, code] of [
      [[0, 0, 4, 1], "ERR_FRAME_TOO_LONG"],
      [[0, 0, 0, 9, 1], "ERR_UNEXPECTED_EOF"],
    ] as const) {
      using conn = await dial("tcp", address);
      await conn.write(Uint8Array.from(sent));
      conn.closeWrite();
      expect(await conn.read(new Uint8Array(1))).toBe(null);
      await server.says(new RegExp(`${String(conn.localAddr)}: ${code}\n`));
    }
    expect((await runExample("frames/client", address, "on")).stdout).toBe(`${sha("on")}  on\n`);
  });
});

it.skipIf(noNc !== null)("messages in JSON are answered, mistakes too", async () => {
  await using server = Running.example("json/server", LOCAL);
  const lines = await ask(
    server,
    [
      '{"id":1,"method":"sum","params":[1,2,3]}',
      '{"id":2,"method":"upper","params":["öl"]}',
      "{",
      "null",
      '{"id":3,"method":"constructor"}',
      '{"id":4,"method":"sum","params":{}}',
    ].join("\n"),
  );
  expect(lines).toEqual([
    '{"id":1,"result":6}',
    '{"id":2,"result":"ÖL"}',
    '{"id":null,"error":"not JSON"}',
    '{"id":null,"error":"no such method"}',
    '{"id":3,"error":"no such method"}',
    '{"id":4,"error":"params are a list"}',
    "",
  ]);
});
