// Forged replies, of every kind that differs from the true one in a field or more: none is believed.
// RAWCONN_FORGERIES=1000000 sends so many; every one of them arrives before the true answer.

import { describe, expect, it } from "vitest";
import { Resolver } from "rawconn";
import * as dns from "./messages.js";
import { generator, mutations } from "./mutations.js";
import { idOf, packetServer, questionOf, TRUTH, truth } from "./packet-server.js";
import { systemFiles } from "./system.js";

const COUNT = Number(process.env["RAWCONN_FORGERIES"] ?? 20_000);
const AT_ONCE = 32;
const PER_QUESTION = 50;

type Random = (below: number) => number;
type Forge = (query: Uint8Array, random: Random) => Uint8Array;

const poison = [dns.a("192.0.2.66")];
const forged = (query: Uint8Array, fields: dns.Message): Uint8Array =>
  dns.message({ id: idOf(query), question: questionOf(query), answers: poison, ...fields });

/** The question's bytes, one of them changed: `at` counts from the end where it is below zero. */
function withByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at < 0 ? copy.length + at : at] = value;
  return copy;
}

const forgeries: Record<string, Forge> = {
  number: (query, random) => forged(query, { id: idOf(query) ^ (1 + random(65535)) }),
  "number, one bit": (query, random) => forged(query, { id: idOf(query) ^ (1 << random(16)) }),
  "number, cut": (query, random) =>
    forged(query, { id: idOf(query) ^ (1 + random(65535)), flags: dns.REPLY | dns.TC }),
  "number, no such name": (query, random) =>
    forged(query, { id: idOf(query) ^ (1 + random(65535)), flags: dns.REPLY | dns.NXDOMAIN, answers: [] }),
  name: (query, random) => forged(query, { question: dns.question(`v${random(1000)}.test.`, dns.A) }),
  "name, one letter": (query) => forged(query, { question: withByte(questionOf(query), 1, 0x7e) }),
  "name, longer": (query) =>
    forged(query, { question: Buffer.concat([Uint8Array.of(1, 0x78), questionOf(query)]) }),
  "name, of the root": (query) => forged(query, { question: dns.question(".", dns.A) }),
  "name, a pointer": (query) => forged(query, { question: Buffer.concat([dns.POINTER, dns.u16(dns.A, 1)]) }),
  type: (query, random) => forged(query, { question: withByte(questionOf(query), -3, 2 + random(200)) }),
  class: (query, random) => forged(query, { question: withByte(questionOf(query), -1, 2 + random(200)) }),
  "direction bit": (query) => forged(query, { flags: 0x0100 }),
  "no question": (query) => forged(query, { question: new Uint8Array() }),
  "two questions": (query) => withByte(forged(query, {}), 5, 2),
  "records that lead outside": (query, random) => {
    const bytes = forged(query, {});
    return bytes.subarray(0, bytes.length - 1 - random(15));
  },
  "more records than there can be": (query, random) => withByte(forged(query, {}), 6, 1 + random(255)),
  "names that turn in circles": (query) =>
    forged(query, {
      answers: [dns.a("192.0.2.66", Uint8Array.of(0xc0, 12 + questionOf(query).length))],
    }),
  "an address of three bytes": (query) =>
    forged(query, { answers: [{ owner: dns.POINTER, type: dns.A, data: Uint8Array.of(192, 0, 2) }] }),
  "no header": (query, random) => forged(query, {}).subarray(0, random(12)),
  "the query itself": (query) => query,
  garbage: (_, random) => mutations(1, random(1e9)).next().value as Uint8Array,
};
const kinds = Object.entries(forgeries);

describe("forged replies", () => {
  it(
    `of ${kinds.length + 1} kinds, ${COUNT} of them, are not believed`,
    async () => {
      using _ = systemFiles({ resolvConf: "options timeout:60 attempts:1\n" });
      const random = generator(Number(process.env["RAWCONN_SEED"] ?? 11));
      const sent = { kinds: new Set<string>(), total: 0 };
      const note = (kind: string) => {
        sent.kinds.add(kind);
        sent.total++;
      };
      using server = await packetServer(async ({ query, from }, { socket, stranger }) => {
        for (let i = 0; i < PER_QUESTION; i++) {
          const k = random(kinds.length + 1);
          if (k === kinds.length) {
            // Right in all but where it comes from.
            await stranger.writeTo(forged(query, {}), from);
            note("source");
          } else {
            const [kind, forge] = kinds[k];
            await socket.writeTo(forge(query, random), from);
            note(kind);
          }
        }
        await socket.writeTo(truth(query), from);
      });
      const resolver = new Resolver({ servers: [server.address] });
      let asked = 0;
      const ask = async () => {
        while (sent.total < COUNT) {
          const found = await resolver.lookupIP("ip4", `victim${asked++}.test.`);
          expect(found.map(String)).toEqual([TRUTH]);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, ask));
      expect(sent.total).toBeGreaterThanOrEqual(COUNT);
      expect(sent.kinds.size).toBe(kinds.length + 1);
    },
    20_000 + COUNT / 2,
  );
});
