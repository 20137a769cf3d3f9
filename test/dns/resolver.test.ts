// The resolver: who is asked, what is shared, what is remembered, and how it ends.

import { AsyncLocalStorage } from "node:async_hooks";
import { rmSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  defaultResolver,
  dial,
  Dialer,
  type DNSError,
  IPAddr,
  listenTCP,
  lookupHost,
  Resolver,
  TCPAddr,
} from "rawconn";
import { lookupPort, parsePort } from "#lib/dns/port.js";
import { parseProtocols, parseServices } from "#lib/dns/services.js";
import { paths } from "#lib/dns/system-files.js";
import { rejection } from "../support/outcome.js";
import { fakeServer, type Handler } from "./fake-server.js";
import * as dns from "./messages.js";
import { systemFiles } from "./system.js";

const both: Handler = ({ type }) => ({ answers: [type === dns.A ? dns.a("127.0.0.1") : dns.aaaa(1)] });
const resolverOf = (dialed: Resolver["dial"]) => new Resolver({ preferGo: true, dial: dialed });

afterEach(() => {
  vi.useRealTimers();
});

describe("literals", () => {
  it("are themselves, and nobody is asked", async () => {
    const server = fakeServer(both);
    const resolver = resolverOf(server.dial);
    expect(await resolver.lookupHost("::FFFF:1.2.3.4")).toEqual(["::FFFF:1.2.3.4"]);
    expect(await resolver.lookupIPAddr("fe80::1%lo")).toEqual([new IPAddr({ ip: "fe80::1", zone: "lo" })]);
    expect((await resolver.lookupNetIP("ip", "1.2.3.4")).map(String)).toEqual(["1.2.3.4"]);
    expect(server.asked).toEqual([]);
  });

  it.each(["127.1", "2130706433", "0177.0.0.1", "", "a b", "x..y", "-x"])(
    "are not made of %j, nor is anybody asked for it",
    async (host) => {
      using _ = systemFiles({});
      const server = fakeServer(both);
      const error = await rejection(resolverOf(server.dial).lookupHost(host));
      expect(error).toMatchObject({
        err: "no such host",
        isNotFound: true,
        message: `lookup ${host}: no such host`,
      });
      expect(server.asked).toEqual([]);
    },
  );
});

describe("families", () => {
  it("are asked for one alone where the network says so", async () => {
    using _ = systemFiles({});
    const server = fakeServer(both);
    const resolver = resolverOf(server.dial);
    await resolver.lookupIP("ip4", "x.test.");
    await resolver.lookupIP("ip6", "x.test.");
    expect(server.asked.map(({ type }) => type)).toEqual([dns.A, dns.AAAA]);
  });

  it("that the hosts file lacks are asked of nobody", async () => {
    using _ = systemFiles({ hosts: "127.0.0.1 only4.test\n" });
    const server = fakeServer(both);
    const error = await rejection(resolverOf(server.dial).lookupIP("ip6", "only4.test"));
    expect(error).toMatchObject({
      name: "AddrError",
      message: "address only4.test: no suitable address found",
    });
    expect(server.asked).toEqual([]);
  });

  it("are ip, ip4 and ip6", async () => {
    expect(await rejection(defaultResolver.lookupIP("tcp" as "ip", "x"))).toMatchObject({
      code: "ERR_UNKNOWN_NETWORK",
    });
  });
});

describe("names for nobody's ears", () => {
  it("end in .onion, and are not sent", async () => {
    using _ = systemFiles({});
    const server = fakeServer(both);
    expect(await resolverOf(server.dial).lookupHost("x.ONION")).toEqual([]);
    expect(await rejection(resolverOf(server.dial).lookupTXT("x.onion."))).toMatchObject({
      isNotFound: true,
    });
    expect(server.asked).toEqual([]);
  });
});

