import { close, createReadStream, fstat, open } from "node:fs";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { ReadStream as Terminal, isatty } from "node:tty";
import { promisify } from "node:util";
import { quoted } from "./numbers.js";

// In characters: what is longer is no list, and may have no end at all.
const MAX_WORD = 1 << 16;

/** Targets given by hand, and those of a file as it is read: words apart by white space, without comments. */
export class TargetList implements AsyncIterable<string> {
  readonly #given: readonly string[];
  readonly #file: string | undefined;
  #input: Readable | undefined;
  #closed = false;

  /** @param file its name, `-` for standard input, undefined for none */
  constructor(given: readonly string[], file: string | undefined) {
    this.#given = given;
    this.#file = file;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void> {
    for (const target of this.#given) yield target;
    yield* this.#words();
  }

  /** Nothing more is read: a terminal or a pipe that is still open keeps nobody here. */
  close(): void {
    this.#closed = true;
    this.#input?.destroy();
  }

  async *#words(): AsyncGenerator<string, void> {
    if (this.#file === undefined || this.#closed) return;
    this.#input = this.#file === "-" ? process.stdin : await inputOf(this.#file);
    if (this.#closed) this.#input.destroy();
    else yield* wordsIn(this.#input);
  }
}

// What a piece of it ends with goes on in the next one: a word, or a comment, of which its sign is enough.
async function* wordsIn(input: Readable): AsyncGenerator<string, void> {
  let rest = "";
  for await (const piece of input.setEncoding("utf8")) {
    const text = (rest + (piece as string)).replace(/#.*/g, "#");
    const words = text.split(/[\s#]+/);
    rest = words.pop()!;
    if (rest.length > MAX_WORD) throw new Error(`expected targets apart by white space, not ${quoted(rest)}`);
    if (text.endsWith("#")) rest = "#";
    for (const word of words) if (word !== "") yield word;
  }
  if (rest !== "" && rest !== "#") yield rest;
}

// What a file says may be long in coming, and reading one as a file cannot be given up: so a pipe is read as a socket
// is, and a terminal as standard input is.
async function inputOf(name: string): Promise<Readable> {
  const fd = await promisify(open)(name, "r");
  try {
    if (isatty(fd)) return new Terminal(fd);
    const kind = await promisify(fstat)(fd);
    return kind.isFIFO() ? new Socket({ fd, writable: false }) : createReadStream("", { fd });
  } catch (error) {
    close(fd);
    throw error;
  }
}
