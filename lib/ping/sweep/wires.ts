import { type SweepSettings } from "./options.js";
import { type Taker, Wire } from "./wire.js";

/** Who is told what came, and when that was all. */
export interface WiresTaker extends Taker {
  /** Everything that was there has been taken. */
  drained(): void;
  /** Nothing can be read any more. */
  failed(error: Error): void;
}

/** The sockets of a sweep: one for each family that it has to do with. */
export class Wires {
  readonly #settings: SweepSettings;
  readonly #taker: WiresTaker;
  readonly #wires = new Map<4 | 6, Wire>();
  readonly #opening = new Map<4 | 6, Promise<Wire>>();
  readonly #listening = new Set<Wire>();
  #closed = false;

  constructor(settings: SweepSettings, taker: WiresTaker) {
    this.#settings = settings;
    this.#taker = taker;
  }

  /** Whether they are raw sockets; null when there is none. */
  get privileged(): boolean | null {
    const [wire] = this.#wires.values();
    return wire?.privileged ?? null;
  }

  /** When the oldest request that waits was made, by the monotonic clock; Infinity when none does. */
  get oldest(): number {
    let oldest = Infinity;
    for (const { table } of this.#wires.values()) oldest = Math.min(oldest, table.oldest);
    return oldest;
  }

  /** The socket of a family, which is open. */
  of(family: 4 | 6): Wire {
    return this.#wires.get(family)!;
  }

  [Symbol.iterator](): Iterator<Wire> {
    return this.#wires.values();
  }

  /** Opens the socket of a family, unless it is. Rejects with a PermissionError, or an OpError. */
  async open(family: 4 | 6): Promise<void> {
    if (this.#wires.has(family) || this.#closed) return;
    const { size } = this.#settings;
    const opening = this.#opening.get(family) ?? Wire.open(family, size, this.#settings, this.#taker);
    this.#opening.set(family, opening);
    const wire = await opening;
    if (this.#closed) wire.close();
    else this.#wires.set(family, wire);
  }

  /** Sends what is ready. */
  flush(): void {
    for (const wire of this.#wires.values()) wire.flush();
  }

  /** Takes what is there. */
  drain(): void {
    for (const wire of this.#wires.values()) wire.drain();
  }

  /**
   * Takes what comes from now on. Not before there is nothing else to do: a socket that is watched costs a wake-up with
   * every packet, and who sends one burst after the other looks for answers by himself.
   */
  listen(): void {
    for (const wire of this.#wires.values()) {
      if (this.#listening.has(wire)) continue;
      this.#listening.add(wire);
      wire.listen(() => this.#taker.drained()).catch((error: Error) => this.#taker.failed(error));
    }
  }

  close(): void {
    this.#closed = true;
    for (const wire of this.#wires.values()) wire.close();
  }
}
