// What every JavaScript contestant does beside serving: tell where it is, obey the runner's lines on stdin.
import process from "node:process";
import { GCProfiler, getHeapStatistics } from "node:v8";

/** Buffer size, the same for every contestant that has a say in it. */
export const BUFFER = 65536;

/** The mode asked for on the command line. */
export const mode = process.argv[2] ?? "echo";

/** A path to listen on, for the mode that does not listen on a port. */
export const path = process.argv[3] ?? "";

/** What a burst consists of: each message is filled with its number. */
export const messages = Array.from({ length: 32 }, (_, i) => new Uint8Array(64).fill(i));

/**
 * The port that the first two bytes of a connection name, in network order, when it is to be passed on.
 * @param {Uint8Array} head
 */
export const portIn = (head) => (head[0] << 8) | head[1];

/** @type {Uint8Array[]} */
const spare = [];

/** A buffer for a connection of a few bytes: 64 KB of zeros for each would measure the allocator. */
export const borrow = () => spare.pop() ?? new Uint8Array(BUFFER);

/** @param {Uint8Array} buf one that was borrowed and is no longer read into */
export const giveBack = (buf) => spare.push(buf);

const heapInUse = () => getHeapStatistics().used_heap_size;

/** The collector behind `--expose-gc`, or nothing when the runtime was not started with it. */
function exposedCollector() {
  return /** @type {{ gc?: () => void }} */ (globalThis).gc ?? (() => {});
}

/** Counts the bytes that V8 allocates; other engines tell of no collections, so that theirs mean nothing. */
export class AllocationCounter {
  #profiler = new GCProfiler();
  #start = 0;

  start() {
    this.#profiler = new GCProfiler();
    this.#profiler.start();
    this.#start = heapInUse();
  }

  /** Bytes since `start`: what the heap grew by up to each collection, and since the last. */
  stop() {
    let last = this.#start;
    let sum = 0;
    for (const { beforeGC, afterGC } of this.#profiler.stop().statistics) {
      sum += beforeGC.heapStatistics.usedHeapSize - last;
      last = afterGC.heapStatistics.usedHeapSize;
    }
    return sum + heapInUse() - last;
  }
}

/**
 * Prints `at`, a port or a path, as the first line, then answers one line of JSON for one line of stdin.
 * `count`: connections accepted so far; `gc`: collects fully, and starts to count allocations; `allocated`:
 * bytes since then; `heap`: bytes in use; anything else goes to `requests`.
 * The process ends with stdin, so that a contestant never outlives its runner.
 *
 * @param {number | string} at
 * @param {{ count?: () => number, collect?: () => void, requests?: Record<string, () => unknown> }} [answers]
 */
export function attend(at, { count = () => 0, collect = exposedCollector(), requests = {} } = {}) {
  const counter = new AllocationCounter();
  const gc = () => {
    collect();
    counter.start();
    return "ok";
  };
  /** @type {Record<string, () => unknown>} */
  const table = { count, gc, heap: heapInUse, allocated: () => counter.stop(), ...requests };
  const answer = async (/** @type {string} */ line) => {
    process.stdout.write(`${JSON.stringify((await table[line]?.()) ?? null)}\n`);
  };
  let partial = "";
  process.stdin.setEncoding("utf8");
  process.stdin.on("data", (/** @type {string} */ text) => {
    const lines = (partial + text).split("\n");
    partial = lines.pop() ?? "";
    for (const line of lines) void answer(line);
  });
  process.stdin.on("end", () => process.exit(0));
  process.stdout.write(`${at}\n`);
}
