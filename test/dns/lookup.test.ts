// The package's own functions: the default resolver's, by names that Go has.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  defaultResolver,
  lookupAddr,
  lookupCNAME,
  lookupHost,
  lookupIP,
  lookupMX,
  lookupNS,
  lookupPort,
  lookupSRV,
  lookupTXT,
} from "rawconn";
import { rejection } from "../support/outcome.js";
import { type FakeServer, fakeServer } from "./fake-server.js";
import * as dns from "./messages.js";
import { type SystemFiles, systemFiles } from "./system.js";

const answers: Readonly<Record<number, dns.WireRecord[]>> = {
  [dns.A]: [dns.a("192.0.2.1")],
  [dns.AAAA]: [dns.aaaa(1)],
  [dns.MX]: [dns.mx(10, "mx.test.")],
  [dns.NS]: [dns.named(dns.NS, "ns.test.")],
  [dns.SRV]: [dns.srv(1, 2, 3, "s.test.")],
  [dns.TXT]: [dns.txt("text")],
  [dns.PTR]: [dns.named(dns.PTR, "name.test.")],
};

let files: SystemFiles;
let server: FakeServer;
beforeEach(() => {
  files = systemFiles({});
  server = fakeServer(({ type }) => ({ answers: answers[type] ?? [] }));
  defaultResolver.dial = server.dial;
  defaultResolver.preferGo = true;
});
afterEach(() => {
  defaultResolver.dial = undefined;
  defaultResolver.preferGo = false;
  files[Symbol.dispose]();
});

describe("the functions of the package", () => {
  it("ask as the default resolver does", async () => {
    expect((await lookupHost("x.test.")).sort()).toEqual(["192.0.2.1", "2001:db8::1"]);
    expect((await lookupIP("x.test.")).map(String).sort()).toEqual(["192.0.2.1", "2001:db8::1"]);
    expect(await lookupMX("x.test.")).toEqual([{ host: "mx.test.", pref: 10 }]);
    expect(await lookupNS("x.test.")).toEqual([{ host: "ns.test." }]);
    expect(await lookupTXT("x.test.")).toEqual(["text"]);
    expect(await lookupAddr("192.0.2.1")).toEqual(["name.test."]);
    expect(await lookupCNAME("x.test.")).toBe("x.test.");
    expect(await lookupSRV("sip", "tcp", "x.test.")).toEqual({
      cname: "_sip._tcp.x.test.",
      addrs: [{ target: "s.test.", port: 3, priority: 1, weight: 2 }],
    });
    expect(await lookupPort("tcp", "http")).toBe(80);
    expect(await defaultResolver.lookupPort("udp", "domain")).toBe(53);
    expect(server.asked.length).toBe(12);
  });

  it("heed the default resolver's fields", async () => {
    const lame = fakeServer(({ type }) =>
      type === dns.A ? { flags: dns.REPLY | dns.SERVFAIL } : { answers: [dns.aaaa(1)] },
    );
    defaultResolver.dial = lame.dial;
    expect(await lookupHost("x.test.")).toEqual(["2001:db8::1"]);
    defaultResolver.strictErrors = true;
    try {
      expect(await rejection(lookupHost("x.test."))).toMatchObject({ err: "server misbehaving" });
    } finally {
      defaultResolver.strictErrors = false;
    }
  });

  it("take a signal", async () => {
    const looking = { signal: AbortSignal.abort() };
    const all = [lookupHost, lookupIP, lookupMX, lookupNS, lookupTXT, lookupAddr, lookupCNAME];
    for (const lookup of all)
      expect(await rejection(lookup("192.0.2.1", looking))).toMatchObject({ code: "ABORT_ERR" });
    expect(await rejection(lookupSRV("a", "b", "c", looking))).toMatchObject({ code: "ABORT_ERR" });
    expect(server.asked).toEqual([]);
  });
});
