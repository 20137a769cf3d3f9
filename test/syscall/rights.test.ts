// What needs a right, or a network of one's own: options whose effect is seen in network namespaces.

import { realpathSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setOptionError } from "#lib/internal/socket/option-error.js";
import * as syscall from "rawconn/syscall";
import { fixture } from "../ping/lab.js";
import { asNobody, Namespace, noNamespaces } from "../support/lab.js";

const linux = process.platform === "linux";

/** Every option that wants a right, and which. The program beside this file sets each of them. */
const rights: Record<string, "cap_net_admin" | "cap_net_raw"> = {
  SO_BINDTODEVICE: "cap_net_raw",
  SO_BINDTOIFINDEX: "cap_net_raw",
  SO_BUSY_POLL: "cap_net_admin",
  SO_BUSY_POLL_BUDGET: "cap_net_admin",
  SO_DEBUG: "cap_net_admin",
  SO_MARK: "cap_net_admin",
  SO_PREFER_BUSY_POLL: "cap_net_admin",
  SO_PRIORITY: "cap_net_admin",
  SO_RCVBUFFORCE: "cap_net_admin",
  SO_RCVMARK: "cap_net_raw",
  SO_SNDBUFFORCE: "cap_net_admin",
  SO_TXTIME: "cap_net_admin",
  TCP_REPAIR: "cap_net_admin",
  IP_IPSEC_POLICY: "cap_net_admin",
  IP_TRANSPARENT: "cap_net_raw",
  IP_XFRM_POLICY: "cap_net_admin",
  IPV6_DSTOPTS: "cap_net_raw",
  IPV6_HOPOPTS: "cap_net_raw",
  IPV6_IPSEC_POLICY: "cap_net_admin",
  IPV6_RTHDRDSTOPTS: "cap_net_raw",
  IPV6_TRANSPARENT: "cap_net_raw",
  IPV6_XFRM_POLICY: "cap_net_admin",
};

/** Refused by every kernel; the others by those that have the option, or are old enough to ask. */
const everywhere = [
  "SO_BINDTODEVICE",
  "SO_DEBUG",
  "SO_MARK",
  "SO_PRIORITY",
  "SO_RCVBUFFORCE",
  "SO_SNDBUFFORCE",
].concat("TCP_REPAIR", "IP_TRANSPARENT", "IPV6_TRANSPARENT");

/** With these rights and no others. */
const as = (capability: string) => [
  ...asNobody,
  `--inh-caps=+${capability.slice(4)}`,
  `--ambient-caps=+${capability.slice(4)}`,
];

type Outcomes = Record<string, { code?: string; message?: string; hint?: string }>;

