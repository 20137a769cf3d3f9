// node bench/bridges.mjs [http] [echo] [--seconds S] [--servers N]: what the bridges of rawconn/node cost, as processor time of
// the server per request or per chunk of 64 KB, against Node's own sockets.
//
// The machine is never quiet, and two processes of one program differ by some percent for as long as they live. So nothing is
// compared with what comes much later: slices of some 30 ms go A B C, A B C, and the ratios of each round count. And each
// contestant has several servers, one after the other: the ratio that they agree on is judged, by its confidence interval.
import { connect } from "node:net";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Child, pinThread } from "./child.mjs";
import { cpuNanos } from "./measure.mjs";
import { judgeInterval, medianInterval, summarize } from "./stats.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: "string", default: "5" }, servers: { type: "string", default: "12" } },
});
const [seconds, servers] = [Number(values.seconds), Number(values.servers)];
// Slices, until the compiler is done.
const WARM = 12;
const AGAIN = ", again";
const script = fileURLToPath(new URL("servers/bridges.mjs", import.meta.url));
// Both ends on one core, where they take turns: a server that is woken over and over by another core finds now one request,
// now five, and pays for it.
const core = availableParallelism() > 1 ? availableParallelism() - 1 : null;
if (core !== null) pinThread(process.pid, core);

const REQUEST = Buffer.from("GET / HTTP/1.1\r\nHost: bench\r\n\r\n");
const CHUNK = Buffer.alloc(65536, "x");

/**
 * @typedef {object} Group what is sent over and over on so many connections: the next when the answer to the last is whole
 * @property {number} conns
 * @property {Buffer} send
 * @property {number} answers of each connection in a slice
 * @property {string} unit
 * @property {string} base
 * @property {Record<string, number | null>} others the most that each may cost, as a multiple of the base; null: not judged
 */

/** @type {Record<string, Group>} */
const groups = {
  http: {
    conns: 16,
    send: REQUEST,
    answers: 50,
    unit: "request",
    base: "http node",
    // The base again, by a server of its own, tells what the figures of the others are worth.
    others: { [`http node${AGAIN}`]: null, "http toSocket": 1.03, "http toDuplex": 1.3 },
  },
  echo: {
    conns: 4,
    send: CHUNK,
    answers: 50,
    unit: "64 KB",
    base: "echo node",
    others: {
      "echo conn": null,
      "echo toDuplex": null,
      "echo toWeb, pipeTo": null,
      "echo toWeb, BYOB": null,
    },
  },
};

/**
 * A connection that asks a number of times. The first answer tells how long they are: `size` 0.
 * @param {number} port
 * @param {Buffer} send
 */
async function asker(port, send) {
  const socket = connect(port, "127.0.0.1").setNoDelay();
  let [size, left, answers] = [send === CHUNK ? CHUNK.length : 0, 0, 0];
  let done = () => {};
  socket.on("data", (piece) => {
    size ||= piece.length;
    left -= piece.length;
    if (left > 0) return;
    if (--answers > 0) next();
    else done();
  });
  const next = () => {
    left = size;
    socket.write(send);
  };
  await new Promise((resolve) => socket.once("connect", resolve));
  return {
    /** @param {number} n */
    ask: (n) =>
      new Promise((resolve) => {
        done = () => resolve(undefined);
        answers = n;
        next();
      }),
    end: () => socket.destroy(),
  };
}

/** @param {string} mode @param {Group} group */
async function contestant(mode, { conns, send, answers }) {
  const argv = [process.execPath, script, mode.replace(AGAIN, "")];
  const server = new Child(argv, { title: mode, core });
  const port = Number(await server.line(30_000));
  const askers = await Promise.all(Array.from({ length: conns }, () => asker(port, send)));
  return {
    /** Nanoseconds of the server's for an answer. */
    async slice() {
      const before = cpuNanos(server.pid);
      await Promise.all(askers.map((one) => one.ask(answers)));
      return (cpuNanos(server.pid) - before) / (conns * answers);
    },
    async stop() {
      for (const one of askers) one.end();
      await server.stop();
    },
  };
}

/** @typedef {{ cost: number, ratio: number }} Figure nanoseconds, and as a multiple of those of the first; medians both */

/**
 * One server of each mode, for so long.
 * @param {readonly string[]} modes
 * @param {Group} group
 * @returns {Promise<Figure[]>}
 */
async function generation(modes, group) {
  const all = await Promise.all(modes.map((mode) => contestant(mode, group)));
  for (let i = 0; i < WARM; i++) for (const one of all) await one.slice();
  /** @type {number[][]} */
  const rounds = [];
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until) {
    const costs = [];
    for (const one of all) costs.push(await one.slice());
    rounds.push(costs);
  }
  for (const one of all) await one.stop();
  const median = (/** @type {number[]} */ samples) => summarize(samples).median;
  return modes.map((_, i) => ({
    cost: median(rounds.map((costs) => costs[i])),
    ratio: median(rounds.map((costs) => costs[i] / costs[0])),
  }));
}

/** @param {Group} group */
async function measure(group) {
  const modes = [group.base, ...Object.keys(group.others)];
  /** @type {Figure[][]} */
  const generations = [];
  for (let i = 0; i < servers; i++) generations.push(await generation(modes, group));
  for (const [i, mode] of modes.entries()) {
    const cost = summarize(generations.map((figures) => figures[i].cost)).median;
    const interval = medianInterval(generations.map((figures) => figures[i].ratio));
    const most = group.others[mode];
    const line = [mode.padEnd(20), (cost / 1000).toFixed(2).padStart(7), "us per", group.unit];
    if (i > 0) line.push(` ${written(interval)} of ${group.base}`);
    if (most) {
      const verdict = judgeInterval(interval, most);
      line.push(`<= ${most}`, verdict);
      if (verdict === "FAIL") process.exitCode = 1;
    }
    console.log(line.join(" "));
  }
}

/** @param {ReturnType<typeof medianInterval>} interval */
const written = ({ median, low, high }) => `${median.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;

for (const [name, group] of Object.entries(groups)) {
  if (positionals.length === 0 || positionals.includes(name)) await measure(group);
}
