// A protocol of lines: ECHO text, TIME, QUIT. What it needs is a connection that reads and writes: TCP, Unix, TLS, a pipe.

import { Scanner } from "rawconn/io";

/**
 * Serves one client until he quits or goes. The connection stays the caller's.
 * @param {import("rawconn").TCPConn | import("rawconn").PipeConn} conn
 * @param {() => Date} [now] the clock
 */
export async function converse(conn, now = () => new Date()) {
  // A line has to end somewhere: who sends a longer one is refused, and costs no more memory than that.
  const lines = new Scanner(conn, { max: 1024 });
  try {
    for await (const line of lines) {
      // All but the first space is text, so that ECHO gives it back as it was.
      const [, command = "", text = ""] = /^(\S*) ?(.*)$/.exec(line) ?? [];
      switch (command.toUpperCase()) {
        case "ECHO":
          await conn.write(`${text}\n`);
          break;
        case "TIME":
          await conn.write(`${now().toISOString()}\n`);
          break;
        case "QUIT":
          await conn.write("bye\n");
          return;
        default:
          await conn.write(`? ${command}\n`);
      }
    }
  } catch (error) {
    if (/** @type {{ code?: string }} */ (error).code !== "ERR_TOO_LONG") throw error;
    await conn.write("! a line is too long\n");
  }
}
