// Go: net/dnsclient_unix.go (newRequest, checkResponse); RFC 1035 section 4.1, RFC 6891
import { random16 } from "./random.js";

/** The types of records that are asked for, by their numbers. */
export const recordType = { A: 1, NS: 2, CNAME: 5, PTR: 12, MX: 15, TXT: 16, AAAA: 28, SRV: 33 } as const;

/** The number of one. */
export type RecordType = (typeof recordType)[keyof typeof recordType];

/** The only class: the internet. */
export const IN = 1;

/** The length of a message's header. */
export const HEADER = 12;

/** As many bytes of a packet as no network is likely to cut: what we offer to take by UDP. */
export const MAX_PACKET = 1232;

/** As many as a message has at most: what we take of a server that heeds no offer, by whatever way. */
export const MAX_MESSAGE = 65535;

/** No query has more bytes. */
export const MAX_QUERY = 512;

const OPT = 41;
const OPT_LENGTH = 11;
const MAX_LABEL = 63;
const RECURSION_DESIRED = 0x0100;
const AUTHENTIC_DATA = 0x0020;
const DOT = 0x2e;

/** What a query says beside its question. */
export interface QueryOptions {
  /** Whether to ask for the server's word on authenticity. */
  trustAD: boolean;
  /** Whether to tell how large a packet we take. */
  edns0: boolean;
}

/** A question, and its number. Nothing is kept of it in bytes: it is written when it is sent, and compared as it is. */
export class Query {
  readonly id: number = random16();
  // Rooted, but for the root itself, which has no labels: then empty.
  readonly #name: string;
  readonly #type: RecordType;
  readonly #flags: number;
  readonly #edns0: boolean;

  private constructor(name: string, type: RecordType, { trustAD, edns0 }: QueryOptions) {
    this.#name = name === "." ? "" : name;
    this.#type = type;
    this.#flags = RECURSION_DESIRED | (trustAD ? AUTHENTIC_DATA : 0);
    this.#edns0 = edns0;
  }

  /** Asks for records of a rooted name; null when the name does not fit into a message. */
  static of(name: string, type: RecordType, options: QueryOptions): Query | null {
    return fits(name) ? new Query(name, type, options) : null;
  }

  // The name, the zero that ends it, type and class.
  get #end(): number {
    return HEADER + this.#name.length + 5;
  }

  /** How many bytes {@link Query.put} writes. */
  get length(): number {
    return this.#end + (this.#edns0 ? OPT_LENGTH : 0);
  }

  /** Writes the message, for which there must be room. Byte by byte, since what was there before is another message. */
  put(into: Uint8Array, offset: number): void {
    const end = offset + this.#end;
    put16(into, offset, this.id);
    put16(into, offset + 2, this.#flags);
    put16(into, offset + 4, 1);
    put16(into, offset + 6, 0);
    put16(into, offset + 8, 0);
    put16(into, offset + 10, this.#edns0 ? 1 : 0);
    this.#putName(into, offset + HEADER);
    put16(into, end - 4, this.#type);
    put16(into, end - 2, IN);
    if (!this.#edns0) return;
    // The root's name, the type, and where others have a class, the size.
    into[end] = 0;
    put16(into, end + 1, OPT);
    put16(into, end + 3, MAX_PACKET);
    for (let at = end + 5; at < end + OPT_LENGTH; at++) into[at] = 0;
  }

  // From its end on: each dot gives its place to the length of what follows it.
  #putName(into: Uint8Array, at: number): void {
    const name = this.#name;
    into[at + name.length] = 0;
    for (let i = name.length - 2, length = 0; i >= -1; i--) {
      const byte = i < 0 ? DOT : name.charCodeAt(i);
      into[at + 1 + i] = byte === DOT ? length : byte;
      length = byte === DOT ? 0 : length + 1;
    }
  }

  /** The bare message. */
  get message(): Uint8Array {
    const message = new Uint8Array(this.length);
    this.put(message, 0);
    return message;
  }

  /** The message with the two bytes of its length before it, as TCP wants them. */
  get framed(): Uint8Array {
    const framed = new Uint8Array(2 + this.length);
    put16(framed, 0, this.length);
    this.put(framed, 2);
    return framed;
  }

  /**
   * Whether the first `length` bytes are an answer to this question, and to no other: the same number, name, type and
   * class.
   */
  isAnsweredBy(reply: Uint8Array, length = reply.length): boolean {
    const end = this.#end;
    if (length < end || at16(reply, 0) !== this.id) return false;
    const isReply = (reply[2]! & 0x80) !== 0;
    if (!isReply || at16(reply, 4) !== 1) return false;
    return at16(reply, end - 4) === this.#type && at16(reply, end - 2) === IN && this.#isNameOf(reply, small);
  }

  /** The name, where an answer spells it as it was asked for; null where it has other letters, small ones say. */
  nameIn(reply: Uint8Array): string | null {
    return this.#isNameOf(reply, asItIs) ? this.#name || "." : null;
  }

  // As #putName writes it. A label's length is below 64, so that it is never taken for a letter.
  #isNameOf(reply: Uint8Array, letter: (byte: number) => number): boolean {
    const name = this.#name;
    for (let i = name.length - 2, length = 0; i >= -1; i--) {
      const byte = i < 0 ? DOT : name.charCodeAt(i);
      if (letter(reply[HEADER + 1 + i]!) !== (byte === DOT ? length : letter(byte))) return false;
      length = byte === DOT ? 0 : length + 1;
    }
    return reply[HEADER + name.length] === 0;
  }
}

const small = (byte: number) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte);

const asItIs = (byte: number) => byte;

const at16 = (bytes: Uint8Array, at: number) => (bytes[at]! << 8) | bytes[at + 1]!;

function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value;
}

// Rooted, of at most 255 bytes on the wire, each label of 1 to 63.
function fits(name: string): boolean {
  if (name === ".") return true;
  if (!name.endsWith(".") || name.length > 254) return false;
  for (let i = 0, length = 0; i < name.length; i++) {
    const ends = name.charCodeAt(i) === DOT;
    if (ends ? length === 0 : length === MAX_LABEL) return false;
    length = ends ? 0 : length + 1;
  }
  return true;
}
