// recvmmsg(2), sendmmsg(2); x/net/internal/socket/mmsghdr_unix.go
import type { Addr } from "../../addr/index.js";
import type { Codec } from "./sockaddr.js";
import type { Interner } from "./senders.js";

// The block that native/batch.h takes: words, sources, room for their control data, rows. See there.
const HEADER = 48;
const SOURCE = 144;
const NAME = 16;
/** Room for a name in a block: sockaddr_storage. */
export const NAME_ROOM = 128;
const ROW = 16;
// The words that are not set once and for all.
export const FIRST = 0;
export const END = 1;
/** How many messages to ask for, and how many came: in each there may be several. */
export const MESSAGES = 5;
/** Where in the slab the places begin that have room for several; 0: nowhere. */
export const TAIL = 6;
/** Whether several may come as one. */
export const JOINED = 7;
/** How long those may be that go as one; and, after a send, the first that did; 0: none. */
export const SEGMENT = 8;
/** Whether they go to their source's address. */
export const NAMED_TARGET = 9;
/** How many like each other came in a row. */
export const LONGEST_RUN = 10;
// Beside what the caller asks for: what the kernel may tell of messages that came joined.
const JOINED_CONTROL = 256;

/** The most messages that joined ones are received in by one call: each needs as much room as they may have together. */
export const MAX_JOINED = 16;
// So many messages may the kernel join; it takes far fewer.
const MAX_PARTS = 256;
/** Bytes that joined messages may have together. */
export const TOGETHER = 65536;
// A place for them: the native side's own.
const PLACE = 65536 + 192;
// The first of these places begins at a line of the cache.
const LINE = 64;
/** The most messages of one system call; the native side's own. */
export const MAX_CALL = 256;

// What is known of a source's address: whether it stands in the block as this kind of socket has it, and whether the
// caller named it, rather than that it was received.
const WRITTEN = 1;
const NAMED = 2;

const over = Promise.resolve();

/** How addresses of a socket are read and written: those in a table are of one kind. */
export interface AddressKind {
  readonly codec: Codec;
  readonly family: number;
}

/**
 * Many messages in one block of memory: what {@link MessageBatch} shows, and what native code fills. Bytes are in the
 * slab; a row tells where, and from or to which source: an address, and control data, which messages may share.
 */
export class BatchTable {
  /** The slab. */
  readonly bytes: Uint8Array;
  readonly block: Uint8Array;
  /** Messages there is room for, and how long one may be. */
  readonly messages: number;
  readonly size: number;
  readonly control: number;
  /** Whether the kernel may join messages on their way. */
  readonly offload: boolean;
  /** How many messages it holds. */
  length = 0;
  /** The number of the row that is the first of them: those before have been dropped. */
  first = 0;
  /** Sources in use. */
  sources = 0;
  /** An operation waits with it. */
  busy = false;
  readonly words: Int32Array;
  readonly #allRows: Int32Array;
  // From the first message on: what is asked message by message is one step away.
  #rows: Int32Array;
  readonly #controls: number;
  readonly #controlStride: number;
  // Per source: the address as an object, if it is one yet; undefined when it has to be read from the block.
  readonly #addrs: (Addr | null | undefined)[];
  readonly #states: Uint8Array;
  #kind: AddressKind | null = null;
  #interner: Interner | null = null;
  // Where the next message to be sent goes in the slab.
  #used = 0;
  readonly #release = () => void (this.busy = false);

  constructor(messages: number, size: number, control: number, offload: boolean) {
    this.messages = messages;
    this.size = size;
    this.control = control;
    this.offload = offload;
    this.#controlStride = Math.ceil(control / 8) * 8 + JOINED_CONTROL;
    const controls = HEADER + messages * SOURCE;
    const rows = controls + messages * this.#controlStride;
    const parts = offload ? Math.min(messages, MAX_JOINED) * MAX_PARTS : 0;
    this.block = new Uint8Array(rows + (messages + parts) * ROW);
    this.words = new Int32Array(this.block.buffer);
    this.#allRows = this.words.subarray(rows / 4);
    this.#rows = this.#allRows;
    this.#controls = controls;
    this.#addrs = Array<Addr | null | undefined>(messages).fill(undefined);
    this.#states = new Uint8Array(messages);
    this.bytes = new Uint8Array(messages * size + this.#tailRoom());
    this.words[2] = messages;
    this.words[3] = size;
    this.words[4] = control;
  }

  // Places of their own for joined messages, unless all are long enough.
  #tailRoom(): number {
    return this.offload && this.size < TOGETHER ? Math.min(this.messages, MAX_JOINED) * PLACE + LINE : 0;
  }

  /** Which memory of it was taken away, if any. */
  get gone(): string | null {
    if (this.bytes.length === 0) return "batch.bytes";
    return this.block.length === 0 ? "batch.oob" : null;
  }

