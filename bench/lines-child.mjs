// node bench/lines-child.mjs MODE PORT LINES LENGTH: on each line of stdin reads so many lines of so many characters from the
// port, and tells what that took of processor time, in nanoseconds a line.
import { once } from "node:events";
import net from "node:net";
import process from "node:process";
import { createInterface } from "node:readline";
import { dial } from "rawconn";
import { Reader, Scanner } from "rawconn/io";
import { cpuNanos } from "./measure.mjs";

const [mode, ...rest] = process.argv.slice(2);
const [port, lines, length] = rest.map(Number);
// Twice what Node reads at once: a Reader's buffer is as large as its owner wants it, and from here on it makes no difference.
const SIZE = 131_072;

const nodeLines = () => createInterface({ input: net.connect(port, "127.0.0.1"), crlfDelay: Infinity });

/**
 * What one of ours counts on a connection, which is closed then.
 * @param {(conn: import("rawconn").TCPConn) => Promise<number>} count
 */
const ours = (count) => async () => {
  const conn = await dial("tcp", `127.0.0.1:${port}`);
  const found = await count(conn);
  conn.close();
  return found;
};

/** Each counts the characters of the lines. @type {Record<string, () => Promise<number>>} */
const modes = {
  "readline, for await": async () => {
    let found = 0;
    for await (const line of nodeLines()) found += line.length;
    return found;
  },
  "Scanner, for await": ours(async (conn) => {
    let found = 0;
    for await (const line of new Scanner(conn)) found += line.length;
    return found;
  }),
  "Reader, await readString": ours(async (conn) => {
    const r = new Reader(conn, { size: SIZE });
    let found = 0;
    for (let line; (line = await r.readString("\n")) !== null;) found += line.length - 1;
    return found;
  }),
  "readline, on line": async () => {
    let found = 0;
    await once(
      nodeLines().on("line", (line) => void (found += line.length)),
      "close",
    );
    return found;
  },
  "Scanner, tryScan": ours(async (conn) => {
    const s = new Scanner(conn, { max: SIZE });
    let found = 0;
    while (await s.scan())
      do found += s.text().length;
      while (s.tryScan());
    return found;
  }),
  "Reader, tryReadString": ours(async (conn) => {
    const r = new Reader(conn, { size: SIZE });
    let found = 0;
    for (let line; (line = r.tryReadString("\n") ?? (await r.readString("\n"))) !== null;)
      found += line.length - 1;
    return found;
  }),
};

async function slice() {
  const before = cpuNanos(process.pid);
  const found = await modes[mode]();
  if (found !== lines * length) throw new Error(`something was lost: ${found} of ${lines * length}`);
  console.log((cpuNanos(process.pid) - before) / lines);
}

process.stdin.on("data", () => void slice()).on("end", () => process.exit());
