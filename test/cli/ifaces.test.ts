import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { type Interface, interfaces } from "rawconn";
import { execute, Namespace, noNamespaces } from "../support/lab.js";
import { main, rawconn, Running } from "./cli.js";

const all = interfaces();
const loopback = all.find(({ flags }) => flags.toString().includes("loopback"))!;

/** What the program tells of an interface, in JSON. */
const facts = (ifi: Interface) => ({
  index: ifi.index,
  name: ifi.name,
  mtu: ifi.mtu,
  flags: ifi.flags.toString(),
  hardwareAddr: ifi.hardwareAddr?.toString() ?? null,
  addrs: ifi.addrs().map(String),
});

/** The same in lines. */
const block = (ifi: Interface) => [
  `${ifi.name}: index ${ifi.index} mtu ${ifi.mtu} flags ${ifi.flags}`,
  ...(ifi.hardwareAddr === null ? [] : [`  mac ${ifi.hardwareAddr}`]),
  ...ifi.addrs().map((addr) => `  addr ${addr}`),
];

const lines = (...parts: string[][]) => `${parts.flat().join("\n")}\n`;
const good = { status: 0, signal: null, stderr: "" };

describe("rawconn ifaces", () => {
  it("prints a block for each interface", async () => {
    const stdout = lines(...all.map(block));
    expect(await rawconn("ifaces")).toEqual({ ...good, stdout });
  });

  it("prints those that are named, in that order", async () => {
    const { name } = loopback;
    const stdout = lines(block(loopback), block(loopback));
    expect(await rawconn("ifaces", name, name)).toEqual({ ...good, stdout });
    expect(stdout).toMatch(/^\w+: index \d+ mtu \d+ flags up\|loopback.*\n {2}addr 127\.0\.0\.1\/8\n/);
  });

  it.each(["-j", "--json"])("prints the same as JSON with %s", async (flag) => {
    const { stdout, ...rest } = await rawconn("ifaces", flag);
    expect(rest).toEqual(good);
    expect(JSON.parse(stdout)).toEqual(all.map(facts));
  });

  // Which groups there are may change while other programs run, so here is only asked for their place.
  it.skipIf(process.platform === "darwin")("prints groups at the end of a block with -m", async () => {
    const { stdout } = await rawconn("ifaces", "-m", loopback.name);
    expect(stdout.replace(/^ {2}group .*\n/gm, "")).toBe(lines(block(loopback)));
    expect(stdout).toMatch(/(?:^ {2}group (?:2\d\d\.|ff)[^\n]*\n)+$/m);
    const { stdout: json } = await rawconn("ifaces", "-mj", loopback.name);
    expect(JSON.parse(json)).toEqual([{ ...facts(loopback), multicastAddrs: expect.any(Array) }]);
  });

  it.each(["-h", "--help"])("explains itself with %s, whatever else is asked", async (flag) => {
    const { status, stdout, stderr } = await rawconn("ifaces", flag, "nosuch");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const option of "mjh") expect(stdout).toMatch(new RegExp(`^ {2}-${option}, --\\w+`, "m"));
    expect(stdout).toContain("Exit status: 0");
  });

  it.each<[string[], RegExp]>([
    [["nosuch"], /no interface is named "nosuch"/],
    [[""], /no interface is named ""/],
    [[loopback.name, "nosuch"], /no interface is named "nosuch"/],
    [["x".repeat(10_000)], /no interface is named "x{40}"/],
    [["-Z"], /unknown option -Z; see `rawconn ifaces --help`/],
    [["--json=yes"], /-j takes no value/],
  ])("complains in one line, and prints nothing: %#", async (args, sentence) => {
    const { status, stdout, stderr } = await rawconn("ifaces", ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^rawconn ifaces: [^\n]+\n$/);
    expect(stderr).toMatch(sentence);
  });

  it("ends quietly when nobody reads", async () => {
    const program = new Running("ifaces");
    program.child.stdout!.destroy();
    const [status] = (await once(program.child, "close")) as [number | null];
    expect({ status, stderr: program.stderr }).toEqual({ status: 0, stderr: "" });
  });

  it.skipIf(process.platform !== "linux")("says so when it cannot write", async () => {
    const script = '"$0" "$1" ifaces > /dev/full';
    const { status, stderr } = await execute("sh", ["-c", script, process.execPath, main]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^rawconn ifaces: ENOSPC[^\n]*\n$/);
  });

  it.skipIf(noNamespaces !== null)("shows no name as it is that a terminal takes for a command", async () => {
    const space = new Namespace();
    const name = "\x1b[2J\u009b";
    const run = (...args: string[]) => space.execute(process.execPath, main, ...args);
    try {
      space.ip("link", "add", name, "type", "veth", "peer", "name", "other");
      space.ip("link", "set", name, "up");
      space.ip("link", "set", "other", "up");
      space.ip("addr", "add", "fe80::1/64", "dev", name);
      const told = [
        await run("ifaces", name),
        await run("trace", "-q1", `fe80::1%${name}`),
        await run("trace", "--mtr", "-c1", `fe80::1%${name}`),
        await run("ping", "-c1", "-I", name, `fe80::2%${name}`),
        await run("sweep", "-r0", "-t9", `fe80::1%${name}`, `fe80::2%${name}`),
      ].map(({ stdout, stderr }) => stdout + stderr);
      for (const text of told) {
        expect(text).toContain("?[2J?");
        expect(text).not.toMatch(/(?!\n)\p{Cc}/u);
      }
      const { stdout } = await run("ifaces", "-j", name);
      expect(stdout).not.toMatch(/(?!\n)\p{Cc}/u);
      expect(JSON.parse(stdout)).toMatchObject([{ name }]);
    } finally {
      space.remove();
    }
  });

  it.skipIf(noNamespaces !== null)("tells of the network in which it runs", async () => {
    const space = new Namespace();
    const inside = (...args: string[]) => space.execute(process.execPath, main, "ifaces", ...args);
    const head = "lo: index 1 mtu 65536 flags up|loopback|running\n  addr 127.0.0.1/8\n  addr ::1/128\n";
    try {
      expect((await inside()).stdout).toBe(head);
      for (const flag of ["-m", "--multicast"]) {
        const groups = "  group 224.0.0.1\n  group ff02::1\n  group ff01::1\n";
        expect((await inside(flag)).stdout).toBe(head + groups);
      }
    } finally {
      space.remove();
    }
  });
});
