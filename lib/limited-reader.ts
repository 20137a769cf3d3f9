// Go: io.LimitedReader
import { checkInt, invalidArgType } from "./errors/index.js";
import { checkBytes } from "./internal/poll/buffers.js";

/** What bytes can be read from: resolves their number, null at the end. Go: io.Reader. */
export interface Reader {
  read(p: Uint8Array): Promise<number | null>;
}

/** What bytes can be written to: resolves their number, which is all of them. Go: io.Writer. */
export interface Writer {
  write(p: Uint8Array): Promise<number>;
}

/** The first bytes of another reader. Copying from one into a TCPConn stays inside the kernel. Go: io.LimitedReader. */
export class LimitedReader<R = Reader> implements Reader {
  /** What it reads from. */
  readonly r: R;
  /** How many bytes are still to come. */
  n: number;

  /** Throws a TypeError or RangeError for what is no reader, or no number of bytes. */
  constructor(r: R, n: number) {
    if (typeof (r as Partial<Reader> | null)?.read !== "function") throw invalidArgType("r", "a reader", r);
    this.r = r;
    this.n = checkInt("n", n, 0, Number.MAX_SAFE_INTEGER);
  }

  /** Reads at most what is still to come. Rejects with a TypeError for a `p` it cannot use. Go: LimitedReader.Read. */
  async read(p: Uint8Array): Promise<number | null> {
    checkBytes("p", p);
    if (this.n === 0) return null;
    const got = await (this.r as Reader).read(p.length > this.n ? p.subarray(0, this.n) : p);
    this.n -= got ?? 0;
    return got;
  }
}
