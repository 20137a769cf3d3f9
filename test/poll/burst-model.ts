// A kernel that takes what the test says, and writing by the book: one call after the other, none held back.

import { type ErrnoName, errno } from "#lib/errors/index.js";

/** The write side of a socket: takes bytes as long as there is room, until it dies or is shut. */
export class Kernel {
  /** What it took. */
  readonly log: number[] = [];
  room = 8;
  /** Bytes until the peer resets the connection. */
  life = Infinity;
  #isShut = false;
  #toldOfReset = false;

  /** Minus errno, or how many bytes it took. */
  take(bytes: Uint8Array): number {
    const failure = this.#failure();
    if (failure !== null) return -errno(failure);
    const n = Math.min(bytes.length, this.room, this.life);
    if (n === 0 && bytes.length > 0) return -errno("EAGAIN");
    this.log.push(...bytes.subarray(0, n));
    this.room -= n;
    this.life -= n;
    return n;
  }

  shut(): void {
    this.#isShut = true;
  }

  // As in Linux: the reset is told once, a pipe without reader each time.
  #failure(): ErrnoName | null {
    if (this.life > 0 || this.#toldOfReset) return this.#isShut || this.#toldOfReset ? "EPIPE" : null;
    this.#toldOfReset = true;
    return "ECONNRESET";
  }
}

/** One write, and what became of it: `waits`, its number of bytes, or a code and a number of bytes. */
export interface Written {
  kind: "write" | "writev" | "raw";
  bytes: Uint8Array;
  end: string;
}

interface Waiting extends Written {
  n: number;
}

/** Writing by the book. */
export class Plain {
  readonly kernel = new Kernel();
  #line: Waiting[] = [];
  #isReady = true;
  #isLate = false;
  #isClosed = false;

  write(kind: Written["kind"], bytes: Uint8Array): Written {
    const write = { kind, bytes, end: "waits", n: 0 };
    if (this.#isClosed) fail(write, "ERR_CLOSED");
    else if (this.#line.length > 0) this.#line.push(write);
    else if (this.#isLate) fail(write, "ERR_DEADLINE");
    else if (!this.#mayTry(write) || !this.#attempt(write)) this.#line.push(write);
    return write;
  }

  setLate(late: boolean): void {
    if (this.#isClosed) return;
    this.#isLate = late;
    if (late) this.#end("ERR_DEADLINE");
  }

  close(): void {
    this.#isClosed = true;
    this.#end("ERR_CLOSED");
  }

  /** The kernel says that there may be room. */
  event(): void {
    this.#isReady = true;
    while (this.#line.length > 0 && this.#mayTry(this.#line[0]) && this.#attempt(this.#line[0]))
      this.#line.shift();
  }

  // A raw write is asked once in any case, when it is first in line.
  #mayTry({ kind }: Written): boolean {
    return this.#isReady || kind === "raw";
  }

  #end(code: string): void {
    for (const write of this.#line) fail(write, code);
    this.#line = [];
  }

  // False when it has to wait.
  #attempt(write: Waiting): boolean {
    // Pieces without a byte are no reason to call anybody.
    while (write.n < write.bytes.length || write.kind === "write") {
      const n = this.kernel.take(write.bytes.subarray(write.n));
      if (n === -errno("EAGAIN")) {
        this.#isReady = false;
        return false;
      }
      if (n < 0) {
        fail(write, n === -errno("EPIPE") ? "EPIPE" : "ECONNRESET");
        return true;
      }
      write.n += n;
      if (write.n === write.bytes.length) break;
    }
    write.end = String(write.n);
    return true;
  }
}

// A raw write knows nothing of bytes.
function fail(write: Waiting, code: string): void {
  write.end = write.kind === "raw" ? code : `${code} after ${write.n}`;
}
