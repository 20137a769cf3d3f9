// Messages as servers write them, right or wrong.

export const A = 1;
export const NS = 2;
export const CNAME = 5;
export const PTR = 12;
export const MX = 15;
export const TXT = 16;
export const AAAA = 28;
export const SRV = 33;
export const OPT = 41;

/** A record: `owner` is a name as text, or bytes where it is to be compressed or wrong. */
export interface WireRecord {
  owner: string | Uint8Array;
  type: number;
  class?: number;
  ttl?: number;
  data: Uint8Array;
}

/** What a server may say, each field as right as can be unless it is given. */
export interface Message {
  id?: number;
  flags?: number;
  question?: Uint8Array;
  answers?: WireRecord[];
  authorities?: WireRecord[];
  additionals?: WireRecord[];
}

/** Flags of an answer: a reply, recursion desired and available. */
export const REPLY = 0x8180;
export const TC = 0x0200;
export const AUTHORITATIVE = 0x0400;
export const NXDOMAIN = 3;
export const SERVFAIL = 2;

/** The name of the question: what follows the header. */
export const POINTER = Uint8Array.of(0xc0, 12);

export const u16 = (...values: number[]): Uint8Array =>
  Uint8Array.from(values.flatMap((value) => [value >> 8, value & 0xff]));

export function wireName(name: string): Uint8Array {
  const labels = name.replace(/\.$/, "").split(".").filter(Boolean);
  return Buffer.concat([
    ...labels.map((label) => Buffer.concat([Uint8Array.of(label.length), Buffer.from(label, "latin1")])),
    Uint8Array.of(0),
  ]);
}

export const question = (name: string, type: number, cls = 1): Uint8Array =>
  Buffer.concat([wireName(name), u16(type, cls)]);

function record({ owner, type, class: cls = 1, ttl = 60, data }: WireRecord): Uint8Array {
  const name = typeof owner === "string" ? wireName(owner) : owner;
  return Buffer.concat([name, u16(type, cls, ttl >>> 16, ttl & 0xffff, data.length), data]);
}

export function message({
  id = 0,
  flags = REPLY,
  question: asked = question("example.com.", A),
  answers = [],
  authorities = [],
  additionals = [],
}: Message): Uint8Array {
  const counts = u16(
    id,
    flags,
    asked.length === 0 ? 0 : 1,
    answers.length,
    authorities.length,
    additionals.length,
  );
  return Buffer.concat([counts, asked, ...[...answers, ...authorities, ...additionals].map(record)]);
}

export const a = (ip: string, owner: string | Uint8Array = POINTER): WireRecord => ({
  owner,
  type: A,
  data: Uint8Array.from(ip.split(".").map(Number)),
});

/** An IPv6 address of documentation: the last group is all that counts. */
export const aaaa = (last: number, owner: string | Uint8Array = POINTER): WireRecord => ({
  owner,
  type: AAAA,
  data: u16(0x2001, 0xdb8, 0, 0, 0, 0, 0, last),
});

export const named = (type: number, target: string, owner: string | Uint8Array = POINTER): WireRecord => ({
  owner,
  type,
  data: wireName(target),
});

export const mx = (pref: number, host: string): WireRecord => ({
  owner: POINTER,
  type: MX,
  data: Buffer.concat([u16(pref), wireName(host)]),
});

export const srv = (priority: number, weight: number, port: number, target: string): WireRecord => ({
  owner: POINTER,
  type: SRV,
  data: Buffer.concat([u16(priority, weight, port), wireName(target)]),
});

export const txt = (...texts: string[]): WireRecord => ({
  owner: POINTER,
  type: TXT,
  data: Buffer.concat(texts.flatMap((text) => [Uint8Array.of(Buffer.byteLength(text)), Buffer.from(text)])),
});

export const opt = (extendedRCode = 0): WireRecord => ({
  owner: ".",
  type: OPT,
  class: 1232,
  ttl: extendedRCode << 24,
  data: new Uint8Array(),
});
