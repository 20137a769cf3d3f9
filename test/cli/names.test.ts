import { afterEach, describe, expect, it, vi } from "vitest";
import { Names } from "#lib/cli/names.js";
import { defaultResolver, IPAddr, parseIP } from "#lib/index.js";

const addr = new IPAddr({ ip: parseIP("192.0.2.1") });

describe("Names", () => {
  afterEach(() => vi.restoreAllMocks());

  it("lets nobody wait any more for who does not answer", async () => {
    let asked = 0;
    vi.spyOn(defaultResolver, "lookupAddr").mockImplementation((_, { signal } = {}) => {
      asked++;
      return new Promise((_resolve, reject) => {
        const fail = () => reject(signal!.reason as Error);
        if (signal!.aborted) fail();
        else signal!.addEventListener("abort", fail);
      });
    });
    const names = new Names(false);
    const before = names.of(addr);
    const start = performance.now();
    names.giveUp();
    expect(await before).toBeNull();
    expect(await names.of(new IPAddr({ ip: parseIP("192.0.2.2") }))).toBeNull();
    // Less than the two seconds that it waits otherwise.
    expect(performance.now() - start).toBeLessThan(1500);
    expect(asked).toBe(2);
    expect(names.known(addr)).toBeUndefined();
  });
});
