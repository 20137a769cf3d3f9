// The ways that datagrams may take: joined by the kernel where it can, one by one in one call, and one call each. Whoever uses
// batches must not be able to tell.

import { listenUDP, MessageBatch, type MessageBatchFields, UDPAddr, type UDPConn } from "rawconn";
import { binding, constant } from "#lib/internal/binding.js";
import { errno } from "#lib/errors/index.js";
import { disposeOf } from "../support/pair.js";

/** A way, and how to have it taken. */
export interface Way {
  readonly name: string;
  readonly joins: boolean;
  batch(fields?: Partial<MessageBatchFields>): MessageBatch<UDPAddr>;
  run<T>(body: () => Promise<T>): Promise<T>;
}

const ROOM = { messages: 64, size: 2048 };
const batchOf =
  (offload: boolean) =>
  (fields: Partial<MessageBatchFields> = {}) =>
    new MessageBatch<UDPAddr>({ ...ROOM, offload, ...fields });

/** Why datagrams are never joined here; null when they are. */
export const noJoining = binding.constants["UDP_GRO"] === undefined ? "this system has no UDP_GRO" : null;
if (noJoining !== null) console.log(`datagrams stay apart: ${noJoining}`);

const plain: Way = {
  name: "one by one in one call",
  joins: false,
  batch: batchOf(false),
  run: (body) => body(),
};
const joined: Way = { ...plain, name: "joined", joins: noJoining === null, batch: batchOf(true) };
const loop: Way = {
  ...plain,
  name: "one call each",
  run: withoutBatches,
};

/** As on a system that has neither of the two calls. One of them must be missed, or nothing was tried. */
async function withoutBatches<T>(body: () => Promise<T>): Promise<T> {
  const { recvmmsg, sendmmsg } = binding;
  let missed = 0;
  const missing = () => (missed++, -errno("ENOSYS"));
  Object.assign(binding, { recvmmsg: missing, sendmmsg: missing });
  let result: T;
  try {
    result = await body();
  } finally {
    Object.assign(binding, { recvmmsg, sendmmsg });
  }
  if (missed === 0) throw new Error("nothing moved a batch");
  return result;
}

export const ways: readonly Way[] = [joined, plain, loop];

/** Two sockets of one host; the second has room for what the first sends. */
export interface Both {
  from: UDPConn;
  to: UDPConn;
}

export interface Ends extends Both, Disposable {}

export const here = (host = "127.0.0.1") => listenUDP("udp", new UDPAddr({ ip: host }));

export async function ends(host = "127.0.0.1"): Promise<Ends> {
  const [from, to] = [await here(host), await here(host)];
  to.setReadBuffer(1 << 22);
  return { from, to, [Symbol.dispose]: () => disposeOf(from, to) };
}

/** Lets datagrams between two sockets be joined from now on, if that is the way: a run of them makes it so. */
export async function prime(way: Way, { from, to }: Both): Promise<void> {
  const batch = way.batch();
  for (let i = 0; i < 16; i++) batch.push(new Uint8Array(32), to.localAddr);
  await from.writeBatch(batch);
  await received(to, way.batch(), 16);
  if (isJoining(to) !== way.joins) throw new Error(`${way.name}: joining is ${isJoining(to)}`);
}

/** Whether the kernel joins what arrives at a socket. */
export function isJoining(conn: UDPConn): boolean {
  if (noJoining !== null) return false;
  return conn.syscallConn().getsockopt(constant("SOL_UDP"), constant("UDP_GRO")) === 1;
}

/** What a message is, for comparing. */
export interface Seen {
  data: string;
  addr: string;
  truncated: boolean;
}

export const seen = (batch: MessageBatch<UDPAddr>, i: number): Seen => ({
  data: Buffer.from(batch.data(i)).toString("latin1"),
  addr: String(batch.addr(i)),
  truncated: batch.truncated(i),
});

/** So many messages, however many reads that takes. */
export async function received(conn: UDPConn, batch: MessageBatch<UDPAddr>, count: number): Promise<Seen[]> {
  const all: Seen[] = [];
  while (all.length < count) {
    const n = await conn.readBatch(batch);
    if (n !== batch.length || n < 1 || n > batch.messages)
      throw new Error(`${n} messages of ${batch.length}`);
    for (let i = 0; i < n; i++) all.push(seen(batch, i));
  }
  return all;
}

/** A text of so many characters, unlike others. */
export const text = (length: number, seed: number): string => {
  const unit = `${seed}.`;
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
};
