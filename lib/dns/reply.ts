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
  ttl: number;
  data: number;
  end: number;
}

const MIN_RECORD = 11;
const FIXED = 10;
const MIN_QUESTION = 5;

/**
 * Reads a whole message, or null where anything about it is wrong: a count that cannot be, a length that leads
 * outside, a name that turns in circles. The work is bounded by the message's length.
 */
export function readReply(message: Uint8Array): Reply | null {
  if (message.length < HEADER) return null;
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const counts = [4, 6, 8, 10].map((at) => view.getUint16(at)) as [number, number, number, number];
  const [questions, answers, authorities, additionals] = counts;
  const records = answers + authorities + additionals;
  if (questions * MIN_QUESTION + records * MIN_RECORD > message.length - HEADER) return null;
  const reply: Reply = {
    rcode: message[3]! & 0xf,
    authoritative: (message[2]! & 0x04) !== 0,
    recursionAvailable: (message[3]! & 0x80) !== 0,
    hasAnswers: answers > 0,
    hasAdditional: additionals > 0,
    answers: [],
  };
  let at = HEADER;
  for (let i = 0; i < questions; i++) {
    at = skipName(message, at, message.length) + 4;
    if (at < HEADER + MIN_QUESTION || at > message.length) return null;
  }
  for (let i = 0; i < records; i++) {
    const frame = readFrame(view, message, at);
    if (frame === null) return null;
    if (i < answers) {
      const answer = readAnswer(view, message, at, frame);
      if (answer === null) return null;
      if (answer !== undefined) reply.answers.push(answer);
    } else if (i >= answers + authorities && frame.type === OPT) {
      reply.rcode |= (frame.ttl >>> 24) << 4;
    }
    at = frame.end;
  }
  return reply;
}

function readFrame(view: DataView, message: Uint8Array, at: number): Frame | null {
  const fixed = skipName(message, at, message.length);
  const data = fixed + FIXED;
  if (fixed < 0 || data > message.length) return null;
  const end = data + view.getUint16(fixed + 8);
  if (end > message.length) return null;
  return {
    type: view.getUint16(fixed),
    class: view.getUint16(fixed + 2),
    ttl: view.getUint32(fixed + 4),
    data,
    end,
  };
}

// Undefined for what nobody asks for, null for what is wrong.
function readAnswer(
  view: DataView,
  message: Uint8Array,
  at: number,
  frame: Frame,
): Answer | null | undefined {
  const owner = readName(message, at, message.length)?.name;
  if (owner === undefined) return null;
  if (frame.class !== IN) return undefined;
  const { type, data, end } = frame;
  // The name that ends the data, after so many bytes.
  const target = (after: number) => {
    const read = data + after < end ? readName(message, data + after, end) : null;
    return read?.end === end ? read.name : null;
  };
  switch (type) {
    case recordType.A:
    case recordType.AAAA: {
      const length = type === recordType.A ? 4 : 16;
      return end - data === length ? { type, owner, ip: IP.at(message, data, length) } : null;
    }
    case recordType.CNAME:
    case recordType.NS:
    case recordType.PTR:
      return withTarget(target(0), (name) => ({ type, owner, target: name }));
    case recordType.MX:
      return withTarget(target(2), (name) => ({ type, owner, pref: view.getUint16(data), target: name }));
    case recordType.SRV:
      return withTarget(target(6), (name) => ({
        type,
        owner,
        priority: view.getUint16(data),
        weight: view.getUint16(data + 2),
        port: view.getUint16(data + 4),
        target: name,
      }));
    case recordType.TXT:
      return readText(message, owner, frame);
    default:
      return undefined;
  }
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