describe("ten equal lookups", () => {
  it("ask once, and each has a list of its own", async () => {
    using _ = systemFiles({});
    const server = fakeServer(both);
    const resolver = resolverOf(server.dial);
    const all = await Promise.all(Array.from({ length: 10 }, () => resolver.lookupIPAddr("x.test.")));
    expect(server.asked.length).toBe(2);
    all[0].length = 0;
    expect(all[1].length).toBe(2);
  });

  it("do not end with one of them", async () => {
    using _ = systemFiles({});
    let open = () => {};
    const opened = new Promise<void>((resolve) => (open = resolve));
    const server = fakeServer(async (asked) => {
      await opened;
      return both(asked);
    });
    const resolver = resolverOf(server.dial);
    const over = new AbortController();
    const first = rejection(resolver.lookupIPAddr("x.test.", { signal: over.signal }));
    const others = Array.from({ length: 9 }, () => resolver.lookupIPAddr("x.test."));
    over.abort();
    expect(await first).toMatchObject({ code: "ABORT_ERR" });
    open();
    for (const found of await Promise.all(others)) expect(found.length).toBe(2);
    expect(server.asked.length).toBe(2);
  });

  it("end with the last of them, and the next begins anew", async () => {
    using _ = systemFiles({});
    const server = fakeServer(() => "never");
    const resolver = resolverOf(server.dial);
    const overs = [new AbortController(), new AbortController()];
    const lookups = overs.map(({ signal }) => rejection(resolver.lookupIPAddr("x.test.", { signal })));
    while (server.asked.length < 2) await new Promise((resolve) => setImmediate(resolve));
    overs[0].abort();
    await lookups[0];
    expect(server.conns.map(({ closed }) => closed)).toEqual([0, 0]);
    overs[1].abort();
    await lookups[1];
    expect(server.conns.map(({ closed }) => closed)).toEqual([1, 1]);
    const again = new AbortController();
    const next = rejection(resolver.lookupIPAddr("x.test.", { signal: again.signal }));
    while (server.asked.length < 4) await new Promise((resolve) => setImmediate(resolve));
    again.abort();
    await next;
  });
});

describe("a lookup", () => {
  it("carries its asynchronous context to dial", async () => {
    using _ = systemFiles({});
    const context = new AsyncLocalStorage<string>();
    const server = fakeServer(both);
    const seen = new Set<string | undefined>();
    const resolver = resolverOf((...args) => {
      seen.add(context.getStore());
      return server.dial(...args);
    });
    await context.run("mine", () => resolver.lookupIPAddr("x.test."));
    expect([...seen]).toEqual(["mine"]);
  });

  it("that is aborted before it begins asks nobody", async () => {
    const server = fakeServer(both);
    const looking = { signal: AbortSignal.abort("enough") };
    const resolver = resolverOf(server.dial);
    for (const lookup of [resolver.lookupMX("x.", looking), resolver.lookupHost("x.", looking)])
      expect(await rejection(lookup)).toMatchObject({
        code: "ABORT_ERR",
        message: "lookup x.: operation was canceled",
      });
    expect(server.asked).toEqual([]);
  });

  it("whose signal is a timeout says so", async () => {
    using _ = systemFiles({});
    const server = fakeServer(() => "never");
    const lookup = resolverOf(server.dial).lookupMX("x.test.", { signal: AbortSignal.timeout(10) });
    expect(await rejection(lookup)).toMatchObject({
      code: "ERR_TIMEOUT",
      isTimeout: true,
      err: "i/o timeout",
    });
  });

  it("closes a connection that comes too late", async () => {
    using _ = systemFiles({});
    const server = fakeServer(both);
    let connect = () => {};
    const late = new Promise<void>((resolve) => (connect = resolve));
    const over = new AbortController();
    let signal: AbortSignal | undefined;
    const resolver = resolverOf(async (network, address, dialing) => {
      signal = dialing.signal;
      await late;
      return server.dial(network, address, dialing);
    });
    const lookup = rejection(resolver.lookupMX("x.test.", { signal: over.signal }));
    await new Promise((resolve) => setImmediate(resolve));
    over.abort();
    await lookup;
    expect(signal!.aborted).toBe(true);
    connect();
    while (server.conns.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(server.conns[0].closed).toBe(1);
  });

  it("closes a connection that heeds no deadline", async () => {
    using _ = systemFiles({ resolvConf: "options timeout:1 attempts:1\n" });
    const server = fakeServer(() => "never");
    expect(await rejection(resolverOf(server.dial).lookupTXT("x.test."))).toMatchObject({ isTimeout: true });
    expect(new Set(server.conns.map((conn) => conn.closed))).toEqual(new Set([1]));
  });

  it.each<[string, (resolver: Resolver) => Promise<unknown>]>([
    ["a NUL", (resolver) => resolver.lookupHost("x\0y")],
    ["no text", (resolver) => resolver.lookupTXT(1 as unknown as string)],
    ["no signal", (resolver) => resolver.lookupTXT("x", { signal: {} as AbortSignal })],
  ])("with %s is a TypeError", async (_, lookup) => {
    expect(await rejection(lookup(new Resolver()))).toBeInstanceOf(TypeError);
  });

  it("is not to be had of a Resolver whose fields make no sense", () => {
    for (const fields of [{ preferGo: 1 }, { strictErrors: "x" }, { dial: {} }, null])
      expect(() => new Resolver(fields as object)).toThrow(TypeError);
  });
});

describe("the system's files", () => {
  it("are looked at again after five seconds", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    using files = systemFiles({ hosts: "127.0.0.1 edited.test\n" });
    const resolver = new Resolver({ preferGo: true });
    expect(await resolver.lookupHost("edited.test")).toEqual(["127.0.0.1"]);
    files.write("hosts", "127.0.0.2 edited.test more.test\n");
    expect(await resolver.lookupHost("edited.test")).toEqual(["127.0.0.1"]);
    vi.setSystemTime(Date.now() + 5000);
    expect(await resolver.lookupHost("edited.test")).toEqual(["127.0.0.2"]);
    expect(await resolver.lookupAddr("127.0.0.2")).toEqual(["edited.test.", "more.test."]);
    expect(await resolver.lookupCNAME("more.test")).toBe("edited.test.");
  });

  it("say nothing any more once they are gone, and are missed no longer when the clock was set back", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    using files = systemFiles({ hosts: "127.0.0.1 gone.test\n", nsswitch: "hosts: files\n" });
    const resolver = new Resolver({ preferGo: true });
    expect(await resolver.lookupHost("gone.test")).toEqual(["127.0.0.1"]);
    rmSync(paths.hosts);
    vi.setSystemTime(Date.now() + 5000);
    expect(await rejection(resolver.lookupHost("gone.test"))).toMatchObject({ isNotFound: true });
    files.write("hosts", "127.0.0.2 gone.test\n");
    vi.setSystemTime(Date.now() - 3600_000);
    expect(await resolver.lookupHost("gone.test")).toEqual(["127.0.0.2"]);
  });

  it("are not looked at again where they say so", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    using files = systemFiles({ resolvConf: "nameserver 127.0.0.3\noptions no-reload\n" });
    const server = fakeServer(() => ({ answers: [dns.txt("x")] }));
    const resolver = resolverOf(server.dial);
    await resolver.lookupTXT("x.test.");
    files.write("resolvConf", "nameserver 127.0.0.4\n# another length\n");
    vi.setSystemTime(Date.now() + 60_000);
    await resolver.lookupTXT("x.test.");
    expect(server.asked.map(({ server: asked }) => asked)).toEqual(["127.0.0.3:53", "127.0.0.3:53"]);
  });

  it("may have DNS asked first, and the hosts file where that knows nothing", async () => {
    using _ = systemFiles({ hosts: "127.0.0.9 x.test\n", nsswitch: "hosts: dns files\n" });
    const knowing = fakeServer(both);
    expect(await resolverOf(knowing.dial).lookupHost("x.test")).toContain("2001:db8::1");
    const ignorant = fakeServer(() => ({ flags: dns.REPLY | dns.NXDOMAIN }));
    expect(await resolverOf(ignorant.dial).lookupHost("x.test")).toEqual(["127.0.0.9"]);
    expect(await resolverOf(ignorant.dial).lookupAddr("127.0.0.9")).toEqual(["x.test."]);
    expect(ignorant.asked.length).toBe(3);
  });
});

