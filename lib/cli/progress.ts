import { performance } from "node:perf_hooks";
import { CLEAR_LINE, clock, widthOf } from "./terminal.js";

/** How far something is. */
export interface Stand {
  readonly done: number;
  /** Infinity when there is no end. */
  readonly total: number;
  /** What else there is to say: `27,900 alive`. */
  readonly note: string;
}

// What is over before that needs no bar; and how often one is drawn, in milliseconds.
const DELAY = 1000;
const STEP = 100;

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** One line at the bottom of a terminal that shows how far a long run is. Elsewhere nothing is drawn. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #stand: () => Stand;
  readonly #start = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #visible = false;

  constructor(stream: NodeJS.WriteStream, stand: () => Stand) {
    this.#stream = stream;
    this.#stand = stand;
    if (stream.isTTY) this.#timer = setInterval(() => this.#draw(), STEP).unref();
  }

  /** Takes the bar away, before something else is printed: it comes back by itself. */
  clear(): void {
    if (this.#visible) this.#stream.write(CLEAR_LINE);
    this.#visible = false;
  }

  /** It is over. */
  stop(): void {
    clearInterval(this.#timer);
    this.clear();
  }

  #draw(): void {
    const elapsed = performance.now() - this.#start;
    if (elapsed < DELAY) return;
    this.#visible = true;
    this.#stream.write(CLEAR_LINE + barLine(this.#stand(), elapsed, widthOf(this.#stream)));
  }
}

const grouped = (n: number) => Math.round(n).toLocaleString("en-US");

/** `████▌      43 %  28,211 of 65,534  27,900 alive  1,020/s  0:36 left`, no longer than `width`. */
export function barLine({ done, total, note }: Stand, elapsed: number, width: number): string {
  const rate = (done / elapsed) * 1000;
  const share = total === 0 ? 1 : Math.min(done / total, 1);
  const isEndless = total === Infinity;
  const left = rate > 0 && !isEndless ? `  ${clock((total - done) / rate)} left` : "";
  const count = isEndless
    ? grouped(done)
    : `${Math.floor(share * 100)} %  ${grouped(done)} of ${grouped(total)}`;
  const text = `  ${count}  ${note}  ${grouped(rate)}/s${left}`;
  // The last column stays free, or some terminals begin a new line.
  const room = width - 1 - text.length;
  if (isEndless || room < 4) return text.trim().slice(0, Math.max(width - 1, 0));
  return bar(share, room) + text;
}

function bar(share: number, width: number): string {
  const eighths = Math.floor(share * width * 8);
  return ("█".repeat(eighths >> 3) + EIGHTHS[eighths & 7]!).padEnd(width);
}
