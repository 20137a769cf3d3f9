// node bench/bridges.mjs [http] [echo] [--seconds S] [--times N]: what the bridges of rawconn/node cost, as processor time of the
// server per request or per chunk of 64 KB, against Node's own sockets.
import { connect } from "node:net";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Child, pinThread } from "./child.mjs";
import { cpuNanos } from "./measure.mjs";
import { pair, written } from "./paired.mjs";
import { judgeInterval } from "./stats.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: "string", default: "4" }, times: { type: "string", default: "20" } },
});
const settings = { seconds: Number(values.seconds), times: Number(values.times) };
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

/** @param {Group} group */
async function measure(group) {
  const modes = [group.base, ...Object.keys(group.others)];
  for (const { name, cost, ratio } of await pair(modes, (mode) => contestant(mode, group), settings)) {
    const most = group.others[name];
    const line = [name.padEnd(20), (cost / 1000).toFixed(2).padStart(7), "us per", group.unit];
    if (name !== group.base) line.push(` ${written(ratio)} of ${group.base}`);
    if (most) {
      const verdict = judgeInterval(ratio, most);
      line.push(`<= ${most}`, verdict);
      if (verdict === "FAIL") process.exitCode = 1;
    }
    console.log(line.join(" "));
  }
}

for (const [name, group] of Object.entries(groups)) {
  if (positionals.length === 0 || positionals.includes(name)) await measure(group);
}
