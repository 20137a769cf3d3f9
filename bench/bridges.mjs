// node bench/bridges.mjs [--rounds N] [--seconds S]: what the bridges of rawconn/node cost, as CPU of the server per request or
// per chunk of 64 KB, against Node's own sockets in interleaved rounds.
import { connect } from "node:net";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Child, pinThread } from "./child.mjs";
import { cpuNanos } from "./measure.mjs";
import { summarize } from "./stats.mjs";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "9" }, seconds: { type: "string", default: "1" } },
});
const rounds = Number(values.rounds);
const milliseconds = Number(values.seconds) * 1000;
const script = fileURLToPath(new URL("servers/bridges.mjs", import.meta.url));
const pinned = availableParallelism() > 1;
if (pinned) pinThread(process.pid, 0);

const REQUEST = Buffer.from("GET / HTTP/1.1\r\nHost: bench\r\n\r\n");
const CHUNK = Buffer.alloc(65536, "x");

/** What is sent over and over on so many connections: the next when the answer to the last is whole. */
const groups = {
  http: {
    conns: 16,
    send: REQUEST,
    base: "http node",
    unit: "request",
    others: ["http toSocket", "http toDuplex"],
  },
  echo: {
    conns: 4,
    send: CHUNK,
    base: "echo node",
    unit: "64 KB",
    others: ["echo conn", "echo toDuplex", "echo toWeb, pipeTo", "echo toWeb, BYOB"],
  },
};

/**
 * A connection that asks as long as it may, and counts answers. The first tells how long they are: `size` 0.
 * @param {number} port
 * @param {Buffer} send
 */
async function asker(port, send) {
  const socket = connect(port, "127.0.0.1").setNoDelay();
  let [size, left, answers] = [send === CHUNK ? CHUNK.length : 0, 0, 0];
  /** @type {(() => void) | null} */
  let idle = null;
  let asks = false;
  socket.on("data", (piece) => {
    size ||= piece.length;
    left -= piece.length;
    if (left > 0) return;
    answers++;
    if (asks) next();
    else idle?.();
  });
  const next = () => {
    left = size;
    socket.write(send);
  };
  await new Promise((resolve) => socket.once("connect", resolve));
  return {
    /** @param {number} ms */
    async run(ms) {
      answers = 0;
      asks = true;
      next();
      await new Promise((resolve) => setTimeout(resolve, ms));
      const over = new Promise((resolve) => (idle = () => resolve(undefined)));
      asks = false;
      await over;
      return answers;
    },
    end: () => socket.destroy(),
  };
}

/** @param {string} mode @param {(typeof groups)[keyof typeof groups]} group */
async function contestant(mode, { conns, send }) {
  const server = new Child([process.execPath, script, mode], { title: mode, core: pinned ? 1 : null });
  const port = Number(await server.line(30_000));
  const askers = await Promise.all(Array.from({ length: conns }, () => asker(port, send)));
  /** @param {number} ms CPU nanoseconds per answer */
  const round = async (ms) => {
    const before = cpuNanos(server.pid);
    const answers = await Promise.all(askers.map((one) => one.run(ms)));
    return (cpuNanos(server.pid) - before) / answers.reduce((sum, n) => sum + n, 0);
  };
  await round(milliseconds);
  return {
    mode,
    /** @type {number[]} */ samples: [],
    round,
    async stop() {
      for (const one of askers) one.end();
      await server.stop();
    },
  };
}

for (const group of Object.values(groups)) {
  const all = [];
  for (const mode of [group.base, ...group.others]) all.push(await contestant(mode, group));
  for (let i = 0; i < rounds; i++) {
    for (const one of all) one.samples.push(await one.round(milliseconds));
  }
  const base = all[0].samples;
  for (const { mode, samples } of all) {
    const { median, spread, min } = summarize(samples);
    const ratio = summarize(samples.map((ns, i) => ns / base[i])).median;
    // Whatever else runs on the machine only ever adds: the least is the nearest to the cost itself.
    const least = min / summarize(base).min;
    console.log(
      `${mode.padEnd(20)} ${(median / 1000).toFixed(2).padStart(7)} us per ${group.unit}, least ` +
        `${(min / 1000).toFixed(2)}; of ${group.base} ${ratio.toFixed(3)}, least ${least.toFixed(3)}; ` +
        `spread ${(spread * 100).toFixed(1)} %`,
    );
  }
  for (const one of all) await one.stop();
}
