// Go's scenarios of servers that answer, fail, lie or are silent, carried out.

import { OpError, type Resolver } from "rawconn";
import type { Answer, Asked, FakeServer, Handler } from "../dns/fake-server.js";
import * as dns from "../dns/messages.js";

/** A scenario: what the servers do, what is asked of the resolver, and what came of it in the words of the table. */
export interface Scenario {
  conf?: string;
  hosts?: string;
  handle: Handler;
  run: (resolver: Resolver, server: FakeServer) => Promise<object>;
}

const NXDOMAIN = { flags: dns.REPLY | dns.NXDOMAIN };
const SERVFAIL = { flags: dns.REPLY | dns.SERVFAIL };
const EMPTY = { flags: dns.REPLY };

const Y = "test-issue19592.y.golang.org.";

const searching: Handler = ({ name, type }) => {
  if (name !== Y) return NXDOMAIN;
  return { answers: [type === dns.A ? dns.a("192.0.2.1") : dns.aaaa(1)] };
};

const unless =
  (override: (asked: Asked) => Answer | null): Handler =>
  (asked) =>
    override(asked) ?? searching(asked);

const ips = async (resolver: Resolver, host: string) => ({
  ips: (await resolver.lookupIPAddr(host)).map(String).sort(),
});

const strict = (override: (asked: Asked) => Answer | null): Scenario => ({
  handle: unless(override),
  run: (resolver) => ips(resolver, "test-issue19592"),
});

const onFire = new OpError({ op: "write", net: "", cause: new Error("socket on fire") });

const text = { answers: [dns.txt("x")] };

const servers = async (resolver: Resolver, { asked }: FakeServer) => {
  for (let i = 0; i < 3; i++) await resolver.lookupTXT("www.golang.org");
  return { servers: asked.map(({ server }) => server) };
};

const adOf = async (resolver: Resolver, { asked }: FakeServer, name: string) => {
  await resolver.lookupIPAddr(name);
  return { query_AD: asked.every(({ flags }) => (flags & 0x20) !== 0) };
};

const badNames = (record: (name: string) => dns.WireRecord): Handler => {
  const answers = ["<html>.golang.org.", "good.golang.org."].map(record);
  return () => ({ answers });
};

const truncated: Handler = () => ({ flags: dns.REPLY | dns.TC, answers: [dns.txt("one")] });

const answers = async (resolver: Resolver, { asked }: FakeServer) => ({
  rcode: 0,
  answers: (await resolver.lookupTXT("com.")).length,
  transport: asked.at(-1)!.network,
});

// Where the cut comes after a dot, a letter takes its place.
const longName = (length: number, tail: string) =>
  "verylongdomainlabel."
    .repeat(20)
    .slice(0, length - tail.length)
    .replace(/\.$/, "x") + tail;

const everything = async (resolver: Resolver, name: string, service: string) => {
  await resolver.lookupCNAME(name);
  await resolver.lookupHost(name);
  await resolver.lookupIP("ip", name);
  await resolver.lookupIPAddr(name);
  await resolver.lookupMX(name);
  await resolver.lookupNS(name);
  await resolver.lookupNetIP("ip", name);
  await resolver.lookupSRV("s", "p", service);
  await resolver.lookupTXT(name);
  return { ok: true };
};

const everyType: Handler = ({ type }) => {
  const records: Record<number, dns.WireRecord> = {
    [dns.A]: dns.a("192.0.2.1"),
    [dns.AAAA]: dns.aaaa(1),
    [dns.CNAME]: dns.named(dns.CNAME, "x."),
    [dns.MX]: dns.mx(1, "x."),
    [dns.NS]: dns.named(dns.NS, "x."),
    [dns.SRV]: dns.srv(1, 1, 1, "x."),
    [dns.TXT]: dns.txt("x"),
  };
  return { answers: [records[type]] };
};

const onlyFor =
  (host: string, type: number, record: dns.WireRecord): Handler =>
  (asked) =>
    asked.name === host && asked.type === type ? { answers: [record] } : EMPTY;

const families = async (resolver: Resolver, host: string) => {
  const found = await resolver.lookupIPAddr(host);
  return { families: [...new Set(found.map(({ ip }) => (ip!.to4() === null ? "ip6" : "ip4")))] };
};

const temporary = (error: { isTemporary: boolean; temporary: () => boolean }) => ({
  error: { IsTemporary: error.isTemporary, Temporary: error.temporary() },
});

