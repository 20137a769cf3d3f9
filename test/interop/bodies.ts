// Bodies of a hundred megabytes, made as they go and hashed as they come.

import { createHash } from "node:crypto";
import type { RequestListener } from "node:http";
import { Readable } from "node:stream";
import { pattern } from "../node/bytes.js";

/** How long a large body is, in bytes. */
export const LARGE = 100_000_000;

const PIECE = pattern(1_000_000);

function* pieces(seed: number): Generator<Buffer> {
  for (let i = 0; i < LARGE / PIECE.length; i++) {
    const piece = Buffer.from(PIECE);
    // No two pieces are alike, so that none can be lost or swapped unseen.
    piece.writeUInt32LE(seed * 1000 + i, 0);
    yield piece;
  }
}

/** A large body; another seed makes another. */
export const largeBody = (seed: number): Readable => Readable.from(pieces(seed), { objectMode: false });

/** SHA-256 of all that comes. */
export async function hashOf(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of body) hash.update(piece);
  return hash.digest("hex");
}

/** What a large body hashes to. */
export const hashOfLarge = (seed: number): Promise<string> => hashOf(pieces(seed));

/** Answers a request with the hash of what it brought, or `/large` with a large body of seed 2. */
export const hashing: RequestListener = (request, response) => {
  if (request.url === "/large") {
    response.setHeader("content-length", LARGE);
    largeBody(2).pipe(response);
    return;
  }
  void hashOf(request).then(
    (hash) => response.end(hash),
    (error: Error) => response.destroy(error),
  );
};
