// RFC 792 (echo), RFC 4443 section 4.1; sockaddr(3type)
import { AF_INET, AF_INET6, begin, littleEndian } from "../../internal/socket/sockaddr.js";
import { MessageBlock } from "../../internal/socket/message-block.js";
import { zoneIndex } from "../../internal/socket/zone.js";

const ICMP_HEADER = 8;
/** Bytes of a payload that prove an answer. */
export const COOKIE = 8;

/** One echo request that is written over and over: an address and a few words differ from one to the next. */
export class RequestPacket {
  /** The message. */
  readonly bytes: Uint8Array;
  /** What sendmsg(2) takes beside it. */
  readonly block = new MessageBlock(0);
  /** Whether there is room for a cookie. */
  readonly hasCookie: boolean;
  readonly #view: DataView;
  readonly #name: DataView;
  readonly #isIPv4: boolean;
  // The sum of all that never changes; NaN where the kernel adds the checksum.
  readonly #sum: number;

  /** @param sums whether the checksum is ours to add */
  constructor(isIPv4: boolean, type: number, id: number, size: number, sums: boolean) {
    this.#isIPv4 = isIPv4;
    this.hasCookie = size >= COOKIE;
    this.bytes = Uint8Array.from({ length: ICMP_HEADER + size }, (_, i) => (i - ICMP_HEADER) & 0xff);
    this.bytes.fill(0, 0, this.hasCookie ? ICMP_HEADER + COOKIE : ICMP_HEADER);
    this.#view = new DataView(this.bytes.buffer);
    this.bytes[0] = type;
    this.#view.setUint16(4, id);
    this.#sum = sums ? sumOf(this.#view, 0, this.bytes.length) : NaN;
    const { bytes, nameOffset } = this.block;
    const length = isIPv4 ? 16 : 28;
    begin(bytes, nameOffset, isIPv4 ? AF_INET : AF_INET6, length);
    this.block.give(length, 0);
    this.#name = new DataView(bytes.buffer, nameOffset, length);
  }

  /** Writes the address that stands at `at` of `words`: one word of IPv4, four of IPv6. */
  address(words: Int32Array, at: number, zone: string): void {
    const name = this.#name;
    if (this.#isIPv4) {
      name.setInt32(4, words[at]!);
      return;
    }
    for (let i = 0; i < 4; i++) name.setInt32(8 + 4 * i, words[at + i]!);
    name.setUint32(24, zone === "" ? 0 : zoneIndex(zone), littleEndian);
  }

  /** Writes sequence number and cookie. */
  number(seq: number, cookies: Int32Array): void {
    const view = this.#view;
    view.setUint16(6, seq);
    let sum = this.#sum + seq;
    if (this.hasCookie) {
      const [first, second] = [cookies[seq * 2]!, cookies[seq * 2 + 1]!];
      view.setInt32(ICMP_HEADER, first);
      view.setInt32(ICMP_HEADER + 4, second);
      sum += (first >>> 16) + (first & 0xffff) + (second >>> 16) + (second & 0xffff);
    }
    if (!Number.isNaN(sum)) view.setUint16(2, ~folded(sum));
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
