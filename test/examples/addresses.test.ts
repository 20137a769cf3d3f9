// Interfaces, prefixes and names: against ip(8), Python's ipaddress and dig(1); and out of one interface, between two hosts.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { interfaces } from "rawconn";
import { noServers, type RealServers, realServers, ZONE } from "../dns/real-servers.js";
import { execute, link, Namespace, noNamespaces } from "../support/lab.js";
import { hostAndPort, missing, pathOf, runExample, Running } from "./example.js";

const noIp = missing("ip");
const noDig = missing("dig");

it.skipIf(noIp !== null)("the interfaces are those of ip(8)", async () => {
  const { status, stdout } = await runExample("interfaces");
  expect(status).toBe(0);
  const { stdout: links } = await execute("ip", ["-o", "link"]);
  const names = (text: string, line: RegExp) => [...text.matchAll(line)].map(([, name]) => name).sort();
  expect(names(stdout, /^\d+: (\S+) mtu \d+ \S+/gm)).toEqual(names(links, /^\d+: ([^\s:@]+)/gm));
  const { stdout: addrs } = await execute("ip", ["-o", "addr"]);
  expect(names(stdout, /^ {4}(\S+)$/gm)).toEqual(names(addrs, / inet6? (\S+) /g));
  expect(interfaces().length).toBeGreaterThan(0);
});

it.each(["192.0.2.77/26", "192.0.2.1/32", "2001:db8::77/61", "::/0"])(
  "%s is the network that Python takes it for",
  async (prefix) => {
    const script = `
import ipaddress
n = ipaddress.ip_network("${prefix}", strict=False)
print("network  ", n)
print("first    ", n[0])
print("last     ", n[-1])
print("addresses", n.num_addresses)
`;
    const [ours, python] = await Promise.all([
      runExample("cidr", prefix),
      execute("python3", ["-c", script]),
    ]);
    expect(ours).toMatchObject({ status: 0, stdout: python.stdout });
  },
);

it("an address belongs to the longest prefix", async () => {
  const prefixes = ["10.0.0.0/8", "10.1.0.0/16", "2001:db8::/32"];
  const found = (address: string) => runExample("cidr", address, ...prefixes);
  const results = await Promise.all(["10.1.2.3", "10.2.2.3", "2001:db8::1", "192.0.2.1"].map(found));
  expect(results.map(({ stdout }) => stdout.trim())).toEqual([
    "10.1.0.0/16",
    "10.0.0.0/8",
    "2001:db8::/32",
    "none",
  ]);
  expect(await runExample("cidr", "10.0.0.0/33")).toMatchObject({ status: 1 });
});

describe.skipIf(noServers !== null || noDig !== null)("the resolver", () => {
  let servers: RealServers;
  beforeAll(async () => {
    servers = await realServers();
  });
  afterAll(() => servers?.[Symbol.asyncDispose]());

  it("has from its server what dig has", async () => {
    const name = `alias.${ZONE}`;
    const [host, port] = hostAndPort(servers.unbound);
    const dig = async (type: string) => {
      const args = ["-r", `@${host}`, "-p", port, "+short", "+tries=1", name, type];
      return (await execute("dig", args)).stdout.split("\n").filter((line) => /^[\da-f.:]+$/.test(line));
    };
    const expected = [...(await dig("A")), ...(await dig("AAAA"))].sort();
    expect(expected).toHaveLength(3);
    const { status, stdout, stderr } = await runExample("resolver", servers.unbound, name);
    expect(stdout.trim().split("\n")).toEqual(expected);
    expect(stderr).toContain(`asking ${servers.unbound} by udp\n`);
    expect(status).toBe(0);
  });

  it("hears that a name does not exist", async () => {
    const { status, stdout } = await runExample("resolver", servers.unbound, `nosuch.${ZONE}`);
    expect(stdout).toMatch(/^DNSError: .*no such host\n$/);
    expect(status).toBe(1);
  });
});

describe.skipIf(noNamespaces !== null)("a socket bound to an interface", () => {
  let [near, far]: Namespace[] = [];
  beforeAll(() => {
    [near, far] = [new Namespace(), new Namespace()];
    link(near, "n0", ["10.9.1.1/24"], far, "f0", ["10.9.1.2/24"]);
  });
  afterAll(() => {
    near?.remove();
    far?.remove();
  });

  it("connects through that one, and not through another", async () => {
    const inside = (space: Namespace, ...args: string[]): [string, string[]] => [
      "ip",
      ["netns", "exec", space.name, process.execPath, ...args],
    ];
    await using server = new Running(...inside(far, pathOf("echo/server"), "10.9.1.2:0"));
    const address = await server.address();
    const dial = (device: string) => execute(...inside(near, pathOf("bind-to-device"), device, address));
    const through = await dial("n0");
    expect(through.stdout).toMatch(new RegExp(`^10\\.9\\.1\\.1:\\d+ -> ${address}\n$`));
    expect(through.status).toBe(0);
    const none = await dial("nosuch0");
    expect(none.stdout).toMatch(/setsockopt: no such device\n$/);
    expect(none.status).toBe(1);
    const wrong = await dial("lo");
    expect(wrong.stdout).toMatch(/^OpError: dial tcp /);
    expect(wrong.status).toBe(1);
  });
});
