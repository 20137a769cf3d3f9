// What carries questions and answers: packets larger than we offer to take, and Unix sockets of every kind.

import { describe, expect, it } from "vitest";
import { Dialer, Resolver, type ResolverDial } from "rawconn";
import { freshAddr, unixgram, unixPair } from "../support/unix.js";
import { framed, loopbackServer } from "./loopback-server.js";
import * as dns from "./messages.js";
import { idOf, questionOf, TRUTH, truth } from "./packet-server.js";
import { systemFiles } from "./system.js";

const over = () => {};

describe("an answer by UDP that is larger than we offered to take, and whole", () => {
  const many = Array.from({ length: 250 }, (_, i) => dns.a(`192.0.2.${i}`));
  const large = (query: Uint8Array) =>
    dns.message({ id: idOf(query), question: questionOf(query), answers: many });

  it.each(["servers", "dial"] as const)("is taken, by %s", async (way) => {
    using _ = systemFiles({ resolvConf: "options timeout:1 attempts:1\n" });
    using server = await loopbackServer((query, network) => (network === "udp" ? [large(query)] : []));
    const resolver = new Resolver({
      preferGo: true,
      ...(way === "dial" ? { dial: server.dial } : { servers: [server.address] }),
    });
    expect(await resolver.lookupIP("ip4", "large.test.")).toHaveLength(many.length);
  });
});

describe("a Unix connection", () => {
  const ask = async (dial: ResolverDial) => {
    using _ = systemFiles({ resolvConf: "options timeout:1 attempts:1\n" });
    return (await new Resolver({ preferGo: true, dial }).lookupIP("ip4", "x.test.")).map(String);
  };

  it("of datagrams carries bare messages", async () => {
    using server = await unixgram();
    const serve = async () => {
      const room = new Uint8Array(512);
      const { n, addr } = (await server.readFrom(room))!;
      await server.writeTo(truth(room.subarray(0, n)), addr!);
    };
    serve().catch(over);
    const dialer = new Dialer({ localAddr: freshAddr("unixgram") });
    expect(await ask(() => dialer.dial("unixgram", server.localAddr!.name))).toEqual([TRUTH]);
  });

  it.each([
    ["unixpacket", "bare messages", 0],
    ["unix", "messages with their lengths", 2],
  ] as const)("of %s carries %s", async (network, _, prefix) => {
    using pair = await unixPair(network);
    const serve = async () => {
      const room = new Uint8Array(512);
      const n = await pair.server.read(room);
      const message = truth(room.subarray(prefix, n!));
      await pair.server.write(prefix === 0 ? message : framed(message));
    };
    serve().catch(over);
    expect(await ask(async () => pair.client)).toEqual([TRUTH]);
  });
});

it("an abort right behind the answers comes too late, or is one", async () => {
  using _ = systemFiles({ resolvConf: "options timeout:1 attempts:1\n" });
  using server = await loopbackServer((query) => [truth(query)]);
  /** Aborts so many microtasks after the connection of this number was done with; what came of it, and how many there were. */
  const lookUp = async (last: number, microtasks: number) => {
    let done = 0;
    const aborter = new AbortController();
    const later = (left: number): void =>
      queueMicrotask(() => (left > 0 ? later(left - 1) : aborter.abort()));
    const dial: ResolverDial = async (...asked) => {
      const conn = await server.dial(...asked);
      const close = conn.close.bind(conn);
      const ended = () => {
        close();
        if (++done === last) later(microtasks);
      };
      return Object.assign(conn, { close: ended, [Symbol.dispose]: ended });
    };
    const resolver = new Resolver({ preferGo: true, dial });
    const said = resolver.lookupCNAME("x.test.", { signal: aborter.signal });
    const outcome = await said.catch((error: { code: string }) => error.code);
    return { outcome, done };
  };
  const { outcome, done } = await lookUp(Infinity, 0);
  expect(outcome).toBe("x.test.");
  for (let k = 0; k < 20; k++)
    expect(["ABORT_ERR", "x.test."], `after ${k}`).toContain((await lookUp(done, k)).outcome);
});
