import { randomFillSync } from "node:crypto";
import type { Host } from "./feed.js";

/** How many requests of one socket can be told apart: the sequence number on the wire has 16 bits. */
export const SLOTS = 65536;

// Cookies are made for so many requests at a time: a call for random bytes costs more than the bytes.
const COOKIES = 1024;

/**
 * The last 65536 requests of a socket, by sequence number, and which of them still wait. What is known of a request is
 * kept here and in no packet, in arrays, since there may be a hundred thousand a second.
 */
export class Table {
  readonly #hosts: (Host | null)[] = [];
  readonly #waiting = new Uint8Array(SLOTS);
  readonly #answered = new Uint8Array(SLOTS);
  readonly #made = new Float64Array(SLOTS);
  readonly #sent = new Float64Array(SLOTS);
  /** Four words of each address, or one of IPv4, as the kernel has it. */
  readonly words = new Int32Array(SLOTS * 4);
  /** Two words for each request that nobody can know who did not see it. */
  readonly cookies = new Int32Array(SLOTS * 2);
  // Requests are numbered for ever: those from #tail to #head may wait.
  #head = 0;
  #tail = 0;
  #outstanding = 0;

  /** How many requests wait. */
  get outstanding(): number {
    return this.#outstanding;
  }

  /** Whether there is room no more: cookies are made anew ahead of the next ones, and those that wait need theirs. */
  get full(): boolean {
    this.#forward();
    return this.#head - this.#tail > SLOTS - COOKIES;
  }

  /** Notes a request, and gives the sequence number that it has. `now` is the monotonic clock in milliseconds. */
  add(host: Host, now: number): number {
    const seq = this.#head++ % SLOTS;
    if (seq % COOKIES === 0) randomFillSync(this.cookies, seq * 2, COOKIES * 2);
    this.#hosts[seq] = host;
    this.#waiting[seq] = 1;
    this.#answered[seq] = 0;
    this.#made[seq] = now;
    this.#outstanding++;
    return seq;
  }

  /** It was sent then, by the clock of the kernel's timestamps in microseconds. */
  sent(seq: number, at: number): void {
    this.#sent[seq] = at;
  }

  /** When it was sent. */
  sentAt(seq: number): number {
    return this.#sent[seq]!;
  }

  /** When it was made, by the monotonic clock in milliseconds. */
  madeAt(seq: number): number {
    return this.#made[seq]!;
  }

  /** The host that a request of this number went to last; null when there was none. */
  hostOf(seq: number): Host | null {
    return this.#hosts[seq] ?? null;
  }

  /** Notes an answer; whether it is the first one. */
  answer(seq: number): boolean {
    this.settle(seq);
    if (this.#answered[seq] === 1) return false;
    this.#answered[seq] = 1;
    return true;
  }

  /** It waits no longer. */
  settle(seq: number): void {
    if (this.#waiting[seq] === 0) return;
    this.#waiting[seq] = 0;
    this.#outstanding--;
  }

  /** When the oldest that waits was made; Infinity when none does. */
  get oldest(): number {
    this.#forward();
    return this.#tail === this.#head ? Infinity : this.#made[this.#tail % SLOTS]!;
  }

  /** Takes the oldest request off, if it was made at `due` or before. Only its host is of interest then. */
  expire(due: number): Host | null {
    if (this.oldest > due) return null;
    const seq = this.#tail++ % SLOTS;
    this.settle(seq);
    return this.#hosts[seq]!;
  }

  #forward(): void {
    while (this.#tail < this.#head && this.#waiting[this.#tail % SLOTS] === 0) this.#tail++;
  }
}
