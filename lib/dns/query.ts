// Go: net/dnsclient_unix.go (newRequest, checkResponse); RFC 1035 section 4.1, RFC 6891
import { randomFillSync } from "node:crypto";

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

const OPT = 41;
const OPT_LENGTH = 11;
const RECURSION_DESIRED = 0x0100;
const AUTHENTIC_DATA = 0x0020;

/** What a query says beside its question. */
export interface QueryOptions {
  /** Whether to ask for the server's word on authenticity. */
  trustAD: boolean;
  /** Whether to tell how large a packet we take. */
  edns0: boolean;
}

/** A question, as it goes over the wire. */
export class Query {
  /** The message, with the two bytes of its length before it, as TCP wants them. */
  readonly framed: Uint8Array;
  /** Where the question ends in the bare message. */
  readonly #end: number;

  private constructor(framed: Uint8Array, end: number) {
    this.framed = framed;
    this.#end = end;
  }

  /** Asks for records of a rooted name; null when the name does not fit into a message. */
  static of(name: string, type: RecordType, { trustAD, edns0 }: QueryOptions): Query | null {
    const labels = name === "." ? [] : name.slice(0, -1).split(".");
    if (!name.endsWith(".") || name.length > 254) return null;
    if (labels.some((part) => part.length === 0 || part.length > 63)) return null;
    const end = HEADER + (name === "." ? 1 : name.length + 1) + 4;
    const length = end + (edns0 ? OPT_LENGTH : 0);
    const framed = new Uint8Array(2 + length);
    const view = new DataView(framed.buffer, 2);
    view.setUint16(0, randomId());
    new DataView(framed.buffer).setUint16(0, length);
    view.setUint16(2, RECURSION_DESIRED | (trustAD ? AUTHENTIC_DATA : 0));
    view.setUint16(4, 1);
    view.setUint16(10, edns0 ? 1 : 0);
    putName(framed.subarray(2 + HEADER), labels);
    view.setUint16(end - 4, type);
    view.setUint16(end - 2, IN);
    if (edns0) {
      // The root's name, the type, and where others have a class, the size.
      view.setUint16(end + 1, OPT);
      view.setUint16(end + 3, MAX_PACKET);
    }
    return new Query(framed, end);
  }

  /** The bare message. */
  get message(): Uint8Array {
    return this.framed.subarray(2);
  }

  /** Whether a message answers this question, and no other: the same number, the same name, type and class. */
  isAnsweredBy(reply: Uint8Array): boolean {
    const asked = this.message;
    if (reply.length < this.#end || reply[0] !== asked[0] || reply[1] !== asked[1]) return false;
    const isReply = (reply[2]! & 0x80) !== 0;
    const oneQuestion = reply[4] === 0 && reply[5] === 1;
    if (!isReply || !oneQuestion) return false;
    const nameEnd = this.#end - 4;
    for (let i = HEADER; i < nameEnd; i++) if (small(reply[i]!) !== small(asked[i]!)) return false;
    for (let i = nameEnd; i < this.#end; i++) if (reply[i] !== asked[i]) return false;
    return true;
  }
}

// A label's length is below 64, so that it is never taken for a letter.
const small = (byte: number) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte);

function putName(bytes: Uint8Array, labels: readonly string[]): void {
  let at = 0;
  for (const part of labels) {
    bytes[at++] = part.length;
    for (let i = 0; i < part.length; i++) bytes[at++] = part.charCodeAt(i);
  }
}

// Guessing a number is what a forger must do, so they come from the system's generator; a call for each would be dear.
const ids = new Uint16Array(512);
let used = ids.length;

function randomId(): number {
  if (used === ids.length) {
    randomFillSync(ids);
    used = 0;
  }
  return ids[used++]!;
}
