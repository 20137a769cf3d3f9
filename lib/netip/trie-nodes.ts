// Eatherton, Dittia and Varghese: Tree Bitmap (2004)
//
// A node decides over five bits of an address. One bitmap says which prefixes end within these bits, another which
// children there are, and what there is stands packed in a block of each kind. A step of a lookup thus reads four
// numbers side by side, which matters most: in a large table, lookups wait for memory.
//
// All numbers stand in one pool. Blocks are taken from where it is free and never given back; when it is full, what is
// in use moves to a new one. So it stays in proportion to what it holds, and nodes stay near their children.

import { mask } from "../addr/words.js";

/** A record has four numbers. A node's are two bitmaps, of prefixes and of children, and where their blocks begin. */
const CHILDREN = 1;
const PREFIX_BLOCK = 2;
const CHILD_BLOCK = 3;
const RECORD = 4;

/**
 * Where no node is needed, since there is but one prefix below, stands a leaf: this bit, which no bitmap has, and above
 * it the prefix's length; the number of its entry; its first two words, which IPv6 networks seldom go beyond.
 */
const LEAF = 1;
const ENTRY = 1;
const WORD = 2;
const SECOND_WORD = 3;

/**
 * The children of a node that has many stand spread, each at its own place, as most steps go through such nodes and
 * counting bits is half of what a step costs. Their block is then given as the complement of where it begins.
 */
const SPREAD = 32 * RECORD;
const MANY = 16;
const FEW = 8;

/** More numbers than a change takes: a block with room for all, and a node with its blocks for each of 28 steps. */
const ROOM = 512;

/** Bits to a step. A word has six such steps and one of two bits, so that no step spans two words. */
const STRIDE = 5;
const STEPS = 7;
const FIRST_SHIFT = 32 - STRIDE;

/** The prefixes with which five bits begin, as a node's bitmap. */
const beginnings = Int32Array.from({ length: 32 }, (_, bits) => {
  let bitmap = 0;
  for (let i = (32 | bits) >> 1; i > 0; i >>= 1) bitmap |= 1 << i;
  return bitmap;
});

/** The prefixes of no more than 0 to 4 bits, as a node's bitmap. */
const upTo = Int32Array.of(0x3, 0xf, 0xff, 0xffff, -1);

/** How many steps come before the node in which a prefix ends; at the end of one's bits, that is the next one. */
export function stepsOf(length: number): number {
  return (length >>> 5) * STEPS + (((length & 31) / STRIDE) | 0);
}

/** How many of that node's bits a prefix has. */
function restOf(length: number): number {
  return (length & 31) % STRIDE;
}

/** Five bits of a word, at a shift of 27, 22, ..., 2 or -3: of the last two, as if zeros came after them. */
function bitsAt(word: number, shift: number): number {
  return (shift >= 0 ? word >>> shift : word << -shift) & 31;
}

/** The bits that a step decides over. */
export function bitsOf(words: Int32Array, step: number): number {
  return bitsAt(words[(step / STEPS) | 0]!, FIRST_SHIFT - (step % STEPS) * STRIDE);
}

/** A prefix in the node in which it ends: a one before the bits that it has there. */
export function endOf(words: Int32Array, length: number): number {
  const rest = restOf(length);
  return rest === 0 ? 1 : (1 << rest) | (bitsOf(words, stepsOf(length)) >> (STRIDE - rest));
}

/** Everything below bit `i`. */
function below(i: number): number {
  return ~(-1 << i);
}

