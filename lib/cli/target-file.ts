import { close, createReadStream, fstat, open } from "node:fs";
import { Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { ReadStream as Terminal, isatty } from "node:tty";
import { promisify } from "node:util";

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
    for await (const line of this.#lines()) {
      const words = line.replace(/#.*/, "").split(/\s+/);
      for (const word of words) if (word !== "") yield word;
    }
  }

  /** Nothing more is read: a terminal or a pipe that is still open keeps nobody here. */
  close(): void {
    this.#closed = true;
    this.#input?.destroy();
  }

  async *#lines(): AsyncGenerator<string, void> {
    if (this.#file === undefined || this.#closed) return;
    this.#input = this.#file === "-" ? process.stdin : await inputOf(this.#file);
    if (this.#closed) this.#input.destroy();
    else yield* createInterface({ input: this.#input });
  }
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
