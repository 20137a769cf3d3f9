// Two ends that exchange messages under a random script. Every message has a number, so that one that was lost, doubled,
// or sent although its sender was told that it was not, is found out.

import { type Conn, fileConn, type UDPConn, UnixConn } from "rawconn";
import { fdOf } from "../poll/pair.js";
import type { Dice } from "../poll/script.js";
import type { Ends, Kind } from "../support/kinds.js";
import type { Tally } from "./tally.js";

const HEADER = 8;
const LONGEST = 1200;
const none = new Uint8Array(0);

/** What can end an operation of the script, lawfully. */
const LAWFUL = new Set([
  "ERR_CLOSED",
  "ERR_DEADLINE",
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTCONN",
  "EPIPE",
  "ENOBUFS",
  "ENOPROTOOPT",
]);

let directions = 0;

/** One direction: what was sent, and what came. */
class Direction {
  readonly id = ++directions;
  next = 0;
  readonly sent = new Set<number>();
  readonly refused = new Set<number>();
  readonly received = new Set<number>();
}

type Side = "near" | "far";

/** Both ends of a connection that carries messages, and what waits on them. */
export class ScriptedMessages {
  readonly faults: string[] = [];
  readonly #kind: Kind;
  readonly #dice: Dice;
  readonly #tally: Tally;
  readonly #ends: { near: Conn; far: Conn };
  readonly #directions = { near: new Direction(), far: new Direction() };

  constructor(kind: Kind, { near, far }: Ends, dice: Dice, tally: Tally) {
    this.#kind = kind;
    this.#ends = { near, far };
    this.#dice = dice;
    this.#tally = tally;
  }

  get over(): boolean {
    return this.#isClosed("near") && this.#isClosed("far");
  }

  /** One random step on one of the ends. */
  step(): void {
    const side = this.#dice.roll(2) === 0 ? "near" : "far";
    const what = this.#dice.roll(200);
    if (what < 80) this.#receive(side);
    else if (what < 160) this.#send(side);
    else if (this.#isClosed(side)) return;
    else if (what < 190) this.#setDeadline(this.#ends[side]);
    else if (what < 194) this.#handOver(side);
    else if (what < 197) this.#wait(side);
    else this.#ends[side].close();
  }

  close(): void {
    for (const side of ["near", "far"] as const) if (!this.#isClosed(side)) this.#ends[side].close();
  }

  /** When all is settled: what was lost on the way. Only where nothing may be. */
  findLost(): void {
    if (!this.#kind.waits) return;
    for (const { sent, received } of Object.values(this.#directions)) {
      const last = Math.max(-1, ...received);
      for (const number of sent) {
        if (number < last && !received.has(number))
          this.faults.push(`${this.#kind.name}: message ${number} was lost`);
      }
    }
  }

  #isClosed(side: Side): boolean {
    return fdOf(this.#ends[side]).closing;
  }

  #setDeadline(conn: Conn): void {
    const when = [null, null, 0, Date.now() + this.#dice.roll(5)][this.#dice.roll(4)];
    const which = this.#dice.roll(3);
    if (which === 0) conn.setReadDeadline(when);
    else if (which === 1) conn.setWriteDeadline(when);
    else conn.setDeadline(when);
  }

  // A duplicate takes the place of the original, which is closed with whatever waits on it.
  #handOver(side: Side): void {
    const old = this.#ends[side];
    const file = old.file();
    this.#ends[side] = fileConn(file);
    file.close();
    old.close();
  }

  // Waits by the bare descriptor, for a while or until it is closed.
  #wait(side: Side): void {
    const raw = this.#ends[side].syscallConn();
    let turns = this.#dice.roll(3);
    const f = () => turns-- <= 0;
    void this.#follow(this.#dice.roll(2) === 0 ? raw.read(f) : raw.write(f), () => {});
  }

  #receive(side: Side): void {
    const conn = this.#ends[side];
    const direction = this.#directions[side === "near" ? "far" : "near"];
    const p = Buffer.alloc(this.#kind.header + HEADER + this.#dice.roll(LONGEST));
    const way = this.#dice.roll(3);
    // Only readFrom of a raw socket leaves the header out.
    const start = way === 1 ? 0 : this.#kind.header;
    void this.#follow(this.#start(conn, way, p), (n) => this.#check(direction, p.subarray(start), n - start));
  }

  #start(conn: Conn, way: number, p: Uint8Array): Promise<number> {
    const receiver = conn as UDPConn;
    // Zero bytes of unixpacket are its end.
    if (way === 0) return conn.read(p).then((n) => n ?? 0);
    if (way === 1) return receiver.readFrom(p).then((got) => (got as typeof got | null)?.n ?? 0);
    if (conn instanceof UnixConn) return conn.readMsgUnix(p, none).then((got) => got?.n ?? 0);
    return receiver.readMsg(p, none).then(({ n }) => n);
  }

  #send(side: Side): void {
    const conn = this.#ends[side];
    const direction = this.#directions[side];
    const number = direction.next++;
    const p = Buffer.alloc(HEADER + this.#dice.roll(LONGEST), number);
    p.writeUInt32LE(direction.id, 0);
    p.writeUInt32LE(number, 4);
    const sending =
      this.#dice.roll(2) === 0 || !(conn instanceof UnixConn)
        ? conn.write(p)
        : conn.writeMsgUnix(p, none, null).then(({ n }) => n);
    void this.#follow(
      sending,
      (n) => {
        direction.sent.add(number);
        if (n !== p.length) this.faults.push(`${this.#kind.name}: ${n} of ${p.length} bytes were sent`);
      },
      () => this.#refuse(direction, number),
    );
  }

  #refuse(direction: Direction, number: number): void {
    direction.refused.add(number);
    if (direction.received.has(number))
      this.faults.push(`${this.#kind.name}: message ${number} went after all`);
  }

  #check({ id, received, refused }: Direction, p: Buffer, n: number): void {
    if (n <= 0) return;
    const { name } = this.#kind;
    const number = n < HEADER ? -1 : p.readUInt32LE(4);
    if (n < HEADER || p.readUInt32LE(0) !== id) this.faults.push(`${name}: ${n} bytes are nobody's message`);
    else if (received.has(number)) this.faults.push(`${name}: message ${number} came twice`);
    else if (refused.has(number)) this.faults.push(`${name}: message ${number} was not to go`);
    else if (p.subarray(HEADER, n).some((byte) => byte !== (number & 0xff)))
      this.faults.push(`${name}: torn`);
    received.add(number);
  }

  async #follow<T>(operation: Promise<T>, then: (value: T) => void, failed = () => {}): Promise<void> {
    this.#tally.begin();
    try {
      const value = await operation;
      this.#tally.end("value");
      then(value);
    } catch (error) {
      const { code = String(error) } = error as { code?: string };
      this.#tally.end(code);
      if (!LAWFUL.has(code)) this.faults.push(`${this.#kind.name}: an operation ended with ${String(error)}`);
      failed();
    }
  }
}
