import { afterEach, describe, expect, it, vi } from "vitest";
import { Names } from "#lib/cli/names.js";
import { defaultResolver, IPAddr, parseIP } from "#lib/index.js";

const addr = new IPAddr({ ip: parseIP("192.0.2.1") });

describe("Names", () => {
  afterEach(() => vi.restoreAllMocks());

  it("lets nobody wait any more for who does not answer", async () => {
    const signals: AbortSignal[] = [];
    vi.spyOn(defaultResolver, "lookupAddr").mockImplementation((_, { signal } = {}) => {
      signals.push(signal!);
      return new Promise((_resolve, reject) => {
        const fail = () => reject(signal!.reason as Error);
        if (signal!.aborted) fail();
        else signal!.addEventListener("abort", fail);
      });
    });
    const names = new Names(false);
    const before = names.of(addr);
    const wereOver = signals.map(({ aborted }) => aborted);
    names.giveUp();
    const after = names.of(new IPAddr({ ip: parseIP("192.0.2.2") }));
    // At once, and not when they have waited long enough.
    expect([wereOver, signals.map(({ aborted }) => aborted)]).toEqual([[false], [true, true]]);
    expect(await Promise.all([before, after])).toEqual([null, null]);
    expect(names.known(addr)).toBeUndefined();
  });
});
