// Go: x/net/internal/socket (Message)
import { isUint8Array } from "node:util/types";
import type { Addr } from "../../addr/index.js";
import { checkBoolean, checkInt, invalidArgType, invalidArgValue, outOfRange } from "../../errors/index.js";
import { binding } from "../binding.js";
import { checkBytes, detached } from "../poll/buffers.js";
import { BatchTable } from "./batch-table.js";
import { timestampIn } from "./timestamp.js";
import { maxControl } from "./message.js";

const { MSG_TRUNC = 0 } = binding.constants;

const MAX_MESSAGES = 65536;
// More than any socket of the kinds that there are carries in one message, by default.
const MAX_SIZE = 1 << 20;
const MAX_SLAB = 1 << 30;

/** What a {@link MessageBatch} is made for. */
export interface MessageBatchFields {
  /** Messages it has room for: 1 to 65536. One call of the system moves 256 at most. */
  messages: number;
  /** Bytes that a message may have, 1 to 1048576; of a longer one the rest is lost, and it is `truncated`. */
  size: number;
  /** Bytes of control data that a message may have, up to 20480; 0 if left out. */
  oob?: number;
  /**
   * Whether the kernel may join packets on their way (UDP_GRO, UDP_SEGMENT), where it can; true if left out. Without, a batch
   * takes a megabyte less of address space.
   *
   * Programs in the kernel that packets pass as long as they are one judge a run of them by the first: firewall rules that
   * look at what is in a packet, filters of a device or a cgroup, and those that choose among sockets of one port
   * (`attachReusePortCBPF`), of the host that sends as well. False where one of them has to see each. A socket's own filter
   * (`setBPF`, `attachFilter`) does in any case.
   */
  offload?: boolean;
}

/** The table of a batch that no operation waits with; throws a TypeError for anything else. */
export let tableOf: (batch: unknown) => BatchTable;

/**
 * Many messages, for `readBatch` and `writeBatch`, in one piece of memory that is used again and again: reading and sending
 * makes no garbage, however many messages there are. What a message is, its number tells, from 0 to `length - 1`.
 *
 * ```ts
 * const batch = new MessageBatch<UDPAddr>({ messages: 64, size: 1500 });
 * for (;;) {
 *   await conn.readBatch(batch);
 *   for (let i = 0; i < batch.length; i++) handle(batch.data(i), batch.addr(i));
 * }
 * ```
 *
 * Go: ipv4.Message, a list of them; recvmmsg(2), sendmmsg(2).
 */
export class MessageBatch<A extends Addr = Addr> {
  readonly #table: BatchTable;

