// Lines out of a socket: the `Scanner` and the `Reader` of `rawconn/io` beside `readline` of Node, round by round in one run.
//
//     node bench/lines.mjs [lines] [length]

import { spawn } from "node:child_process";
import { once } from "node:events";
import net from "node:net";
import { argv, cpuUsage, execPath } from "node:process";
import { createInterface } from "node:readline";
import { dial } from "rawconn";
import { Reader, Scanner } from "rawconn/io";

const ROUNDS = 7;
const [lines = 1_000_000, length = 40] = argv.slice(2).map(Number);
const SIZE = 65_536;

// Sends them to whoever connects, from a process of its own.
const SOURCE = `
const net = require("node:net");
const [lines, length] = [${lines}, ${length}];
const many = Math.max(1, Math.floor(${SIZE} / (length + 1)));
const block = Buffer.from(("x".repeat(length) + "\\n").repeat(many));
net.createServer((socket) => {
  let left = lines;
  const go = () => {
    while (left > 0) {
      const n = Math.min(left, many);
      left -= n;
      if (!socket.write(block.subarray(0, n * (length + 1)))) return void socket.once("drain", go);
    }
    socket.end();
  };
  go();
}).listen(0, "127.0.0.1", function () { console.log(this.address().port); });
process.stdin.resume().on("end", () => process.exit());
`;

/** @param {number} port */
const nodeLines = (port) => createInterface({ input: net.connect(port, "127.0.0.1"), crlfDelay: Infinity });

/**
 * What one of ours counts on a connection, which is closed then.
 * @param {(conn: import("rawconn").TCPConn) => Promise<number>} count
 */
const ours = (count) => async (/** @type {number} */ port) => {
  const conn = await dial("tcp", `127.0.0.1:${port}`);
  const found = await count(conn);
  conn.close();
  return found;
};

/** Each counts the characters of the lines that come from a port. @type {Record<string, (port: number) => Promise<number>>} */
const contestants = {
  "readline for await": async (port) => {
    let found = 0;
    for await (const line of nodeLines(port)) found += line.length;
    return found;
  },
  "Scanner  for await": ours(async (conn) => {
    let found = 0;
    for await (const line of new Scanner(conn)) found += line.length;
    return found;
  }),
  "Reader   await readString": ours(async (conn) => {
    const r = new Reader(conn, { size: SIZE });
    let found = 0;
    for (let line; (line = await r.readString("\n")) !== null;) found += line.length - 1;
    return found;
  }),
  "readline on line": async (port) => {
    let found = 0;
    const rl = nodeLines(port).on("line", (line) => void (found += line.length));
    await once(rl, "close");
    return found;
  },
  "Scanner  tryScan": ours(async (conn) => {
    const s = new Scanner(conn);
    let found = 0;
    while (await s.scan())
      do found += s.text().length;
      while (s.tryScan());
    return found;
  }),
  "Reader   tryReadString": ours(async (conn) => {
    const r = new Reader(conn, { size: SIZE });
    let found = 0;
    for (let line; (line = r.tryReadString("\n") ?? (await r.readString("\n"))) !== null;)
      found += line.length - 1;
    return found;
  }),
};

const source = spawn(execPath, ["-e", SOURCE], { stdio: ["pipe", "pipe", "inherit"] });
const port = Number(await new Promise((resolve) => source.stdout.once("data", resolve)));

/** Millions of lines per second of processor time, a figure for each round. @type {Record<string, number[]>} */
const figures = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
for (let round = 0; round <= ROUNDS; round++) {
  for (const [name, run] of Object.entries(contestants)) {
    const start = cpuUsage();
    const found = await run(port);
    const { user, system } = cpuUsage(start);
    if (found !== lines * length) throw new Error(`${name} lost something: ${found} of ${lines * length}`);
    // The first one is for the compiler.
    if (round > 0) figures[name]?.push(lines / (user + system));
  }
}
source.stdin.end();

const median = (/** @type {number[]} */ all) => all.toSorted((a, b) => a - b)[all.length >> 1] ?? NaN;
const rival = {
  await: median(figures["readline for await"] ?? []),
  event: median(figures["readline on line"] ?? []),
};
for (const [name, all] of Object.entries(figures)) {
  const ratio = median(all) / (/await/.test(name) ? rival.await : rival.event);
  console.log(
    `${name.padEnd(27)}${median(all).toFixed(2).padStart(7)} M lines/s of CPU  ${ratio.toFixed(2)} x readline`,
  );
}
