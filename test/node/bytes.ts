// What the tests of this folder say to each other over a connection.

import { once } from "node:events";
import type { Duplex } from "node:stream";
import type { StreamConn } from "rawconn/node";

/** Everything until the end of a connection. */
export async function readAll(conn: Pick<StreamConn, "read">): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let p = Buffer.alloc(65536), n; (n = await conn.read(p)) !== null;)
    pieces.push(Buffer.from(p.subarray(0, n)));
  return Buffer.concat(pieces);
}

/** One read, as text. */
export async function readText(conn: Pick<StreamConn, "read">): Promise<string | null> {
  const p = Buffer.alloc(65536);
  const n = await conn.read(p);
  return n === null ? null : p.toString("utf8", 0, n);
}

/** The next bytes of a stream, as text. */
export async function nextText(stream: Duplex): Promise<string> {
  const [chunk] = (await once(stream, "data")) as [Buffer];
  return chunk.toString();
}

/** Bytes that tell where they stand, so that a lost or swapped one is seen. */
export function pattern(length: number): Buffer {
  const p = Buffer.alloc(length);
  for (let i = 0; i + 4 <= length; i += 4) p.writeUInt32LE((i * 2654435761) >>> 0, i);
  return p;
}
