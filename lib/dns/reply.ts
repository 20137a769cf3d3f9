// Go: net/dnsclient_unix.go (checkHeader, extractExtendedRCode), x/net/dns/dnsmessage; RFC 1035 section 4.1, RFC 9267
import { IP } from "../addr/index.js";
import { readName, skipName } from "./name-reader.js";
import { HEADER, IN, recordType } from "./query.js";

/** A record of an answer, as far as anybody asks for its kind. */
export type Answer = {
  /** The name that has the record. */
  owner: string;
} & (
  | { type: typeof recordType.A | typeof recordType.AAAA; ip: IP }
  | { type: typeof recordType.CNAME | typeof recordType.NS | typeof recordType.PTR; target: string }
  | { type: typeof recordType.MX; pref: number; target: string }
  | { type: typeof recordType.SRV; priority: number; weight: number; port: number; target: string }
  | { type: typeof recordType.TXT; text: string }
);

/** What a server said. */
export interface Reply {
  rcode: number;
  authoritative: boolean;
  recursionAvailable: boolean;
  /** Whether anything stands in the answer section, and in the additional one. */
  hasAnswers: boolean;
  hasAdditional: boolean;
  answers: Answer[];
}

const OPT = 41;
const TRUNCATED = 0x02;

/** Whether the server says that it had more to say. */
export const isTruncated = (message: Uint8Array): boolean => (message[2]! & TRUNCATED) !== 0;

/** The fixed part of a record, and where its data are. */
interface Frame {
  type: number;
  class: number;
  /** What an OPT record has where others say how long they hold. */
  extendedRCode: number;
  data: number;
  end: number;
}

const MIN_RECORD = 11;
const FIXED = 10;
const MIN_QUESTION = 5;

// Where most names of owners stand: in the question. RFC 1035 section 4.1.4.
const QUESTION = 0xc000 | HEADER;

/**
 * Reads a whole message of so many bytes, or null where anything about it is wrong: a count that cannot be, a length
 * that leads outside, a name that turns in circles. The work is bounded by the message's length. `asked` is the name of
 * its question where that is known already.
 */
export function readReply(
  message: Uint8Array,
  length = message.length,
  asked: string | null = null,
): Reply | null {
  if (length < HEADER) return null;
  const questions = at16(message, 4);
  const answers = at16(message, 6);
  const others = answers + at16(message, 8);
  const records = others + at16(message, 10);
  if (questions * MIN_QUESTION + records * MIN_RECORD > length - HEADER) return null;
  const reply: Reply = {
    rcode: message[3]! & 0xf,
    authoritative: (message[2]! & 0x04) !== 0,
    recursionAvailable: (message[3]! & 0x80) !== 0,
    hasAnswers: answers > 0,
    hasAdditional: records > others,
    answers: [],
  };
  let at = HEADER;
  for (let i = 0; i < questions; i++) {
    at = skipName(message, at, length) + 4;
    if (at < HEADER + MIN_QUESTION || at > length) return null;
  }
  for (let i = 0; i < records; i++) {
    const frame = readFrame(message, at, length);
    if (frame === null) return null;
    if (i < answers) {
      const answer = readAnswer(message, at, length, frame, asked);
      if (answer === null) return null;
      if (answer !== undefined) reply.answers.push(answer);
    } else if (i >= others && frame.type === OPT) {
      reply.rcode |= frame.extendedRCode << 4;
    }
    at = frame.end;
  }
  return reply;
}

const at16 = (bytes: Uint8Array, at: number) => (bytes[at]! << 8) | bytes[at + 1]!;

function readFrame(message: Uint8Array, at: number, length: number): Frame | null {
  const fixed = skipName(message, at, length);
  const data = fixed + FIXED;
  if (fixed < 0 || data > length) return null;
  const end = data + at16(message, fixed + 8);
  if (end > length) return null;
  return {
    type: at16(message, fixed),
    class: at16(message, fixed + 2),
    extendedRCode: message[fixed + 4]!,
    data,
    end,
  };
}

// Undefined for what nobody asks for, null for what is wrong.
function readAnswer(
  message: Uint8Array,
  at: number,
  length: number,
  frame: Frame,
  asked: string | null,
): Answer | null | undefined {
  const isAsked = asked !== null && at16(message, at) === QUESTION;
  const owner = isAsked ? asked : readName(message, at, length)?.name;
  if (owner === undefined) return null;
  if (frame.class !== IN) return undefined;
  const { type, data, end } = frame;
  switch (type) {
    case recordType.A:
    case recordType.AAAA: {
      const size = type === recordType.A ? 4 : 16;
      return end - data === size ? { type, owner, ip: IP.at(message, data, size) } : null;
    }
    case recordType.CNAME:
    case recordType.NS:
    case recordType.PTR:
      return withTarget(targetAt(message, data, end), (target) => ({ type, owner, target }));
    case recordType.MX:
      return withTarget(targetAt(message, data + 2, end), (target) => ({
        type,
        owner,
        pref: at16(message, data),
        target,
      }));
    case recordType.SRV:
      return withTarget(targetAt(message, data + 6, end), (target) => ({
        type,
        owner,
        priority: at16(message, data),
        weight: at16(message, data + 2),
        port: at16(message, data + 4),
        target,
      }));
    case recordType.TXT:
      return readText(message, owner, frame);
    default:
      return undefined;
  }
}

// The name that ends a record's data.
function targetAt(message: Uint8Array, at: number, end: number): string | null {
  const read = at < end ? readName(message, at, end) : null;
  return read?.end === end ? read.name : null;
}

function withTarget(target: string | null, make: (target: string) => Answer): Answer | null {
  return target === null ? null : make(target);
}

// Several strings are one text, cut because each may have 255 bytes only.
function readText(message: Uint8Array, owner: string, { data, end }: Frame): Answer | null {
  const pieces: Uint8Array[] = [];
  for (let at = data; at < end;) {
    const next = at + 1 + message[at]!;
    if (next > end) return null;
    pieces.push(message.subarray(at + 1, next));
    at = next;
  }
  return { type: recordType.TXT, owner, text: Buffer.concat(pieces).toString() };
}
