// Go: x/net/ipv4/icmp.go, x/net/ipv6/icmp.go; raw(7) ICMP_FILTER, RFC 3542 section 3.2
import { checkBoolean, checkInt } from "../errors/index.js";

// A set bit keeps its type out on Linux and lets it in on BSD systems: RFC 3542 leaves that to macros.
const bitBlocks = process.platform === "linux";

/** A bit for each type of ICMP message. A new one lets everything in. */
export abstract class TypeFilter {
  /** @internal The bits as the kernel takes them. */
  readonly bytes: Uint8Array;
  readonly #words: Uint32Array;

  /** @internal So many words of 32 types. */
  constructor(words: number) {
    this.#words = new Uint32Array(words);
    this.bytes = new Uint8Array(this.#words.buffer);
    this.setAll(false);
  }

  /** Lets a type in. Throws a RangeError unless it is 0 to 255. Go: ICMPFilter.Accept. */
  accept(typ: number): void {
    checkInt("typ", typ, 0, 0xff);
    if (this.#knows(typ)) this.#mark(typ, !bitBlocks);
  }

  /** Keeps a type out. Throws a RangeError unless the kernel's filter knows it. Go: ICMPFilter.Block. */
  block(typ: number): void {
    checkInt("typ", typ, 0, this.#words.length * 32 - 1);
    this.#mark(typ, bitBlocks);
  }

  /** Keeps all types out, or lets them in. Go: ICMPFilter.SetAll. */
  setAll(block: boolean): void {
    this.#words.fill(checkBoolean("block", block) === bitBlocks ? 0xffffffff : 0);
  }

  /** Whether a type is kept out. Throws a RangeError unless it is 0 to 255. Go: ICMPFilter.WillBlock. */
  willBlock(typ: number): boolean {
    checkInt("typ", typ, 0, 0xff);
    if (!this.#knows(typ)) return false;
    const set = (this.#words[typ >> 5]! & (1 << (typ & 31))) !== 0;
    return set === bitBlocks;
  }

  // What the filter has no bit for, it lets in.
  #knows(typ: number): boolean {
    return typ >> 5 < this.#words.length;
  }

  #mark(typ: number, set: boolean): void {
    const bit = 1 << (typ & 31);
    if (set) this.#words[typ >> 5]! |= bit;
    else this.#words[typ >> 5]! &= ~bit;
  }
}
