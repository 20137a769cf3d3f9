import { describe, expect, it } from "vitest";
import { type UnixConn, type UnixListenNetwork } from "rawconn";
import { constant } from "#lib/internal/binding.js";
import { rejection } from "../support/outcome.js";
import { freshAddr, unixPair } from "../support/unix.js";
import { conformance, type Ends } from "./suite.js";

const MSG_TRUNC = constant("MSG_TRUNC");

/** A pair with the dialed or the accepted end first, and a name for the dialed one, or none. */
function maker(network: UnixListenNetwork, first: "dialed" | "accepted", named: boolean) {
  return async (): Promise<Ends> => {
    const ends = await unixPair(network, named ? freshAddr(network) : null);
    const [a, b] = first === "dialed" ? [ends.client, ends.server] : [ends.server, ends.client];
    return { a, b, stop: () => ends[Symbol.dispose]() };
  };
}

// A record goes whole or not at all, and has to fit into the send buffer: so 1 MiB in one write is a stream's alone.
const traits = { unix: {}, unixpacket: { record: 65536 } };

for (const network of ["unix", "unixpacket"] as const) {
  for (const first of ["dialed", "accepted"] as const) {
    describe(`a UnixConn of ${network}, ${first}`, () =>
      conformance(maker(network, first, first === "accepted"), traits[network]));
  }
}

describe("a UnixConn of unixpacket, where records differ from a stream", () => {
  const text = async (conn: UnixConn, room = 64) => {
    const p = Buffer.alloc(room);
    const n = await conn.read(p);
    return n === null ? null : p.toString("latin1", 0, n);
  };

  it("one read takes one record, however many are there", async () => {
    using ends = await unixPair("unixpacket");
    const { client, server } = ends;
    await Promise.all([client.write("one"), client.write("two"), client.write("three")]);
    expect([await text(server), await text(server), await text(server)]).toEqual(["one", "two", "three"]);
  });

  it("what a record has beyond the room for it is lost", async () => {
    using ends = await unixPair("unixpacket");
    await ends.client.write("abcdef");
    await ends.client.write("next");
    expect(await text(ends.server, 4)).toBe("abcd");
    expect(await text(ends.server)).toBe("next");
  });

  it("readFrom tells that a record was cut, and readMsgUnix by its flags", async () => {
    using ends = await unixPair("unixpacket");
    const { client, server } = ends;
    for (let i = 0; i < 4; i++) await client.write("abcdef");
    expect(await server.readFrom(new Uint8Array(6))).toMatchObject({ n: 6, truncated: false });
    expect(await server.readFrom(new Uint8Array(5))).toMatchObject({ n: 5, truncated: true });
    const cut = async (room: number) => {
      const { n, flags } = (await server.readMsgUnix(new Uint8Array(room), new Uint8Array(0)))!;
      return { n, cut: (flags & MSG_TRUNC) !== 0 };
    };
    expect(await cut(6)).toEqual({ n: 6, cut: false });
    expect(await cut(5)).toEqual({ n: 5, cut: true });
  });

  it("a record that no buffer holds is refused whole, and the next one goes", async () => {
    using ends = await unixPair("unixpacket");
    const { client, server } = ends;
    const error = await rejection(client.write(new Uint8Array(16 << 20)));
    expect(error).toMatchObject({ op: "write", code: "EMSGSIZE", n: 0 });
    await client.write("small");
    expect(await text(server)).toBe("small");
  });

  // As in Go: recv(2) says zero both times.
  it("an empty record cannot be told from the end by a read", async () => {
    using ends = await unixPair("unixpacket");
    await ends.client.write("");
    await ends.client.write("after");
    expect(await text(ends.server)).toBeNull();
    expect(await text(ends.server)).toBe("after");
  });

  it("records that came before the end are read before it", async () => {
    using ends = await unixPair("unixpacket");
    const { client, server } = ends;
    await client.write("last");
    client.close();
    expect(await text(server)).toBe("last");
    expect(await text(server)).toBeNull();
    expect(await server.readFrom(new Uint8Array(8))).toBeNull();
    expect(await server.readMsgUnix(new Uint8Array(8), new Uint8Array(64))).toBeNull();
  });
});
