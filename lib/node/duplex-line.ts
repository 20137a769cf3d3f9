import { Waiting } from "../pipe-line.js";

/** Makes the error that the caller gets of a cause. */
export type Wrap = (op: string, cause: Error, n?: number) => Error;

/** A read that waits for a stream of Node's. */
export class Reading extends Waiting<number | null> {
  readonly #wrap: Wrap;

  constructor(p: Uint8Array, wrap: Wrap) {
    super(p);
    this.#wrap = wrap;
  }

  override fail(cause: Error): void {
    this.reject(this.#wrap("read", cause));
  }
}

/** A write, or a handshake, which is a write of nothing. */
export class Writing extends Waiting<number> {
  /** Whether the stream has its bytes: it cannot give them back. */
  sent = false;
  readonly #op: string;
  readonly #wrap: Wrap;
  readonly #cut: (cause: Error) => void;

  /** `cut` hears of a write that failed while the stream had its bytes. */
  constructor(op: string, p: Uint8Array, wrap: Wrap, cut: (cause: Error) => void) {
    super(p);
    this.#op = op;
    this.#wrap = wrap;
    this.#cut = cut;
  }

  override fail(cause: Error): void {
    if (this.sent) this.#cut(cause);
    this.reject(this.#wrap(this.#op, cause, this.#op === "write" ? 0 : undefined));
  }
}
