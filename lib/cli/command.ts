import type { Page } from "./page.js";

/** A subcommand of the program. */
export interface Command {
  /** What it does, in one line. */
  readonly summary: string;
  /** All that there is to say of it; or, for one without a page, what its `--help` prints. Completions are made of it. */
  readonly page?: Page;
  readonly help?: string;
  /** The exit statuses of its errors where they are not 2: of wrong arguments, and of all others. */
  readonly statuses?: { readonly usage: number; readonly failure: number };
  /** Does it. Resolves the exit status; rejects with what is then told in one line. */
  run(args: string[]): Promise<number>;
}

/** The program was called in a way that makes no sense; the message says what to write instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
