// The sockets that questions go through: whom they serve, for how long, and what becomes of them.

import { afterEach, describe, expect, it, vi } from "vitest";
import { Dialer, type DNSError, Resolver } from "rawconn";
import { errno } from "#lib/errors/index.js";
import { binding } from "#lib/internal/binding.js";
import { openDescriptors } from "../descriptors.js";
import { rejection, turn } from "../support/outcome.js";
import * as dns from "./messages.js";
import { idOf, type Packet, packetServer, type PacketServer, questionOf, truth } from "./packet-server.js";
import { systemFiles } from "./system.js";

const answer = ({ query, from }: Packet, { socket }: PacketServer) =>
  socket.writeTo(truth(query), from).then(() => {});

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await turn();
};

/** Asks for `count` names, `atOnce` at a time. */
async function askMany(server: PacketServer, count: number, atOnce: number): Promise<void> {
  const resolver = new Resolver({ servers: [server.address] });
  let asked = 0;
  const ask = async () => {
    while (asked < count) await resolver.lookupIP("ip4", `n${asked++}.test.`);
  };
  await Promise.all(Array.from({ length: atOnce }, ask));
}

/** How many questions each port had. */
function uses(ports: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const port of ports) counts.set(port, (counts.get(port) ?? 0) + 1);
  return [...counts.values()];
}

afterEach(() => {
  vi.useRealTimers();
});

describe("a question", () => {
  it.each([1, 4])("has a socket of its own while there are few: %i", async (atOnce) => {
    using _ = systemFiles({});
    using server = await packetServer(answer);
    await askMany(server, 100, atOnce);
    // The kernel may choose a number twice.
    expect(new Set(server.ports).size).toBeGreaterThan(95);
  });

  it("in a crowd may have one that served another, but no port serves for long", async () => {
    using _ = systemFiles({ resolvConf: "options timeout:60\n" });
    using server = await packetServer(answer);
    // However slow this machine is, nothing grows old.
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
    const COUNT = 4000;
    await askMany(server, COUNT, 64);
    const counts = uses(server.ports);
    expect(counts.length).toBeLessThan(COUNT / 4);
    // Some 125 are new, beside those of the first crowd.
    expect(counts.length).toBeGreaterThan(64 + COUNT / 64);
    // One more use has odds of 31 to 1: so many in a row have none.
    expect(Math.max(...counts)).toBeLessThan(800);
  });

  it("never shares a socket with one that is under way", async () => {
    using _ = systemFiles({});
    const CROWD = 64;
    let waiting: Packet[] = [];
    let rounds = 0;
    using server = await packetServer(async (packet, self) => {
      waiting.push(packet);
      if (waiting.length < CROWD) return;
      expect(new Set(waiting.map(({ from }) => from.port)).size).toBe(CROWD);
      rounds++;
      for (const each of waiting.splice(0)) await answer(each, self);
    });
    waiting = [];
    await askMany(server, CROWD * 20, CROWD);
    expect(rounds).toBe(20);
    // Some had served before, or this shows nothing.
    expect(new Set(server.ports).size).toBeLessThan(CROWD * 20);
  });

  it("finds enough of them when all answers of a crowd come at once", async () => {
    using _ = systemFiles({ resolvConf: "options timeout:60\n" });
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
    const CROWD = 64;
    const ROUNDS = 20;
    const waiting: Packet[] = [];
    let most = 0;
    const before = openDescriptors()?.size ?? 0;
    using server = await packetServer(async (packet, self) => {
      if (waiting.push(packet) < CROWD) return;
      most = Math.max(most, (openDescriptors()?.size ?? 0) - before);
      for (const each of waiting.splice(0)) await answer(each, self);
    });
    await askMany(server, CROWD * ROUNDS, CROWD);
    // Those of the first crowd, a few to spare, and one in 32, with odds of millions to one; not some more each time.
    expect(new Set(server.ports).size).toBeLessThan(CROWD + 8 + (CROWD * ROUNDS) / 32 + 40);
    // Two are the server's, and the poller may have begun with this test.
    expect(most).toBeLessThan(CROWD + 8 + 2 + 3);
  });

  it.each(["before", "behind"])(
    "leaves no socket to others on which a forged reply came %s its own",
    async (place) => {
      using _ = systemFiles({});
      using server = await packetServer(async (packet, self) => {
        const { query, from } = packet;
        const forge = () => self.socket.writeTo(dns.message({ id: idOf(query) ^ 1 }), from);
        if (place === "before") await forge();
        await answer(packet, self);
        if (place === "behind") await forge();
      });
      await askMany(server, 1000, 64);
      // A number chosen twice by the kernel aside.
      expect(new Set(server.ports).size).toBeGreaterThan(900);
    },
  );

  it("is not answered by what came for another on the same socket", async () => {
    using _ = systemFiles({});
    let last: Uint8Array | null = null;
    using server = await packetServer(async (packet, self) => {
      // The answer to an earlier question arrives again, late, on whatever socket asks now.
      if (last !== null) {
        const [id, question] = [idOf(last), questionOf(last)];
        const stale = dns.message({ id, question, answers: [dns.a("192.0.2.66")] });
        await self.socket.writeTo(stale, packet.from);
      }
      last = packet.query;
      await answer(packet, self);
    });
    const resolver = new Resolver({ servers: [server.address] });
    const names = Array.from({ length: 500 }, (_unused, i) => `n${i}.test.`);
    const found = await Promise.all(names.map((name) => resolver.lookupIP("ip4", name)));
    expect(new Set(found.map(String))).toEqual(new Set(["192.0.2.1"]));
  });

  it("leaves no descriptor", async () => {
    using _ = systemFiles({});
    using server = await packetServer(answer);
    // Those of the test before go in the turn after its last answer.
    await turn();
    const before = openDescriptors()?.size;
    await askMany(server, 500, 64);
    await until(() => openDescriptors()?.size === before);
  });
});

