// Go: bufio/scan.go (Scanner)
import {
  asError,
  checkInt,
  ErrAdvanceTooFar,
  ErrNegativeAdvance,
  ErrNoProgress,
  ErrTooLong,
  invalidArgType,
} from "../errors/index.js";
import type { Reader as IOReader } from "../limited-reader.js";
import { AsciiText } from "./ascii-text.js";
import { NEWLINE, RETURN } from "./delimiter.js";
import { scanLines, type SplitFunc } from "./split.js";
import { checkCount, checkReader, MAX_EMPTY_READS } from "./stream.js";
import { Turns } from "./turns.js";

/** How a {@link Scanner} is made. */
export interface ScannerOptions {
  /** The most bytes it holds, which a token with its end has to fit into; 65536 if left out. Go: Scanner.Buffer. */
  max?: number | undefined;
  /** What a token is; `scanLines` if left out. Go: Scanner.Split. */
  split?: SplitFunc | undefined;
}

const MAX_TOKEN = 64 << 10;
const START = 4096;

// Shared by all calls that need not wait.
const YES = Promise.resolve(true);
const NO = Promise.resolve(false);
const nothing = new Uint8Array(0);

/**
 * The lines of a stream, or other tokens, none longer than a cap:
 *
 *     for await (const line of new Scanner(conn)) ...
 *     while (await s.scan()) do use(s.bytes()); while (s.tryScan());    // the same, and the fastest
 *
 * A token that lies in the buffer costs no promise of its own. An error of the stream rejects and leaves the Scanner as it
 * is: after a deadline that passed set a later one and go on. An error of its own (`ERR_TOO_LONG`, `ERR_NEGATIVE_ADVANCE`,
 * `ERR_ADVANCE_TOO_FAR`, `ERR_NO_PROGRESS`), or what the split function throws, ends the scan for good. Go: bufio.Scanner.
 */
export class Scanner implements AsyncIterable<string> {
  readonly #r: IOReader;
  readonly #max: number;
  readonly #split: SplitFunc;
  // Lines are found without the objects that a split function makes.
  readonly #lines: boolean;
  #buf = Buffer.allocUnsafeSlow(0);
  // What lies between has been read, and is no token yet.
  #start = 0;
  #end = 0;
  #ended = false;
  #done = false;
  #failure: Error | null = null;
  #empties = 0;
  // The token: a part of the buffer, or what a split function made.
  #tokenStart = 0;
  #tokenEnd = 0;
  #token: Uint8Array | null = null;
  readonly #ascii = new AsciiText();
  // The last read filled all the room there was: more waits, and will come in larger pieces.
  #hungry = false;
  readonly #turns = new Turns();

  /** Throws a TypeError or RangeError for what is no reader, or options that make no sense. Go: bufio.NewScanner. */
  constructor(r: IOReader, options: ScannerOptions = {}) {
    checkReader("r", r);
    if (typeof options !== "object" || options === null)
      throw invalidArgType("options", "an object", options);
    const { max = MAX_TOKEN, split = scanLines } = options;
    if (typeof split !== "function") throw invalidArgType("options.split", "a function", split);
    this.#r = r;
    this.#max = checkInt("options.max", max, 1, 0x7fffffff);
    this.#split = split;
    this.#lines = split === scanLines;
  }

