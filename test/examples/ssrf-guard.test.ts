// The guard of the example: it sees what a name came to, and nothing is sent to what it refuses.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { listen } from "rawconn";
import { refusePrivate } from "../../examples/ssrf-guard.mjs";
import { outcomeAfter } from "../support/outcome.js";

const example = fileURLToPath(new URL("../../examples/ssrf-guard.mjs", import.meta.url));

function run(address: string): Promise<{ code: number; stdout: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [example, address], (error, stdout) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout }),
    );
  });
}

it.each([
  "127.0.0.1",
  "localhost",
  "[::ffff:127.0.0.1]",
  "[::1]",
  "10.0.0.1",
  "169.254.169.254",
  "[fe80::1%lo]",
])("the guarded dialer does not connect to %s", async (host) => {
  using listener = await listen("tcp", "127.0.0.1:0");
  const accepting = listener.accept();
  const { code, stdout } = await run(`${host}:${listener.addr!.port}`);
  expect(stdout).toMatch(/^OpError: dial tcp .*is not a public address\n$/);
  expect(code).toBe(1);
  expect(await outcomeAfter(20, accepting)).toBe("pending");
  listener.close();
  await accepting.catch(() => {});
});

it.each([
  "10.0.0.1:80",
  "172.16.0.1:80",
  "169.254.169.254:80",
  "0.0.0.0:80",
  "[fe80::1%lo]:80",
  "[fd00::1]:80",
])("and would not connect to %s, nor to a name", (address) => {
  expect(() => refusePrivate("tcp", address)).toThrow("not a public address");
  expect(() => refusePrivate("tcp", "name:80")).toThrow("not a public address");
});

it("public addresses pass", () => {
  for (const address of ["192.0.2.1:80", "[2001:db8::1]:443"]) refusePrivate("tcp", address);
});
