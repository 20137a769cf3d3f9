// Messages of bytes, each with its length in front (4 bytes, the greatest first), and none longer than 1 KiB. The answer to a
// message is its SHA-256.
//
//     node examples/frames/server.mjs [ADDRESS]
//     node examples/frames/client.mjs 127.0.0.1:8080 one two three

import { createHash } from "node:crypto";
import { listen } from "rawconn";
import { FrameReader, FrameWriter } from "rawconn/io";

/** Both ends need the same. Without a cap, four bytes of a stranger would ask for 4 GiB. */
const FRAMES = /** @type {const} */ ({ prefix: 4, max: 1024 });

/** @param {import("rawconn").TCPConn} conn */
async function serve(conn) {
  try {
    const answers = new FrameWriter(conn, FRAMES);
    // A frame is a view into the reader's buffer, and good until the next one is asked for.
    for await (const message of new FrameReader(conn, FRAMES))
      await answers.write(createHash("sha256").update(message).digest());
  } catch (error) {
    // Too long, or cut in the middle: what follows cannot be told apart any more, so the connection is of no use.
    console.log(`${String(conn.remoteAddr)}: ${String(/** @type {{ code?: string }} */ (error).code)}`);
  } finally {
    conn.close();
  }
}

const listener = await listen("tcp", process.argv[2] ?? "127.0.0.1:8080");
console.log(`listening on ${String(listener.addr)}`);
for await (const conn of listener) void serve(conn);
