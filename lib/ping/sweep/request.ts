// RFC 792 (echo), RFC 4443 section 4.1; sockaddr(3type)
import { BatchTable } from "../../internal/socket/batch-table.js";
import { AF_INET, AF_INET6, begin, littleEndian } from "../../internal/socket/sockaddr.js";
import { zoneIndex } from "../../internal/socket/zone.js";

const ICMP_HEADER = 8;
/** Bytes of a payload that prove an answer. */
export const COOKIE = 8;

/** Echo requests that are written over and over: an address and a few words differ from one to the next. */
export class Requests {
  /** What sendmmsg(2) takes: a row for each, in the order of their places. */
  readonly table: BatchTable;
  /** Whether there is room for a cookie. */
  readonly hasCookie: boolean;
  // Bytes of one.
  readonly #length: number;
  readonly #view: DataView;
  readonly #names: DataView;
  readonly #isIPv4: boolean;
  // The sum of all that never changes; NaN where the kernel adds the checksum.
  readonly #sum: number;

  /** So many, with `size` bytes behind their header. @param sums whether the checksum is ours to add */
  constructor(count: number, isIPv4: boolean, type: number, id: number, size: number, sums: boolean) {
    this.#isIPv4 = isIPv4;
    this.hasCookie = size >= COOKIE;
    this.#length = ICMP_HEADER + size;
    this.table = new BatchTable(count, this.#length, 0, false);
    const { bytes, block } = this.table;
    this.#view = new DataView(bytes.buffer);
    this.#names = new DataView(block.buffer);
    const request = Uint8Array.from({ length: this.#length }, (_, i) => (i - ICMP_HEADER) & 0xff);
    request.fill(0, 0, this.hasCookie ? ICMP_HEADER + COOKIE : ICMP_HEADER);
    request[0] = type;
    const view = new DataView(request.buffer);
    view.setUint16(4, id);
    this.#sum = sums ? sumOf(view, 0, request.length) : NaN;
    for (let i = 0; i < count; i++) this.#lay(i, request);
  }

  #lay(i: number, request: Uint8Array): void {
    const { table } = this;
    const length = this.#isIPv4 ? 16 : 28;
    table.addSource(null, null);
    table.bytes.set(request, table.add(request.length));
    begin(table.block, table.nameOffset(i), this.#isIPv4 ? AF_INET : AF_INET6, length);
    table.setLengths(i, length, 0);
  }

  /** Writes the address of request `i`, which stands at `at` of `words`: one word of IPv4, four of IPv6. */
  address(i: number, words: Int32Array, at: number, zone: string): void {
    const name = this.table.nameOffset(i);
    if (this.#isIPv4) {
      this.#names.setInt32(name + 4, words[at]!);
      return;
    }
    for (let k = 0; k < 4; k++) this.#names.setInt32(name + 8 + 4 * k, words[at + k]!);
    this.#names.setUint32(name + 24, zone === "" ? 0 : zoneIndex(zone), littleEndian);
  }

  /** Writes sequence number and cookie of request `i`. */
  number(i: number, seq: number, cookies: Int32Array): void {
    const view = this.#view;
    const at = i * this.#length;
    view.setUint16(at + 6, seq);
    let sum = this.#sum + seq;
    if (this.hasCookie) {
      const [first, second] = [cookies[seq * 2]!, cookies[seq * 2 + 1]!];
      view.setInt32(at + ICMP_HEADER, first);
      view.setInt32(at + ICMP_HEADER + 4, second);
      sum += (first >>> 16) + (first & 0xffff) + (second >>> 16) + (second & 0xffff);
    }
    if (!Number.isNaN(sum)) view.setUint16(at + 2, ~folded(sum));
  }
}

/** The sum of 16-bit words that the checksum of RFC 1071 is made of; an odd last byte is the high half of one. */
export function sumOf(view: DataView, from: number, to: number): number {
  let sum = 0;
  const even = to - ((to - from) & 1);
  for (let at = from; at < even; at += 2) sum += view.getUint16(at);
  return even < to ? sum + (view.getUint8(even) << 8) : sum;
}

/** The same in 16 bits, with its carries added: of a message that carries its right checksum, 0xffff. */
export function folded(sum: number): number {
  let rest = sum;
  while (rest > 0xffff) rest = (rest & 0xffff) + Math.floor(rest / 0x10000);
  return rest;
}
