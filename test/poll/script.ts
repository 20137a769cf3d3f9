// A connection under a random script: whoever reads checks that no byte was lost, doubled or moved.

import { Buffers, type Conn } from "rawconn";
import { type Pair, fdOf } from "./pair.js";

/** A generator of numbers that a seed repeats: xorshift, 32 bits. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 1;
  }

  /** A whole number below `sides`. */
  roll(sides: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % sides;
  }
}

// The endless stream that every direction carries repeats itself after so many bytes, a prime number of them.
const PERIOD = 65_521;
const LONGEST = 400_000;
const noise = new Dice(4711);
const once = Uint8Array.from({ length: PERIOD }, () => noise.roll(256));
const stream = Buffer.alloc(PERIOD + LONGEST, once);

/** A piece of the stream from a place on. */
const piece = (place: number, length: number) => stream.subarray(place % PERIOD, (place % PERIOD) + length);

/** What can end an operation of the script, lawfully. */
const LAWFUL = new Set(["ERR_CLOSED", "ERR_DEADLINE", "ECONNRESET", "EPIPE"]);

/** One direction of a connection: how far its writer is, and its reader. */
class Direction {
  written = 0;
  read = 0;
}

/** Both ends of a connection, and what waits on them. */
export class Scripted {
  /** Operations begun, and how those ended that have: by a code, or `value`. */
  static begun = 0;
  static readonly ends = new Map<string, number>();
  readonly #pair: Pair<Conn>;
  readonly #dice: Dice;
  readonly #directions = { near: new Direction(), far: new Direction() };
  readonly #writing = new Set<Conn>();
  readonly #reading = new Map<Conn, number>();
  readonly #faults: string[] = [];

  constructor(pair: Pair<Conn>, dice: Dice) {
    this.#pair = pair;
    this.#dice = dice;
  }

  /** What went wrong, in words; empty is well. */
  get faults(): readonly string[] {
    return this.#faults;
  }

  get over(): boolean {
    return fdOf(this.#pair.near).closing && fdOf(this.#pair.far).closing;
  }

  /** One random step on one of the ends. */
  step(): void {
    const end = this.#dice.roll(2) === 0 ? "near" : "far";
    const conn = this.#pair[end];
    const what = this.#dice.roll(100);
    if (what < 40) this.#read(end, conn);
    else if (what < 80) this.#write(end, conn);
    else if (what < 98) this.#setDeadline(conn);
    else if (what === 98 && !fdOf(conn).closing) conn.close();
    else if (what === 99 && !fdOf(conn).closing) this.#ref(conn);
  }

  close(): void {
    this.#pair[Symbol.dispose]();
  }

  #ref(conn: Conn): void {
    if (this.#dice.roll(2) === 0) conn.unref();
    conn.ref();
  }

  #setDeadline(conn: Conn): void {
    if (fdOf(conn).closing) return;
    const when = [null, 0, Date.now() + this.#dice.roll(5), Date.now() + 100_000][this.#dice.roll(4)];
    const which = this.#dice.roll(3);
    if (which === 0) conn.setReadDeadline(when);
    else if (which === 1) conn.setWriteDeadline(when);
    else conn.setDeadline(when);
  }

  #read(end: "near" | "far", conn: Conn): void {
    const waiting = this.#reading.get(conn) ?? 0;
    if (waiting >= 3) return;
    this.#reading.set(conn, waiting + 1);
    const direction = this.#directions[end === "near" ? "far" : "near"];
    const p = new Uint8Array(1 + this.#dice.roll(20_000));
    void this.#follow(conn.read(p), (n) => {
      this.#reading.set(conn, this.#reading.get(conn)! - 1);
      this.#check(direction, p, n);
    });
  }

  // One burst of writes at a time, since what the next one says depends on how much of this one went.
  #write(end: "near" | "far", conn: Conn): void {
    if (this.#writing.has(conn)) return;
    this.#writing.add(conn);
    const direction = this.#directions[end];
    let place = direction.written;
    let open = this.#dice.roll(3) === 0 ? 2 + this.#dice.roll(4) : 1;
    for (let left = open; left > 0; left--) {
      const p = piece(place, this.#dice.roll(this.#dice.roll(10) === 0 ? LONGEST : 3000));
      place += p.length;
      void this.#follow(this.#send(conn, p), (n) => {
        direction.written += n;
        if (--open === 0) this.#writing.delete(conn);
      });
    }
  }

  #send(conn: Conn, p: Uint8Array): Promise<number> {
    if (this.#dice.roll(4) > 0) return conn.write(p);
    const cut = this.#dice.roll(p.length + 1);
    return new Buffers([p.subarray(0, cut), p.subarray(cut)]).writeTo(conn);
  }

  #check(direction: Direction, p: Uint8Array, n: number): void {
    const expected = piece(direction.read, n);
    const same = expected.equals(p.subarray(0, n));
    if (!same) this.#faults.push(`after ${direction.read} bytes come ${n} that were not sent like this`);
    direction.read += n;
  }

  async #follow(operation: Promise<number | null>, then: (n: number) => void): Promise<void> {
    Scripted.begun++;
    let end = "value";
    try {
      then((await operation) ?? 0);
    } catch (error) {
      const { code, n } = error as { code?: string; n?: number };
      end = code ?? String(error);
      if (!LAWFUL.has(end)) this.#faults.push(`an operation ended with ${String(error)}`);
      then(n ?? 0);
    }
    Scripted.ends.set(end, (Scripted.ends.get(end) ?? 0) + 1);
  }
}
