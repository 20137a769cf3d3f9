// What native code believes of a batch's block: nothing that it has not checked. Under a sanitizer a slip ends the process.

import { expect, it } from "vitest";
import { binding, constant } from "#lib/internal/binding.js";
import { datagramSocket } from "../internal/raw.js";

const WORDS = 12;
const HEADER = WORDS * 4;
const SOURCE = 144;
const CONTROL = 256;
const ROW = 16;
const DONTWAIT = constant("MSG_DONTWAIT");

/** Words by chance: small ones, those around a bound, and those that overflow. */
function words(): () => number {
  let state = 7;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
  const odd = [-1, -0x80000000, 0x7fffffff, 0x7ffffff8, 65536, 65535, 256, 257];
  return () => {
    const kind = (next() >>> 8) % 8;
    return kind === 0 ? odd[(next() >>> 8) % odd.length] : (next() >>> 8) % (kind < 5 ? 4 : 40);
  };
}

/** A block of so many bytes for so many sources and rows, all of it by chance but what makes it likely to be taken. */
function blockOf(word: () => number, sources: number, rows: number): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(HEADER + sources * (SOURCE + CONTROL) + rows * ROW);
  const all = new Int32Array(block.buffer);
  for (let i = 0; i < WORDS; i++) all[i] = word();
  // first, end, sources, size, control, messages, tail: mostly what may be.
  const likely = [0, rows, sources, word() % 40, 0, 1 + (Math.abs(word()) % sources), 0];
  for (const [i, value] of likely.entries()) if (word() !== 3) all[i] = value;
  for (let i = 0; i < sources; i++) all.set([word() % 20, word() % 2, word() & 1], (HEADER + i * SOURCE) / 4);
  const first = (HEADER + sources * (SOURCE + CONTROL)) / 4;
  for (let i = first; i < all.length; i++) all[i] = word();
  return block;
}

it("a block by chance is refused, or taken for what it says", () => {
  using socket = datagramSocket();
  using sender = datagramSocket();
  const address = new Uint8Array(16);
  binding.getsockname(socket.fd, address);
  binding.connect(sender.fd, address);
  const word = words();
  const counts = { refused: 0, failed: 0, taken: 0 };
  for (let round = 0; round < 20_000; round++) {
    const slab = new Uint8Array(Math.min(Math.max(0, word() * 8), 4096));
    const block = blockOf(word, (round % 3) + 1, (round >> 2) % 4);
    const before = new Int32Array(block.buffer).slice(0, WORDS);
    // Something to receive: a few bytes, more than there is room for as well.
    if (round % 2 === 0) binding.send(sender.fd, new Uint8Array(round % 50), 0);
    const call = round % 4 < 2 ? binding.recvmmsg : binding.sendmmsg;
    // Also of a connected socket, to nobody else.
    const fd = round % 4 < 2 ? socket.fd : sender.fd;
    if (round % 4 >= 2) new Int32Array(block.buffer)[9] = 0;
    try {
      const n = call(fd, slab, block, DONTWAIT);
      counts[n < 0 ? "failed" : "taken"]++;
      const [first, end] = round % 4 < 2 ? [0, n] : before;
      if (n > 0)
        expect([n <= Math.max(end - first, n), end <= (block.length - HEADER) / ROW]).toEqual([true, true]);
    } catch (error) {
      expect(error).toMatchObject({ name: "RangeError", code: "ERR_OUT_OF_RANGE" });
      counts.refused++;
    }
  }
  // Or nothing was tried.
  for (const count of [counts.refused, counts.taken]) expect(count).toBeGreaterThan(1000);
});

it("of many rows those that one call sends are looked at, and no others", () => {
  using socket = datagramSocket();
  using sender = datagramSocket();
  const address = new Uint8Array(16);
  binding.getsockname(socket.fd, address);
  binding.connect(sender.fd, address);
  const block = new Uint8Array(HEADER + SOURCE + CONTROL + 257 * ROW);
  const all = new Int32Array(block.buffer);
  all.set([0, 257, 1, 1]);
  // The last one lies outside of the slab.
  all[all.length - 4] = 8;
  all[all.length - 3] = 1;
  const send = () => binding.sendmmsg(sender.fd, new Uint8Array(8), block, DONTWAIT);
  expect(send()).toBe(256);
  all[0] = 256;
  expect(send).toThrow(expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }));
});

it.each([
  ["has no room for its words", (block: Uint8Array) => block.subarray(0, HEADER - 1)],
  ["has no room for its sources", (block: Uint8Array) => block.subarray(0, HEADER + SOURCE)],
  ["is not where a word may stand", (block: Uint8Array) => block.subarray(4)],
])("a block that %s is refused", (_, cut) => {
  using socket = datagramSocket();
  const block = new Uint8Array(1024);
  new Int32Array(block.buffer).set([0, 1, 1, 1, 0, 1]);
  for (const call of [binding.recvmmsg, binding.sendmmsg])
    expect(() => call(socket.fd, new Uint8Array(8), cut(block), 0)).toThrow(
      expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }),
    );
});
