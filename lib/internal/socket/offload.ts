// udp(7) UDP_SEGMENT, UDP_GRO; Documentation/networking/segmentation-offloads.rst
import { binding } from "../binding.js";
import { errno } from "../../errors/index.js";
import { EAGAIN } from "../poll/ops.js";
import { BatchTable, JOINED, MAX_CALL, MAX_JOINED, MESSAGES, TAIL, TOGETHER } from "./batch-table.js";
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

const EMSGSIZE = -errno("EMSGSIZE");
// How the kernel says that it, the route or the device does not divide datagrams; some of it may have another reason.
const refusals = new Set(
  (["EIO", "EINVAL", "EMSGSIZE", "ENOPROTOOPT", "EOPNOTSUPP"] as const).map((name) => -errno(name)),
);

/** A datagram that came joined with others, and was not asked for yet. */
interface Datagram {
  readonly bytes: Uint8Array;
  readonly name: Uint8Array;
  readonly control: Uint8Array;
  readonly flags: number;
}

// Where joined datagrams go that nobody gave room for; read out at once.
let spare: BatchTable | undefined;

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
  readonly #pending: Datagram[] = [];

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
    return this.#pending.length > 0;
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

  /** Ends that for good, before others get hold of the socket: what has come joined is taken now. */
  part(fd: NetFD): void {
    this.#mayJoin = false;
    if (!this.joined) return;
    for (let tries = 0; tries < MAX_DRAINS && this.joined; tries++) {
      while (this.#fetch(fd, 0) > 0);
      trySetInt(fd.fd, options.udpGRO, 0);
      // What came in between may be joined, and only tells so while the option is set.
      if (isDrained(fd.fd)) this.joined = false;
      else trySetInt(fd.fd, options.udpGRO, 1);
    }
    // Whoever waits for an event would wait for ever.
    if (this.isAhead) fd.mayBeReady();
  }

  /** Keeps what a table holds beyond so many messages, for whoever reads next. */
  keep(table: BatchTable, from: number): void {
    for (let i = from; i < table.length; i++) {
      const [source, offset] = [table.source(i), table.offset(i)];
      const [name, control] = [table.nameOffset(source), table.controlOffset(source)];
      this.#pending.push({
        bytes: table.bytes.slice(offset, offset + table.n(i)),
        name: table.block.slice(name, name + table.nameLength(source)),
        control: table.block.slice(control, control + table.controlLength(source)),
        flags: table.flags(i),
      });
    }
  }

  /** Fills a table with what was kept, or as much of it as fits; with nothing kept, from the socket. Minus errno, or how many. */
  give(fd: NetFD, table: BatchTable, flags: number): number {
    if (!this.isAhead) {
      const n = this.#fetch(fd, flags);
      if (n < 0) return n;
    }
    const count = (flags & MSG_PEEK) !== 0 ? 1 : Math.min(this.#pending.length, table.messages);
    table.clear();
    for (let i = 0; i < count; i++) this.#put(table, i, this.#pending[i]!);
    if ((flags & MSG_PEEK) === 0) this.#pending.splice(0, count);
    table.words[MESSAGES] = count;
    return count;
  }

  #put(table: BatchTable, i: number, { bytes, name, control, flags }: Datagram): void {
    const [n, kept] = [Math.min(bytes.length, table.size), Math.min(control.length, table.control)];
    table.bytes.set(bytes.subarray(0, n), i * table.size);
    table.block.set(name, table.nameOffset(i));
    table.block.set(control.subarray(0, kept), table.controlOffset(i));
    table.setLengths(i, name.length, kept);
    table.setReceived(i, true);
    table.put(i * table.size, n, cutFlags(flags, n < bytes.length, kept < control.length), i);
  }

  /** recvmsg(2) as {@link binding} has it, of one datagram. */
  recvmsg(fd: NetFD, p: Uint8Array, block: MessageBlock, flags: number): number {
    if ((flags & MSG_ERRQUEUE) !== 0) return binding.recvmsg(fd.fd, p, block.bytes, flags);
    if (!this.isAhead) {
      const fetched = this.#fetch(fd, 0);
      if (fetched < 0) return fetched;
    }
    const next = (flags & MSG_PEEK) !== 0 ? this.#pending[0]! : this.#pending.shift()!;
    const n = Math.min(next.bytes.length, p.length);
    p.set(next.bytes.subarray(0, n));
    const kept = Math.min(next.control.length, block.controlLength);
    block.fill(
      next.name,
      next.control.subarray(0, kept),
      cutFlags(next.flags, n < next.bytes.length, kept < next.control.length),
    );
    return (flags & MSG_TRUNC) !== 0 ? next.bytes.length : n;
  }

  // Receives once, for those who have no room for all of it.
  #fetch(fd: NetFD, flags: number): number {
    spare ??= new BatchTable(1, TOGETHER, CONTROL, true);
    const n = receiveInto(fd.fd, spare, flags & ~(MSG_PEEK | MSG_TRUNC), 1, true);
    if (n > 0) this.keep(spare, 0);
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

const cutFlags = (flags: number, bytes: boolean, control: boolean) =>
  flags | (bytes ? MSG_TRUNC : 0) | (control ? MSG_CTRUNC : 0);

const nobody = new Uint8Array(144);
const nothing = new Uint8Array(0);

const instruction = new Uint8Array(8);

// Whether a program says what may come in. One that is longer, or that is not to be seen, is an error.
const isFiltered = (fd: number) => tryGetBytes(fd, options.filter, instruction) !== 0;

// Whether nothing is there to receive.
function isDrained(fd: number): boolean {
  return binding.recvmsg(fd, nothing, nobody, MSG_PEEK) === EAGAIN;
}
