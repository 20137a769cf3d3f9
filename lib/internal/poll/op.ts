import type { FD } from "./fd.js";

/**
 * One operation that may have to wait: a system call, what it needs, and the promise it settles.
 * A subclass is a few lines in ops.ts.
 */
export abstract class Op<T> {
  /** What an OpError calls it: `read`, `accept`, ... */
  abstract get name(): string;
  /** Whether nothing is left to do but to settle. */
  get over(): boolean {
    return false;
  }
  /** Whether it is tried once before it waits, whatever was found out about its side. */
  get asksFirst(): boolean {
    return false;
  }
  readonly fd: FD;
  /** The next in line on the same side of the descriptor. */
  next: Op<unknown> | null = null;
  /** At the head of a line of several: the last in it. */
  last: Op<unknown> | null = null;
  resolve!: (value: T) => void;
  reject!: (error: Error) => void;

  constructor(fd: FD) {
    this.fd = fd;
  }

  /** Makes the system call. Settles and returns true, or returns false to be tried again when ready. */
  abstract attempt(): boolean;

  /** Rejects, with the whole story. */
  fail(cause: Error): void {
    this.reject(this.fd.wrap(this.name, cause));
  }
}

// One function for all promises, so that making one allocates nothing but the promise.
let current: Op<never> | null = null;
function executor(resolve: (value: never) => void, reject: (error: Error) => void): void {
  current!.resolve = resolve;
  current!.reject = reject;
  // Or the last operation of all would keep its descriptor from the collector.
  current = null;
}

/** The promise that an operation settles. */
export function promiseOf<T>(op: Op<T>): Promise<T> {
  current = op;
  return new Promise(executor);
}
