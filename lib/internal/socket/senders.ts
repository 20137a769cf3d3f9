// Go: net/udpsock_posix.go (readFrom); no counterpart: Go allocates an address with each packet
import type { Addr } from "../../addr/index.js";
import type { Codec } from "./sockaddr.js";

// A server talks to some peers at a time. A packet from one of them needs no new address, which would cost more
// than all else that is done for it here.
const SIZE = 256;

/** Gives the same object for the same address, as long as it is remembered. */
export interface Interner {
  /** The typed form of a socket address. */
  at(bytes: Uint8Array, offset: number, length: number): Addr | null;
}

/** The addresses that packets came from lately. IPv4 alone: it packs into two words. */
export class Senders implements Interner {
  readonly #words = new Int32Array(SIZE);
  readonly #ports = new Uint16Array(SIZE);
  readonly #addrs: (Addr | null)[] = Array<Addr | null>(SIZE).fill(null);

  readonly #codec: Codec;

  constructor(codec: Codec) {
    this.#codec = codec;
  }

  /** The typed form of an IPv4 socket address. */
  at(bytes: Uint8Array, offset: number, length: number): Addr | null {
    const port = (bytes[offset + 2]! << 8) | bytes[offset + 3]!;
    const word =
      (bytes[offset + 4]! << 24) |
      (bytes[offset + 5]! << 16) |
      (bytes[offset + 6]! << 8) |
      bytes[offset + 7]!;
    const place = (word ^ (word >>> 8) ^ (word >>> 16) ^ port ^ (port >>> 8)) & (SIZE - 1);
    const known = this.#addrs[place]!;
    if (known !== null && this.#words[place] === word && this.#ports[place] === port) return known;
    // It is handed out again and again: who changes it would change where others are answered.
    const addr = Object.freeze(this.#codec.decode(bytes, offset, length));
    this.#words[place] = word;
    this.#ports[place] = port;
    this.#addrs[place] = addr;
    return addr;
  }
}

const NAMES = 64;
// The longest name, of a Unix socket.
const NAME_ROOM = 112;
// Where an IPv6 socket address has its zone.
const SCOPE = 24;

/** The same for addresses of any length, byte by byte. */
export class Names implements Interner {
  readonly #bytes = new Uint8Array(NAMES * NAME_ROOM);
  readonly #lengths = new Uint8Array(NAMES);
  readonly #addrs: (Addr | null)[] = Array<Addr | null>(NAMES).fill(null);
  readonly #codec: Codec;

  constructor(codec: Codec) {
    this.#codec = codec;
  }

  at(bytes: Uint8Array, offset: number, length: number): Addr | null {
    // The name of a zone may become another's.
    const passing = length > NAME_ROOM || (length === INET6_LENGTH && bytes[offset + SCOPE] !== 0);
    if (passing) return this.#codec.decode(bytes, offset, length);
    const place = placeOf(bytes, offset, length);
    if (this.#isAt(place, bytes, offset, length)) return this.#addrs[place]!;
    const addr = Object.freeze(this.#codec.decode(bytes, offset, length));
    this.#bytes.set(bytes.subarray(offset, offset + length), place * NAME_ROOM);
    this.#lengths[place] = length;
    this.#addrs[place] = addr;
    return addr;
  }

  #isAt(place: number, bytes: Uint8Array, offset: number, length: number): boolean {
    if (this.#lengths[place] !== length) return false;
    const start = place * NAME_ROOM;
    for (let i = 0; i < length; i++) if (this.#bytes[start + i] !== bytes[offset + i]) return false;
    return true;
  }
}

const INET6_LENGTH = 28;

// FNV-1a, folded.
function placeOf(bytes: Uint8Array, offset: number, length: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ bytes[offset + i]!, 0x01000193);
  return (hash ^ (hash >>> 12) ^ (hash >>> 24)) & (NAMES - 1);
}
