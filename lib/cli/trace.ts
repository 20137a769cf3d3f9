import { type Trace, trace as startTrace } from "../ping/index.js";
import type { Command } from "./command.js";
import { Names } from "./names.js";
import { print } from "./print.js";
import { Screen, type Style } from "./screen.js";
import { help, parse, type TraceArguments } from "./trace-arguments.js";
import { endFacts, header, hopFacts, line, type Outcome, startFacts } from "./trace-output.js";
import { type Row, table } from "./trace-table.js";
import { printableJSON, SIGNALS } from "./terminal.js";

/** `rawconn trace HOST`. */
export const trace: Command = {
  summary: "find the way to a host, hop by hop",
  help,
  async run(args) {
    const asked = parse(args);
    return asked === null ? print(help) : new TraceCommand(asked).run();
  },
};

const REACHED = 0;
const NOT_REACHED = 1;

// Rounds of a table that nobody watches.
const ROUNDS = 10;
// Milliseconds between two pictures.
const REFRESH = 200;

const styles: Record<Row["mood"], Style> = { plain: "plain", head: "bold", worse: "yellow", bad: "red" };

class TraceCommand {
  readonly #asked: TraceArguments;
  readonly #isLive: boolean;
  readonly #trace: Trace;
  readonly #names: Names;

  constructor(asked: TraceArguments) {
    const { host, options, mtr, rounds, json, numeric } = asked;
    this.#asked = asked;
    this.#names = new Names(numeric);
    this.#isLive = mtr && !json && process.stdout.isTTY;
    const queries = rounds ?? (this.#isLive ? Infinity : ROUNDS);
    this.#trace = startTrace(host, mtr ? { ...options, queries } : options);
  }

  async run(): Promise<number> {
    await this.#trace.open();
    const stop = this.#stop;
    // Once: whoever asks again means it. A terminal is given back in any case.
    for (const signal of SIGNALS) process.once(signal, stop);
    // Whoever read our output has gone.
    process.stdout.on("error", stop);
    try {
      if (!this.#asked.mtr) await this.#tellHops();
      else if (this.#isLive) await this.#watch();
      else await this.#tellRounds();
    } finally {
      for (const signal of SIGNALS) process.off(signal, stop);
    }
    return this.#trace.reached ? REACHED : NOT_REACHED;
  }

  // Whoever has seen enough does not wait for names either.
  readonly #stop = () => {
    this.#trace.stop();
    this.#names.giveUp();
  };

  // Hop by hop, as each is known.
  async #tellHops(): Promise<void> {
    const { json, extensions } = this.#asked;
    const outcomes = new Map<number, Outcome[]>();
    this.#begin();
    for await (const event of this.#trace) {
      if (event.type === "hop") {
        const { hop } = event;
        const ofHop = outcomes.get(hop.ttl) ?? [];
        outcomes.delete(hop.ttl);
        if (json) this.#printFacts(await hopFacts(hop, ofHop, this.#names));
        else this.#print(await line(hop, ofHop, this.#names, extensions));
        continue;
      }
      const ofHop = outcomes.get(event.ttl) ?? [];
      outcomes.set(event.ttl, ofHop);
      ofHop[event.query - 1] = event.type === "reply" ? event : null;
      // The name may be there by the time it is wanted.
      if (event.type === "reply" && event.addr !== null) void this.#names.of(event.addr);
      if (event.type === "send-error") this.#complain(event.error);
    }
    if (json) this.#printFacts(endFacts(this.#trace));
  }

  // All rounds, and then the table.
  async #tellRounds(): Promise<void> {
    this.#begin();
    await this.#rounds();
    const { hops } = this.#trace;
    if (this.#asked.json) {
      for (const hop of hops) this.#printFacts(await hopFacts(hop, null, this.#names));
      this.#printFacts(endFacts(this.#trace));
      return;
    }
    // So that each stands in the table.
    await Promise.all(hops.flatMap(({ nodes }) => nodes.map(({ addr }) => this.#names.of(addr))));
    for (const { text } of table(hops, this.#names, 0)) this.#print(text);
  }

  // The table while it changes, and once more at the end, where it can be read later.
  async #watch(): Promise<void> {
    const draw = () => this.#draw(screen);
    const screen = new Screen(process.stdout, process.stdin, { draw, quit: this.#stop });
    screen.enter();
    const timer = setInterval(draw, REFRESH);
    try {
      draw();
      await this.#rounds();
    } finally {
      clearInterval(timer);
      screen.leave();
    }
    this.#begin();
    for (const { text } of table(this.#trace.hops, this.#names, 0)) this.#print(text);
  }

  #draw(screen: Screen): void {
    const title = `${header(this.#trace, this.#asked)}   q quits`.slice(0, screen.columns);
    const rows = table(this.#trace.hops, this.#names, screen.columns);
    screen.show([
      { text: title, style: "plain" },
      { text: "", style: "plain" },
      ...rows.map(({ text, mood }) => ({ text, style: styles[mood] })),
    ]);
  }

  // What single probes bring stands in the table's figures.
  async #rounds(): Promise<void> {
    for await (const event of this.#trace) {
      if (event.type === "reply" && event.addr !== null) void this.#names.of(event.addr);
    }
  }

  #begin(): void {
    if (this.#asked.json) this.#printFacts(startFacts(this.#trace, this.#asked));
    else this.#print(header(this.#trace, this.#asked));
  }

  #complain(error: Error): void {
    // What the kernel said; which socket said it is no news.
    const { message } = error.cause instanceof Error ? error.cause : error;
    process.stderr.write(`rawconn trace: ${message}\n`);
  }

  #printFacts(facts: object): void {
    this.#print(printableJSON(facts));
  }

  #print(text: string): void {
    process.stdout.write(`${text}\n`);
  }
}
