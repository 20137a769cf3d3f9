import { type Sweep, sweep as startSweep, type SweepResult, Tally } from "../ping/index.js";
import type { Command } from "./command.js";
import { helpOf } from "./page.js";
import { timestamp } from "./ping-output.js";
import { print } from "./print.js";
import { Progress } from "./progress.js";
import { page, parse, type SweepArguments } from "./sweep-options.js";
import {
  figures,
  hostLines,
  jsonFigures,
  jsonHost,
  jsonResult,
  nameOf,
  now,
  roundLine,
  verdict,
} from "./sweep-output.js";
import { TargetList } from "./target-file.js";
import { printable, SIGNALS } from "./terminal.js";

/** `rawconn sweep TARGET ...`. */
export const sweep: Command = {
  summary: page.summary,
  page,
  // As fping's.
  statuses: { usage: 3, failure: 4 },
  async run(args) {
    const asked = parse(args);
    return asked === null ? print(helpOf(page)) : new SweepCommand(asked).run();
  },
};

const ALL_ALIVE = 0;
const SOME_UNREACHABLE = 1;
const SOME_UNKNOWN = 2;

type HostResult = Exclude<SweepResult, { type: "unresolved" }>;

class SweepCommand {
  readonly #asked: SweepArguments;
  readonly #targets: TargetList;
  readonly #sweep: Sweep;
  // With rounds: how each host does.
  readonly #hosts = new Map<string, Tally>();
  readonly #start = now();
  readonly #progress: Progress;
  // What is printed, and not yet written.
  #text = "";

  constructor(asked: SweepArguments) {
    this.#asked = asked;
    this.#targets = new TargetList(asked.targets, asked.file);
    this.#sweep = startSweep(this.#targets, asked.options);
    this.#progress = new Progress(process.stderr, () => this.#stand());
  }

  async run(): Promise<number> {
    const stop = () => this.#sweep.stop();
    // Once: whoever asks again means it. No bar is left on a terminal in any case.
    for (const signal of SIGNALS) process.once(signal, stop);
    // Whoever read our output has gone.
    process.stdout.on("error", stop);
    try {
      for await (const results of this.#sweep) {
        for (const result of results) this.#take(result);
        await this.#write();
      }
    } finally {
      this.#progress.stop();
      this.#targets.close();
      for (const signal of SIGNALS) process.off(signal, stop);
    }
    this.#sum();
    await this.#write();
    return this.#status();
  }

  #take(result: SweepResult): void {
    if (result.type === "unresolved") {
      this.#unresolved(result);
      return;
    }
    const name = nameOf(result, this.#asked.addr);
    const host = this.#asked.rounds ? this.#count(result, name) : null;
    if (this.#asked.json) this.#json(jsonResult(result), this.#shows(result));
    else if (host !== null) this.#line(roundLine(result, name, host), this.#shows(result));
    else if (result.type !== "duplicate") this.#verdict(result, name);
  }

  #verdict(result: HostResult, name: string): void {
    const text = this.#asked.show === "all" ? verdict(result, name, this.#asked.elapsed) : name;
    this.#line(text, this.#shows(result));
  }

  #unresolved(result: Extract<SweepResult, { type: "unresolved" }>): void {
    if (this.#asked.json) this.#json(jsonResult(result), !this.#asked.quiet);
    else if (!this.#asked.quiet) this.#complain(`rawconn sweep: ${printable(result.error.message)}\n`);
  }

  #count(result: HostResult, name: string): Tally {
    const host = this.#hosts.get(name) ?? new Tally();
    this.#hosts.set(name, host);
    if (result.type === "duplicate") host.duplicates++;
    else host.transmitted++;
    if (result.type === "reply") host.received++;
    if ("rtt" in result) host.time(result.rtt);
    return host;
  }

  #shows({ type }: SweepResult): boolean {
    const { show, quiet } = this.#asked;
    const isAlive = type === "reply" || type === "duplicate";
    return !quiet && (show === "all" || (show === "alive") === isAlive);
  }

  #line(text: string, shown: boolean): void {
    if (shown) this.#text += `${this.#asked.timestamps ? timestamp() : ""}${text}\n`;
  }

  #json(text: string, shown: boolean): void {
    if (shown) this.#text += `${text}\n`;
  }

  #complain(text: string): void {
    this.#progress.clear();
    process.stderr.write(text);
  }

  // Waits for whoever reads slowly: what is not read yet is not swept yet either.
  #write(): Promise<void> | undefined {
    const text = this.#text;
    if (text === "") return undefined;
    this.#text = "";
    this.#progress.clear();
    return new Promise((resolve) => process.stdout.write(text, () => resolve()));
  }

  #sum(): void {
    const { statistics } = this.#sweep;
    const elapsed = now() - this.#start;
    if (this.#asked.json) {
      for (const [name, host] of this.#hosts) this.#text += `${jsonHost(name, host)}\n`;
      this.#text += `${jsonFigures(statistics, elapsed)}\n`;
      return;
    }
    // Apart from the rounds by an empty line, as fping has it, and on stderr, where its readers look for it.
    if (this.#hosts.size > 0) this.#complain((this.#asked.quiet ? "" : "\n") + hostLines(this.#hosts));
    if (this.#asked.stats) this.#complain(figures(statistics, elapsed));
  }

  #stand() {
    const { begun, addresses, received, complete } = this.#sweep.statistics;
    const { count = 1 } = this.#asked.options;
    const note = `${received.toLocaleString("en-US")} alive`;
    return { done: begun, total: complete ? addresses * count : Infinity, note };
  }

  #status(): number {
    const { begun, received, unresolved } = this.#sweep.statistics;
    const { reachable, rounds } = this.#asked;
    const alive = rounds ? [...this.#hosts.values()].filter((host) => host.received > 0).length : received;
    if (reachable !== undefined) return alive >= reachable ? ALL_ALIVE : SOME_UNREACHABLE;
    if (unresolved > 0) return SOME_UNKNOWN;
    return alive < (rounds ? this.#hosts.size : begun) ? SOME_UNREACHABLE : ALL_ALIVE;
  }
}
