import { describe, expect, it } from "vitest";
import { floorOf, floors, importsOf } from "../../scripts/rules/floors.mjs";
import { tree } from "./tree.js";

/** The complaints about one import, in a tree where both files exist. */
function complaints(from: string, statement: string, to: string): string[] {
  return floors(tree({ [`lib/${from}`]: `\n${statement}\n`, [`lib/${to}`]: "" }));
}

describe("floors", () => {
  it.each([
    ["conn.ts", 'import { FD } from "./internal/poll/fd.js";', "internal/poll/fd.ts"],
    ["conn.ts", 'import { TCPConn } from "./tcp.js";', "tcp.ts"],
    ["dial.ts", 'import { IP } from "./addr/index.js";', "addr/index.ts"],
    ["addr/ip.ts", 'import { AddrError } from "../errors/index.js";', "errors/index.ts"],
    ["internal/poll/fd.ts", 'import { Op } from "./op.js";', "internal/poll/op.ts"],
    ["internal/binding.ts", 'import addon from "./load.cjs";', "internal/load.cts"],
    ["internal/binding.ts", 'import type { Addr } from "../addr/addr.js";', "addr/addr.ts"],
    ["icmp/types.ts", 'import { version } from "../ipv4/index.js";', "ipv4/index.ts"],
    ["cli/main.ts", 'import { ping } from "../ping/index.js";', "ping/index.ts"],
    ["cli/main.ts", 'import { parse } from "./args.js";', "cli/args.ts"],
  ])("lets %s say %s", (from, statement, to) => {
    expect(complaints(from, statement, to)).toEqual([]);
  });

  it.each([
    [
      "up",
      "internal/poll/fd.ts",
      'import { NetFD } from "../socket/net-fd.js";',
      "internal/socket/net-fd.ts",
    ],
    ["up, for a type", "conn.ts", 'import type { Dialer } from "./dial.js";', "dial.ts"],
    ["up, by passing on", "tcp.ts", 'export * from "./index.js";', "index.ts"],
    ["up, at run time", "tcp.ts", 'const { dial } = await import("./dial.js");', "dial.ts"],
    ["across folders of one floor", "dns/client.ts", 'import { dialUDP } from "../udp.js";', "udp.ts"],
    ["across floor 5", "ipv4/conn.ts", 'import { Conn } from "../ipv6/conn.js";', "ipv6/conn.ts"],
    ["up half a floor", "ipv4/conn.ts", 'import { Echo } from "../icmp/index.js";', "icmp/index.ts"],
    ["across floor 6", "index.ts", 'export { ping } from "./ping/index.js";', "ping/index.ts"],
  ])("forbids to import %s", (_, from, statement, to) => {
    const [complaint, ...others] = complaints(from, statement, to);
    expect(others).toEqual([]);
    expect(complaint).toMatch(`lib/${from}:2 imports ${to}: from floor`);
    expect(complaint).toMatch("Imports go down, or sideways within a folder: move the shared part down");
  });

  it.each([
    [
      "a value to import a socket",
      "addr/ip.ts",
      'import "../conn.js";',
      "conn.ts",
      "pure values import pure values only",
    ],
    [
      "the waist to import a value",
      "internal/binding.ts",
      'import "../errors/index.js";',
      "errors/index.ts",
      "the waist imports nothing except",
    ],
    [
      "a second door to the addon",
      "internal/poll/fd.ts",
      'import a from "../load.cjs";',
      "internal/load.cts",
      "the addon's one door",
    ],
    [
      "the command line to reach inside",
      "cli/main.ts",
      'import "../tcp.js";',
      "tcp.ts",
      "the command line uses public entry points only",
    ],
    ["to leave lib", "conn.ts", 'import "../scripts/run.js";', "tcp.ts", "outside lib/"],
    [
      "a second loader",
      "conn.ts",
      'import load from "node-gyp-build";',
      "tcp.ts",
      "only lib/internal/load.cts loads the addon",
    ],
  ])("forbids %s", (_, from, statement, to, sentence) => {
    const found = complaints(from, statement, to);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(`lib/${from}:2 imports `);
    expect(found[0]).toMatch(sentence);
  });

  it("forbids a circle, and shows it", () => {
    const root = tree({
      "lib/tcp.ts": 'import "./conn.js";',
      "lib/conn.ts": 'import "./file.js";',
      "lib/file.ts": 'import "./tcp.js";',
    });
    expect(floors(root)).toEqual([
      expect.stringContaining("lib/conn.ts -> lib/file.ts -> lib/tcp.ts -> lib/conn.ts is a circle"),
    ]);
  });

  it("lets two files of a folder name each other's types", () => {
    const root = tree({
      "lib/internal/poll/op.ts": 'import type { FD } from "./fd.js";',
      "lib/internal/poll/fd.ts": 'import { run, type Op } from "./op.js";',
    });
    expect(floors(root)).toEqual([]);
  });

  it("asks for a place for every file", () => {
    expect(floors(tree({ "lib/helpers/misc.ts": "" }))).toEqual([
      expect.stringContaining("lib/helpers/misc.ts stands on no floor"),
    ]);
  });

  it("fails when it guards nothing", () => {
    expect(floors(tree({}))).toEqual([expect.stringContaining("no file matches lib/**/*.ts")]);
  });
});

describe("importsOf", () => {
  it("sees no import in comments and strings", () => {
    const text = '// import "./a.js";\n/* import "./b.js" */\nconst s = `import("./c.js")`;\n';
    expect(importsOf("conn.ts", text).filter(({ to }) => to !== "c.ts")).toEqual([]);
  });

  it("reads statements of several lines, and knows types", () => {
    const text = 'import {\n  type A,\n  type B,\n} from "./a.js";\nimport { type C, d } from "./b.js";\n';
    expect(importsOf("conn.ts", text)).toEqual([
      { from: "conn.ts", to: "a.ts", line: 1, typeOnly: true },
      { from: "conn.ts", to: "b.ts", line: 5, typeOnly: false },
    ]);
  });
});

describe("floorOf", () => {
  it("knows folders and files", () => {
    expect(floorOf("cli/main.ts")).toBe(7);
    expect(floorOf("internal/load.cts")).toBe(0);
    expect(floorOf("errors/table.ts")).toBe("V");
    expect(floorOf("tcp.ts")).toBe(3);
    expect(floorOf("dns/tcp.ts")).toBe(3);
    expect(floorOf("else.ts")).toBeUndefined();
  });
});
