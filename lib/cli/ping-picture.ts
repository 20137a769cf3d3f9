import { closeSync, constants, fstatSync, ftruncateSync, openSync, writeFileSync } from "node:fs";
import { Samples } from "./ping-samples.js";
import type { PingRun, Reporter, RunEvent } from "./ping-run.js";
import { svgOf } from "./ping-svg.js";

/** Leaves a picture of the runs in a file. */
export class PictureReporter implements Reporter {
  readonly #file: number;
  readonly #samples = new Map<PingRun, Samples>();

  /**
   * Opens the file at once: whoever has pinged for an hour must not hear then that it cannot be written. Throws its error.
   * What stands in it stays until there is something better.
   */
  constructor(name: string) {
    this.#file = openSync(name, constants.O_WRONLY | constants.O_CREAT);
  }

  start(runs: readonly PingRun[]): void {
    for (const run of runs) this.#samples.set(run, new Samples());
  }

  tell(run: PingRun, event: RunEvent): void {
    this.#samples.get(run)!.take(event);
  }

  leave(): void {}

  end(runs: readonly PingRun[]): void {
    const plotted = runs.map((run) => {
      const { host, ping } = run;
      const samples = this.#samples.get(run)!.list;
      return { host, addr: ping.addr!.toString(), statistics: ping.statistics, samples };
    });
    // A pipe or a terminal has no length.
    if (fstatSync(this.#file).isFile()) ftruncateSync(this.#file);
    writeFileSync(this.#file, svgOf(plotted));
    closeSync(this.#file);
  }
}
