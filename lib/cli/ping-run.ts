import { performance } from "node:perf_hooks";
import { type Ping, ping as startPing, type PingEvent } from "../ping/index.js";
import type { PingArguments } from "./ping-arguments.js";

/** A request has had no answer for longer than any other needed. One may still come. */
export interface LostEvent {
  readonly type: "lost";
  readonly seq: number;
}

/** What happens in the run of one host. */
export type RunEvent = PingEvent | LostEvent;

/** Who is told of the runs, and shows them. */
export interface Reporter {
  /** All are open. */
  start(runs: readonly PingRun[]): void;
  tell(run: PingRun, event: RunEvent): void;
  /** Nothing more is told, for good or for bad: what was borrowed goes back. */
  leave(): void;
  /** All are over. */
  end(runs: readonly PingRun[]): void;
}

const isRedirect = (event: PingEvent) => event.type === "error" && event.reason === "redirect";

const SUCCESS = 0;
const NO_ANSWER = 1;
const FAILED = 2;

/** The run of one host: when it ends, and how it went. */
export class PingRun {
  readonly host: string;
  readonly ping: Ping;
  readonly #asked: PingArguments;
  #sent = 0;
  // Failures that were told, but for redirects: after those the answer still comes.
  #errors = 0;
  #firstSent = 0;
  #lastSent = 0;
  // Requests without an answer that were not called lost yet, and when they were sent: the oldest first.
  readonly #pending = new Map<number, number>();
  #linger: NodeJS.Timeout | undefined;

  constructor(host: string, asked: PingArguments) {
    this.host = host;
    this.#asked = asked;
    const { count, interval, deadline, size, localAddr, device, options } = asked;
    // With a deadline the count is one of answers. When to give up is told by the answers that came: see #wait.
    const limit = deadline === Infinity && count !== Infinity ? { count } : {};
    const given = { ...options, interval, deadline, size, localAddr, device, timeout: Infinity };
    this.ping = startPing(host, { ...limit, ...given });
  }

  /** From the first request to the last one, in milliseconds. */
  get elapsed(): number {
    return this.#lastSent - this.#firstSent;
  }

  /** Runs to its end. Rejects as the ping does. */
  async run(tell: (event: RunEvent) => void): Promise<void> {
    try {
      for await (const event of this.ping) {
        if (event.type === "sent") this.#countSent(event.seq, tell);
        else if (event.type !== "timeout" && !isRedirect(event)) this.#pending.delete(event.seq);
        if (event.type === "error" && !isRedirect(event)) this.#errors++;
        tell(event);
        this.#wait();
      }
    } finally {
      clearTimeout(this.#linger);
    }
    for (const seq of this.#pending.keys()) tell({ type: "lost", seq });
  }

  /** The exit status that it deserves. */
  get status(): number {
    const { received, transmitted, sendErrors } = this.ping.statistics;
    const { deadline, count } = this.#asked;
    if (transmitted > 0 && sendErrors === transmitted) return FAILED;
    if (received === 0) return NO_ANSWER;
    return deadline !== Infinity && count !== Infinity && received < count ? NO_ANSWER : SUCCESS;
  }

  #countSent(seq: number, tell: (event: RunEvent) => void): void {
    const now = performance.now();
    if (this.#sent++ === 0) this.#firstSent = now;
    this.#lastSent = now;
    for (const [older, sent] of this.#pending) {
      if (sent > now - this.#patience) break;
      this.#pending.delete(older);
      tell({ type: "lost", seq: older });
    }
    this.#pending.set(seq, now);
  }

  // How long an answer may take, by those that came.
  get #patience(): number {
    const { received, max } = this.ping.statistics;
    return received > 0 ? Math.max(2 * max!, this.#asked.interval) : this.#asked.linger;
  }

  // Ends the run when enough has come, and sees to it that it does not wait for ever for what has not.
  #wait(): void {
    const { count, deadline } = this.#asked;
    const { received } = this.ping.statistics;
    const errors = this.#errors;
    if (deadline !== Infinity) {
      if (received + errors >= count || errors > 0) this.ping.stop();
      return;
    }
    if (this.#sent < count || this.#linger !== undefined) return;
    const wait = this.#patience;
    if (wait !== Infinity) this.#linger = setTimeout(() => setImmediate(() => this.ping.stop()), wait);
  }
}
