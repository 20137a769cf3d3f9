// udp(7) UDP_SEGMENT, UDP_GRO; Documentation/networking/segmentation-offloads.rst
import { binding } from "../binding.js";
import { errno } from "../../errors/index.js";
import { EAGAIN } from "../poll/ops.js";
import { READ } from "../poll/poller.js";
import { BatchTable, JOINED, MAX_CALL, MAX_JOINED, MESSAGES, TAIL, TOGETHER } from "./batch-table.js";
import { cutControl } from "./control.js";
import type { MessageBlock } from "./message-block.js";
import type { NetFD } from "./net-fd.js";
import { options, tryGetBytes, tryGetInt, trySetInt } from "./options.js";
import { udpCodec } from "./sockaddr-inet.js";

// The most control data that is kept of one message.
const CONTROL = 4096;

const { MSG_CTRUNC = 0, MSG_ERRQUEUE = 0, MSG_PEEK = 0, MSG_TRUNC = 0 } = binding.constants;

// The longest that fits an IPv4 packet.
const LONGEST = 65507;
// So many datagrams of one sender and length in a row make joining them worth while.
const RUN = 8;
// How often it is tried to find a moment without datagrams on their way.
const MAX_DRAINS = 64;
// So many messages are looked at: each one is found by passing all those before.
const MAX_LOOKS = 1024;
// What the kernel counts a message as beside its bytes: no less than this.
const LEAST = 512;

const EMSGSIZE = -errno("EMSGSIZE");
// How the kernel says that it, the route or the device does not divide datagrams; some of it may have another reason.
const refusals = new Set(
  (["EIO", "EINVAL", "EMSGSIZE", "ENOPROTOOPT", "EOPNOTSUPP"] as const).map((name) => -errno(name)),
);

/** A datagram, and all that belongs to it. */
interface Datagram {
  readonly bytes: Uint8Array;
  readonly name: Uint8Array;
  readonly control: Uint8Array;
  readonly flags: number;
}

/** What came as one, and was not asked for yet: datagrams that are all as long as the next one, but the last. */
interface Joined extends Datagram {
  readonly length: number;
  /** Where the next one begins. */
  at: number;
}

// Where joined datagrams go that nobody gave room for; read out at once.
let spareTable: BatchTable | undefined;
const spare = () => (spareTable ??= new BatchTable(1, TOGETHER, CONTROL, true));

/** What is known of a UDP socket's ability to send and receive several datagrams as one. Nobody but this module sees them so. */
export class Offload {
  /** The longest datagram that may leave joined with others; 0 when none may. */
  largest: number;
  /** Whether datagrams may arrive joined. */
  joined: boolean;
  #mayJoin: boolean;
  // How many came as one lately: so few messages are asked for that those in them fit in.
  #share = MAX_JOINED * 4;
  // What was given up on a refusal that may have had another reason.
  #doubt: { result: number; largest: number } | null = null;
  #pending: Joined[] = [];
  // The first of them that has datagrams left: there may be too many to shift.
  #next = 0;

  /** `shared` when others have the socket as well. */
  constructor(fd: number, shared = false) {
    // A kernel without it would send them as one: so it is asked before.
    this.largest = tryGetInt(fd, options.udpSegment) === 0 ? LONGEST : 0;
    const joined = tryGetInt(fd, options.udpGRO);
    this.#mayJoin = joined >= 0 && !shared;
    this.joined = joined > 0;
  }

  /** Whether datagrams have come that are yet to be handed out. */
  get isAhead(): boolean {
    return this.#next < this.#pending.length;
  }

  /** Whether datagrams have to be told apart, or were already: only this object may receive then. */
  get parts(): boolean {
    return this.joined || this.isAhead;
  }

