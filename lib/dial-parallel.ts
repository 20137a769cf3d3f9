// Go: net/dial.go (dialParallel, dialSerial, partialDeadline); RFC 6555, RFC 8305
import { CanceledError, ErrMissingAddress, ErrTimeout } from "./errors/index.js";
import { onAbort } from "./internal/poll/aborts.js";
import { canceled } from "./internal/poll/canceled.js";
import type { Limit } from "./internal/socket/socket.js";

/** Tries one address. Rejects with an OpError. */
export type Attempt<A, C> = (addr: A, limit: Limit) => Promise<C>;

/** Tells that an address could not even be tried, and why. */
export type Refusal<A> = (addr: A, cause: Error) => Error;

/** What a race needs to know of what it races. */
export interface Racer<A, C> {
  attempt: Attempt<A, C>;
  refuse: Refusal<A>;
  /** Ends a connection that nobody waits for any more. */
  discard: (conn: C) => void;
}

// What setTimeout can count to.
const MAX_TIMEOUT = 0x7fffffff;

// No address gets less, unless less is all there is.
const SANE_MINIMUM = 2000;

/** When to give up one of `remaining` addresses that share the time until `deadline`. Go: partialDeadline. */
export function partialDeadline(now: number, deadline: number, remaining: number): number {
  const left = deadline - now;
  return now + Math.max(left / remaining, Math.min(left, SANE_MINIMUM));
}

/** The addresses of the first one's kind, and the others. Go: addrList.partition. */
export function partition<A>(
  addrs: readonly A[],
  label: (addr: A) => boolean,
): { primaries: A[]; fallbacks: A[] } {
  const primaries: A[] = [];
  const fallbacks: A[] = [];
  for (const addr of addrs) (label(addr) === label(addrs[0]!) ? primaries : fallbacks).push(addr);
  return { primaries, fallbacks };
}

/** One address after the other. Rejects with the first one's error, which tells the most. */
export async function dialSerial<A, C>(racer: Racer<A, C>, addrs: readonly A[], limit: Limit): Promise<C> {
  let first: Error | null = null;
  for (const [i, addr] of addrs.entries()) {
    if (limit.signal?.aborted) throw racer.refuse(addr, canceled(limit.signal));
    const now = Date.now();
    if (limit.deadline <= now) {
      first ??= racer.refuse(addr, ErrTimeout);
      break;
    }
    const deadline = partialDeadline(now, limit.deadline, addrs.length - i);
    try {
      return await racer.attempt(addr, { deadline, signal: limit.signal });
    } catch (error) {
      first ??= error as Error;
    }
  }
  throw first ?? ErrMissingAddress;
}

/**
 * Races both families: the fallbacks start after `delay` milliseconds, or as soon as the primaries have failed.
 * The first connection wins and the other is closed; when both fail, the primaries' error counts.
 */
export async function dialParallel<A, C>(
  racer: Racer<A, C>,
  primaries: readonly A[],
  fallbacks: readonly A[],
  limit: Limit,
  delay: number,
): Promise<C> {
  if (fallbacks.length === 0) return dialSerial(racer, primaries, limit);
  const over = new AbortController();
  const stop = () => over.abort(limit.signal?.reason);
  const forget = limit.signal && onAbort(limit.signal, stop);
  if (limit.signal?.aborted) stop();
  const racing = { deadline: limit.deadline, signal: over.signal };
  let won = false;
  // Whoever comes second finds the race over.
  const run = async (addrs: readonly A[]) => {
    const conn = await dialSerial(racer, addrs, racing);
    if (won) {
      racer.discard(conn);
      throw new CanceledError("another address was faster");
    }
    won = true;
    return conn;
  };
  const wait = headStart(delay);
  const primary = run(primaries);
  primary.catch(wait.end);
  const fallback = wait.over.then(() =>
    won ? Promise.reject(new CanceledError("not needed")) : run(fallbacks),
  );
  try {
    return await Promise.any([primary, fallback]);
  } catch (errors) {
    throw (errors as AggregateError).errors[0];
  } finally {
    wait.end();
    forget?.();
    over.abort(new Error("another address was faster"));
  }
}

/** A wait that can be cut short. */
function headStart(milliseconds: number): { over: Promise<void>; end: () => void } {
  let end!: () => void;
  const over = new Promise<void>((resolve) => {
    // Longer than a timer can count is never: then only a failure ends it.
    const timer = milliseconds <= MAX_TIMEOUT ? setTimeout(resolve, milliseconds) : undefined;
    end = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  return { over, end };
}
