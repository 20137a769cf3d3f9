// This library in worker threads that share a port, each with a listener of its own. Modes: workers-N; workers-N-core,
// in which the core that a connection comes from chooses the worker.
import { readlinkSync } from "node:fs";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { ListenConfig } from "rawconn";
import { attachReusePortCBPF, SO_REUSEPORT, SOL_SOCKET } from "rawconn/syscall";
import { attend, borrow, giveBack, mode } from "./control.mjs";

/** @typedef {import("rawconn").TCPConn} TCPConn */
/**
 * @typedef {object} Task
 * @property {number} port 0 for the first
 * @property {boolean} byCore
 * @property {boolean} isLast
 * @property {Int32Array} count connections accepted, its first element, for the main thread to read
 */
/** @typedef {{ port: number, tid: number }} Started */

const tell = parentPort === null ? () => {} : parentPort.postMessage.bind(parentPort);

/** Bytes for a count of its own: a cache line that two cores write to would be part of what is measured. */
const CACHE_LINES = 128;

/** Two instructions: load the number of the core that sees the packet, and return it. */
const coreNumber = [
  { op: 0x20, jt: 0, jf: 0, k: 0xfffff024 },
  { op: 0x16, jt: 0, jf: 0, k: 0 },
];

/** @param {TCPConn} conn */
async function replyOnce(conn) {
  const buf = borrow();
  const n = await conn.read(buf);
  if (n !== null) await conn.write(buf.subarray(0, n));
  giveBack(buf);
  conn.close();
}

/** @param {Task} task */
async function work({ port, byCore, isLast, count }) {
  const config = new ListenConfig({
    // Multipath TCP, which is on by default, takes no such program.
    multipathTCP: !byCore,
    control: (_network, _address, raw) => raw.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1),
  });
  const listener = await config.listen("tcp", `127.0.0.1:${port}`);
  if (byCore && isLast) attachReusePortCBPF(listener.syscallConn(), coreNumber);
  const tid = Number(readlinkSync("/proc/thread-self").split("/").at(-1));
  tell({ port: listener.addr?.port, tid });
  for await (const conn of listener) {
    count[0]++;
    void replyOnce(conn);
  }
}

/**
 * @param {Task} task
 * @returns {Promise<Started>}
 */
function start(task) {
  const worker = new Worker(new URL(import.meta.url), { workerData: task, argv: [mode] });
  worker.once("error", (error) => {
    throw error;
  });
  return new Promise((resolve) => {
    worker.once("message", resolve);
  });
}

/** One after the other: the order of their listening is their number. */
async function startAll() {
  const [, wanted, choice] = mode.split("-");
  /** @type {(Started & { count: Int32Array })[]} */
  const started = [];
  while (started.length < Number(wanted)) {
    const count = new Int32Array(new SharedArrayBuffer(CACHE_LINES));
    const isLast = started.length === Number(wanted) - 1;
    const port = started[0]?.port ?? 0;
    started.push({ ...(await start({ port, byCore: choice === "core", isLast, count })), count });
  }
  const workers = () => started.map(({ tid, count }) => ({ tid, count: count[0] }));
  attend(started[0].port, { requests: { workers } });
}

await (isMainThread ? startAll() : work(workerData));