  /** A send failed so, whose first datagrams were joined, each so long, if that is above 0. Whether to try again without. */
  refused(result: number, segment: number): boolean {
    if (segment === 0 || !refusals.has(result)) {
      // Without, it is refused as well: it was no fault of joining.
      if (this.#doubt?.result === result) this.largest = this.#doubt.largest;
      this.#doubt = null;
      return false;
    }
    this.#doubt = { result, largest: this.largest };
    this.largest = result === EMSGSIZE ? segment - 1 : 0;
    return true;
  }

  /** A send went: what was given up stays so. */
  went(): void {
    this.#doubt = null;
  }

  /** How many messages to ask for, of a caller who has room for so many. */
  ask(messages: number): number {
    if (!this.joined) return Math.min(messages, MAX_CALL);
    return Math.max(1, Math.min(Math.floor(messages / this.#share), messages, MAX_JOINED));
  }

  /** Takes note of what came: so many messages in a call that asked for `asked`, with `rows` datagrams in all. */
  came(messages: number, rows: number): void {
    const share = rows / messages;
    // Slow to believe that it has become less: what does not fit has to be copied.
    this.#share = share > this.#share ? share : this.#share + (share - this.#share) / 16;
  }

  /** Has datagrams joined from now on, if a run of so many like each other shows that it pays, and the kernel can. */
  join(fd: number, run: number): void {
    if (run < RUN || !this.#mayJoin || this.joined) return;
    this.#mayJoin = this.joined = !isFiltered(fd) && trySetInt(fd, options.udpGRO, 1) === 0;
  }

  /** Somebody else had the descriptor, and may have put a filter on: that would judge those that come as one by the first. */
  lent(fd: NetFD): void {
    if (this.joined && isFiltered(fd.fd)) this.part(fd);
  }

  /** Ends that for good, before others get hold of the socket: if something has come joined, all is taken that is there. */
  part(fd: NetFD): void {
    this.#mayJoin = false;
    if (!this.joined) return;
    const before = tryGetInt(fd.fd, options.peekOffset);
    trySetInt(fd.fd, options.peekOffset, 0);
    this.#separate(fd);
    trySetInt(fd.fd, options.peekOffset, before);
    this.joined = false;
    // Whoever waits for an event would wait for ever.
    if (this.isAhead) fd.mayBeReady(READ);
  }

  // With a peek offset each look is at what is behind the last one.
  #separate(fd: NetFD): void {
    // As much as the queue can hold: with somebody who sends all the time it would never end.
    const most = tryGetInt(fd.fd, options.readBuffer) + TOGETHER;
    for (let left = most, tries = 0; left > 0 && tries < MAX_DRAINS; tries++) {
      trySetInt(fd.fd, options.udpGRO, 1);
      if (!areSingle(fd.fd)) left = this.#take(fd, left);
      trySetInt(fd.fd, options.udpGRO, 0);
      // What came in between may be joined, and only tells so while the option is set.
      if (isDrained(fd.fd)) return;
    }
    // Nor does it tell now: it is lost, as what finds no room is.
    discard(fd.fd, most / LEAST);
  }

  // Keeps what is there, until it has taken so many bytes of memory; how many are left of them.
  #take(fd: NetFD, bytes: number): number {
    let left = bytes;
    while (left > 0 && this.#fetch(fd, 0) > 0) left -= this.#pending.at(-1)!.bytes.length + LEAST;
    return left;
  }

  /** Keeps what a table holds beyond so many messages, for whoever reads next. */
  keep(table: BatchTable, from: number): void {
    const { bytes, block } = table;
    for (let i = from, end = i; i < table.length; i = end) {
      const source = table.source(i);
      while (end < table.length && table.source(end) === source) end++;
      const at = table.offset(i);
      this.#pending.push({
        bytes: bytes.slice(at, table.offset(end - 1) + table.n(end - 1)),
        name: copied(block, table.nameOffset(source), table.nameLength(source)),
        control: copied(block, table.controlOffset(source), table.controlLength(source)),
        flags: table.flags(i),
        length: table.n(i),
        at: 0,
      });
    }
  }

  /** Cuts the control data that a table holds to what its owner has room for: with joined messages the kernel had more. */
  cut(table: BatchTable): void {
    for (let source = 0; source < table.words[MESSAGES]!; source++) {
      const length = table.controlLength(source);
      if (length <= table.control) continue;
      const at = table.controlOffset(source);
      const { kept, lost } = cutControl(table.block.subarray(at, at + length), table.control);
      table.block.set(kept, at);
      table.setLengths(source, table.nameLength(source), kept.length);
      if (lost) table.addFlags(source, MSG_CTRUNC);
    }
  }

  /** Fills a table with what was kept, or as much of it as fits; with nothing kept, from the socket. Minus errno, or how many. */
  give(fd: NetFD, table: BatchTable, flags: number): number {
    if (!this.isAhead) {
      const n = this.#fetch(fd, flags);
      if (n < 0) return n;
    }
    const most = (flags & MSG_PEEK) !== 0 ? 1 : table.messages;
    let count = 0;
    table.clear();
    for (; count < most && this.isAhead; count++) this.#put(table, count, this.#hand(flags));
    table.words[MESSAGES] = count;
    return count;
  }

  // The next datagram; with MSG_PEEK it is the next one again.
  #hand(flags: number): Datagram {
    const next = this.#pending[this.#next]!;
    const { at, name, control } = next;
    const bytes = next.bytes.subarray(at, at + next.length);
    if ((flags & MSG_PEEK) === 0) {
      next.at += next.length;
      if (next.at >= next.bytes.length) this.#next++;
      if (!this.isAhead) [this.#pending, this.#next] = [[], 0];
    }
    return { bytes, name, control, flags: next.flags };
  }

  #put(table: BatchTable, i: number, { bytes, name, control, flags }: Datagram): void {
    const n = Math.min(bytes.length, table.size);
    const { kept, lost } = cutControl(control, table.control);
    table.bytes.set(bytes.subarray(0, n), i * table.size);
    table.block.set(name, table.nameOffset(i));
    table.block.set(kept, table.controlOffset(i));
    table.setLengths(i, name.length, kept.length);
    table.setReceived(i, true);
    table.put(i * table.size, n, cutFlags(flags, n < bytes.length, lost), i);
  }

  /** recvmsg(2) as {@link binding} has it, of one datagram. */
  recvmsg(fd: NetFD, p: Uint8Array, block: MessageBlock, flags: number): number {
    if ((flags & MSG_ERRQUEUE) !== 0) return binding.recvmsg(fd.fd, p, block.bytes, flags);
    if (!this.isAhead) {
      const fetched = this.#fetch(fd, 0);
      if (fetched < 0) return fetched;
    }
    const next = this.#hand(flags);
    const n = Math.min(next.bytes.length, p.length);
    p.set(next.bytes.subarray(0, n));
    const { kept, lost } = cutControl(next.control, block.controlLength);
    block.fill(next.name, kept, cutFlags(next.flags, n < next.bytes.length, lost));
    return (flags & MSG_TRUNC) !== 0 ? next.bytes.length : n;
  }

  // Receives once, for those who have no room for all of it.
  #fetch(fd: NetFD, flags: number): number {
    const n = receiveInto(fd.fd, spare(), flags & ~(MSG_PEEK | MSG_TRUNC), 1, true);
    if (n > 0) this.keep(spare(), 0);
    return n;
  }
}

