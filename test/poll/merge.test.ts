import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { merged } from "#lib/internal/poll/merge.js";

/** A piece of so many bytes, each of which tells which piece and where in it. */
const piece = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (seed * 31 + i) & 0xff);

const bytesOf = (pieces: readonly Uint8Array[]): Buffer => Buffer.concat(pieces);

describe("small pieces", () => {
  it("become one", () => {
    const pieces = [1, 64, 1024, 3].map(piece);
    const got = merged(pieces, 0, 0);
    expect(got).toHaveLength(1);
    expect(bytesOf(got).equals(bytesOf(pieces))).toBe(true);
  });

  it("stay between large ones, which are not copied", () => {
    const pieces = [8, 4096, 8, 8, 1025, 8].map(piece);
    const got = merged(pieces, 0, 0);
    expect(got.map(({ length }) => length)).toEqual([8, 4096, 16, 1025, 8]);
    expect(got[1]).toBe(pieces[1]);
    expect(got[3]).toBe(pieces[4]);
  });

  it("are not copied where there is no more room", () => {
    const pieces = Array.from({ length: 80 }, (_, i) => piece(1000, i));
    const got = merged(pieces, 0, 0);
    expect(got[0]).toHaveLength(65_000);
    expect(got.slice(1)).toEqual(pieces.slice(65));
  });

  it("that have gone in part stay what they are", () => {
    const pieces = [10, 10, 10].map(piece);
    const got = merged(pieces, 1, 4);
    expect(got[0]).toBe(pieces[1]);
    expect(bytesOf(got).equals(bytesOf(pieces.slice(1)))).toBe(true);
  });
});

it("are the same bytes in the same order, whatever they are", () => {
  const lengths = fc.array(fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 5000 })), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(lengths, fc.nat(), (sizes, from) => {
      const pieces = sizes.map(piece);
      const first = from % pieces.length;
      expect(bytesOf(merged(pieces, first, 0)).equals(bytesOf(pieces.slice(first)))).toBe(true);
    }),
    { numRuns: 300 },
  );
});
