import { performance } from "node:perf_hooks";
import * as timers from "node:timers";

/**
 * As they were when the library was loaded. What a test puts in their place later goes by a clock of its own, or not at
 * all, and what all connections share would wait for it even when the test is over.
 */
export const { setImmediate, setTimeout } = timers;
/** Likewise. */
export const { queueMicrotask } = globalThis;
/** The clock that nobody sets, in milliseconds; likewise. */
export const monotonic = performance.now.bind(performance);
