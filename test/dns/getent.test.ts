// What getent(1) says of names, which is what the C library does, and what both our resolvers say: in a network of its
// own, with files and a server of its own.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Namespace, noNamespaces } from "../support/lab.js";
import { isInstalled, Program } from "../support/program.js";
import { type TempDir, tempDir } from "../support/temp-dir.js";
import { OWN_ZONE } from "./real-servers.js";
import { zoneFile } from "./zone.js";

const missing = ["unbound", "getent"].filter((program) => !isInstalled(program));
const reason = noNamespaces ?? (missing.length > 0 ? `not installed: ${missing.join(", ")}` : null);
if (reason !== null) console.log(`the C library is not asked: ${reason}`);

const ZONE = OWN_ZONE.slice(0, -1);

const files = {
  "nsswitch.conf": "hosts: files dns\n",
  "resolv.conf": `nameserver 127.0.0.1\nsearch ${ZONE}\n`,
  hosts: `127.0.0.1 localhost
192.0.2.31 both.test first.test
2001:db8::31 both.test
192.0.2.32 Mixed.Test  second.test # a remark
192.0.2.33 four.test
192.0.2.34 four.test
2001:db8::35 six.test
192.0.2.36 www.${ZONE}
`,
};

const unboundConf = (dir: string) => `
server:
  interface: 127.0.0.1@53
  do-daemonize: no
  use-syslog: no
  username: ""
  chroot: ""
  directory: "${dir}"
  pidfile: "${dir}/unbound.pid"
  module-config: "iterator"
  rrset-roundrobin: no
  local-zone: "." refuse
  local-zone: "${OWN_ZONE}" transparent
remote-control:
  control-enable: no
auth-zone:
  name: "${OWN_ZONE}"
  zonefile: "${dir}/own.zone"
  for-downstream: yes
  for-upstream: yes
`;

// In the files, in DNS, by a suffix of the search list, and nowhere.
const names = [
  "localhost",
  "both.test",
  "BOTH.test",
  "first.test",
  "mixed.test",
  "second.test",
  "four.test",
  "six.test",
  `www.${ZONE}`,
  `alias.${ZONE}`,
  `only4.${ZONE}`,
  `only6.${ZONE}`,
  `x.wild.${ZONE}`,
  "only4",
  "alias",
  "nosuch",
  `nosuch.${ZONE}`,
];

const root = fileURLToPath(new URL("../..", import.meta.url));
const script = `
  const { Resolver } = await import("rawconn");
  const resolver = new Resolver({ preferGo: process.env.PREFER_GO === "1" });
  const found = {};
  for (const name of process.argv.slice(1)) found[name] = await resolver.lookupHost(name).catch(() => []);
  console.log(JSON.stringify(found));
`;

describe.skipIf(reason !== null)("getent", () => {
  let space: Namespace;
  let dir: TempDir;
  let unbound: Program;
  // What ip-netns(8) puts in the place of the system's files.
  let etc: string;

  const getent = async (...args: string[]) => {
    const { stdout } = await space.execute("getent", ...args);
    const addrs = stdout.split("\n").flatMap((line) => (line === "" ? [] : [line.replace(/\s.*/, "")]));
    return [...new Set(addrs)];
  };

  beforeAll(async () => {
    dir = tempDir();
    space = new Namespace();
    // The C library looks for addresses of a family only where the host has one beside loopback's.
    space.ip("address", "add", "203.0.113.1/24", "dev", "lo");
    space.ip("address", "add", "2001:db8:ffff::1/64", "dev", "lo");
    space.ip("route", "add", "default", "dev", "lo");
    space.ip("-6", "route", "add", "default", "dev", "lo");
    etc = join("/etc/netns", space.name);
    mkdirSync(etc, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(etc, name), text);
    writeFileSync(join(dir.path, "unbound.conf"), unboundConf(dir.path));
    writeFileSync(join(dir.path, "own.zone"), zoneFile(OWN_ZONE));
    const command = ["unbound", "-d", "-c", join(dir.path, "unbound.conf")];
    unbound = new Program("ip", ["netns", "exec", space.name, ...command]);
    await unbound.until(async () => (await getent("ahosts", `only4.${ZONE}`)).length > 0);
  });
  afterAll(async () => {
    await unbound?.[Symbol.asyncDispose]();
    if (etc !== undefined) rmSync(etc, { recursive: true });
    space?.remove();
    dir?.[Symbol.dispose]();
  });

  const ours = async (...env: string[]): Promise<Record<string, string[]>> => {
    const node = [process.execPath, "--input-type=module", "-e", script, "--", ...names];
    const { stdout, stderr } = await space.execute("env", "-C", root, ...env, ...node);
    expect(stderr).toBe("");
    return JSON.parse(stdout) as Record<string, string[]>;
  };
  const theirs = async () => {
    const all = await Promise.all(names.map(async (name) => [name, await getent("ahosts", name)] as const));
    return Object.fromEntries(all) as Record<string, string[]>;
  };

  it("says what the system's resolver says here", async () => {
    expect(await ours("GODEBUG=netdns=cgo")).toEqual(await theirs());
  });

  it("says what our own client says, in the same order", async () => {
    const [own, known] = [await ours("PREFER_GO=1"), await theirs()];
    expect(known["both.test"]).toEqual(["2001:db8::31", "192.0.2.31"]);
    expect(known["only4"]).toEqual(["192.0.2.4"]);
    expect(known["nosuch"]).toEqual([]);
    expect(own).toEqual(known);
  });
});