  /** Belongs to an operation that is over until the code that runs now is done: its caller is to have what came. */
  hold(): void {
    this.busy = true;
    void over.then(this.#release);
  }

  offset(i: number): number {
    return this.#rows[i * 4]!;
  }

  n(i: number): number {
    return this.#rows[i * 4 + 1]!;
  }

  flags(i: number): number {
    return this.#rows[i * 4 + 2]!;
  }

  source(i: number): number {
    return this.#rows[i * 4 + 3]!;
  }

  /** Where the name of a source stands in the block, and how long it is. */
  nameOffset(source: number): number {
    return HEADER + source * SOURCE + NAME;
  }

  nameLength(source: number): number {
    return this.words[(HEADER + source * SOURCE) / 4]!;
  }

  /** Where the control data of a source stands in the block, and how long it is. */
  controlOffset(source: number): number {
    return this.#controls + source * this.#controlStride;
  }

  controlLength(source: number): number {
    return this.words[(HEADER + source * SOURCE) / 4 + 1]!;
  }

  /** How much of it is to be sent: none that was received. */
  sentControl(source: number): number {
    return this.words[(HEADER + source * SOURCE) / 4 + 2] === 0 ? this.controlLength(source) : 0;
  }

  setLengths(source: number, name: number, control: number): void {
    const word = (HEADER + source * SOURCE) / 4;
    this.words[word] = name;
    this.words[word + 1] = control;
  }

  /** Whether the control data of a source was received, and is nothing to send. */
  setReceived(source: number, received: boolean): void {
    this.words[(HEADER + source * SOURCE) / 4 + 2] = received ? 1 : 0;
  }

  /** The address of a source: read once, and the same object for the same address as long as that is remembered. */
  addr(source: number): Addr | null {
    const known = this.#addrs[source];
    if (known !== undefined) return known;
    const length = this.nameLength(source);
    const addr =
      length === 0 || this.#interner === null
        ? null
        : this.#interner.at(this.block, this.nameOffset(source), length);
    this.#addrs[source] = addr;
    return addr;
  }

  /** Forgets all messages. */
  clear(): void {
    this.begin(0, 0);
    this.sources = 0;
    this.#used = 0;
  }

  /** Holds so many messages, from the row of this number on. */
  begin(first: number, length: number): void {
    if (first !== this.first) this.#rows = this.#allRows.subarray(first * 4);
    this.first = first;
    this.length = length;
  }

  /** Bytes of the slab that are left for messages to be added; below 0 when none is to be added. */
  get left(): number {
    return this.messages * this.size - this.#used;
  }

  /** Adds a message of so many bytes, which the caller fills, to the last source. Its place in the slab. */
  add(n: number): number {
    const offset = this.#used;
    this.put(offset, n, 0, this.sources - 1);
    this.#used += n;
    return offset;
  }

  /** Takes back the last message that was added, of so many bytes. */
  takeBack(n: number): void {
    this.length--;
    this.#used -= n;
  }

  /** Tells more of all messages of a source. */
  addFlags(source: number, flags: number): void {
    for (let i = 0; i < this.length; i++) if (this.source(i) === source) this.#rows[i * 4 + 2]! |= flags;
  }

  /** A row behind the last. */
  put(offset: number, n: number, flags: number, source: number): void {
    const at = this.length++ * 4;
    this.#rows[at] = offset;
    this.#rows[at + 1] = n;
    this.#rows[at + 2] = flags;
    this.#rows[at + 3] = source;
  }

  /** A source behind the last, with an address that is written down when it is known for which socket. */
  addSource(addr: Addr | null, control: Uint8Array | null): void {
    const source = this.sources++;
    this.#addrs[source] = addr;
    this.#states[source] = NAMED;
    this.setLengths(source, 0, control === null ? 0 : control.length);
    this.setReceived(source, false);
    if (control !== null) this.block.set(control, this.controlOffset(source));
  }

  /** Whether the last source is this address alone. */
  endsWith(addr: Addr | null): boolean {
    const source = this.sources - 1;
    return source >= 0 && this.#addrs[source] === addr && this.controlLength(source) === 0;
  }

  /** Takes what a socket has received into so many sources. */
  received(kind: AddressKind, interner: Interner, sources: number): void {
    this.#kind = kind;
    this.#interner = interner;
    this.sources = sources;
    // Nothing is added behind what was received, not even an empty one: its places are anywhere in the slab.
    this.#used = this.messages * this.size + 1;
    for (let source = 0; source < sources; source++) {
      this.#addrs[source] = undefined;
      this.#states[source] = WRITTEN;
    }
  }

  /** Whether the caller named the address of this source, or that it has none. */
  isNamed(source: number): boolean {
    return (this.#states[source]! & NAMED) !== 0;
  }

  /** Whether it stands in the block. */
  isWritten(source: number): boolean {
    return (this.#states[source]! & WRITTEN) !== 0;
  }

  /** Forgets how addresses were written, unless that was for the same kind of socket. */
  fit(kind: AddressKind): void {
    const before = this.#kind;
    if (before?.codec === kind.codec && before.family === kind.family) return;
    for (let source = 0; source < this.sources; source++) {
      this.addr(source);
      this.#states[source]! &= NAMED;
    }
    this.#kind = kind;
  }

  /** Writes the address of a source as this kind of socket has it. Throws what the codec throws. */
  write(source: number, { codec, family }: AddressKind, addr: Addr): void {
    const length = codec.encode(family, addr, this.block, this.nameOffset(source));
    this.setLengths(source, length, this.controlLength(source));
    this.#states[source]! |= WRITTEN;
  }
}