  /**
   * Goes on to the next token; resolves whether there is one. Rejects with an error of the stream, or of its own.
   * Go: Scanner.Scan, Scanner.Err.
   */
  scan(): Promise<boolean> {
    if (this.#turns.busy) return this.#turns.run(() => this.#scan());
    try {
      if (this.#advance()) return YES;
      return this.#done ? NO : this.#turns.run(() => this.#scan());
    } catch (error) {
      return Promise.reject(asError(error));
    }
  }

  /** Goes on to the next token if it is in the buffer; whether it is. Throws an error of its own. */
  tryScan(): boolean {
    return !this.#turns.busy && this.#advance();
  }

  /** The token, as a view that is good until the next one. Go: Scanner.Bytes. */
  bytes(): Uint8Array {
    return this.#token ?? this.#buf.subarray(this.#tokenStart, this.#tokenEnd);
  }

  /**
   * The token as text, decoded from UTF-8. Text that is kept may keep the piece of the stream that it came in, `max` bytes or
   * 64 KiB at most, as parts of a string do. Go: Scanner.Text.
   */
  text(): string {
    if (this.#token === null)
      return this.#ascii.slice(this.#buf, this.#tokenStart, this.#tokenEnd, this.#end);
    const { buffer, byteOffset, byteLength } = this.#token;
    return Buffer.from(buffer, byteOffset, byteLength).toString();
  }

  /** Every token as text. Leaving the loop leaves the stream open, and the Scanner as it is. */
  [Symbol.asyncIterator](): AsyncIterableIterator<string> {
    const end: IteratorResult<string> = { done: true, value: undefined };
    const waited = (more: boolean): IteratorResult<string> =>
      more ? { done: false, value: this.text() } : end;
    return {
      // By hand, since an async generator makes several promises a turn.
      next: () => {
        try {
          if (this.tryScan()) return Promise.resolve({ done: false, value: this.text() });
          return this.scan().then(waited);
        } catch (error) {
          return Promise.reject(asError(error));
        }
      },
      return: () => Promise.resolve(end),
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async #scan(): Promise<boolean> {
    while (!this.#advance()) {
      if (this.#done) return false;
      await this.#fill();
    }
    return true;
  }

  // Goes on as far as the bytes that are there allow.
  #advance(): boolean {
    if (this.#failure !== null) throw this.#failure;
    if (this.#lines && this.#knownLine()) return true;
    try {
      while (!this.#done && (this.#start < this.#end || this.#ended)) {
        const before = this.#start;
        if (this.#lines ? this.#nextLine() : this.#nextToken()) return true;
        if (this.#ended) this.#finish();
        else if (this.#start === before) return false;
      }
      if (this.#done) this.#finish();
      return false;
    } catch (error) {
      this.#failure = asError(error);
      throw this.#failure;
    }
  }

  #finish(): void {
    this.#done = true;
    this.#token = nothing;
  }

  // A line that is text already, as by far the most of a stream of them are.
  #knownLine(): boolean {
    const newline = this.#ascii.find("\n", this.#start);
    if (newline >= 0) this.#takeLine(newline, newline + 1);
    return newline >= 0;
  }

  #nextLine(): boolean {
    const newline = this.#ascii.indexOf(this.#buf, NEWLINE, this.#start, this.#end);
    if (newline >= 0) this.#takeLine(newline, newline + 1);
    else if (this.#ended && this.#start < this.#end) this.#takeLine(this.#end, this.#end);
    else return false;
    return true;
  }

  #takeLine(end: number, next: number): void {
    this.#tokenStart = this.#start;
    this.#tokenEnd = end > this.#start && this.#buf[end - 1] === RETURN ? end - 1 : end;
    this.#start = next;
  }

  #nextToken(): boolean {
    const found = this.#split(this.#buf.subarray(this.#start, this.#end), this.#ended);
    if (found === null || found === undefined) return false;
    const { advance, token } = found;
    if (found.final === true) this.#done = true;
    // What is no number is no step forward either.
    if (!(advance >= 0)) throw ErrNegativeAdvance;
    if (advance > this.#end - this.#start) throw ErrAdvanceTooFar;
    this.#start += advance;
    this.#token = token;
    if (token === null) return false;
    this.#empties = this.#ended && advance === 0 ? this.#empties + 1 : 0;
    if (this.#empties > MAX_EMPTY_READS) throw ErrNoProgress;
    return true;
  }

  // One read, behind what is there. An error of the stream changes nothing.
  async #fill(): Promise<void> {
    this.#makeRoom();
    for (let i = 0; i < MAX_EMPTY_READS; i++) {
      const room = this.#buf.subarray(this.#end);
      const n = checkCount(await this.#r.read(room), room.length);
      this.#ended = n === null;
      this.#end += n ?? 0;
      this.#hungry = n === room.length;
      if (n !== 0) return;
    }
    throw (this.#failure = ErrNoProgress);
  }

  #makeRoom(): void {
    const [length, held] = [this.#buf.length, this.#end - this.#start];
    this.#ascii.forget();
    if (held < length && !(this.#hungry && length < this.#max)) {
      if (this.#start > 0) this.#buf.copyWithin(0, this.#start, this.#end);
    } else {
      if (length >= this.#max) throw (this.#failure = ErrTooLong);
      const larger = Buffer.allocUnsafeSlow(Math.min(Math.max(START, length * 2), this.#max));
      this.#buf.copy(larger, 0, this.#start, this.#end);
      this.#buf = larger;
    }
    this.#start = 0;
    this.#end = held;
  }
}
