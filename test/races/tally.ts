// How many operations began, and how those ended that have.

import { inspect } from "node:util";

// Node tells of a promise that is settled a second time, though nobody can see it any more.
const twice: string[] = [];
process.on("multipleResolves", (type, _promise, value) => twice.push(`${type} ${inspect(value)}`));

export class Tally {
  begun = 0;
  readonly ends = new Map<string, number>();

  begin(): void {
    this.begun++;
  }

  end(how: string): void {
    this.ends.set(how, (this.ends.get(how) ?? 0) + 1);
  }

  /** How many have ended, each in whatever way. */
  get ended(): number {
    return [...this.ends.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Promises that were settled again. */
  get twice(): readonly string[] {
    return twice;
  }
}