/** What a socket can do, which is found out when first needed: null unless it is of UDP. */
export function offloadOf(fd: NetFD, shared = false): Offload | null {
  if (fd.offload === undefined) fd.offload = fd.kind.codec === udpCodec ? new Offload(fd.fd, shared) : null;
  return fd.offload;
}

/**
 * recvmmsg(2) into a table: so many messages at most, several in each if they may come joined. Minus errno, or how many
 * there are; `words[MESSAGES]` of the table then tells in how many.
 */
export function receiveInto(
  fd: number,
  table: BatchTable,
  flags: number,
  messages: number,
  joined: boolean,
): number {
  const { words } = table;
  words[MESSAGES] = messages;
  words[TAIL] = joined && table.size < TOGETHER ? table.messages * table.size : 0;
  words[JOINED] = joined ? 1 : 0;
  const n = binding.recvmmsg(fd, table.bytes, table.block, flags);
  // What was written by a call that failed is nothing to go on with.
  if (n < 0) table.clear();
  else table.begin(0, n);
  return n;
}

const copied = (bytes: Uint8Array, at: number, length: number) => bytes.slice(at, at + length);

const cutFlags = (flags: number, bytes: boolean, control: boolean) =>
  flags | (bytes ? MSG_TRUNC : 0) | (control ? MSG_CTRUNC : 0);

const nobody = new Uint8Array(144);
const nothing = new Uint8Array(0);

const instruction = new Uint8Array(8);

// Whether a program says what may come in. One that is longer, or that is not to be seen, is an error.
const isFiltered = (fd: number) => tryGetBytes(fd, options.filter, instruction) !== 0;

// Receives so many messages for nobody, or what is there.
function discard(fd: number, messages: number): void {
  for (let i = 0; i < messages && binding.recv(fd, nothing) !== EAGAIN; i++);
}

// Looks on to the end: whether nothing is there that came joined.
function areSingle(fd: number): boolean {
  for (let i = 0; i < MAX_LOOKS; i++) {
    const n = receiveInto(fd, spare(), MSG_PEEK, 1, true);
    if (n !== 1) return n === EAGAIN;
  }
  return false;
}

// Whether nothing more is there to look at.
function isDrained(fd: number): boolean {
  return binding.recvmsg(fd, nothing, nobody, MSG_PEEK) === EAGAIN;
}
