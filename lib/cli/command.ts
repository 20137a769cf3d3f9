/** A subcommand of the program. */
export interface Command {
  /** What it does, in one line. */
  readonly summary: string;
  /** Does it. Resolves the exit status; rejects with what is then told in one line, with exit status 2. */
  run(args: string[]): Promise<number>;
}

/** The program was called in a way that makes no sense; the message says what to write instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
