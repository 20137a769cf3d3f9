// What the environment says of look-ups, which is read once: GODEBUG, and what only the system's resolver follows.

import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { tempDir } from "../support/temp-dir.js";

const program = fileURLToPath(new URL("environment.mjs", import.meta.url));
const texts = {
  hosts: "127.0.0.7 localhost\n",
  nsswitch: "hosts: files dns\n",
  resolvConf: "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n",
};

it.each([
  [{}, "ours 1"],
  [{ GODEBUG: "netdns=cgo" }, "the system's 1"],
  [{ GODEBUG: "gctrace=0,netdns=cgo+1" }, "the system's 1"],
  [{ GODEBUG: "xnetdns=cgo" }, "ours 1"],
  [{ LOCALDOMAIN: "" }, "the system's 1"],
  [{ RES_OPTIONS: "" }, "ours 1"],
  [{ RES_OPTIONS: "ndots:2" }, "the system's 1"],
  [{ HOSTALIASES: "/dev/null" }, "the system's 1"],
  [{ LOCALDOMAIN: "", GODEBUG: "netdns=go" }, "ours 1"],
  [{ GODEBUG: "netdns=go,netedns0=0" }, "ours 0"],
  [{ GODEBUG: "netedns0=1" }, "ours 1"],
])("%j: the resolver is %s", async (env, said) => {
  using dir = tempDir();
  const files = Object.entries(texts).map(([name, text]) => {
    writeFileSync(join(dir.path, name), text);
    return join(dir.path, name);
  });
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...files], { env });
  expect(stdout.trim()).toBe(said);
});
