import { setTimeout } from "../timers.js";
import type { Op } from "./op.js";
import { type Mode, poller } from "./poller.js";

// So often an event is believed: whoever is to make room may be about to.
const TRUST = 16;
const MAX_PAUSE = 50;

/**
 * For an operation that the kernel may wake for nothing, or not at all: it is tried again after 1, 2, 4 ... 50 milliseconds
 * by itself; and when it was woken in vain too often, no longer in between.
 */
export class Reprobe {
  #tries = 0;
  #pause = 1;
  #armed = false;

  /** Whether it is to wait, rather than to be tried. */
  get early(): boolean {
    return this.#armed && this.#tries >= TRUST;
  }

  /** It was tried in vain. */
  again(mode: Mode, op: Op<unknown>): void {
    this.#tries++;
    if (this.#armed) return;
    this.#armed = true;
    const probe = () => {
      this.#armed = false;
      poller.nudge(op.fd.slot * 2 + mode, op);
    };
    // The operation itself keeps the loop alive, if it is to.
    setTimeout(probe, this.#pause).unref();
    this.#pause = Math.min(this.#pause * 2, MAX_PAUSE);
  }
}
