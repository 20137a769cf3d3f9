// Servers that others have written: what they say, by UDP and by TCP, is what their zones say.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DNSError, Resolver } from "rawconn";
import { rejection } from "../support/outcome.js";
import { noServers, OWN_ZONE, type RealServers, realServers, ZONE } from "./real-servers.js";
import { systemFiles } from "./system.js";
import { BIG } from "./zone.js";

const sorted = (values: readonly unknown[]) => values.map(String).sort();

describe.skipIf(noServers !== null)("real servers", () => {
  let servers: RealServers;
  beforeAll(async () => {
    servers = await realServers();
  });
  afterAll(() => servers?.[Symbol.asyncDispose]());

  const ways: [what: string, server: "nsd" | "unbound", zone: string][] = [
    ["nsd, of its own zone", "nsd", ZONE],
    ["unbound, of nsd's zone", "unbound", ZONE],
    ["unbound, of its own zone", "unbound", OWN_ZONE],
  ];

  describe.each(["edns0", "use-vc"])("asked with the option %s", (option) => {
    describe.each(ways)("%s", (_, server, zone) => {
      const asked = async <T>(ask: (resolver: Resolver) => Promise<T>): Promise<T> => {
        using _ = systemFiles({ resolvConf: `options ${option}\n` });
        return await ask(new Resolver({ servers: [servers[server]] }));
      };

      it("A and AAAA, of a name and of one that leads there", async () => {
        for (const name of [`www.${zone}`, `alias.${zone}`]) {
          const all = await asked((resolver) => resolver.lookupHost(name));
          expect(sorted(all)).toEqual(["192.0.2.1", "192.0.2.2", "2001:db8::1"]);
          const four = await asked((resolver) => resolver.lookupIP("ip4", name));
          expect(sorted(four)).toEqual(["192.0.2.1", "192.0.2.2"]);
          const six = await asked((resolver) => resolver.lookupNetIP("ip6", name));
          expect(sorted(six)).toEqual(["2001:db8::1"]);
        }
      });

      it("one family where there is no other", async () => {
        expect(await asked((resolver) => resolver.lookupHost(`only4.${zone}`))).toEqual(["192.0.2.4"]);
        expect(await asked((resolver) => resolver.lookupHost(`only6.${zone}`))).toEqual(["2001:db8::6"]);
      });

      it("CNAME", async () => {
        expect(await asked((resolver) => resolver.lookupCNAME(`alias.${zone}`))).toBe(`www.${zone}`);
        expect(await asked((resolver) => resolver.lookupCNAME(`only6.${zone}`))).toBe(`only6.${zone}`);
      });

      it("MX, the preferred first", async () => {
        expect(await asked((resolver) => resolver.lookupMX(zone))).toEqual([
          { host: `mail1.${zone}`, pref: 10 },
          { host: `mail2.${zone}`, pref: 20 },
        ]);
      });

      it("NS", async () => {
        const found = await asked((resolver) => resolver.lookupNS(zone));
        expect(sorted(found.map(({ host }) => host))).toEqual([`ns1.${zone}`, `ns2.${zone}`]);
      });

      it("SRV, by priority", async () => {
        const expected = {
          cname: `_sip._tcp.${zone}`,
          addrs: [
            { target: `only4.${zone}`, port: 5060, priority: 10, weight: 5 },
            { target: `only6.${zone}`, port: 5061, priority: 20, weight: 0 },
          ],
        };
        expect(await asked((resolver) => resolver.lookupSRV("sip", "tcp", zone))).toEqual(expected);
      });

      it("TXT, in one piece", async () => {
        expect(await asked((resolver) => resolver.lookupTXT(zone))).toEqual(["one and two; three"]);
      });

      it("and what does not fit into a packet, whole", async () => {
        const texts = await asked((resolver) => resolver.lookupTXT(`big.${zone}`));
        expect(texts.map((text) => text.trimEnd()).sort()).toEqual(
          Array.from({ length: BIG }, (_each, i) => String(i).padEnd(200, "x")).sort(),
        );
      });

      it("that a name, or a record of it, does not exist", async () => {
        for (const name of [`nosuch.${zone}`, `only4.${zone}`]) {
          const error = await rejection<DNSError>(asked((resolver) => resolver.lookupTXT(name)));
          expect(error).toMatchObject({ isNotFound: true, err: "no such host", server: servers[server] });
        }
      });

      it("a crowd of names at once", async () => {
        const names = Array.from({ length: 300 }, (_each, i) => `n${i}.wild.${zone}`);
        const found = await asked((resolver) =>
          Promise.all(names.map((name) => resolver.lookupIP("ip4", name))),
        );
        expect(new Set(found.map(String))).toEqual(new Set(["192.0.2.9"]));
      });
    });

    it.each(["nsd", "unbound"] as const)("%s, the names of addresses", async (server) => {
      using _ = systemFiles({ resolvConf: `options ${option}\n` });
      const resolver = new Resolver({ servers: [servers[server]] });
      expect(sorted(await resolver.lookupAddr("192.0.2.1"))).toEqual([`web.${ZONE}`, `www.${ZONE}`]);
      expect(await resolver.lookupAddr("2001:db8::1")).toEqual([`www.${ZONE}`]);
      expect(await rejection(resolver.lookupAddr("192.0.2.200"))).toMatchObject({ isNotFound: true });
    });
  });

  it("local data, and what is refused", async () => {
    using _ = systemFiles({});
    const resolver = new Resolver({ servers: [servers.unbound] });
    expect(await resolver.lookupHost("plain.local.test.")).toEqual(["192.0.2.77"]);
    expect(await resolver.lookupTXT("plain.local.test.")).toEqual(["of local data"]);
    expect(await rejection(resolver.lookupHost("elsewhere.example."))).toMatchObject({
      err: "server misbehaving",
      isNotFound: false,
      server: servers.unbound,
    });
  });

  it("the next one, where the first does not listen", async () => {
    using _ = systemFiles({ resolvConf: "options attempts:1\n" });
    const closed = servers.nsd.replace(/:\d+$/, ":1");
    const resolver = new Resolver({ servers: [closed, servers.nsd] });
    expect(await resolver.lookupHost(`only4.${ZONE}`)).toEqual(["192.0.2.4"]);
    const error = await rejection<DNSError>(new Resolver({ servers: [closed] }).lookupTXT("x.test."));
    expect(error.message).toMatch(
      new RegExp(`^lookup x.test. on ${closed}: read udp [\\d.]+:\\d+->${closed}: read: connection refused$`),
    );
  });

  it("in the suffixes of the search list", async () => {
    using _ = systemFiles({ resolvConf: `search elsewhere.local.test ${ZONE}\n` });
    const resolver = new Resolver({ servers: [servers.unbound] });
    expect(await resolver.lookupHost("only4")).toEqual(["192.0.2.4"]);
    expect(await resolver.lookupCNAME("alias")).toBe(`www.${ZONE}`);
  });
});