describe("a question that cannot leave", () => {
  it("fails with the reason, and leaves no descriptor", async () => {
    using _ = systemFiles({ resolvConf: "options attempts:1\n" });
    using server = await packetServer(answer);
    const before = openDescriptors()?.size;
    const send = vi.spyOn(binding, "send").mockReturnValue(-errno("EPERM"));
    const error = await rejection<DNSError>(
      new Resolver({ servers: [server.address] }).lookupIP("ip4", "x.test."),
    ).finally(() => send.mockRestore());
    expect(error.message).toMatch(
      new RegExp(String.raw`^lookup x\.test\. on ${server.address}: write udp 127\.0\.0\.1:\d+->\S+: \S`),
    );
    expect(error).toMatchObject({ isTimeout: false, isTemporary: true });
    await until(() => openDescriptors()?.size === before);
  });

  it("leaves after all where the socket had to tell of something else first", async () => {
    using _ = systemFiles({ resolvConf: "options attempts:1\n" });
    using server = await packetServer(answer);
    const send = vi.spyOn(binding, "send").mockReturnValueOnce(-errno("ECONNREFUSED"));
    const found = await new Resolver({ servers: [server.address] })
      .lookupIP("ip4", "x.test.")
      .finally(() => send.mockRestore());
    expect(found.map(String)).toEqual(["192.0.2.1"]);
  });

  it("leaves its socket to nobody then", async () => {
    using _ = systemFiles({});
    using server = await packetServer(answer);
    const really = binding.send;
    let calls = 0;
    const send = vi
      .spyOn(binding, "send")
      .mockImplementation((fd, p, offset) =>
        calls++ % 2 === 0 ? -errno("ECONNREFUSED") : really(fd, p, offset),
      );
    await askMany(server, 1000, 64).finally(() => send.mockRestore());
    // A number chosen twice by the kernel aside.
    expect(new Set(server.ports).size).toBeGreaterThan(900);
  });

  it("is not sent once its caller has aborted", async () => {
    using _ = systemFiles({});
    using server = await packetServer(answer);
    const over = new AbortController();
    const send = vi.spyOn(binding, "send");
    const lookup = rejection(
      new Resolver({ servers: [server.address] }).lookupTXT("x.test.", { signal: over.signal }),
    );
    over.abort();
    expect(await lookup).toMatchObject({ code: "ABORT_ERR" });
    expect(send).not.toHaveBeenCalled();
    send.mockRestore();
  });
});

