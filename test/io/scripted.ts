// A reader and a writer that do what a script says.

import type { IOReader, IOWriter } from "rawconn/io";

/** What one read gives: bytes, as far as there is room; nothing; or an error. After the last the stream ends. */
export type Step = string | Uint8Array | Error;

/** Gives the steps one by one; what a read has no room for is left for the next. */
export class Script implements IOReader {
  reads = 0;
  readonly #steps: (Uint8Array | Error)[];

  constructor(...steps: Step[]) {
    this.#steps = steps.map((step) => (typeof step === "string" ? Buffer.from(step) : step));
  }

  async read(p: Uint8Array): Promise<number | null> {
    this.reads++;
    const step = this.#steps.shift();
    if (step === undefined) return null;
    if (step instanceof Error) throw step;
    const n = Math.min(step.length, p.length);
    p.set(step.subarray(0, n));
    if (n < step.length) this.#steps.unshift(step.subarray(n));
    return n;
  }
}

/** Keeps what is written; fails after so many bytes, with an error that tells how many of that write went. */
export class Sink implements IOWriter {
  readonly writes: string[] = [];
  readonly #cap: number;
  #total = 0;

  constructor(cap = Infinity) {
    this.#cap = cap;
  }

  get text(): string {
    return this.writes.join("");
  }

  async write(p: Uint8Array): Promise<number> {
    const n = Math.min(p.length, this.#cap - this.#total);
    this.#total += n;
    this.writes.push(Buffer.from(p.subarray(0, n)).toString("latin1"));
    if (n < p.length) throw Object.assign(new Error("full"), { code: "ENOSPC", n });
    return n;
  }
}

/** As text, whose characters are the bytes. */
export const text = (p: Uint8Array | null): string | null =>
  p === null ? null : Buffer.from(p).toString("latin1");

/** An error of the stream, as a script may have it. */
export const trouble = (): Error => Object.assign(new Error("trouble"), { code: "ETROUBLE" });
