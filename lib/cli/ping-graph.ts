import type { PingArguments } from "./ping-arguments.js";
import { summary } from "./ping-output.js";
import { plot, type PlotLine } from "./ping-plot.js";
import type { PingRun, Reporter, RunEvent } from "./ping-run.js";
import { Samples } from "./ping-samples.js";
import { paint, Screen } from "./screen.js";
import { widthOf } from "./terminal.js";

// How often the picture is drawn anew, in milliseconds.
const STEP = 100;
const MAX_ROWS = 12;
// A title, a line of losses, and one to keep hosts apart.
const OTHER_LINES = 3;
// Of a picture that is printed.
const PRINTED_ROWS = 6;

/** Draws round trips and losses: on a terminal as they come, elsewhere at the end. */
export class GraphReporter implements Reporter {
  readonly #screen: Screen | null;
  readonly #samples = new Map<PingRun, Samples>();
  #runs: readonly PingRun[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(_asked: PingArguments, quit: () => void) {
    const { stdout, stdin } = process;
    this.#screen = stdout.isTTY ? new Screen(stdout, stdin, { draw: () => this.#draw(), quit }) : null;
  }

  start(runs: readonly PingRun[]): void {
    this.#runs = runs;
    for (const run of runs) this.#samples.set(run, new Samples());
    if (this.#screen === null) return;
    this.#screen.enter();
    this.#draw();
    this.#timer = setInterval(() => this.#draw(), STEP);
  }

  tell(run: PingRun, event: RunEvent): void {
    this.#samples.get(run)!.take(event);
  }

  leave(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#screen?.leave();
  }

  end(runs: readonly PingRun[]): void {
    const { stdout } = process;
    const lines = this.#lines(widthOf(stdout), PRINTED_ROWS).map(({ text, style }) =>
      paint(text, style, stdout.isTTY),
    );
    stdout.write(`${lines.join("\n")}\n`);
    for (const { host, ping, elapsed } of runs) stdout.write(`${summary(host, ping.statistics, elapsed)}\n`);
  }

  #draw(): void {
    const { columns, rows } = this.#screen!;
    const each = Math.floor((rows + 1) / Math.max(this.#runs.length, 1)) - OTHER_LINES;
    this.#screen!.show(this.#lines(columns, Math.min(Math.max(each, 1), MAX_ROWS)));
  }

  #lines(width: number, rows: number): PlotLine[] {
    return this.#runs.flatMap((run, i) => {
      const { host, ping } = run;
      const samples = this.#samples.get(run)!.list;
      const plotted = { host, addr: ping.addr!.toString(), statistics: ping.statistics, samples };
      const gap: PlotLine[] = i === 0 ? [] : [{ text: "", style: "plain" }];
      return [...gap, ...plot(plotted, i, width, rows)];
    });
  }
}
