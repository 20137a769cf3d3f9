// What became of a call: its value, its error, or nothing yet.

import { setTimeout as delay } from "node:timers/promises";
import type { AddrError, OpError } from "rawconn";

/** How a loaded machine may be late, in milliseconds, beyond what a deadline asks for. */
export const SLACK = 1000;

/** The error a promise rejects with. Fails when it resolves, and closes what it resolved to. */
export async function rejection<E = OpError>(promise: Promise<unknown>): Promise<E> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error as E;
  }
  (value as Partial<Disposable> | null | undefined)?.[Symbol.dispose]?.();
  throw new Error(`expected a rejection, but it resolved ${String(value)}`);
}

/** The error a function throws. Fails when it returns. */
export function thrown<E = OpError>(f: () => unknown): E {
  let value: unknown;
  try {
    value = f();
  } catch (error) {
    return error as E;
  }
  throw new Error(`expected it to throw, but it returned ${String(value)}`);
}

/** `pending` when it has not settled after so many milliseconds; otherwise what it settled with. */
export async function outcomeAfter<T>(
  milliseconds: number,
  promise: Promise<T>,
): Promise<T | Error | "pending"> {
  const over = new AbortController();
  const timer = delay(milliseconds, "pending" as const, { signal: over.signal }).catch(
    () => "pending" as const,
  );
  try {
    return await Promise.race([promise.catch((error: Error) => error), timer]);
  } finally {
    over.abort();
  }
}

/** Milliseconds that a call took, and what it came to. */
export async function timed<T>(f: () => Promise<T>): Promise<{ value: T; elapsed: number }> {
  const start = performance.now();
  const value = await f();
  return { value, elapsed: performance.now() - start };
}

/** Resolves once the event loop has gone round: what was due has been done. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The error at the end of a chain of causes. */
export function root(error: Error): Error {
  return error.cause instanceof Error ? root(error.cause) : error;
}

/** The classes of a chain of causes, outermost first: `OpError > SyscallError`. */
export function chain(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const rest = chain((error as AddrError).cause);
  return rest === "" ? error.constructor.name : `${error.constructor.name} > ${rest}`;
}