  static {
    tableOf = (batch) => {
      if (typeof batch !== "object" || batch === null || !(#table in batch))
        throw invalidArgType("batch", "a MessageBatch", batch);
      return idle(batch.#table);
    };
  }

  /** Throws a TypeError (`ERR_INVALID_ARG_TYPE`) or RangeError (`ERR_OUT_OF_RANGE`) for fields that make no sense. */
  constructor(fields: MessageBatchFields) {
    if (typeof fields !== "object" || fields === null) throw invalidArgType("fields", "an object", fields);
    const messages = checkInt("messages", fields.messages, 1, MAX_MESSAGES);
    const size = checkInt("size", fields.size, 1, MAX_SIZE);
    const oob = checkInt("oob", fields.oob ?? 0, 0, maxControl);
    if (messages * Math.max(size, oob) > MAX_SLAB)
      throw outOfRange("messages * size", `at most ${MAX_SLAB}`, messages * Math.max(size, oob));
    this.#table = new BatchTable(messages, size, oob, checkBoolean("offload", fields.offload ?? true));
  }

  /** How many messages it has room for. */
  get messages(): number {
    return this.#table.messages;
  }

  /** How many bytes one may have. */
  get size(): number {
    return this.#table.size;
  }

  /** How many messages it holds. */
  get length(): number {
    return this.#table.length;
  }

  /**
   * The memory that all messages lie in: message `i` is the `n(i)` bytes from `offset(i)` on. Nothing else in it means
   * anything.
   */
  get bytes(): Uint8Array {
    return this.#table.bytes;
  }

  /** Where in `bytes` message `i` begins. Throws a RangeError (`ERR_OUT_OF_RANGE`), as all of these do, for a number that no message has. */
  offset(i: number): number {
    return this.#at(i).offset(i);
  }

  /** How many bytes message `i` has. Go: Message.N. */
  n(i: number): number {
    return this.#at(i).n(i);
  }

  /** The bytes of message `i`: a view, good until the batch is used again. */
  data(i: number): Uint8Array {
    const table = this.#at(i);
    const offset = table.offset(i);
    return table.bytes.subarray(offset, offset + table.n(i));
  }

  /**
   * Where message `i` came from or goes to; null when that is nobody, or the peer of a connected socket. The same object for
   * the same address, mostly. Go: Message.Addr.
   */
  addr(i: number): A | null {
    const table = this.#at(i);
    return table.addr(table.source(i)) as A | null;
  }

  /** What recvmsg(2) told of message `i`: `MSG_TRUNC`, `MSG_CTRUNC` and their kin. Go: Message.Flags. */
  flags(i: number): number {
    return this.#at(i).flags(i);
  }

  /** Whether message `i` was longer than there was room for, and the rest is lost. */
  truncated(i: number): boolean {
    return (this.#at(i).flags(i) & MSG_TRUNC) !== 0;
  }

  /** The control data of message `i`: a view. Messages may share it. Go: Message.OOB and Message.NN. */
  oob(i: number): Uint8Array {
    const table = this.#at(i);
    const source = table.source(i);
    const start = table.controlOffset(source);
    return table.block.subarray(start, start + table.controlLength(source));
  }

  /**
   * When message `i` arrived by the kernel's clock: microseconds since 1970. Null unless the socket has the option
   * `SO_TIMESTAMPNS`, and the batch 32 bytes of `oob` or more.
   */
  timestamp(i: number): number | null {
    const table = this.#at(i);
    const source = table.source(i);
    return timestampIn(table.words, table.controlOffset(source), table.controlLength(source));
  }

  /**
   * Adds a message: a copy of `p` (a string as UTF-8) to `addr`, or with null to the peer of a connected socket, with a copy of
   * control data. Returns its number. Equally long ones to one address, next to each other, are the cheapest to send.
   *
   * Throws a RangeError (`ERR_OUT_OF_RANGE`) when there is no room for it: a batch that was received into has none before
   * {@link clear}, not even for an empty one.
   */
  push(p: Uint8Array | string, addr: A | null = null, oob: Uint8Array | null = null): number {
    const bytes = typeof p === "string" ? Buffer.from(p) : p;
    checkBytes("p", bytes, "a string, Uint8Array or Buffer");
    const offset = this.add(bytes.length, addr, oob);
    try {
      this.#table.bytes.set(bytes, offset);
    } catch {
      // Gone, and `length` did not tell.
      this.#table.takeBack(bytes.length);
      throw detached("p");
    }
    return this.length - 1;
  }

  /**
   * Adds a message of `n` bytes, which the caller writes into `bytes` from the returned offset on; as {@link push} otherwise.
   */
  add(n: number, addr: A | null = null, oob: Uint8Array | null = null): number {
    const table = idle(this.#table);
    checkInt("n", n, 0, table.size);
    checkAddr(addr);
    if (oob !== null) checkOob(oob, table.control);
    if (table.first + table.length >= table.messages || n > table.left)
      throw outOfRange("the number of messages", `at most ${table.messages} at a time`, table.length + 1);
    if (oob !== null || !table.endsWith(addr)) table.addSource(addr, oob);
    return table.add(n);
  }

  /** Forgets the first `n` messages; the numbers of the others shift. To go on behind one that was refused, say. */
  drop(n: number): void {
    const table = idle(this.#table);
    checkInt("n", n, 0, table.length);
    table.begin(table.first + n, table.length - n);
  }

  /** Forgets all messages: there is room again. */
  clear(): void {
    idle(this.#table).clear();
  }

  // The table, if it holds a message of this number.
  #at(i: number): BatchTable {
    const table = this.#table;
    if (!(Number.isInteger(i) && i >= 0 && i < table.length)) checkInt("i", i, 0, table.length - 1);
    return table;
  }
}

function idle(table: BatchTable): BatchTable {
  if (table.busy) throw invalidArgValue("batch", "one that no other operation waits with", table);
  return table;
}

function checkAddr(addr: unknown): void {
  const isOne = addr === null || (typeof addr === "object" && typeof (addr as Addr).network === "string");
  if (!isOne) throw invalidArgType("addr", "an address such as a UDPAddr, or null,", addr);
}

function checkOob(oob: unknown, room: number): void {
  if (!isUint8Array(oob)) throw invalidArgType("oob", "a Uint8Array or null", oob);
  if (oob.length > room) throw outOfRange("oob.length", `at most ${room}, the batch's own`, oob.length);
}
