// Interfaces of all kinds in a network namespace, held against what ip(8) tells of them.

import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixture } from "./ping/lab.js";
import { asNobody, Namespace, noNamespaces } from "./support/lab.js";

/** What the child prints. */
interface Seen {
  interfaces: {
    index: number;
    name: string;
    mtu: number;
    flags: string;
    hardwareAddr: string | null;
    addrs: string[];
    groups: string[];
  }[];
  addrs: string[];
}

/** What `ip -j addr` prints, as far as it is needed. */
interface Told {
  ifindex: number;
  ifname: string;
  mtu: number;
  flags: string[];
  address?: string;
  addr_info: { family: string; local: string; prefixlen: number }[];
}

/** Go's names for the flags that ip(8) shows. Instead of "running" that one shows when it is missing. */
function flagsOf({ flags }: Told): string {
  const found = [
    ["UP", "up"],
    ["BROADCAST", "broadcast"],
    ["LOOPBACK", "loopback"],
    ["POINTOPOINT", "pointtopoint"],
    ["MULTICAST", "multicast"],
  ].flatMap(([theirs, ours]) => (flags.includes(theirs) ? [ours] : []));
  if (flags.includes("UP") && !flags.includes("NO-CARRIER")) found.push("running");
  return found.join("|") || "0";
}

/** Their order is no matter of ours. */
const sorted = (seen: Seen["interfaces"]) => seen.map((ifi) => ({ ...ifi, groups: ifi.groups.sort() }));

/** Asks ip(8) inside the namespace. */
const ask = <T>(space: Namespace, ...args: string[]): T =>
  JSON.parse(execFileSync("ip", ["-n", space.name, "-j", ...args], { encoding: "utf8" })) as T;

/** What ip(8) tells, in our terms. */
function expected(space: Namespace): Seen["interfaces"] {
  type Groups = { ifname: string; maddr: { family?: string; address?: string }[] };
  const groups = new Map(ask<Groups[]>(space, "maddr").map(({ ifname, maddr }) => [ifname, maddr]));
  return ask<Told[]>(space, "addr").map((told) => ({
    index: told.ifindex,
    name: told.ifname,
    mtu: told.mtu,
    flags: flagsOf(told),
    hardwareAddr: told.address === undefined || /^[0:]+$/.test(told.address) ? null : told.address,
    addrs: told.addr_info.map(({ local, prefixlen }) => `${local}/${prefixlen}`),
    groups: (groups.get(told.ifname) ?? [])
      .flatMap(({ family, address }) => (family ? [address!] : []))
      .sort(),
  }));
}

/** What a process inside sees. */
async function see(space: Namespace, before: readonly string[] = [], groups: string[] = []): Promise<Seen> {
  const child = [process.execPath, fixture("../interface-child.mjs"), ...groups];
  const { status, stdout, stderr } = await space.execute(...before, ...child);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return JSON.parse(stdout) as Seen;
}

/** Runs a part of a test with a namespace of its own. */
async function within<T>(body: (space: Namespace) => Promise<T>): Promise<T> {
  const space = new Namespace();
  try {
    return await body(space);
  } finally {
    space.remove();
  }
}

