import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isInstalled } from "../../scripts/installed.mjs";
import { nativeSources } from "../../scripts/sources.mjs";
import { tally } from "../../scripts/tally.mjs";
import { tree } from "./tree.js";

describe("nativeSources", () => {
  const names = [
    "io.cc",
    "io.h",
    "platform_linux.cc",
    "platform_darwin.cc",
    "queue_epoll.cc",
    "queue_kqueue.cc",
    "poller_core.cc",
  ];

  it("chooses by suffix", () => {
    expect(nativeSources("linux", names)).toEqual(
      ["io", "platform_linux", "poller_core", "queue_epoll"].map((name) => `native/${name}.cc`),
    );
    expect(nativeSources("mac", names)).toEqual(
      ["io", "platform_darwin", "poller_core", "queue_kqueue"].map((name) => `native/${name}.cc`),
    );
  });

  it("leaves no file of native/ to nobody", () => {
    const all = readdirSync(new URL("../../native", import.meta.url)).filter((name) => name.endsWith(".cc"));
    expect(all.length).toBeGreaterThan(0);
    const compiled = new Set([...nativeSources("linux"), ...nativeSources("mac")]);
    expect(all.filter((name) => !compiled.has(`native/${name}`))).toEqual([]);
  });

  it("is what both builds use", () => {
    for (const file of ["binding.gyp", "CMakeLists.txt"]) {
      const text = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
      expect(text).toMatch("node scripts/sources.mjs");
      expect(text).not.toMatch(/native\/\w+\.cc/);
    }
  });
});

describe("isInstalled", () => {
  const wanted = {
    "": {},
    "node_modules/a": { version: "1.0.0" },
    "node_modules/b": { version: "2.0.0", optional: true },
  };

  it.each([
    [true, "the same", { "node_modules/a": { version: "1.0.0" }, "node_modules/b": { version: "2.0.0" } }],
    [true, "an optional package absent", { "node_modules/a": { version: "1.0.0" } }],
    [false, "nothing", {}],
    [false, "another version", { "node_modules/a": { version: "1.0.1" } }],
    [
      false,
      "another version of an optional package",
      { "node_modules/a": { version: "1.0.0" }, "node_modules/b": { version: "1.0.0" } },
    ],
  ])("is %s with %s", (expected, _, installed) => {
    expect(isInstalled(wanted, installed)).toBe(expected);
  });
});

describe("package-lock.json", () => {
  interface Locked {
    resolved?: string;
    optionalDependencies?: Record<string, string>;
  }
  const text = readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8");
  const packages = (JSON.parse(text) as { packages: Record<string, Locked> }).packages;

  // `npm ci` refuses to work otherwise. npm leaves them out where the registry in use does not carry them.
  it("holds the packages of other systems, too", () => {
    const optional = Object.values(packages).flatMap((locked) =>
      Object.keys(locked.optionalDependencies ?? {}),
    );
    expect(optional.length).toBeGreaterThan(0);
    expect(optional.filter((name) => !Object.hasOwn(packages, `node_modules/${name}`))).toEqual([]);
  });

  it("names no registry", () => {
    expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });
});

describe("tally", () => {
  const file = (status: string, ...tests: string[]) => ({
    status,
    assertionResults: tests.map((test) => ({ status: test })),
  });

  it("counts tests", () => {
    const results = {
      success: false,
      testResults: [file("passed", "passed", "skipped"), file("failed", "failed", "failed", "passed")],
    };
    expect(tally(results)).toEqual({ passed: 2, skipped: 1, failed: 2 });
  });

  it("counts a file that fails although its tests pass", () => {
    expect(tally({ success: false, testResults: [file("failed", "passed")] })).toEqual({
      passed: 1,
      skipped: 0,
      failed: 1,
    });
  });

  it("counts a run that fails although its files pass", () => {
    expect(tally({ success: false, testResults: [file("passed", "passed")] }).failed).toBe(1);
  });
});

describe("withLock", () => {
  const lock = new URL("../../scripts/lock.mjs", import.meta.url).href;

  /** A process that adds one to the number in the file, slowly enough to be overtaken when nothing locks. */
  function adder(root: string): Promise<unknown[]> {
    const script = `
      import { readFileSync, writeFileSync } from "node:fs";
      import { withLock } from ${JSON.stringify(lock)};
      withLock(${JSON.stringify(`${root}/lock`)}, () => {
        const n = Number(readFileSync(${JSON.stringify(`${root}/n`)}, "utf8"));
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
        writeFileSync(${JSON.stringify(`${root}/n`)}, String(n + 1));
      });`;
    return once(
      spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "inherit" }),
      "close",
    );
  }

  it("lets one process in at a time", async () => {
    const root = tree({ n: "0" });
    const codes = await Promise.all(Array.from({ length: 5 }, () => adder(root)));
    expect(codes.map(([code]) => code)).toEqual([0, 0, 0, 0, 0]);
    expect(readFileSync(`${root}/n`, "utf8")).toBe("5");
    expect(existsSync(`${root}/lock`)).toBe(false);
  });

  it("takes over from a process that was killed", async () => {
    const gone = spawn(process.execPath, ["-e", ""], { stdio: "ignore" });
    await once(gone, "close");
    const root = tree({ n: "0", "lock/pid": String(gone.pid) });
    await adder(root);
    expect(readFileSync(`${root}/n`, "utf8")).toBe("1");
  });
});
