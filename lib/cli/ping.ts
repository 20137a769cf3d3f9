import type { Command } from "./command.js";
import { helpOf } from "./page.js";
import { type Format, parse, type PingArguments } from "./ping-arguments.js";
import { GraphReporter } from "./ping-graph.js";
import { status } from "./ping-output.js";
import { page } from "./ping-page.js";
import { PictureReporter } from "./ping-picture.js";
import { CSVReporter, JSONReporter } from "./ping-records.js";
import { PingRun, type Reporter } from "./ping-run.js";
import { TextReporter } from "./ping-text.js";
import { print } from "./print.js";
import { printable, SIGNALS } from "./terminal.js";

/** `rawconn ping HOST ...`. */
export const ping: Command = {
  summary: page.summary,
  page,
  async run(args) {
    const asked = parse(args);
    return asked === null ? print(helpOf(page)) : new PingCommand(asked).run();
  },
};

const FAILED = 2;

const reporters: Record<Format, new (asked: PingArguments, quit: () => void) => Reporter> = {
  text: TextReporter,
  json: JSONReporter,
  csv: CSVReporter,
  graph: GraphReporter,
};

class PingCommand {
  readonly #asked: PingArguments;
  readonly #reporters: Reporter[];
  readonly #runs: PingRun[];
  #failed = false;

  constructor(asked: PingArguments) {
    this.#asked = asked;
    this.#runs = asked.hosts.map((host) => new PingRun(host, asked));
    this.#reporters = [new reporters[asked.format](asked, this.#stop)];
    if (asked.svg !== undefined) this.#reporters.push(new PictureReporter(asked.svg));
  }

  async run(): Promise<number> {
    const runs = await this.#open();
    const stop = this.#stop;
    const tell = () => runs.forEach((run) => this.#status(run));
    // Once: whoever asks again means it. A terminal is given back in any case.
    for (const signal of SIGNALS) process.once(signal, stop);
    process.on("SIGQUIT", tell);
    // Whoever read our output has gone.
    process.stdout.on("error", stop);
    try {
      for (const reporter of this.#reporters) reporter.start(runs);
      await Promise.all(runs.map((run) => this.#follow(run)));
    } finally {
      stop();
      for (const reporter of this.#reporters) reporter.leave();
      for (const signal of SIGNALS) process.off(signal, stop);
      process.off("SIGQUIT", tell);
    }
    for (const reporter of this.#reporters) reporter.end(runs);
    return Math.max(this.#failed ? FAILED : 0, ...runs.map((run) => run.status));
  }

  readonly #stop = () => this.#runs.forEach((run) => run.ping.stop());

  // Those that can be pinged. Of several hosts one may be missing; one that is alone may not.
  async #open(): Promise<PingRun[]> {
    const opened = await Promise.allSettled(this.#runs.map((run) => run.ping.open()));
    const errors = opened.flatMap((result) => (result.status === "rejected" ? [result.reason as Error] : []));
    if (errors.length === opened.length) throw errors[0]!;
    for (const { message } of errors) process.stderr.write(`rawconn ping: ${printable(message)}\n`);
    this.#failed = errors.length > 0;
    return this.#runs.filter((_, i) => opened[i]!.status === "fulfilled");
  }

  #follow(run: PingRun): Promise<void> {
    return run.run((event) => {
      for (const reporter of this.#reporters) reporter.tell(run, event);
    });
  }

  #status({ host, ping: { statistics } }: PingRun): void {
    const about = this.#asked.hosts.length > 1 ? `${printable(host)}: ` : "";
    process.stderr.write(`${about}${status(statistics)}\n`);
  }
}
