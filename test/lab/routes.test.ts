// Ways that lead nowhere: each is told by its name, or ends at its deadline, and leaves nothing open.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Host, TwoHosts, type World } from "../support/host.js";
import { noNamespaces } from "../support/lab.js";

/** Dials, with a limit in milliseconds. What came of it: an error's code, and how long it took. */
async function dialing(
  { net }: World,
  network: string,
  address: string,
  timeout: number,
): Promise<{ code: string; took: number }> {
  const since = Date.now();
  try {
    const conn = await new net.Dialer({ timeout }).dial(network, address);
    try {
      await conn.write("x");
      // What is told of a datagram is told to the next who asks.
      conn.setReadDeadline(Date.now() + 50);
      await conn.read(new Uint8Array(64));
      return { code: "answered", took: Date.now() - since };
    } finally {
      conn.close();
    }
  } catch (error) {
    return { code: String((error as { code?: string }).code), took: Date.now() - since };
  }
}

/** Sockets that are open over there. */
const sockets = async ({ binding }: World): Promise<number> => {
  let count = 0;
  for (let fd = 0; fd < 256; fd++) if (binding.getsockname(fd, new Uint8Array(128)) >= 0) count++;
  return count;
};

const LIMIT = 200;
const NOT_LATER = LIMIT + 1000;

describe.skipIf(noNamespaces !== null)("a way that leads nowhere", () => {
  let lab: TwoHosts;
  let near: Host;
  let open: number;
  beforeAll(async () => {
    lab = new TwoHosts();
    ({ near } = lab);
    for (const [kind, net4, net6] of [
      ["unreachable", "10.9.3.0/24", "fd09:3::/64"],
      ["prohibit", "10.9.4.0/24", "fd09:4::/64"],
      ["blackhole", "10.9.5.0/24", "fd09:5::/64"],
    ]) {
      near.ip("route", "add", kind, net4);
      near.ip("route", "add", kind, net6);
    }
    // It tells of every packet, not of some in a second.
    lab.far.sysctl("net.ipv4.icmp_ratemask=0", "net.ipv6.icmp.ratelimit=0");
    // Packets that the other side drops without a word.
    near.ip("route", "add", "10.9.6.0/24", "via", "10.9.1.2");
    near.ip("route", "add", "fd09:6::/64", "via", "fd09:1::2");
    lab.far.ip("route", "add", "blackhole", "10.9.6.0/24");
    lab.far.ip("route", "add", "blackhole", "fd09:6::/64");
    open = await near.run(sockets);
  });
  afterAll(() => lab?.end());

  it.each([
    ["tcp", "10.9.3.1:9", "EHOSTUNREACH"],
    ["udp", "10.9.3.1:9", "EHOSTUNREACH"],
    ["tcp", "[fd09:3::1]:9", "EHOSTUNREACH"],
    ["udp", "[fd09:3::1]:9", "EHOSTUNREACH"],
    ["ip4:253", "10.9.3.1", "EHOSTUNREACH"],
    ["tcp", "10.9.4.1:9", "EACCES"],
    ["udp", "10.9.4.1:9", "EACCES"],
    ["tcp", "[fd09:4::1]:9", "EACCES"],
    ["udp", "[fd09:4::1]:9", "EACCES"],
    // A blackhole swallows what passes through; one's own packets the kernel calls invalid.
    ["tcp", "10.9.5.1:9", "EINVAL"],
    ["udp", "10.9.5.1:9", "EINVAL"],
    ["tcp", "[fd09:5::1]:9", "EINVAL"],
    ["udp", "[fd09:5::1]:9", "EINVAL"],
    // No route at all.
    ["tcp", "203.0.113.1:9", "ENETUNREACH"],
    ["udp", "203.0.113.1:9", "ENETUNREACH"],
    ["tcp", "[2001:db8::1]:9", "ENETUNREACH"],
    ["udp", "[2001:db8::1]:9", "ENETUNREACH"],
  ])("is told at once: %s to %s is %s", async (network, address, code) => {
    const { code: told, took } = await near.run(dialing, network, address, 5000);
    expect(told).toBe(code);
    expect(took).toBeLessThan(1000);
    expect(await near.run(sockets)).toBe(open);
  });

  it.each([
    ["10.9.1.2:9", "ECONNREFUSED"],
    ["[fd09:1::2]:9", "ECONNREFUSED"],
  ])("is told by the other side: nobody listens at %s", async (address, code) => {
    expect((await near.run(dialing, "tcp", address, 5000)).code).toBe(code);
    expect((await near.run(dialing, "udp", address, 5000)).code).toBe(code);
  });

  it.each(["10.9.6.1:9", "[fd09:6::1]:9"])(
    "ends at the deadline where nothing is told: %s",
    async (address) => {
      const { code, took } = await near.run(dialing, "tcp", address, LIMIT);
      expect(code).toBe("ERR_TIMEOUT");
      expect(took).toBeGreaterThanOrEqual(LIMIT);
      expect(took).toBeLessThan(NOT_LATER);
      expect((await near.run(dialing, "udp", address, LIMIT)).code).toBe("ERR_DEADLINE");
      expect(await near.run(sockets)).toBe(open);
    },
  );

  it("ends with whoever aborts it, at once, and leaves nothing open", async () => {
    const codes = await near.run(async ({ net }) => {
      const abort = new AbortController();
      const dials = ["10.9.6.1:9", "[fd09:6::1]:9"].map((address) =>
        net.dial("tcp", address, { signal: abort.signal }).then(
          () => "connected",
          (error: { code: string }) => error.code,
        ),
      );
      setTimeout(() => abort.abort(), 20);
      return Promise.all(dials);
    });
    expect(codes).toEqual(["ABORT_ERR", "ABORT_ERR"]);
    expect(await near.run(sockets)).toBe(open);
  });

  it("is told when a neighbour does not answer", async () => {
    // Three requests, 10 ms apart: the system's own patience is three seconds.
    const patience = "retrans_time_ms=10";
    near.sysctl(`net.ipv4.neigh.n0.${patience}`, `net.ipv6.neigh.n0.${patience}`);
    for (const address of ["10.9.1.77:9", "[fd09:1::77]:9"]) {
      expect((await near.run(dialing, "tcp", address, 10_000)).code).toBe("EHOSTUNREACH");
    }
  });

  it("is told by a firewall, in the words that it rejects with", async () => {
    const verdicts = [
      ["icmpx type host-unreachable", "EHOSTUNREACH", "EHOSTUNREACH"],
      ["icmpx type no-route", "ENETUNREACH", "ENETUNREACH"],
      ["icmpx type admin-prohibited", "EHOSTUNREACH", "EACCES"],
      ["icmpx type port-unreachable", "ECONNREFUSED", "ECONNREFUSED"],
      ["tcp reset", "ECONNREFUSED", "ECONNREFUSED"],
    ];
    lab.far.nft("add table inet wall; add chain inet wall in { type filter hook input priority 0 ; }");
    for (const [i, [how]] of verdicts.entries())
      lab.far.nft(`add rule inet wall in tcp dport ${77 + i} reject with ${how}`);
    // All at once, since the kernel asks a second time, a second later, before it believes ICMP.
    const told = verdicts.map(async (_, i) => {
      const dials = ["10.9.1.2", "[fd09:1::2]"].map((host) =>
        near.run(dialing, "tcp", `${host}:${77 + i}`, 5000),
      );
      return (await Promise.all(dials)).map(({ code }) => code);
    });
    expect(await Promise.all(told)).toEqual(verdicts.map(([, ...codes]) => codes));
  });
});
