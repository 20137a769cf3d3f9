// The native calls that this library stands on, and nothing above them: no connections, no promises, no checks. What it
// costs is the least that any design over Node-API could, and what "ours" costs beyond it is the library's own.
// Modes: echo, unix, udp.
import { listen, listenPacket } from "rawconn";
import { attend, BUFFER, mode, path } from "./control.mjs";

/**
 * @typedef {object} Binding what is used of it
 * @property {(fd: number, p: Uint8Array) => number} recv
 * @property {(fd: number, p: Uint8Array, offset: number) => number} send
 * @property {(fd: number, p: Uint8Array, header: Uint8Array, flags: number) => number} recvmsg
 * @property {(fd: number, p: Uint8Array, header: Uint8Array, flags: number) => number} sendmsg
 * @property {(fd: number, address: Uint8Array) => number} accept
 * @property {(fd: number) => number} close
 * @property {new (callback: (count: number) => void, ring: Int32Array) => NativePoller} Poller
 */
/**
 * @typedef {object} NativePoller
 * @property {(fd: number, slot: number, generation: number, writes: number) => number} add
 * @property {() => void} ref
 */

const inner = new URL("../../dist/esm/internal/binding.js", import.meta.url).href;
const { binding, constant } = /** @type {{ binding: Binding, constant: (name: string) => number }} */ (
  await import(inner)
);

const WANTS_LOOP = 0;
const EVENTS = constant("POLLER_EVENTS");
const FIRST_SLOT = 1;
const NAME = 16;
const NAME_ROOM = 128;

const buf = new Uint8Array(BUFFER);
const ring = new Int32Array(constant("POLLER_WORDS"));
const poller = new binding.Poller(dispatch, ring);
/** Slot -> descriptor. */
const fds = new Int32Array(4096);
let next = FIRST_SLOT;
let count = 0;

/** @param {number} fd */
function watch(fd) {
  fds[next] = fd;
  if (poller.add(fd, next++, 0, 0) < 0) throw new Error(`cannot watch ${fd}`);
}

/** @type {(fd: number, slot: number) => void} */
let serve = echo;

/** @param {number} events */
function dispatch(events) {
  for (let i = 0; i < events; i++) {
    const slot = ring[EVENTS + 3 * i];
    serve(fds[slot], slot);
  }
}

/** @param {number} fd */
function echo(fd) {
  const n = binding.recv(fd, buf);
  if (n > 0) binding.send(fd, buf.subarray(0, n), 0);
  else if (n === 0) binding.close(fd);
}

const block = new Uint8Array(NAME + NAME_ROOM);
const words = new Int32Array(block.buffer, 0, 4);

/** @param {number} fd */
function echoPackets(fd) {
  for (;;) {
    words[0] = NAME_ROOM;
    const n = binding.recvmsg(fd, buf, block, 0);
    if (n < 0) return;
    binding.sendmsg(fd, buf.subarray(0, n), block, 0);
    count++;
  }
}

/** @param {Awaited<ReturnType<typeof listen>>} listener */
function acceptAll(listener) {
  const peer = new Uint8Array(NAME_ROOM);
  listener.syscallConn().control((fd) => {
    watch(fd);
    serve = (ready, slot) => {
      if (slot !== FIRST_SLOT) return echo(ready);
      for (let conn; (conn = binding.accept(fd, peer)) >= 0; count++) watch(conn);
    };
  });
}

ring[WANTS_LOOP] = 1;
poller.ref();
if (mode === "udp") {
  const conn = await listenPacket("udp", "127.0.0.1:0");
  serve = echoPackets;
  conn.syscallConn().control(watch);
  attend(Number(/** @type {{ port?: number }} */ (conn.localAddr).port), { count: () => count });
} else {
  const listener = await (mode === "unix" ? listen("unix", path) : listen("tcp", "127.0.0.1:0"));
  acceptAll(listener);
  attend(mode === "unix" ? path : Number(/** @type {{ port?: number }} */ (listener.addr).port), {
    count: () => count,
  });
}
