// What is said of a host where one of its two questions fails and the other finds nothing.

import { describe, expect, it } from "vitest";
import { type DNSError, Resolver } from "rawconn";
import { rejection } from "../support/outcome.js";
import { type Answer, fakeServer } from "./fake-server.js";
import * as dns from "./messages.js";
import { systemFiles } from "./system.js";

const SERVFAIL: Answer = { flags: dns.REPLY | dns.SERVFAIL };

/** The error of a lookup where questions of `type` get `answer`, and others that there is nothing. */
async function failure(host: string, type: number, answer: Answer): Promise<DNSError> {
  using _ = systemFiles({ resolvConf: "options attempts:1\n" });
  const { dial } = fakeServer((asked) => (asked.type === type ? answer : { flags: dns.REPLY }));
  return await rejection<DNSError>(new Resolver({ preferGo: true, dial }).lookupHost(host));
}

const families: [string, number][] = [
  ["A", dns.A],
  ["AAAA", dns.AAAA],
];
const hosts = ["x.test", "x.test."];

describe.each(families)("a failure of %s alone", (_, type) => {
  it.each(hosts)("may pass: %s may exist", async (host) => {
    const error = await failure(host, type, SERVFAIL);
    expect(error).toMatchObject({ err: "server misbehaving", isTemporary: true, isNotFound: false });
  });

  it.each(hosts)("may be a timeout, of %s", async (host) => {
    expect(await failure(host, type, "timeout")).toMatchObject({ isTimeout: true, isNotFound: false });
  });
});

it("a host without any address does not exist", async () => {
  const error = await failure("x.test", dns.A, { flags: dns.REPLY | dns.NXDOMAIN });
  expect(error).toMatchObject({ err: "no such host", isTemporary: false, isNotFound: true });
});
