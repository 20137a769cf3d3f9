// A limit on work that may never end: whichever comes first, nothing waits on afterwards.

import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { within } from "#lib/internal/socket/within.js";
import { rejection } from "../../support/outcome.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const never = new Promise<never>(() => {});
const waiting = (signal: AbortSignal) => [getEventListeners(signal, "abort").length, vi.getTimerCount()];

describe("work within a limit", () => {
  it.each<[string, string, (over: AbortController) => void]>([
    ["passes", "ERR_TIMEOUT", () => vi.advanceTimersByTime(1000)],
    ["is aborted", "ABORT_ERR", (over) => over.abort()],
  ])("lets go of clock and signal when it %s", async (_, code, end) => {
    const over = new AbortController();
    const given = rejection(within(never, { deadline: Date.now() + 1000, signal: over.signal }));
    expect(waiting(over.signal)).toEqual([1, 1]);
    end(over);
    expect(waiting(over.signal)).toEqual([0, 0]);
    expect(await given).toMatchObject({ code });
  });

  it("lets go of them when it ends", async () => {
    const { signal } = new AbortController();
    expect(await within(Promise.resolve(1), { deadline: Date.now() + 1000, signal })).toBe(1);
    expect(waiting(signal)).toEqual([0, 0]);
  });

  it("that was aborted before never waits", async () => {
    const signal = AbortSignal.abort();
    const given = rejection(within(never, { deadline: Date.now() + 1000, signal }));
    expect(waiting(signal)).toEqual([0, 0]);
    expect(await given).toMatchObject({ code: "ABORT_ERR" });
  });
});
