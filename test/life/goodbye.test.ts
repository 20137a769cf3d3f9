// What was written is on its way once `write` has returned and the kernel had room: also when very much else happened in the
// same turn of the loop, and whatever ends it then.

import { listen, listenUDP, UDPAddr } from "rawconn";
import { describe, expect, it } from "vitest";
import { poller } from "#lib/internal/poll/poller.js";
import { pair, readFull } from "../poll/pair.js";
import { end, start } from "./child.js";

/** As if enough had happened in this turn. */
function useUpTurn(): void {
  poller.turn = 0;
}

describe("what is written when a turn is used up", () => {
  it.each(["close", "closeWrite", "dispose"] as const)("goes before %s", async (way) => {
    using ends = await pair();
    const { near, far } = ends;
    useUpTurn();
    const writing = Promise.all([near.write("good"), near.write("bye")]);
    if (way === "dispose") near[Symbol.dispose]();
    else near[way]();
    expect(await writing).toEqual([4, 3]);
    expect((await readFull(far, 7)).toString()).toBe("goodbye");
    expect(await far.read(new Uint8Array(8))).toBeNull();
  });

  it.each(["close", "closeWrite"] as const)("goes before %s, however many calls it takes", async (way) => {
    using ends = await pair();
    const { near, far } = ends;
    useUpTurn();
    // More pieces than one call takes, and too large to be put together for it.
    const piece = "goodbye".repeat(15);
    const writing = near.writev(Array.from({ length: 3000 }, () => Buffer.from(piece)));
    near[way]();
    expect(await writing).toBe(3000 * piece.length);
    expect((await readFull(far, 3000 * piece.length)).toString()).toBe(piece.repeat(3000));
    expect(await far.read(new Uint8Array(8))).toBeNull();
  });

  it("goes before close, each datagram of it", async () => {
    using to = await listenUDP("udp", new UDPAddr({ ip: "127.0.0.1" }));
    using from = await listenUDP("udp", new UDPAddr({ ip: "127.0.0.1" }));
    useUpTurn();
    const writing = Promise.all(["a", "b", "c"].map((text) => from.writeTo(text, to.localAddr!)));
    from.close();
    expect(await writing).toEqual([1, 1, 1]);
    const p = new Uint8Array(8);
    for (const text of ["a", "b", "c"]) {
      const { n } = await to.readFrom(p);
      expect(Buffer.from(p.subarray(0, n)).toString()).toBe(text);
    }
  });
});

it("what is written to hundreds of connections goes before process.exit", async () => {
  const COUNT = 400;
  using listener = await listen("tcp", "127.0.0.1:0");
  const { port } = listener.addr as { port: number } & typeof listener.addr;
  const child = end(start("goodbye.mjs", [String(port), String(COUNT)]));
  const texts = Array.from({ length: COUNT }, async () => {
    using conn = await listener.accept();
    return (await readFull(conn, 7)).toString();
  });
  expect(new Set(await Promise.all(texts))).toEqual(new Set(["goodbye"]));
  expect(await child).toMatchObject({ code: 0, stderr: "" });
});
