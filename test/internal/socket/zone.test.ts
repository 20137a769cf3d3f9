import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { interfaces } from "rawconn";
import { zoneIndex, zoneName } from "#lib/internal/socket/zone.js";
import { failingAlways, withFault } from "../../faults/inject.js";
import { type Watch, watch } from "../../support/syscalls.js";

const [{ name, index }] = interfaces();

describe("zones", () => {
  let calls: Watch;
  // Far ahead of the real one, and each test an hour after the last: then all is forgotten.
  let clock = 1e9;

  beforeEach(() => {
    clock += 3_600_000;
    vi.spyOn(performance, "now").mockImplementation(() => clock);
    calls = watch();
  });
  afterEach(() => {
    calls[Symbol.dispose]();
    vi.restoreAllMocks();
  });

  it("are names and numbers of interfaces", () => {
    expect([zoneIndex(name), zoneName(index)]).toEqual([index, name]);
  });

  it("that no interface has are the number they are, or none", () => {
    expect([zoneIndex(""), zoneIndex("4711"), zoneIndex("nosuch"), zoneIndex("9".repeat(10))]).toEqual([
      0, 4711, 0, 0,
    ]);
    expect([zoneIndex("x".repeat(100_000)), zoneName(4711)]).toEqual([0, "4711"]);
  });

  it("are asked for once while they are needed again and again", () => {
    for (let i = 0; i < 100; i++) expect([zoneIndex(name), zoneName(index)]).toEqual([index, name]);
    expect([calls.count("if_nametoindex"), calls.count("if_indextoname")]).toEqual([1, 1]);
  });

  it("are asked for anew after a second, as interfaces come and go", async () => {
    const zones = () => [zoneIndex(name), zoneName(index)];
    zones();
    const renamed = (_: number, out: Uint8Array) => Buffer.from("other").copy(out);
    await withFault({ if_nametoindex: failingAlways(4711), if_indextoname: () => renamed }, () => {
      clock += 999;
      expect(zones()).toEqual([index, name]);
      clock += 1;
      expect(zones()).toEqual([4711, "other"]);
    });
  });

  it("are asked for every time as long as nothing has them", () => {
    for (let i = 0; i < 3; i++) expect([zoneIndex("nosuch"), zoneName(4711)]).toEqual([0, "4711"]);
    expect([calls.count("if_nametoindex"), calls.count("if_indextoname")]).toEqual([3, 3]);
  });
});
