// Go: github.com/gaissmai/bart (Table); Go's own library has none
import { invalidArgType, invalidArgValue } from "../errors/index.js";
import { Addr, checkAddr } from "./addr.js";
import { checkPrefix, Prefix } from "./prefix.js";
import { Trie } from "./trie.js";

/** What a table has for a prefix. */
export interface PrefixEntry<V> {
  /** The prefix, masked. */
  readonly prefix: Prefix;
  /** What was inserted with it. */
  readonly value: V;
}

/** The prefixes of one family with their values, which stand where the trie has the prefix. */
class Family<V> {
  readonly width: 1 | 4;
  readonly trie: Trie;
  readonly values: V[] = [];

  constructor(width: 1 | 4) {
    this.width = width;
    this.trie = new Trie(width);
  }

  at(entry: number): PrefixEntry<V> {
    const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = this.trie.wordsOf(entry);
    const addr = this.width === 1 ? Addr.of4(w0) : new Addr(128, w0, w1, w2, w3, "");
    return { prefix: new Prefix(addr, this.trie.lengthOf(entry)), value: this.values[entry]! };
  }
}

/** The words that are looked for. One array for all tables, since a look-up is over before the next begins. */
const words = new Int32Array(4);

/**
 * A map from prefixes to values in which an address finds the longest prefix that contains it, as in a routing table.
 * IPv4 and IPv6 stand side by side. A prefix counts masked: `10.1.2.3/8` is `10.0.0.0/8`. Mapped IPv4 is IPv6, as
 * everywhere in netip: unmap addresses before asking. Memory is in proportion to what the table holds at the time.
 *
 * Go has none in its library; the names are those of bart.Table.
 */
export class PrefixTable<V> {
  readonly #ipv4 = new Family<V>(1);
  readonly #ipv6 = new Family<V>(4);

  /**
   * A table of the given prefixes and values, or an empty one. Errors as of {@link insert};
   * a TypeError (`ERR_INVALID_ARG_TYPE`) when `entries` cannot be iterated over.
   */
  constructor(entries: Iterable<readonly [Prefix, V]> = []) {
    if (typeof entries?.[Symbol.iterator] !== "function")
      throw invalidArgType("entries", "an iterable of pairs", entries);
    for (const [prefix, value] of entries) this.insert(prefix, value);
  }

  /** How many prefixes there are. Go: Table.Size. */
  get size(): number {
    return this.#ipv4.values.length + this.#ipv6.values.length;
  }

  /** @internal The bytes that it takes, without the values. */
  get bytes(): number {
    return this.#ipv4.trie.bytes + this.#ipv6.trie.bytes;
  }

  /**
   * Adds a prefix, or gives it another value. Go: Table.Insert.
   * Throws a TypeError: `ERR_INVALID_ARG_TYPE` for anything but a Prefix, `ERR_INVALID_ARG_VALUE` for an invalid one.
   */
  insert(prefix: Prefix, value: V): void {
    const { trie, values } = this.#find(prefix);
    const entry = trie.get(words, prefix.bits);
    if (entry < 0) trie.add(words, prefix.bits);
    values[entry < 0 ? values.length : entry] = value;
  }

  /** The value of just this prefix, or null. Errors as of {@link insert}. Go: Table.Get. */
  get(prefix: Prefix): V | null {
    const { trie, values } = this.#find(prefix);
    const entry = trie.get(words, prefix.bits);
    return entry < 0 ? null : values[entry]!;
  }

  /** Removes a prefix, and says whether it was there. Errors as of {@link insert}. Go: Table.Delete. */
  delete(prefix: Prefix): boolean {
    const { trie, values } = this.#find(prefix);
    const entry = trie.get(words, prefix.bits);
    if (entry < 0) return false;
    trie.remove(entry);
    const last = values.pop()!;
    if (entry < values.length) values[entry] = last;
    return true;
  }

  /**
   * The value of the longest prefix that contains the address, or null. As with `Prefix.contains`, none contains an
   * address with a zone, or the zero value. Go: Table.Lookup.
   * Throws a TypeError (`ERR_INVALID_ARG_TYPE`) for anything but an Addr.
   */
  lookup(ip: Addr): V | null {
    const family = this.#family(checkAddr("ip", ip));
    const entry = this.#findAddr(family, ip);
    return entry < 0 ? null : family.values[entry]!;
  }

  /** Whether a prefix contains the address. Errors as of {@link lookup}. Go: Table.Contains. */
  contains(ip: Addr): boolean {
    return this.#findAddr(this.#family(checkAddr("ip", ip)), ip) >= 0;
  }

  /**
   * The longest prefix that contains the whole of this one, which may be the same, with its value; or null. To learn
   * which prefix an address belongs to, ask for `prefixFrom(ip, ip.bitLen)`. Errors as of {@link insert}.
   * Go: Table.LookupPrefixLPM.
   */
  lookupPrefix(prefix: Prefix): PrefixEntry<V> | null {
    const family = this.#find(prefix);
    const entry = family.trie.find(words, prefix.bits);
    return entry < 0 ? null : family.at(entry);
  }

  /**
   * The prefixes, masked, with their values in the order of `Prefix.compare`, as they are when the first is asked for:
   * what is inserted or deleted meanwhile does not matter. Go: Table.AllSorted.
   */
  *[Symbol.iterator](): Generator<[Prefix, V], void, undefined> {
    const entries = [this.#ipv4, this.#ipv6].flatMap((family) =>
      family.trie.inOrder().map((entry) => family.at(entry)),
    );
    for (const { prefix, value } of entries) yield [prefix, value];
  }

  /** Where addresses of that family stand. */
  #family(ip: Addr): Family<V> {
    return ip.is4() ? this.#ipv4 : this.#ipv6;
  }

  /** Puts a prefix into `words`, masked, and returns its family. */
  #find(prefix: Prefix): Family<V> {
    if (!checkPrefix("prefix", prefix).isValid()) throw invalidArgValue("prefix", "a valid prefix", prefix);
    prefix.addr.masked(prefix.bits).copyTo(words);
    return this.#family(prefix.addr);
  }

  #findAddr(family: Family<V>, ip: Addr): number {
    if (!ip.isValid() || ip.zone !== "") return -1;
    ip.copyTo(words);
    return family.trie.find(words, ip.bitLen);
  }
}
