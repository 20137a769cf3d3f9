// A server that forges, cuts, turns in circles, stalls and lies, on loopback.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DNSError, Resolver } from "rawconn";
import { openDescriptors } from "../descriptors.js";
import { rejection } from "../support/outcome.js";
import { framed, loopbackServer, type Replies } from "./loopback-server.js";
import * as dns from "./messages.js";
import { generator, mutations } from "./mutations.js";
import { type SystemFiles, systemFiles } from "./system.js";

let files: SystemFiles;
beforeAll(() => {
  files = systemFiles({ resolvConf: "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n" });
});
afterAll(() => files[Symbol.dispose]());

const idOf = (query: Uint8Array) => (query[0] << 8) | query[1];
const questionOf = (query: Uint8Array) => query.slice(12, query.indexOf(0, 12) + 5);
const truth = (query: Uint8Array) =>
  dns.message({ id: idOf(query), question: questionOf(query), answers: [dns.a("192.0.2.1")] });
const poison = [dns.a("192.0.2.66")];

const ask = async (replies: Replies) => {
  using server = await loopbackServer(replies);
  const resolver = new Resolver({ preferGo: true, dial: server.dial });
  return (await resolver.lookupIP("ip4", "victim.test.")).map(String);
};

const forgeries: Record<string, (query: Uint8Array, random: (below: number) => number) => Uint8Array> = {
  number: (query, random) =>
    dns.message({ id: idOf(query) ^ (1 + random(65535)), question: questionOf(query), answers: poison }),
  name: (query, random) =>
    dns.message({
      id: idOf(query),
      question: dns.question(`v${random(1000)}.test.`, dns.A),
      answers: poison,
    }),
  type: (query, random) =>
    dns.message({
      id: idOf(query),
      question: dns.question("victim.test.", 2 + random(200)),
      answers: poison,
    }),
  class: (query, random) =>
    dns.message({
      id: idOf(query),
      question: dns.question("victim.test.", dns.A, 2 + random(200)),
      answers: poison,
    }),
  "direction bit": (query) =>
    dns.message({ id: idOf(query), flags: 0x0100, question: questionOf(query), answers: poison }),
  "number of questions": (query) =>
    dns.message({ id: idOf(query), question: new Uint8Array(), answers: poison }),
  "records that lead outside": (query) =>
    dns.message({ id: idOf(query), question: questionOf(query), answers: poison }).subarray(0, -1),
  "names that turn in circles": (query) =>
    dns.message({
      id: idOf(query),
      question: questionOf(query),
      answers: [dns.a("192.0.2.66", Uint8Array.of(0xc0, 12 + questionOf(query).length))],
    }),
  garbage: (_, random) => mutations(1, random(1e9)).next().value as Uint8Array,
};

describe("forged replies before the true one", () => {
  it.each(Object.entries(forgeries))("with a wrong %s are passed over", async (_, forge) => {
    const random = generator(7);
    const replies: Replies = (query) => [
      ...Array.from({ length: 50 }, () => forge(query, random)),
      truth(query),
    ];
    for (let i = 0; i < 5; i++) expect(await ask(replies)).toEqual(["192.0.2.1"]);
  });
});

describe("a packet that was cut", () => {
  const cut = (query: Uint8Array) =>
    dns.message({ id: idOf(query), flags: dns.REPLY | dns.TC, question: questionOf(query), answers: poison });

  it("is asked for again by TCP", async () => {
    const answer = await ask((query, network) => (network === "udp" ? [cut(query)] : [framed(truth(query))]));
    expect(answer).toEqual(["192.0.2.1"]);
  });

  it("may be cut within a record", async () => {
    const replies: Replies = (query, network) =>
      network === "udp" ? [cut(query).subarray(0, -3)] : [framed(truth(query))];
    expect(await ask(replies)).toEqual(["192.0.2.1"]);
  });

  it("is not used when TCP fails", async () => {
    const error = await rejection(ask((query, network) => (network === "udp" ? [cut(query)] : [])));
    expect(error).toMatchObject({ name: "DNSError", isTimeout: true });
  });
});

describe("a stream", () => {
  const cut = (query: Uint8Array) =>
    dns.message({ id: idOf(query), flags: dns.REPLY | dns.TC, question: questionOf(query) });
  const byTCP = (replies: (query: Uint8Array) => Uint8Array[]): Replies => {
    return (query, network) => (network === "udp" ? [cut(query)] : replies(query));
  };

  it("may come byte by byte", async () => {
    const answer = await ask(byTCP((query) => [...framed(truth(query))].map((byte) => Uint8Array.of(byte))));
    expect(answer).toEqual(["192.0.2.1"]);
  });

  it.each<[string, (query: Uint8Array) => Uint8Array[], string]>([
    ["no bytes", () => [Uint8Array.of(0, 0)], "invalid DNS response"],
    ["a foreign message", () => [framed(dns.message({}))], "invalid DNS response"],
    ["half a record", (query) => [framed(truth(query).subarray(0, -1))], "cannot unmarshal DNS message"],
  ])("with %s is an error", async (_, replies, err) => {
    expect(await rejection(ask(byTCP(replies)))).toMatchObject({
      name: "DNSError",
      err,
      server: "127.0.0.1:53",
    });
  });
});

describe("a server that says nothing", () => {
  it("is given up after the timeout, for each attempt, and leaves no descriptor", async () => {
    const before = openDescriptors()?.size;
    using server = await loopbackServer(() => []);
    const resolver = new Resolver({ preferGo: true, dial: server.dial });
    const during = openDescriptors()?.size;
    const started = performance.now();
    const error = await rejection<DNSError>(resolver.lookupTXT("x.test."));
    expect(performance.now() - started).toBeGreaterThanOrEqual(990);
    expect(error).toMatchObject({ isTimeout: true, isTemporary: true, server: "127.0.0.1:53" });
    expect(openDescriptors()?.size).toBe(during);
    expect(before).toBeLessThanOrEqual(during ?? 0);
  });

  it("is left at once when the caller aborts", async () => {
    using server = await loopbackServer(() => []);
    const resolver = new Resolver({ preferGo: true, dial: server.dial });
    const idle = openDescriptors()?.size;
    const over = new AbortController();
    const lookups = [
      resolver.lookupIPAddr("x.test.", { signal: over.signal }),
      resolver.lookupTXT("x.test.", { signal: over.signal }),
      resolver.lookupAddr("192.0.2.1", { signal: over.signal }),
    ].map(rejection);
    await until(() => server.ports.length === 4);
    over.abort();
    for (const error of await Promise.all(lookups))
      expect(error).toMatchObject({
        name: "DNSError",
        code: "ABORT_ERR",
        err: "operation was canceled",
        isTimeout: false,
      });
    await until(() => openDescriptors()?.size === idle);
  });

  it("is asked by each question from a socket of its own", async () => {
    using server = await loopbackServer((query) => [truth(query)]);
    const resolver = new Resolver({ preferGo: true, dial: server.dial });
    for (let i = 0; i < 20; i++) await resolver.lookupIP("ip4", `n${i}.test.`);
    expect(new Set(server.ports).size).toBeGreaterThan(15);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
