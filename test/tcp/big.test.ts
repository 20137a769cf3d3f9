// A transfer larger than every buffer on its way, hashed on both sides.

import { createHash, randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { pair } from "../support/pair.js";

const MiB = 1 << 20;
const SIZE = 64 * MiB;

it.each([1, 17 * 1024 + 1, MiB, SIZE])(
  "64 MiB arrive unchanged, written in parts of %i bytes",
  async (part) => {
    using ends = await pair();
    // A small part times out the test long before 64 MiB are through, so there are fewer of them.
    const size = part === 1 ? 20_000 : SIZE;
    const block = randomBytes(Math.min(size, part));
    const [sent, received] = [createHash("sha256"), createHash("sha256")];
    const writing = (async () => {
      for (let at = 0; at < size; at += part) {
        const p = block.subarray(0, Math.min(part, size - at));
        sent.update(p);
        expect(await ends.client.write(p)).toBe(p.length);
      }
      ends.client.closeWrite();
    })();
    const p = new Uint8Array(256 * 1024);
    let total = 0;
    for (let n; (n = await ends.server.read(p)) !== null; total += n) received.update(p.subarray(0, n));
    await writing;
    expect(total).toBe(size);
    expect(received.digest("hex")).toBe(sent.digest("hex"));
  },
);

it("both directions carry 32 MiB at once", async () => {
  using ends = await pair();
  const size = 32 * MiB;
  const block = randomBytes(size);
  const hash = (p: Uint8Array) => createHash("sha256").update(p).digest("hex");
  const readAll = async (conn: typeof ends.client) => {
    const all = new Uint8Array(size);
    for (let at = 0; at < size;) at += (await conn.read(all.subarray(at)))!;
    return hash(all);
  };
  const [, , a, b] = await Promise.all([
    ends.client.write(block),
    ends.server.write(block),
    readAll(ends.client),
    readAll(ends.server),
  ]);
  expect([a, b]).toEqual([hash(block), hash(block)]);
});
