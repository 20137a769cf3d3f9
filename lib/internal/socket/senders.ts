// Go: net/udpsock_posix.go (readFrom); no counterpart: Go allocates an address with each packet
import type { Addr } from "../../addr/index.js";
import type { Codec } from "./sockaddr.js";

// A server talks to some peers at a time. A packet from one of them needs no new address, which would cost more
// than all else that is done for it here.
const SIZE = 256;

/** The addresses that packets came from lately. IPv4 alone: it packs into two words. */
export class Senders {
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
    const addr = this.#codec.decode(bytes, offset, length);
    this.#words[place] = word;
    this.#ports[place] = port;
    this.#addrs[place] = addr;
    return addr;
  }
}