/** How many bits are set. */
function count(bitmap: number): number {
  bitmap -= (bitmap >>> 1) & 0x55555555;
  bitmap = (bitmap & 0x33333333) + ((bitmap >>> 2) & 0x33333333);
  return Math.imul((bitmap + (bitmap >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Where a child stands in a block of either kind. */
function placeOf(block: number, children: number, bits: number): number {
  return block < 0 ? ~block + RECORD * bits : block + RECORD * count(children & below(bits));
}

/** How many numbers a block of children has. */
function sizeOf(block: number, children: number): number {
  return block < 0 ? SPREAD : RECORD * count(children);
}

function eachBit(bitmap: number, call: (bit: number) => void): void {
  for (let rest = bitmap; rest !== 0; rest &= rest - 1) call(31 - Math.clz32(rest & -rest));
}

/** Whether the prefix of a leaf covers the first `length` bits of `words`. */
function covers(
  pool: Int32Array,
  leaf: number,
  words: Int32Array,
  length: number,
  keys: Int32Array,
): boolean {
  const bits = pool[leaf]! >>> 1;
  if (bits > length || ((pool[leaf + WORD]! ^ words[0]!) & mask(bits)) !== 0) return false;
  if (bits <= 32) return true;
  if (((pool[leaf + SECOND_WORD]! ^ words[1]!) & mask(bits - 32)) !== 0) return false;
  return bits <= 64 || coversRest(keys, 4 * pool[leaf + ENTRY]!, bits, words);
}

/** The same for the third and fourth word, which stand with the entry. */
function coversRest(keys: Int32Array, at: number, bits: number, words: Int32Array): boolean {
  const third = (keys[at + 2]! ^ words[2]!) & mask(bits - 64);
  return third === 0 && ((keys[at + 3]! ^ words[3]!) & mask(bits - 96)) === 0;
}

/**
 * The nodes of a trie, the root at 0. Five bits are a number up to 31. A prefix that ends within them is a number, too:
 * a one before its bits, so 1 is the empty one, and longer ones are larger. That is its bit in the bitmap.
 */
export class Nodes {
  #pool = new Int32Array(2 * ROOM);
  #top = RECORD;
  #used = RECORD;

  /** How many bytes they take. */
  get bytes(): number {
    return this.#pool.byteLength;
  }

  /**
   * The entry with the longest prefix that covers the first `length` bits of `words`, or -1. `keys` has the four words
   * of each entry, where an address has four. Everything in this loop is in this file, since V8 loads what is imported
   * again each time.
   */
  find(words: Int32Array, length: number, keys: Int32Array): number {
    const pool = this.#pool;
    const last = stepsOf(length);
    let node = 0;
    let step = 0;
    let found = 0; // the prefixes that cover them in the last node that has any
    let where = 0;
    down: for (let i = 0; ; i++) {
      const word = words[i]!;
      for (let shift = FIRST_SHIFT; shift > -STRIDE; shift -= STRIDE) {
        const bits = bitsAt(word, shift);
        let covering = pool[node]! & beginnings[bits]!;
        if (step === last) covering &= upTo[restOf(length)]!;
        if (covering !== 0) {
          found = covering;
          where = node;
        }
        const children = pool[node + CHILDREN]!;
        if (step++ === last || ((children >>> bits) & 1) === 0) break down;
        node = placeOf(pool[node + CHILD_BLOCK]!, children, bits);
        if ((pool[node]! & LEAF) === 0) continue;
        if (covers(pool, node, words, length, keys)) return pool[node + ENTRY]!;
        break down;
      }
    }
    return found === 0 ? -1 : this.prefix(where, 31 - Math.clz32(found));
  }

  /** Where the child for five bits stands; 0 when there is none. */
  child(node: number, bits: number): number {
    const children = this.#pool[node + CHILDREN]!;
    return ((children >>> bits) & 1) === 0 ? 0 : placeOf(this.#pool[node + CHILD_BLOCK]!, children, bits);
  }

  /** The entry of a leaf; -1 of a node. */
  leaf(record: number): number {
    return this.#pool[record]! & LEAF ? this.#pool[record + ENTRY]! : -1;
  }

  /** The entry of a prefix that ends in a node; -1 when none does. */
  prefix(node: number, i: number): number {
    return (this.#pool[node]! >>> i) & 1 ? this.#pool[this.#placeOfPrefix(node, i)]! : -1;
  }

  #placeOfPrefix(node: number, i: number): number {
    return this.#pool[node + PREFIX_BLOCK]! + count(this.#pool[node]! & below(i));
  }

  /** Makes a record a leaf. */
  setLeaf(record: number, entry: number, words: Int32Array, length: number): void {
    this.#pool[record] = (length << 1) | LEAF;
    this.#pool[record + ENTRY] = entry;
    this.#pool[record + WORD] = words[0]!;
    this.#pool[record + SECOND_WORD] = words[1] ?? 0;
  }

  /** Makes a record a node with nothing in it. */
  setEmpty(record: number): void {
    this.#pool.fill(0, record, record + RECORD);
  }

  /** Gives a prefix that ends in a node another entry. */
  setPrefix(node: number, i: number, entry: number): void {
    this.#pool[this.#placeOfPrefix(node, i)] = entry;
  }

  /** Gives a leaf another entry. */
  setLeafEntry(leaf: number, entry: number): void {
    this.#pool[leaf + ENTRY] = entry;
  }

  addPrefix(node: number, i: number, entry: number): void {
    this.#widen(node, 0, i, PREFIX_BLOCK, 1);
    this.setPrefix(node, i, entry);
  }

  removePrefix(node: number, i: number): void {
    this.#narrow(node, 0, i, PREFIX_BLOCK, 1);
  }

  /** Adds a child, of which the caller makes a leaf. Returns where it stands. */
  addChild(node: number, bits: number): number {
    const pool = this.#pool;
    const isSpread = pool[node + CHILD_BLOCK]! < 0;
    if (!isSpread && count(pool[node + CHILDREN]!) < MANY - 1)
      this.#widen(node, CHILDREN, bits, CHILD_BLOCK, RECORD);
    else {
      if (!isSpread) this.#rearrange(node, ~this.#take(SPREAD));
      pool[node + CHILDREN]! |= 1 << bits;
    }
    return this.child(node, bits);
  }

  removeChild(node: number, bits: number): void {
    const pool = this.#pool;
    if (pool[node + CHILD_BLOCK]! < 0) {
      pool[node + CHILDREN]! &= ~(1 << bits);
      if (count(pool[node + CHILDREN]!) === FEW) this.#rearrange(node, this.#take(FEW * RECORD));
    } else this.#narrow(node, CHILDREN, bits, CHILD_BLOCK, RECORD);
  }

  /** Moves the children of a node to a block of the other kind. */
  #rearrange(node: number, to: number): void {
    const pool = this.#pool;
    const children = pool[node + CHILDREN]!;
    const from = pool[node + CHILD_BLOCK]!;
    eachBit(children, (bits) => {
      const place = placeOf(from, children, bits);
      pool.copyWithin(placeOf(to, children, bits), place, place + RECORD);
    });
    pool[node + CHILD_BLOCK] = to;
    this.#used -= sizeOf(from, children);
  }

  /** When a node has one prefix and nothing else: takes it out, and returns its entry. -1 for any other node. */
  takeOnlyPrefix(node: number): number {
    const pool = this.#pool;
    if (pool[node + CHILDREN] !== 0 || count(pool[node]!) !== 1) return -1;
    this.#used--;
    return pool[pool[node + PREFIX_BLOCK]!]!;
  }

  /** When a node has one leaf and nothing else: puts the leaf in its place. */
  replaceByOnlyLeaf(node: number): void {
    const pool = this.#pool;
    const child = pool[node + CHILD_BLOCK]!;
    if (pool[node] !== 0 || count(pool[node + CHILDREN]!) !== 1 || this.leaf(child) < 0) return;
    pool.copyWithin(node, child, child + RECORD);
    this.#used -= RECORD;
  }

  /** Makes sure that an insertion finds room, and that not much more is held than is used. */
  reserve(): void {
    const full = this.#top + ROOM > this.#pool.length;
    if (!full && this.#pool.length <= 8 * (this.#used + ROOM)) return;
    const old = this.#pool;
    this.#pool = new Int32Array(2 * (this.#used + ROOM));
    this.#top = RECORD;
    this.#used = RECORD;
    this.#copy(old, 0, 0);
  }

  /** Copies a record from another pool, and all that hangs on it. */
  #copy(old: Int32Array, from: number, to: number): void {
    const pool = this.#pool;
    for (let i = 0; i < RECORD; i++) pool[to + i] = old[from + i]!;
    if (pool[to]! & LEAF) return;
    const prefixes = pool[to + PREFIX_BLOCK]!;
    pool[to + PREFIX_BLOCK] = this.#take(count(pool[to]!));
    for (let i = 0; i < count(pool[to]!); i++) pool[pool[to + PREFIX_BLOCK]! + i] = old[prefixes + i]!;

    const children = pool[to + CHILDREN]!;
    const block = pool[to + CHILD_BLOCK]!;
    const taken = this.#take(sizeOf(block, children));
    pool[to + CHILD_BLOCK] = block < 0 ? ~taken : taken;
    eachBit(children, (bits) => this.#copy(old, placeOf(block, children, bits), this.child(to, bits)));
  }

  #take(size: number): number {
    const block = this.#top;
    this.#top += size;
    this.#used += size;
    return block;
  }

  /** Sets a bit in one of a node's bitmaps, and makes a gap for it in the block, which moves. */
  #widen(node: number, bitmap: number, bit: number, where: number, width: number): void {
    const pool = this.#pool;
    const before = pool[node + bitmap]!;
    const size = width * count(before);
    const gap = width * count(before & below(bit));
    const from = pool[node + where]!;
    const to = this.#take(size + width);
    this.#used -= size;
    pool.copyWithin(to, from, from + gap);
    pool.copyWithin(to + gap + width, from + gap, from + size);
    pool[node + where] = to;
    pool[node + bitmap] = before | (1 << bit);
  }

  /** Clears a bit, and closes the gap that it leaves. */
  #narrow(node: number, bitmap: number, bit: number, where: number, width: number): void {
    const pool = this.#pool;
    const before = pool[node + bitmap]!;
    const block = pool[node + where]!;
    const gap = block + width * count(before & below(bit));
    pool.copyWithin(gap, gap + width, block + width * count(before));
    pool[node + bitmap] = before & ~(1 << bit);
    this.#used -= width;
  }
}
