// What it costs to set a read deadline on a live connection with a read parked on it.
// Mode `ours` is this library's setReadDeadline, mode `node` is socket.setTimeout of node:net.
import { connect, createServer } from "node:net";
import { once } from "node:events";
import { attend, mode } from "./control.mjs";

const CALLS = 1_000_000;

function cpuNanos() {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

/**
 * Mean nanoseconds of one call of `body`, in processor time: other work on the machine is not ours.
 * @param {(i: number) => void} body
 */
function nsPerCall(body) {
  const start = cpuNanos();
  for (let i = 0; i < CALLS; i++) body(i);
  return (cpuNanos() - start) / CALLS;
}

let sink = 0;
const readClock = () => {
  sink += Date.now();
};

/** @param {number} port */
async function ours(port) {
  const { dial } = await import("rawconn");
  const conn = await dial("tcp", `127.0.0.1:${port}`);
  conn.read(new Uint8Array(1)).catch(() => {});
  return () => {
    const base = Date.now() + 60_000;
    const call = nsPerCall((i) => conn.setReadDeadline(base + (i & 1023)));
    const now = nsPerCall(() => conn.setReadDeadline(Date.now() + 1000));
    const clock = nsPerCall(readClock);
    conn.setReadDeadline(null);
    return { call, now, clock };
  };
}

/**
 * socket.setTimeout takes a span, so its "now + 1 s" is a constant; a varying one is dearer, a list per span.
 * @param {number} port
 */
async function node(port) {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.on("data", () => {});
  return () => {
    const call = nsPerCall((i) => socket.setTimeout(60_000 + (i & 1023)));
    const now = nsPerCall(() => socket.setTimeout(1000));
    const clock = nsPerCall(readClock);
    socket.setTimeout(0);
    return { call, now, clock };
  };
}

const server = createServer((socket) => socket.on("error", () => {}));
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
const round = await (mode === "node" ? node : ours)(port);
attend(port, { requests: { round, sink: () => sink } });
