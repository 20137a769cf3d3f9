// A life that ends in the middle: `exit.mjs STEP [CODE]` calls process.exit at the named step, with whatever waits then.
// `exit.mjs STEP CODE worker` does so in a worker, which then ends alone.

import { isMainThread, Worker } from "node:worker_threads";

const [step = "", code = "0", where] = process.argv.slice(2);
if (isMainThread && where === "worker") {
  const worker = new Worker(new URL(import.meta.url), { argv: [step, code] });
  worker.once("exit", (ending) => (process.exitCode = ending));
} else {
  await live();
}

/** @param {string} here */
function at(here) {
  if (here === step) process.exit(Number(code));
}

async function live() {
  at("before the import");
  const { dial, Dialer, listen, ListenConfig } = await import("rawconn");
  at("after the import");
  await new ListenConfig({ control: () => at("in the hook of a listener") }).listen("tcp", "127.0.0.1:0");
  const listener = await listen("tcp", "127.0.0.1:0");
  const address = String(listener.addr);
  at("with a listener");
  const accepting = listener.accept();
  at("while an accept waits");
  const dialer = new Dialer({ timeout: 10_000, control: () => at("in the hook of a dialer") });
  const dialing = dialer.dial("tcp", address);
  at("while a dial waits");
  const [near, far] = await Promise.all([dialing, accepting]);
  at("with a connection");
  const p = new Uint8Array(16);
  void near.read(p).then(() => at("when a read is over"));
  at("while a read waits");
  void near.read(new Uint8Array(16)).catch(() => at("when close has ended a read"));
  void near.write(new Uint8Array(64 << 20)).catch(() => at("when close has ended a write"));
  at("while a write waits");
  near.setDeadline(Date.now() + 3_600_000);
  at("with a deadline");
  far.setReadDeadline(Date.now() + 5);
  await drain(far);
  at("when a deadline has passed");
  await far.write("x");
  const many = await Promise.all(
    Array.from({ length: 50 }, () => Promise.all([dial("tcp", address), listener.accept()])),
  );
  const reads = many.map(([one]) => one.read(new Uint8Array(1)).then(() => at("in the middle of a batch")));
  for (const [, other] of many) void other.write("x");
  at("with much going on");
  setImmediate(() => at("in an immediate"));
  setTimeout(() => at("in a timer"), 1);
  await new Promise((resolve) => {
    setTimeout(resolve, 10);
  });
  await Promise.all(reads);
  near.close();
  at("after a close");
  for (const conn of many.flat()) conn.close();
  far.close();
  listener.close();
  process.once("exit", () => at("in an exit listener"));
  process.once("beforeExit", () => at("before the end"));
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  at("when all is closed");
}

/** @param {import("rawconn").TCPConn} conn */
async function drain(conn) {
  try {
    for (;;) await conn.read(new Uint8Array(1 << 16));
  } catch {
    // Its deadline.
  }
}