describe.skipIf(noNamespaces !== null)("interfaces of a namespace", () => {
  let space: Namespace;

  beforeAll(() => {
    space = new Namespace();
    const ip = (text: string) => space.ip(...text.split(" "));
    // Both ends are up; one end is up and its peer is not; and nothing is up.
    for (const pair of ["both", "half", "down"])
      ip(`link add ${pair}0 mtu 1300 address 02:00:00:00:00:0a type veth peer name ${pair}1`);
    for (const name of ["both0", "both1", "half0"]) ip(`link set ${name} up`);
    settle(space, "both0");
    ip("addr add 10.9.1.1/24 dev both0");
    ip("addr add 10.9.1.2/25 brd + label both0:x dev both0");
    ip("addr add fd09:1::1/64 nodad dev both0");
    ip("addr add 10.9.2.1 peer 10.9.2.2/32 dev half0");
    ip("addr add fd09:2::1 peer fd09:2::2/128 nodad dev half0");
    ip("addr add 10.9.3.1/8 dev down1");
    ip("link set down1 multicast off");
    ip("link set down0 arp off mtu 65000");
    ip("link add name a-name-of-15-ch type ifb");
  });
  afterAll(() => space?.remove());

  it("are as ip(8) tells", async () => {
    const seen = await see(space);
    expect(sorted(seen.interfaces)).toEqual(expected(space));
    expect(seen.addrs.sort()).toEqual(seen.interfaces.flatMap(({ addrs }) => addrs).sort());
  });

  it("are what they were made to be", async () => {
    const { interfaces } = await see(space);
    const named = (name: string) => interfaces.find((ifi) => ifi.name === name);
    expect(named("both0")).toMatchObject({
      mtu: 1300,
      flags: "up|broadcast|multicast|running",
      hardwareAddr: "02:00:00:00:00:0a",
      addrs: expect.arrayContaining(["10.9.1.1/24", "10.9.1.2/25", "fd09:1::1/64"]),
    });
    expect(named("half0")).toMatchObject({
      flags: "up|broadcast|multicast",
      addrs: ["10.9.2.1/32", "fd09:2::1/128"],
    });
    expect(named("down1")).toMatchObject({ flags: "broadcast", addrs: ["10.9.3.1/8"] });
    expect(named("down0")).toMatchObject({ mtu: 65_000, flags: "broadcast|multicast" });
    expect(named("a-name-of-15-ch")).toMatchObject({ hardwareAddr: expect.any(String) });
    expect(named("lo")).toMatchObject({ index: 1, hardwareAddr: null, flags: "up|loopback|running" });
  });

  it("are the same for a user without any rights", async () => {
    const [root, nobody] = [await see(space), await see(space, asNobody)];
    expect(nobody).toEqual(root);
  });

  it("have the groups that are joined at the moment, and no others", async () => {
    const groupsOf = ({ interfaces }: Seen) =>
      Object.fromEntries(interfaces.map(({ name, groups }) => [name, groups]));
    const before = groupsOf(await see(space));
    const joined = ["239.1.2.3@both0", "ff05::1:3@both0", "239.7.8.9@half0"];
    const during = groupsOf(await see(space, [], joined));
    for (const name of Object.keys(before)) {
      const more = joined.filter((text) => text.endsWith(`@${name}`)).map((text) => text.split("@")[0]);
      expect(during[name].sort()).toEqual([...before[name], ...more].sort());
    }
    expect(before["both0"]).toEqual(expect.arrayContaining(["224.0.0.1", "ff02::1"]));
  });

  it("with one peer say so", async () => {
    const tunnel = () => space.ip("tuntap", "add", "dev", "tun0", "mode", "tun");
    const refused = attempt(tunnel);
    if (refused !== null) return console.log(`no tunnels here, so none is looked at: ${refused}`);
    const seen = await see(space);
    const tun = seen.interfaces.find(({ name }) => name === "tun0");
    expect(tun).toMatchObject({ flags: "pointtopoint|multicast", hardwareAddr: null });
    expect(sorted(seen.interfaces)).toEqual(expected(space));
  });
});

/** Waits until the kernel has noticed that both ends of a link are up, which it does after it has said yes. */
function settle(space: Namespace, name: string): void {
  for (let i = 0; i < 1000; i++) {
    const [link] = ask<{ operstate: string }[]>(space, "link", "show", name);
    if (link?.operstate === "UP") return;
  }
  throw new Error(`${name} never came up`);
}

/** The last line of what a call complains of; null when it does not. */
function attempt(call: () => void): string | null {
  try {
    call();
    return null;
  } catch (error) {
    return (error as Error).message.trim().split("\n").at(-1)!;
  }
}

describe.skipIf(noNamespaces !== null)("a namespace", () => {
  it("may have 200 interfaces, which the kernel tells in several parts", async () => {
    await within(async (space) => {
      const pairs = Array.from({ length: 100 }, (_, i) => [`v${i}`, `w${i}`] as const);
      batch(
        space,
        pairs.map(([v, w]) => `link add ${v} type veth peer name ${w}`),
      );
      batch(
        space,
        pairs.map(([v], i) => `addr add 10.9.${i}.1/24 dev ${v}`),
      );
      const { interfaces, addrs } = await see(space);
      expect(interfaces).toHaveLength(201);
      expect(sorted(interfaces)).toEqual(expected(space));
      expect(addrs.filter((addr) => addr.startsWith("10.9."))).toHaveLength(100);
    });
  });

  it("may have nothing but a loopback, and no IPv6", async () => {
    await within(async (space) => {
      space.sysctl("net.ipv6.conf.all.disable_ipv6=1");
      const { interfaces, addrs } = await see(space);
      expect(interfaces.map(({ name, addrs: own }) => [name, own])).toEqual([["lo", ["127.0.0.1/8"]]]);
      expect(addrs).toEqual(["127.0.0.1/8"]);
    });
  });
});

/** Many commands of `ip` at once. */
function batch(space: Namespace, commands: string[]): void {
  execFileSync("ip", ["-n", space.name, "-batch", "-"], { input: commands.join("\n"), stdio: "pipe" });
}
