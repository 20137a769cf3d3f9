// Go: net/http/server.go (Serve, its back-off)
import { isTemporary, isTimeout } from "../errors/index.js";

// In milliseconds: doubled every time.
const FIRST_PAUSE = 5;
const LAST_PAUSE = 1000;

/** How long an accept loop waits after failures that pass: for want of descriptors, say. */
export class BackOff {
  #pause = 0;

  /**
   * How long to wait after this failure, in milliseconds. Throws it where it does not pass by waiting: a deadline that has
   * passed is no failure of the moment, though it calls itself temporary.
   */
  after(error: unknown): number {
    if (!isTemporary(error) || isTimeout(error)) throw error;
    this.#pause = Math.min(this.#pause * 2 || FIRST_PAUSE, LAST_PAUSE);
    return this.#pause;
  }

  /** An accept went well. */
  reset(): void {
    this.#pause = 0;
  }
}
