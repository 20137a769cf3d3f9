// node bench/rtt.mjs [--count 1000] [--rounds 3] [--block 50]
//
// How right the times of a ping are whose event loop is blocked: ours beside ping(8) of iputils, each against what
// tcpdump saw of the same packets on the same link. Makes two network namespaces, so it needs root.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { execPath } from "node:process";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const TARGET = "10.9.1.2";
const INTERVAL = 10;
// What the goals ask for, in microseconds: the difference of the medians, and of what 99 % stay below.
const BARS = { median: 20, p99: 15 };
const spaces = [`rtt-near-${process.pid}`, `rtt-far-${process.pid}`];
const [near, far] = /** @type {[string, string]} */ (spaces);

/** @param {string[]} args */
const ip = (...args) => execFileSync("ip", args, { stdio: ["ignore", "ignore", "inherit"] });
/** @param {string[]} args */
const inNear = (...args) => ["netns", "exec", near, ...args];

function lay() {
  for (const name of spaces) ip("netns", "add", name);
  ip("link", "add", "n0", "netns", near, "type", "veth", "peer", "name", "f0", "netns", far);
  for (const [name, device, addr] of [
    [near, "n0", "10.9.1.1/24"],
    [far, "f0", `${TARGET}/24`],
  ]) {
    ip("-n", name, "addr", "add", addr, "dev", device);
    ip("-n", name, "link", "set", device, "up");
  }
  ip(...inNear("sysctl", "-qw", "net.ipv4.ping_group_range=0 2147483647"));
  ip(...inNear("ping", "-c", "2", "-i", "0.2", TARGET));
}

/**
 * Runs a ping, and a sniffer beside it.
 * @param {string[]} command
 * @param {RegExp} answer its groups are a sequence number and a time
 * @param {number} unit microseconds
 * @returns {Promise<number[]>} by how many microseconds each time was wrong, above zero for too long
 */
async function errorsOf(command, answer, unit) {
  const dump = [
    "tcpdump",
    "-i",
    "n0",
    "-n",
    "-tt",
    "--time-stamp-precision=nano",
    "--immediate-mode",
    "-l",
    "icmp",
  ];
  const sniffer = spawn("ip", inNear(...dump), { stdio: ["ignore", "pipe", "pipe"] });
  const seen = text(sniffer.stdout);
  const notes = createInterface({ input: sniffer.stderr });
  await once(notes, "line");
  const ping = spawn("ip", inNear(...command), { stdio: ["ignore", "pipe", "inherit"] });
  const told = await text(ping.stdout);
  sniffer.kill("SIGINT");
  const wire = onWire(await seen);
  return [...told.matchAll(answer)].flatMap(([, seq, time]) => {
    const { request, reply } = wire.get(Number(seq)) ?? {};
    return request === undefined || reply === undefined ? [] : [Number(time) * unit - (reply - request)];
  });
}

/**
 * Seconds and nanoseconds are told apart: together they are more than a number holds.
 * @param {string} dump
 */
function onWire(dump) {
  /** @type {Map<number, { request?: number, reply?: number }>} */
  const found = new Map();
  let zero = NaN;
  for (const [, seconds, nanos, what, number] of dump.matchAll(
    /^(\d+)\.(\d{9}) .* echo (request|reply),.* seq (\d+),/gm,
  )) {
    if (Number.isNaN(zero)) zero = Number(seconds);
    const at = (Number(seconds) - zero) * 1e6 + Number(nanos) / 1000;
    const seq = Number(number);
    const entry = found.get(seq) ?? {};
    found.set(seq, { ...entry, [what]: at });
  }
  return found;
}

/** @param {number[]} errors */
function figures(errors) {
  const sorted = [...errors].sort((a, b) => a - b);
  const sizes = errors.map(Math.abs).sort((a, b) => a - b);
  const at = (/** @type {number[]} */ list, /** @type {number} */ share) =>
    list[Math.min(Math.floor(share * list.length), list.length - 1)] ?? NaN;
  return { count: errors.length, median: at(sorted, 0.5), p99: at(sizes, 0.99), max: sizes.at(-1) ?? NaN };
}

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "1000" },
    rounds: { type: "string", default: "3" },
    block: { type: "string", default: "50" },
  },
});
const child = fileURLToPath(new URL("rtt-child.mjs", import.meta.url));
const contestants = {
  iputils: () =>
    errorsOf(
      ["ping", "-n", "-c", values.count, "-i", String(INTERVAL / 1000), TARGET],
      /icmp_seq=(\d+) ttl=\d+ time=(\S+) ms/g,
      1000,
    ),
  ours: () =>
    errorsOf([execPath, child, TARGET, values.count, String(INTERVAL), values.block], /^(\d+) (\S+)$/gm, 1),
};

try {
  lay();
  /** @type {Record<string, number[]>} */
  const all = { iputils: [], ours: [] };
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [name, run] of Object.entries(contestants)) all[name]?.push(...(await run()));
  console.log(
    `error of the round-trip time in us, our event loop blocked ${values.block} ms after every fifth request`,
  );
  console.log("          answers   median      p99      max");
  const results = Object.fromEntries(Object.entries(all).map(([name, errors]) => [name, figures(errors)]));
  for (const [name, { count, median, p99, max }] of Object.entries(results))
    console.log(
      name.padEnd(8) +
        [count, median, p99, max].map((n) => n.toFixed(n === count ? 0 : 1).padStart(9)).join(""),
    );
  for (const [figure, bar] of /** @type {["median" | "p99", number][]} */ (Object.entries(BARS))) {
    const apart = (results.ours?.[figure] ?? NaN) - (results.iputils?.[figure] ?? NaN);
    const isKept = Math.abs(apart) <= bar || apart < 0;
    console.log(
      `${isKept ? "PASS" : "FAIL"}  ${figure}: ours ${apart.toFixed(1)} us from that of iputils, at most ${bar}`,
    );
    if (!isKept) process.exitCode = 1;
  }
} finally {
  for (const name of spaces) ip("netns", "delete", name);
}
