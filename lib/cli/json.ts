import type { Statistics } from "../ping/index.js";

/** A number that JSON shows with no more digits than there is to know: nanoseconds of milliseconds. */
export function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toFixed(6));
}

/** What a program reads of an error. */
export function jsonError(error: Error): { code: string | null; error: string } {
  const { code } = error as { code?: unknown };
  return { code: typeof code === "string" ? code : null, error: error.message };
}

/** The figures that every run has, for JSON. Times are milliseconds. */
export function jsonStatistics(s: Statistics): Record<string, number | null> {
  return {
    transmitted: s.transmitted,
    received: s.received,
    duplicates: s.duplicates,
    errors: s.errors,
    sendErrors: s.sendErrors,
    loss: rounded(s.loss),
    min: rounded(s.min),
    avg: rounded(s.avg),
    max: rounded(s.max),
    mdev: rounded(s.mdev),
    jitter: rounded(s.jitter),
    p50: rounded(s.percentile(50)),
    p90: rounded(s.percentile(90)),
    p99: rounded(s.percentile(99)),
  };
}