/** By the name of the row. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  "strict-0": strict(() => null),
  "strict-1": strict(({ name }) => (name.includes(".x.") ? "timeout" : null)),
  "strict-5": strict(({ name, type }) => (name === Y && type === dns.A ? onFire : null)),
  "strict-6": strict(({ name, type }) => (name === Y && type === dns.AAAA ? "timeout" : null)),
  "strict-txt": {
    handle: ({ name }) => (name === "test.x.golang.org." ? "timeout" : text),
    run: async (resolver) => ({ records: (await resolver.lookupTXT("test")).length }),
  },
  "orig-name": {
    handle: ({ name }) => (name === "doesnotexist.domain.servfail." ? SERVFAIL : NXDOMAIN),
    run: (resolver) => ips(resolver, "doesnotexist.domain"),
  },
  lame: {
    handle: ({ server }) =>
      server.startsWith("192.0.2.1:") ? { flags: 0x8100 } : { answers: [dns.a("192.0.2.1")] },
    run: async (resolver) => ({ ips: (await resolver.lookupIP("ip4", "www.golang.org")).map(String) }),
  },
  "lame-empty": {
    handle: ({ server }) =>
      server.startsWith("192.0.2.1:")
        ? { flags: 0x8100, additionals: [dns.opt()] }
        : { answers: [dns.a("192.0.2.1")] },
    run: async (resolver) => ({ ips: (await resolver.lookupIP("ip4", "empty.com")).map(String) }),
  },
  forgery: {
    handle: ({ id, question }) => [
      Uint8Array.from([1, 2, 3]),
      dns.message({ id: id ^ 1, question, answers: [dns.a("192.0.2.66")] }),
      dns.message({ id, question, answers: [dns.a("192.0.2.1")] }),
    ],
    run: async (resolver) => ({ answer: String((await resolver.lookupIP("ip4", "www.example.com."))[0]) }),
  },
  "tc-over-tcp": { handle: truncated, run: answers },
  "use-tcp": { conf: "options use-vc", handle: () => text, run: answers },
  "use-tcp-tc": { conf: "options use-vc", handle: truncated, run: answers },
  "servfail-temp": {
    handle: () => SERVFAIL,
    run: (resolver) => resolver.lookupTXT("golang.org.").catch(temporary),
  },
  nxdomain: { handle: () => NXDOMAIN, run: (resolver) => resolver.lookupTXT("golang.org.") },
  "nodata-once": {
    handle: () => ({ flags: dns.REPLY | dns.AUTHORITATIVE }),
    run: (resolver) => resolver.lookupTXT("."),
  },
  "retry-next-server": {
    handle: ({ server }) => (server.startsWith("192.0.2.1:") ? "timeout" : text),
    run: async (resolver) => ({ ok: (await resolver.lookupTXT("www.golang.org")).length === 1 }),
  },
  "rotate-off": { handle: () => text, run: servers },
  "rotate-on": { handle: () => text, run: servers },
  "single-request": {
    handle: async ({ type }) => {
      if (type !== dns.A) return { answers: [dns.aaaa(1)] };
      await new Promise((resolve) => setTimeout(resolve, 10));
      return { answers: [dns.a("192.0.2.1")] };
    },
    run: async (resolver, { asked, conns }) => {
      const lookup = resolver.lookupIPAddr("slowipv4.example.net");
      // By the time the first answer is under way, the second question would have been asked.
      await new Promise((resolve) => setImmediate(resolve));
      const atOnce = conns.length;
      await lookup;
      return {
        order: atOnce === 1 ? asked.map(({ type }) => (type === dns.A ? "A" : "AAAA")) : "in parallel",
      };
    },
  },
  "trust-ad-off": { handle: everyType, run: (r, server) => adOf(r, server, "notrustad.go.dev") },
  "trust-ad-on": { handle: everyType, run: (r, server) => adOf(r, server, "trustad.go.dev") },
  "edns0-size": {
    handle: everyType,
    run: async (resolver, { asked }) => {
      await resolver.lookupIPAddr("go.dev");
      const sizes = asked.map(({ rest }) => Buffer.from(rest));
      const right = sizes.every((opt) => opt.readUInt16BE(1) === dns.OPT && opt.readUInt16BE(3) === 1232);
      return { additional: right ? "one OPT, class (UDP size) 1232" : sizes };
    },
  },
  "ext-rcode": {
    handle: () => ({ answers: [dns.a("192.0.2.1")], additionals: [dns.opt(0x40)] }),
    run: (resolver) => ips(resolver, "go.dev."),
  },
  "null-mx": {
    handle: () => ({ answers: [dns.mx(0, ".")] }),
    run: async (resolver) => {
      const found = await resolver.lookupMX("golang.org");
      return { mx: found.map(({ host, pref }) => ({ Host: host, Pref: pref })) };
    },
  },
  "root-ns": {
    handle: () => ({ answers: [dns.named(dns.NS, "i.root-servers.net.")] }),
    run: async (resolver) => ({ ns: (await resolver.lookupNS(".")).map(({ host }) => host) }),
  },
  "txt-join": {
    handle: () => ({ answers: [dns.txt("string1 ", "string2"), dns.txt("onestring")] }),
    run: async (resolver) => ({ txt: await resolver.lookupTXT("golang.org") }),
  },
  "badname-mx": { handle: badNames((name) => dns.mx(1, name)), run: (r) => r.lookupMX("golang.org") },
  "badname-ns": {
    handle: badNames((name) => dns.named(dns.NS, name)),
    run: (r) => r.lookupNS("golang.org"),
  },
  "badname-ptr": {
    handle: badNames((name) => dns.named(dns.PTR, name)),
    run: (r) => r.lookupAddr("192.0.2.42"),
  },
  "longname-0": {
    handle: everyType,
    run: (resolver) => resolver.lookupCNAME(longName(255, ".go.dev.")).then((cname) => ({ cname })),
  },
  "longname-1": {
    handle: everyType,
    run: (r) => everything(r, longName(254, ".go.dev."), longName(254 - "_s._p.".length, ".go.dev.")),
  },
  "longname-3": {
    handle: everyType,
    run: (r) => everything(r, longName(253, ".go.dev"), longName(253 - "_s._p.".length, ".go.dev")),
  },
  "files-fallback files,dns": {
    hosts: "127.1.1.1 thor\n",
    handle: () => EMPTY,
    run: async (resolver) => ({
      thor: await resolver.lookupHost("thor"),
      notarealhost: await resolver.lookupHost("notarealhost").catch(() => "error"),
    }),
  },
  "search-ipv4.google.com.-50": {
    handle: onlyFor("ipv4.google.com.", dns.A, dns.a("192.0.2.1")),
    run: (resolver) => families(resolver, "ipv4.google.com."),
  },
  "search-ipv6.google.com-54": {
    handle: onlyFor("ipv6.google.com.", dns.AAAA, dns.aaaa(1)),
    run: (resolver) => families(resolver, "ipv6.google.com"),
  },
};
