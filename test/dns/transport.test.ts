// What carries questions and answers: packets larger than we offer to take.

import { describe, expect, it } from "vitest";
import { Resolver } from "rawconn";
import { loopbackServer } from "./loopback-server.js";
import * as dns from "./messages.js";
import { idOf, questionOf } from "./packet-server.js";
import { systemFiles } from "./system.js";

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