describe.skipIf(noNamespaces !== null)("in a network of one's own", () => {
  let space: Namespace;
  beforeAll(() => {
    space = new Namespace();
    space.ip("link", "add", "v0", "type", "veth", "peer", "name", "v1");
    space.ip("link", "set", "v0", "up");
  });
  afterAll(() => space?.remove());

  async function run(before: string[], task: string, ...args: string[]): Promise<Record<string, unknown>> {
    const program = fixture("../syscall/rights.mjs");
    const { stdout, stderr } = await space.execute(...before, process.execPath, program, task, ...args);
    if (stdout === "") throw new Error(`${task} said nothing: ${stderr}`);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  it("an option that wants a right is refused without it, and the error says which", async () => {
    const outcomes = (await run(asNobody, "options")) as Outcomes;
    expect(Object.keys(outcomes).sort()).toEqual(Object.keys(rights).sort());
    const node = realpathSync(process.execPath);
    const refused = Object.keys(rights).filter((name) => /^E(?:PERM|ACCES)$/.test(outcomes[name].code ?? ""));
    expect(refused).toEqual(expect.arrayContaining(everywhere));
    for (const name of refused) {
      const capability = rights[name];
      expect([name, outcomes[name].hint]).toEqual([
        name,
        `setting ${name} needs the capability ${capability}: run as root, or once: setcap ${capability}+ep ${node}`,
      ]);
    }
    expect(outcomes.SO_MARK).toMatchObject({ code: "EPERM", message: "setsockopt: operation not permitted" });
    expect(outcomes.SO_DEBUG).toMatchObject({ code: "EACCES", message: "setsockopt: permission denied" });
  });

  it.each(["cap_net_admin", "cap_net_raw"])("%s is enough where the error says so", async (capability) => {
    const outcomes = (await run(as(capability), "options")) as Outcomes;
    const own = Object.keys(rights).filter((name) => rights[name] === capability);
    expect(own.filter((name) => /^E(?:PERM|ACCES)$/.test(outcomes[name].code ?? ""))).toEqual([]);
  });

  it("a dial that lacks a right says so itself", async () => {
    expect(await run(asNobody, "dial")).toMatchObject({
      name: "OpError",
      op: "dial",
      code: "EPERM",
      syscall: "setsockopt",
      hint: expect.stringContaining("SO_MARK needs the capability cap_net_admin") as string,
    });
    expect(await run(asNobody, "raw-conn")).toMatchObject({
      code: "EPERM",
      hint: expect.stringContaining("SO_MARK needs the capability cap_net_admin") as string,
    });
  });

  it("SO_MARK is on every packet", async () => {
    const rules = [7, 8].map((mark) => `add rule ip t out meta mark ${mark} counter`);
    const chain = "add chain ip t out { type filter hook output priority 0; }";
    const made = await space.execute("nft", ["add table ip t", chain, ...rules].join("; "));
    expect(made.stderr).toBe("");
    expect(await run([], "mark", "7")).toEqual({ mark: 7 });
    const { stdout } = await space.execute("nft", "list", "table", "ip", "t");
    const packets = [...stdout.matchAll(/mark 0x0*(\d) counter packets (\d+)/g)].map(([, mark, n]) => [
      mark,
      Number(n),
    ]);
    // SYN, acknowledgement, data, FIN at least; none of them by another mark.
    expect(packets).toEqual([
      ["7", expect.any(Number)],
      ["8", 0],
    ]);
    expect(packets[0][1]).toBeGreaterThanOrEqual(4);
  });

  it("SO_BINDTODEVICE lets in what comes by that device, and nothing else", async () => {
    expect(await run([], "device", "lo")).toEqual({ device: "lo", dialed: "connected" });
    expect(await run([], "device", "v0")).toEqual({ device: "v0", dialed: "ECONNREFUSED" });
  });

  it.each(["192.0.2.1", "2001:db8::1"])("IP_TRANSPARENT binds %s, which is foreign", async (ip) => {
    expect(await run([], "foreign", ip, "none")).toMatchObject({ code: "EADDRNOTAVAIL" });
    expect(await run([], "foreign", ip, "TRANSPARENT")).toEqual({ ip });
  });

  it.each(["192.0.2.1", "2001:db8::1"])("IP_FREEBIND binds %s too, without a right", async (ip) => {
    expect(await run(asNobody, "foreign", ip, "FREEBIND")).toEqual({ ip });
  });

  it("TCP_FASTOPEN_CONNECT sends the first bytes with the SYN, once there is a cookie", async () => {
    space.sysctl("net.ipv4.tcp_fastopen=3");
    expect(await run([], "fastopen")).toEqual({ heard: ["hello", "hello"], synData: [false, true] });
  });
});

describe.runIf(linux)("the error of a setsockopt", () => {
  const levels = { SO: "SOL_SOCKET", IP: "IPPROTO_IP", IPV6: "IPPROTO_IPV6", TCP: "IPPROTO_TCP" };
  const number = (name: string) => Reflect.get(syscall, name) as number;
  const levelOf = (name: string) => number(levels[name.split("_", 1)[0] as keyof typeof levels]);

  it.each(Object.entries({ ...rights, TCP_CONGESTION: "cap_net_admin" }))(
    "%s names %s",
    (name, capability) => {
      for (const code of [-1, -13]) {
        const { hint } = setOptionError(levelOf(name), number(name), code);
        expect(hint).toContain(`setting ${name} needs the capability ${capability}`);
      }
    },
  );

  it("has no hint for another option, another level, or another reason", () => {
    const { SO_MARK, SO_KEEPALIVE, SOL_SOCKET, IPPROTO_IP } = syscall;
    expect(setOptionError(SOL_SOCKET, SO_KEEPALIVE, -1).hint).toBeUndefined();
    expect(setOptionError(IPPROTO_IP, SO_MARK, -1).hint).toBeUndefined();
    expect(setOptionError(SOL_SOCKET, SO_MARK, -22).hint).toBeUndefined();
  });
});
