// Prefixes of one family, and the longest one that covers an address. How it is built is in trie-nodes.ts.
import { bitsOf, endOf, Nodes, stepsOf } from "./trie-nodes.js";

/**
 * A set of prefixes. Each has a number, an entry, less than how many there are. Their words are those of an address,
 * with all bits after the length 0, for which the caller answers.
 */
export class Trie {
  /** Words of an address: 1 of IPv4, 4 of IPv6. */
  readonly #width: number;
  readonly #nodes = new Nodes();
  #size = 0;
  #words: Int32Array;
  #lengths = new Uint8Array(8);

  constructor(width: 1 | 4) {
    this.#width = width;
    this.#words = new Int32Array(8 * width);
  }

  /** How many prefixes there are. */
  get size(): number {
    return this.#size;
  }

  /** The bytes that it takes, but for a few hundred. */
  get bytes(): number {
    return this.#nodes.bytes + this.#words.byteLength + this.#lengths.byteLength;
  }

  /** The length of an entry's prefix. */
  lengthOf(entry: number): number {
    return this.#lengths[entry]!;
  }

  /** The words of an entry's prefix, until the next change. */
  wordsOf(entry: number): Int32Array {
    return this.#words.subarray(entry * this.#width, (entry + 1) * this.#width);
  }

  /** The entry with the longest prefix that covers the first `length` bits of `words`, or -1. */
  find(words: Int32Array, length: number): number {
    return this.#nodes.find(words, length, this.#words);
  }

  /** The entry of just this prefix, or -1. */
  get(words: Int32Array, length: number): number {
    const entry = this.find(words, length);
    return entry >= 0 && this.#lengths[entry] === length ? entry : -1;
  }

  /** Adds a prefix that is not there yet. Its entry is the former {@link size}. */
  add(words: Int32Array, length: number): void {
    const entry = this.#size++;
    if (entry === this.#lengths.length) this.#resize(2 * entry);
    this.#words.set(words.subarray(0, this.#width), entry * this.#width);
    this.#lengths[entry] = length;

    const nodes = this.#nodes;
    const last = stepsOf(length);
    let node = 0;
    let step = 0;
    while (step < last) {
      const child = nodes.child(node, bitsOf(words, step));
      if (child === 0) break;
      step++;
      const other = nodes.leaf(child);
      if (other >= 0) {
        nodes.setEmpty(child);
        this.#put(child, step, other);
      }
      node = child;
    }
    this.#put(node, step, entry);
    nodes.reserve();
  }

  /** Puts an entry into the node of a step: as a prefix that ends there, or as a leaf. */
  #put(node: number, step: number, entry: number): void {
    const words = this.wordsOf(entry);
    const length = this.lengthOf(entry);
    if (step === stepsOf(length)) this.#nodes.addPrefix(node, endOf(words, length), entry);
    else this.#nodes.setLeaf(this.#nodes.addChild(node, bitsOf(words, step)), entry, words, length);
  }

  /** Removes an entry. The last entry gets its number. */
  remove(entry: number): void {
    this.#unlink(0, 0, entry);
    const last = --this.#size;
    if (entry !== last) {
      this.#renumber(last, entry);
      this.#words.set(this.wordsOf(last), entry * this.#width);
      this.#lengths[entry] = this.lengthOf(last);
    }
    if (last >= 8 && last * 4 < this.#lengths.length) this.#resize(last * 2);
    this.#nodes.reserve();
  }

  /** Takes an entry out of the node of a step, or of those below it. */
  #unlink(node: number, step: number, entry: number): void {
    const words = this.wordsOf(entry);
    if (step === stepsOf(this.lengthOf(entry))) {
      this.#nodes.removePrefix(node, endOf(words, this.lengthOf(entry)));
      return;
    }
    const bits = bitsOf(words, step);
    const child = this.#nodes.child(node, bits);
    if (this.#nodes.leaf(child) >= 0) this.#nodes.removeChild(node, bits);
    else {
      this.#unlink(child, step + 1, entry);
      this.#fold(child);
    }
  }

  /** Makes a leaf of a node with but one prefix below, so that those that come and go leave no nodes behind. */
  #fold(node: number): void {
    const entry = this.#nodes.takeOnlyPrefix(node);
    if (entry < 0) this.#nodes.replaceByOnlyLeaf(node);
    else this.#nodes.setLeaf(node, entry, this.wordsOf(entry), this.lengthOf(entry));
  }

  /** Gives an entry another number, in the nodes. */
  #renumber(entry: number, to: number): void {
    const nodes = this.#nodes;
    const words = this.wordsOf(entry);
    const length = this.lengthOf(entry);
    let node = 0;
    for (let step = 0; step < stepsOf(length); step++) {
      node = nodes.child(node, bitsOf(words, step));
      if (nodes.leaf(node) >= 0) return nodes.setLeafEntry(node, to);
    }
    return nodes.setPrefix(node, endOf(words, length), to);
  }

  /** The entries in the order of their prefixes: by address, and the shorter one first. */
  inOrder(): number[] {
    const entries: number[] = [];
    this.#walk(0, 1, entries);
    return entries;
  }

  /** Adds the prefixes that begin with `i`, a one before some of a node's five bits. */
  #walk(node: number, i: number, entries: number[]): void {
    if (i < 32) {
      const entry = this.#nodes.prefix(node, i);
      if (entry >= 0) entries.push(entry);
      this.#walk(node, 2 * i, entries);
      this.#walk(node, 2 * i + 1, entries);
      return;
    }
    const child = this.#nodes.child(node, i - 32);
    const entry = child === 0 ? -1 : this.#nodes.leaf(child);
    if (entry >= 0) entries.push(entry);
    else if (child !== 0) this.#walk(child, 1, entries);
  }

  /** Gives the arrays room for so many entries. */
  #resize(capacity: number): void {
    const words = new Int32Array(capacity * this.#width);
    const lengths = new Uint8Array(capacity);
    words.set(this.#words.subarray(0, words.length));
    lengths.set(this.#lengths.subarray(0, capacity));
    this.#words = words;
    this.#lengths = lengths;
  }
}