describe("dialing", () => {
  it("goes through the dialer's resolver", async () => {
    using _ = systemFiles({});
    using ln = await listenTCP("tcp4", new TCPAddr({ ip: "127.0.0.1", port: 0 }));
    const server = fakeServer(both);
    const dialer = new Dialer({ resolver: resolverOf(server.dial) });
    using conn = await dialer.dial("tcp4", `name.test.:${ln.addr!.port}`);
    expect(conn.remoteAddr!.toString()).toBe(ln.addr!.toString());
    expect(server.asked.map(({ name }) => name)).toEqual(["name.test."]);
    expect(() => new Dialer({ resolver: {} as Resolver })).toThrow(TypeError);
  });

  it("tells why a name has no address", async () => {
    using _ = systemFiles({ hosts: "127.0.0.1 x\n", nsswitch: "hosts: files\n" });
    const error = await rejection<Error>(dial("tcp", "unknown.test:80"));
    expect(error.message).toBe("dial tcp: lookup unknown.test: no such host");
    expect(error.cause as DNSError).toMatchObject({ isNotFound: true });
    expect(await lookupHost("x")).toEqual(["127.0.0.1"]);
  });
});

describe("services and protocols", () => {
  it("come from files, and from what is built in", () => {
    const services = parseServices("http 81/tcp www # web\nzero 0/tcp\nbad x/tcp\nmine 7/udp\n");
    expect(
      ["tcp/http", "tcp/www", "udp/mine", "tcp/ssh", "tcp/zero"].map((name) => services.get(name)),
    ).toEqual([81, 81, 7, 22, undefined]);
    const protocols = parseProtocols("tcp 60 TCP\nsctp 132 SCTP # x\n");
    expect(["tcp", "sctp", "SCTP", "igmp"].map((name) => protocols.get(name))).toEqual([6, 132, 132, 2]);
  });

  it("of one name may have a port on UDP alone", () => {
    expect(lookupPort("", "domain")).toBe(53);
    expect(() => lookupPort("ip", "nosuch")).toThrow("lookup ip/nosuch: unknown port");
    expect(() => lookupPort("tcp6", "nosuch")).toThrow("lookup tcp/nosuch: unknown port");
    expect(parsePort("+")).toBe(0);
  });
});
