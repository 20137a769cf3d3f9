import { performance } from "node:perf_hooks";
import type { RunEvent } from "./ping-run.js";

/** One request, and what became of it. */
export interface Sample {
  /** When it was sent, by the monotonic clock in milliseconds. */
  readonly at: number;
  /** Round-trip time in milliseconds; null without an answer. */
  rtt: number | null;
  /** Whether it is known that there will hardly be one. */
  lost: boolean;
}

// How many are kept, and how many go at a time when there are more.
const MAX = 100_000;
const CUT = 10_000;

/** The requests of one run in order, for pictures of it. */
export class Samples {
  readonly list: Sample[] = [];
  // Those without an answer.
  readonly #open = new Map<number, Sample>();

  /** One more event of the run. */
  take(event: RunEvent): void {
    if (event.type === "sent") {
      const sample = { at: performance.now(), rtt: null, lost: false };
      if (this.list.push(sample) > MAX) this.list.splice(0, CUT);
      this.#open.set(event.seq, sample);
      return;
    }
    const sample = this.#open.get(event.seq);
    if (sample === undefined) return;
    if (event.type === "reply") {
      sample.rtt = event.rtt;
      sample.lost = false;
      this.#open.delete(event.seq);
    } else if (isLoss(event)) {
      sample.lost = true;
    }
  }
}

function isLoss(event: RunEvent): boolean {
  return (
    event.type === "lost" ||
    event.type === "send-error" ||
    (event.type === "error" && event.reason !== "redirect")
  );
}

/** The next number that is 1, 2 or 5 with zeros: where an axis may end. */
export function niceCeiling(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= value * (1 - 1e-9))!;
  return step * power;
}

/** Milliseconds as a label of an axis: `0.05 ms`. */
export function label(milliseconds: number): string {
  return `${Number(milliseconds.toPrecision(3))} ms`;
}
