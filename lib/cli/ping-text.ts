import type { PingArguments } from "./ping-arguments.js";
import { header, problem, reply, routeLine, summary, timestamp } from "./ping-output.js";
import type { PingRun, Reporter, RunEvent } from "./ping-run.js";
import { printable } from "./terminal.js";

const BELL = "\x07";

/** Tells of runs in lines, as people know them. */
export class TextReporter implements Reporter {
  readonly #asked: PingArguments;
  readonly #several: boolean;
  // Of each run the last request sent, as long as it has no answer.
  readonly #unanswered = new Map<PingRun, number>();
  readonly #routes = new Map<PingRun, string>();

  constructor(asked: PingArguments) {
    this.#asked = asked;
    this.#several = asked.hosts.length > 1;
  }

  start(runs: readonly PingRun[]): void {
    for (const { host, ping } of runs) {
      if (this.#asked.verbose) this.#verbose(ping);
      this.#print(`${header(host, ping.addr!, this.#asked)}\n`);
    }
  }

  tell(run: PingRun, event: RunEvent): void {
    switch (event.type) {
      case "sent":
        return this.#sent(run, event.seq);
      case "reply":
      case "duplicate":
        return this.#reply(run, event);
      case "error":
        return this.#asked.flood ? this.#mark("\bE") : this.#line(problem(event) + this.#about(run));
      case "send-error":
        return this.#complain(run, event.error);
      case "lost":
      case "timeout":
    }
  }

  leave(): void {}

  end(runs: readonly PingRun[]): void {
    for (const { host, ping, elapsed } of runs) this.#print(`${summary(host, ping.statistics, elapsed)}\n`);
  }

  #sent(run: PingRun, seq: number): void {
    if (this.#asked.flood) return this.#mark(".");
    const before = this.#unanswered.get(run);
    if (this.#asked.outstanding && before !== undefined) {
      this.#line(`no answer yet for icmp_seq=${before}${this.#about(run)}`);
    }
    this.#unanswered.set(run, seq);
  }

  #reply(run: PingRun, event: Extract<RunEvent, { type: "reply" | "duplicate" }>): void {
    if (this.#unanswered.get(run) === event.seq) this.#unanswered.delete(run);
    if (this.#asked.flood) return event.type === "reply" ? this.#mark("\b \b") : undefined;
    const { host, ping } = run;
    const id = this.#asked.verbose ? ping.id : null;
    const bell = this.#asked.audible ? BELL : "";
    this.#line(bell + reply({ host, addr: ping.addr!, numeric: this.#asked.numeric, id }, event));
    if (event.route === undefined) return;
    const route = event.route.map(String).join(" ");
    this.#line(routeLine(route, this.#routes.get(run) === route));
    this.#routes.set(run, route);
  }

  // Whom a line is about that does not tell by itself.
  #about({ host }: PingRun): string {
    return this.#several ? ` (${printable(host)})` : "";
  }

  #verbose({ privileged, id, localAddr }: PingRun["ping"]): void {
    const kind = privileged ? "raw" : "unprivileged";
    process.stderr.write(
      `rawconn ping: ${kind} socket, identifier ${id}, local address ${printable(String(localAddr))}\n`,
    );
  }

  #mark(text: string): void {
    if (!this.#asked.quiet) process.stdout.write(text);
  }

  #line(text: string): void {
    if (!this.#asked.quiet) this.#print(`${this.#asked.timestamps ? timestamp() : ""}${text}\n`);
  }

  #complain(run: PingRun, error: Error): void {
    // What the kernel said; which socket said it is no news.
    const { message } = error.cause instanceof Error ? error.cause : error;
    if (!this.#asked.quiet) process.stderr.write(`rawconn ping: ${message}${this.#about(run)}\n`);
  }

  #print(text: string): void {
    process.stdout.write(text);
  }
}
