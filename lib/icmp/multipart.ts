// Go: x/net/icmp/multipart.go, extension.go; RFC 4884 sections 4 to 7, RFC 8335 section 2
import { outOfRange } from "../errors/index.js";
import { checksum } from "./checksum.js";
import { Cursor } from "./cursor.js";
import { type Extension, RawExtension } from "./extension.js";
import { CLASS_INTERFACE_IDENT, readInterfaceIdent } from "./interface-ident.js";
import { CLASS_INTERFACE_INFO, readInterfaceInfo } from "./interface-info.js";
import { MessageError } from "./message-error.js";
import { CLASS_MPLS, readMPLSLabelStack } from "./mpls.js";
import { checkProtocol, type Protocol, protocolICMP } from "./types.js";

const HEADER = 4;
const VERSION = 2;
/** What a quoted packet has at least when extensions follow it. */
const MIN_QUOTE = 128;
const MAX_UNITS = 255;

/** What a body is made of: the packet it quotes, if that is what it does, and extensions. */
export interface Multipart {
  readonly data?: Uint8Array;
  readonly extensions: readonly Extension[];
}

/** A length is told in words of 32 bits, and of 64 in IPv6. */
const unitOf = (proto: Protocol) => (checkProtocol(proto) === protocolICMP ? 4 : 8);

/** Where the extensions begin behind the first four bytes of a body, and how long all of it is. */
export function layout(proto: Protocol, { data, extensions }: Multipart): { quote: number; length: number } {
  const unit = unitOf(proto);
  const objects = extensions.reduce((sum, extension) => sum + extension.len(proto), 0);
  const given = data?.length ?? 0;
  // As in Go, extensions without a byte in them do not make it longer.
  const padded = data !== undefined && objects > 0;
  const quote = padded ? Math.max(Math.ceil(given / unit) * unit, MIN_QUOTE) : given;
  return { quote, length: HEADER + quote + (extensions.length > 0 ? HEADER : 0) + objects };
}

/**
 * The body with its first four bytes zero but for the length of the quoted packet. Throws a MessageError when `allows` says
 * no to its extensions; a RangeError for a packet whose length cannot be told.
 */
export function marshalMultipart(
  proto: Protocol,
  body: Multipart,
  allows: (extensions: readonly Extension[]) => boolean,
): Uint8Array {
  const { data, extensions } = body;
  if (!allows(extensions)) throw new MessageError("invalid extension");
  const { quote, length } = layout(proto, body);
  const b = new Uint8Array(length);
  if (data !== undefined) b.set(data, HEADER);
  if (extensions.length === 0) return b;
  const structure = b.subarray(HEADER + quote);
  structure[0] = VERSION << 4;
  let at = HEADER;
  for (const extension of extensions) {
    const object = extension.marshal(proto);
    structure.set(object, at);
    at += object.length;
  }
  const sum = checksum(structure);
  structure.set([sum >> 8, sum & 0xff], 2);
  if (data !== undefined) b[proto === protocolICMP ? 1 : 0] = unitsOf(proto, quote);
  return b;
}

function unitsOf(proto: Protocol, quote: number): number {
  const unit = unitOf(proto);
  if (quote > MAX_UNITS * unit)
    throw outOfRange("data.length", `at most ${MAX_UNITS * unit} beside extensions`, quote);
  return Math.floor(quote / unit);
}

/**
 * Takes a body apart, in memory of its own. `word` are its first four bytes, where the length of the quoted packet stands;
 * null for a body that quotes none. Extensions that make no sense are none: then all of it is the packet.
 */
export function parseMultipart(
  proto: Protocol,
  word: number | null,
  b: Uint8Array,
): { data: Uint8Array; extensions: Extension[] } {
  const at = word === null ? findStructure(b, 0) : findQuoted(b, lengthIn(proto, word));
  const extensions = at < 0 ? null : objectsIn(b.subarray(at + HEADER));
  return extensions === null ? { data: b.slice(), extensions: [] } : { data: b.slice(0, at), extensions };
}

/** The packet that a body quotes, without extensions behind it: a view. `word` as for {@link parseMultipart}. */
export function quotedIn(proto: Protocol, word: number, b: Uint8Array): Uint8Array {
  const at = findQuoted(b, lengthIn(proto, word));
  return at < 0 ? b : b.subarray(0, at);
}

// RFC 4884 section 5: the second byte in IPv4, the first in IPv6.
function lengthIn(proto: Protocol, word: number): number {
  return unitOf(proto) * (proto === protocolICMP ? (word >>> 16) & 0xff : word >>> 24);
}

/**
 * Where the extensions begin behind a quoted packet that is said to be so long; -1 when there are none. Many routers
 * do not say it, or something wrong, and put them behind 128 bytes: RFC 4884 section 5.5.
 */
export function findQuoted(b: Uint8Array, claimed: number): number {
  const at = claimed < MIN_QUOTE ? -1 : findStructure(b, claimed);
  return at < 0 ? findStructure(b, MIN_QUOTE) : at;
}

/** `at`, if an extension structure with room for an object begins there; -1 otherwise. */
function findStructure(b: Uint8Array, at: number): number {
  const structure = b.subarray(at);
  if (structure.length < 2 * HEADER || structure[0]! >> 4 !== VERSION) return -1;
  // Without a checksum it is taken as it is.
  const hasChecksum = structure[2] !== 0 || structure[3] !== 0;
  return hasChecksum && checksum(structure) !== 0 ? -1 : at;
}

const readers = new Map<number, (type: number, payload: Cursor) => Extension>([
  [CLASS_MPLS, readMPLSLabelStack],
  [CLASS_INTERFACE_INFO, readInterfaceInfo],
  [CLASS_INTERFACE_IDENT, readInterfaceIdent],
]);

/** The objects of a structure; null when one of them is malformed. What is too short for one, or claims too much, ends them. */
function objectsIn(b: Uint8Array): Extension[] | null {
  const found: Extension[] = [];
  // Each takes four bytes at least, so this ends.
  for (let rest = b; rest.length >= HEADER;) {
    const length = (rest[0]! << 8) | rest[1]!;
    if (length < HEADER || length > rest.length) break;
    const extension = objectIn(rest.subarray(0, length));
    if (extension === null) return null;
    found.push(extension);
    rest = rest.subarray(length);
  }
  return found;
}

function objectIn(object: Uint8Array): Extension | null {
  const read = readers.get(object[2]!);
  if (read === undefined) return new RawExtension(object.slice());
  try {
    return read(object[3]!, new Cursor(object.subarray(HEADER), "message"));
  } catch (error) {
    if (error instanceof MessageError) return null;
    throw error;
  }
}