describe("a server that says nothing", () => {
  it("is given up at the deadline, with the text that Go has, and leaves no descriptor", async () => {
    using _ = systemFiles({ resolvConf: "options timeout:1 attempts:1\n" });
    using server = await packetServer(() => {});
    const before = openDescriptors()?.size;
    const started = performance.now();
    const error = await rejection<DNSError>(
      new Resolver({ servers: [server.address] }).lookupIP("ip4", "x.test."),
    );
    expect(performance.now() - started).toBeGreaterThanOrEqual(990);
    expect(error).toMatchObject({ isTimeout: true, isTemporary: true, server: server.address });
    expect(error.message).toMatch(
      new RegExp(
        String.raw`^lookup x\.test\. on ${server.address}: read udp 127\.0\.0\.1:\d+->${server.address}: i/o timeout$`,
      ),
    );
    await until(() => openDescriptors()?.size === before);
  });

  it("is left at once when the caller aborts", async () => {
    using _ = systemFiles({});
    using server = await packetServer(() => {});
    const before = openDescriptors()?.size;
    const over = new AbortController();
    const resolver = new Resolver({ servers: [server.address] });
    const lookups = Array.from({ length: 100 }, (_unused, i) =>
      rejection(resolver.lookupIP("ip4", `n${i}.test.`, { signal: over.signal })),
    );
    await until(() => server.ports.length === 100);
    const started = performance.now();
    over.abort();
    for (const error of await Promise.all(lookups)) expect(error).toMatchObject({ code: "ABORT_ERR" });
    expect(performance.now() - started).toBeLessThan(1000);
    await until(() => openDescriptors()?.size === before);
  });

  it("is asked for many names with one signal, without a warning of listeners", async () => {
    using _ = systemFiles({});
    using server = await packetServer(answer);
    const warned = vi.fn<(warning: Error) => void>();
    process.on("warning", warned);
    const { signal } = new AbortController();
    const resolver = new Resolver({ servers: [server.address] });
    const names = Array.from({ length: 50 }, (_unused, i) => `n${i}.test.`);
    const viaDial = new Resolver({
      preferGo: true,
      dial: (network, _at, dialing) => new Dialer().dial(network, server.address, dialing),
    });
    await Promise.all(
      names.flatMap((name) => [
        resolver.lookupIP("ip4", name, { signal }),
        resolver.lookupTXT(name, { signal }).catch(() => {}),
        viaDial.lookupTXT(name, { signal }).catch(() => {}),
      ]),
    );
    await turn();
    process.off("warning", warned);
    expect(warned).not.toHaveBeenCalled();
  });

  it("does not keep the sockets of answered questions open for long", async () => {
    using _ = systemFiles({});
    using server = await packetServer((packet, self) =>
      // Every name but one.
      Buffer.from(packet.query).includes("silent") ? undefined : answer(packet, self),
    );
    const over = new AbortController();
    const resolver = new Resolver({ servers: [server.address] });
    const silent = rejection(resolver.lookupIP("ip4", "silent.test.", { signal: over.signal }));
    await askMany(server, 500, 64);
    const before = new Set(server.ports);
    server.ports.length = 0;
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.setSystemTime(Date.now() + 300);
    await askMany(server, 64, 64);
    // What was free has grown old, and nobody is served by it.
    expect(server.ports.filter((port) => before.has(port)).length).toBeLessThan(10);
    over.abort();
    await silent;
  });
});

describe("the sockets of a crowd", () => {
  it("are closed soon after it, though a question of it is still under way", async () => {
    using _ = systemFiles({ resolvConf: "options timeout:60\n" });
    using server = await packetServer((packet, self) =>
      Buffer.from(packet.query).includes("silent") ? undefined : answer(packet, self),
    );
    const over = new AbortController();
    const before = openDescriptors()?.size ?? 0;
    const resolver = new Resolver({ servers: [server.address] });
    const silent = rejection(resolver.lookupIP("ip4", "silent.test.", { signal: over.signal }));
    await askMany(server, 500, 64);
    await until(() => (openDescriptors()?.size ?? 0) <= before + 1);
    over.abort();
    await silent;
  });
});

