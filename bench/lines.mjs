// Lines out of a socket: the `Scanner` and the `Reader` of `rawconn/io` beside `readline` of Node, in processor time a line.
//
//     node bench/lines.mjs [lines] [length] [--seconds S] [--times N]

import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Child } from "./child.mjs";
import { pair } from "./paired.mjs";
import { judgeInterval } from "./stats.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: "string", default: "4" }, times: { type: "string", default: "10" } },
});
// So many that the dial, and whatever else a connection costs once, are no part of a line: of 500,000 they were up to a twelfth.
const [lines = 2_000_000, length = 40] = positionals.map(Number);
const script = fileURLToPath(new URL("lines-child.mjs", import.meta.url));
const core = availableParallelism() > 1 ? availableParallelism() - 1 : null;

// Sends them to whoever connects, from a process of its own.
const SOURCE = `
const net = require("node:net");
const many = Math.max(1, Math.floor(65_536 / (${length} + 1)));
const block = Buffer.from(("x".repeat(${length}) + "\\n").repeat(many));
net.createServer((socket) => {
  let left = ${lines};
  const go = () => {
    while (left > 0) {
      const n = Math.min(left, many);
      left -= n;
      if (!socket.write(block.subarray(0, n * (${length} + 1)))) return void socket.once("drain", go);
    }
    socket.end();
  };
  go();
}).listen(0, "127.0.0.1", function () { console.log(this.address().port); });
process.stdin.resume().on("end", () => process.exit());
`;

/** Whom each is held against, and how many times as fast it has to be; 0: not judged. */
const groups = {
  "readline, on line": { "Scanner, tryScan": 3, "Reader, tryReadString": 3 },
  "readline, for await": {
    "Scanner, tryScan": 3,
    "Reader, tryReadString": 3,
    "Scanner, for await": 0,
    "Reader, await readString": 0,
  },
};

const source = new Child([process.execPath, "-e", SOURCE], { title: "source", core });
const port = await source.line(10_000);

/** @param {string} mode */
async function contestant(mode) {
  const argv = [process.execPath, script, mode, port, String(lines), String(length)];
  const child = new Child(argv, { title: mode, core });
  return {
    slice: async () => Number(await child.ask("go")),
    stop: () => child.stop(),
  };
}

for (const [rival, others] of Object.entries(groups)) {
  const settings = { times: Number(values.times), seconds: Number(values.seconds) };
  for (const { name, cost, ratio } of await pair([rival, ...Object.keys(others)], contestant, settings)) {
    const line = [name.padEnd(24), cost.toFixed(1).padStart(6), "ns a line"];
    const least = /** @type {Record<string, number>} */ (others)[name];
    if (name !== rival) {
      const [median, low, high] = [ratio.median, ratio.high, ratio.low].map((x) => (1 / x).toFixed(2));
      line.push(` ${median} [${low}, ${high}] x ${rival}`);
    }
    if (least > 0) line.push(`>= ${least}`, judgeInterval(ratio, 1 / least));
    console.log(line.join(" "));
  }
}
await source.stop();
