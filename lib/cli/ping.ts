import { performance } from "node:perf_hooks";
import { type Ping, ping as startPing, type PingEvent } from "../ping/index.js";
import type { Command } from "./command.js";
import { help, parse, type PingArguments } from "./ping-arguments.js";
import { header, problem, reply, status, summary, timestamp } from "./ping-output.js";

/** `rawconn ping HOST`. */
export const ping: Command = {
  summary: "send ICMP echo requests to a host, and tell what comes back",
  async run(args) {
    const asked = parse(args);
    if (asked !== null) return new PingCommand(asked).run();
    process.stdout.write(help);
    return 0;
  },
};

const SUCCESS = 0;
const NO_ANSWER = 1;
const FAILED = 2;

class PingCommand {
  readonly #asked: PingArguments;
  readonly #ping: Ping;
  #sent = 0;
  #firstSent = 0;
  #lastSent = 0;
  // The last request sent, as long as it has no answer.
  #unanswered: number | null = null;
  #linger: NodeJS.Timeout | undefined;

  constructor(asked: PingArguments) {
    this.#asked = asked;
    const { host, count, interval, deadline, size, ttl, family, localAddr, device } = asked;
    // With a deadline the count is one of answers. When to give up is told by the answers that came: see #wait.
    const limit = deadline === Infinity && count !== Infinity ? { count } : {};
    this.#ping = startPing(host, {
      ...limit,
      interval,
      deadline,
      size,
      ttl,
      family,
      localAddr,
      device,
      timeout: Infinity,
    });
  }

  async run(): Promise<number> {
    await this.#ping.open();
    const { statistics } = this.#ping;
    const stop = () => this.#ping.stop();
    const tell = () => process.stderr.write(`${status(statistics)}\n`);
    // Once: whoever asks again means it.
    process.once("SIGINT", stop);
    process.on("SIGQUIT", tell);
    // Whoever read our output has gone.
    process.stdout.on("error", stop);
    try {
      this.#print(header(this.#ping, this.#asked));
      for await (const event of this.#ping) {
        this.#tell(event);
        this.#wait();
      }
    } finally {
      clearTimeout(this.#linger);
      process.off("SIGINT", stop);
      process.off("SIGQUIT", tell);
    }
    this.#print(summary(this.#asked.host, statistics, this.#lastSent - this.#firstSent));
    return this.#status();
  }

  #tell(event: PingEvent): void {
    switch (event.type) {
      case "sent":
        return this.#countSent(event.seq);
      case "reply":
      case "duplicate":
        if (event.seq === this.#unanswered) this.#unanswered = null;
        return this.#line(reply(this.#ping, this.#asked, event));
      case "error":
        return this.#line(problem(event));
      case "send-error":
        return this.#complain(event.error);
      case "timeout":
        return;
    }
  }

  #countSent(seq: number): void {
    const now = performance.now();
    if (this.#sent++ === 0) this.#firstSent = now;
    this.#lastSent = now;
    if (this.#asked.outstanding && this.#unanswered !== null) {
      this.#line(`no answer yet for icmp_seq=${this.#unanswered}`);
    }
    this.#unanswered = seq;
  }

  // Ends the run when enough has come, and sees to it that it does not wait for ever for what has not.
  #wait(): void {
    const { count, deadline, interval, linger } = this.#asked;
    const { received, errors, max } = this.#ping.statistics;
    if (deadline !== Infinity) {
      if (received + errors >= count || errors > 0) this.#ping.stop();
      return;
    }
    if (this.#sent < count || this.#linger !== undefined) return;
    const wait = received > 0 ? Math.max(2 * max!, interval) : linger;
    if (wait !== Infinity) this.#linger = setTimeout(() => setImmediate(() => this.#ping.stop()), wait);
  }

  #status(): number {
    const { received, transmitted, sendErrors } = this.#ping.statistics;
    const { deadline, count } = this.#asked;
    if (transmitted > 0 && sendErrors === transmitted) return FAILED;
    if (received === 0) return NO_ANSWER;
    return deadline !== Infinity && count !== Infinity && received < count ? NO_ANSWER : SUCCESS;
  }

  #line(text: string): void {
    if (!this.#asked.quiet) this.#print((this.#asked.timestamps ? timestamp() : "") + text);
  }

  #complain(error: Error): void {
    // What the kernel said; which socket said it is no news.
    const { message } = error.cause instanceof Error ? error.cause : error;
    if (!this.#asked.quiet) process.stderr.write(`rawconn ping: ${message}\n`);
  }

  #print(text: string): void {
    process.stdout.write(`${text}\n`);
  }
}