describe("a resolver's servers", () => {
  it("are addresses, with a port or without", () => {
    const servers = ["192.0.2.1", "192.0.2.1:5353", "2001:db8::1", "[2001:db8::1]", "[fe80::1%lo]:54"];
    expect(new Resolver({ servers }).servers).toEqual([
      "192.0.2.1:53",
      "192.0.2.1:5353",
      "[2001:db8::1]:53",
      "[2001:db8::1]:53",
      "[fe80::1%lo]:54",
    ]);
    expect(new Resolver().servers).toBeUndefined();
  });

  it.each<[unknown, string]>([
    ["192.0.2.1", "ERR_INVALID_ARG_TYPE"],
    [[], "ERR_INVALID_ARG_VALUE"],
    [[1], "ERR_INVALID_ARG_TYPE"],
    [["name.test"], "ERR_INVALID_ARG_VALUE"],
    [["192.0.2.1:"], "ERR_INVALID_ARG_VALUE"],
    [["192.0.2.1:0"], "ERR_INVALID_ARG_VALUE"],
    [["192.0.2.1:65536"], "ERR_INVALID_ARG_VALUE"],
    [["192.0.2.1:http"], "ERR_INVALID_ARG_VALUE"],
    [["192.0.2.1 "], "ERR_INVALID_ARG_VALUE"],
    [["127.1"], "ERR_INVALID_ARG_VALUE"],
  ])("are not %j", (servers, code) => {
    const resolver = new Resolver();
    const set = () => {
      resolver.servers = servers as string[];
    };
    expect(set).toThrow(expect.objectContaining({ code }) as Error);
    expect(set).toThrow(TypeError);
    expect(resolver.servers).toBeUndefined();
  });

  it("may be where there is no way to", async () => {
    using _ = systemFiles({ resolvConf: "options attempts:1\n" });
    const resolver = new Resolver({ servers: ["fe80::1%nosuch0"] });
    const error = await rejection<DNSError>(resolver.lookupTXT("x.test."));
    const server = "[fe80::1%nosuch0]:53";
    expect(error.message).toMatch(
      /^lookup x\.test\. on \[fe80::1%nosuch0\]:53: dial udp \[fe80::1%nosuch0\]:53: connect: \S/,
    );
    expect(error).toMatchObject({ server, isTemporary: true });
  });

  it("is looked for again where it could not be reached: its interface may be another one then", async () => {
    using _ = systemFiles({ resolvConf: "options attempts:1\n" });
    vi.useFakeTimers({ toFake: ["performance"] });
    const resolver = new Resolver({ servers: ["fe80::1%later0"] });
    const asked = vi.spyOn(binding, "if_nametoindex").mockReturnValue(0x7ffffff0);
    try {
      expect(await rejection(resolver.lookupTXT("x.test."))).toMatchObject({ isTemporary: true });
      expect(asked).toHaveBeenCalledTimes(1);
      // No index is known for so long.
      vi.advanceTimersByTime(3_600_000);
      await rejection(resolver.lookupTXT("y.test."));
      expect(asked).toHaveBeenCalledTimes(2);
    } finally {
      asked.mockRestore();
    }
  });

  it("may change, and may be those of the system again", async () => {
    using _ = systemFiles({ resolvConf: "nameserver 192.0.2.99\noptions attempts:1\n" });
    using server = await packetServer(answer);
    const resolver = new Resolver({ servers: ["127.0.0.1:1"] });
    expect(await rejection(resolver.lookupIP("ip4", "x.test."))).toMatchObject({ server: "127.0.0.1:1" });
    resolver.servers = [server.address];
    expect((await resolver.lookupIP("ip4", "x.test.")).map(String)).toEqual(["192.0.2.1"]);
    resolver.servers = undefined;
    const over = AbortSignal.abort();
    expect(await rejection(resolver.lookupIP("ip4", "x.test.", { signal: over }))).toMatchObject({
      code: "ABORT_ERR",
    });
  });
});
