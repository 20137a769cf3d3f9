import { open } from "node:fs/promises";
import { createInterface } from "node:readline";

/** Targets given by hand, and those of a file as it is read: words apart by white space, without comments. */
export class TargetList implements AsyncIterable<string> {
  readonly #given: readonly string[];
  readonly #file: string | undefined;

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
    if (this.#file === "-") process.stdin.destroy();
  }

  async *#lines(): AsyncGenerator<string, void> {
    if (this.#file === undefined) return;
    if (this.#file === "-") {
      yield* createInterface({ input: process.stdin });
      return;
    }
    await using file = await open(this.#file);
    yield* file.readLines();
  }
}
