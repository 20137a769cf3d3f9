// docs/go-map.md: what it says is there, the tests it names know of it, and none of Go's symbols is forgotten.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as rawconn from "rawconn";
import * as bpf from "rawconn/bpf";
import * as icmp from "rawconn/icmp";
import * as ipv4 from "rawconn/ipv4";
import * as ipv6 from "rawconn/ipv6";
import * as netip from "rawconn/netip";
import * as netutil from "rawconn/netutil";
import * as syscall from "rawconn/syscall";
import { OUTPUT, page, PENDING, readMap, testFile } from "../../scripts/go-map.mjs";
import { type Name, undeclared } from "./declared.js";

// What has no counterpart or no test yet. To be empty.
const WAITING: string[] = [];

const root = fileURLToPath(new URL("../..", import.meta.url));
const map = readMap();
const entries: Record<string, { file: string; values: object }> = {
  rawconn: { file: "dist/esm/index.d.ts", values: rawconn },
  "rawconn/bpf": { file: "dist/esm/bpf/index.d.ts", values: bpf },
  "rawconn/icmp": { file: "dist/esm/icmp/index.d.ts", values: icmp },
  "rawconn/ipv4": { file: "dist/esm/ipv4/index.d.ts", values: ipv4 },
  "rawconn/ipv6": { file: "dist/esm/ipv6/index.d.ts", values: ipv6 },
  "rawconn/netip": { file: "dist/esm/netip/index.d.ts", values: netip },
  "rawconn/netutil": { file: "dist/esm/netutil/index.d.ts", values: netutil },
  "rawconn/syscall": { file: "dist/esm/syscall/index.d.ts", values: syscall },
};
const rows = map.sections.flatMap(({ entry, rows: all }) =>
  all.map(([go, ours, test, note]) => ({ entry, go, ours, test, note })),
);
const isPending = ({ test }: { test: string }) => test.startsWith(PENDING);
const present = rows.flatMap(({ ours, ...row }) => (ours === null ? [] : [{ ours, ...row }]));

/** All that has a test, or waits for one: what is refused has a reason instead. */
const pinned = [
  ...rows.filter((row) => row.ours !== null || isPending(row)).map(({ go, test }) => ({ what: go, test })),
  ...map.differences.map(([what, , test]) => ({ what, test })),
];

/** What the compiler is to be asked about a name. */
function asked(entry: string, ours: string): Name {
  const { file, values } = entries[entry];
  return { file, ours, isValue: ours.split(/[.(]/, 1)[0] in values };
}

/** A row, for a failure to show. */
const told = ({ go, ours, test }: (typeof present)[number]) => `${go}: ${ours} in ${test}`;

const last = (name: string) => name.replace("()", "").split(".").at(-1)!;

describe("the map from Go", () => {
  it("is what its script writes", () => {
    expect(readFileSync(join(root, OUTPUT), "utf8")).toBe(page(map));
  });

  it("has each symbol once, and no empty cell", () => {
    const names = rows.map(({ go }) => go);
    expect(names.length).toBeGreaterThan(400);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    const cells = [
      ...map.rules,
      ...map.differences,
      ...map.sections.flatMap((section) => section.rows),
    ].flat();
    // A bar would end its cell, and a line its row.
    expect(cells.filter((cell) => typeof cell === "string" && !/^[^\s|][^|\n]*$/.test(cell))).toEqual([]);
    expect(map.differences.filter((cells) => cells.length !== 3)).toEqual([]);
  });

  it("waits for nothing but what this test knows of", () => {
    expect(pinned.filter(isPending).map(({ what }) => what)).toEqual(WAITING);
  });
});

describe("a name in the map", () => {
  it("is declared, and called where the map says so", () => {
    expect(undeclared(present.map(({ entry, ours }) => asked(entry, ours)))).toEqual([]);
  });

  it("is told from one that is not there, or is otherwise", () => {
    const wrong = [
      ["rawconn", "dialTCPs()"],
      ["rawconn", "dial"],
      ["rawconn", "ErrClosed()"],
      ["rawconn", "TCPConns"],
      ["rawconn", "TCPConn.setNoDelays()"],
      ["rawconn", "TCPConn.localAddr()"],
      ["rawconn", "TCPConn.read"],
      ["rawconn", "TCPConn.deadline()"],
      ["rawconn", "TCPConn.length"],
      ["rawconn", "TCPAddr.ipp"],
      ["rawconn", "KeepAliveConfig.idles"],
      ["rawconn/netip", "dialTCP()"],
      ["rawconn/syscall", "Conn.read()"],
    ];
    const found = undeclared(wrong.map(([entry, ours]) => asked(entry, ours)));
    expect(found.map((line) => line.split(":", 1)[0])).toEqual(wrong.map(([, ours]) => ours));
  });

  it("is what the rules make of Go's, or says why not", () => {
    const types = new Map(present.map(({ go, ours }) => [go, ours]));
    const unexplained = present.filter(({ go, ours, note }) => {
      if (note !== undefined) return false;
      const [owner, name] = [go.slice(0, go.lastIndexOf(".")), last(go)];
      const isMember = owner.includes(".");
      const fits = [lowered(name), ...(isMember ? [] : [name])].includes(last(ours));
      return !fits || (isMember && ours.slice(0, ours.lastIndexOf(".")) !== types.get(owner));
    });
    expect(unexplained.map(told)).toEqual([]);
  });

  it.each([
    ["DialTCP", "dialTCP"],
    ["TCPAddrFromAddrPort", "tcpAddrFromAddrPort"],
    ["MTU", "mtu"],
    ["IPv4Mask", "ipv4Mask"],
    ["IPv6LinkLocalAllNodes", "ipv6LinkLocalAllNodes"],
    ["IsValid", "isValid"],
    ["String", "toString"],
  ])("%s becomes %s", (go, ours) => expect(lowered(go)).toBe(ours));
});

/** What a member or function of Go is called here. */
function lowered(name: string): string {
  const renamed: Record<string, string> = { String: "toString", Error: "message", Unwrap: "cause" };
  // IPv4 and IPv6 are one word, although a small letter follows two capitals.
  return (
    renamed[name] ?? name.replace(/^IPv(?=[46])|^[A-Z]+(?=[A-Z][a-z]|$)|^[A-Z]/, (head) => head.toLowerCase())
  );
}

/** The text of a test, and of what it imports from beside it: tables and suites that it runs. */
function textOf(file: string, seen = new Set<string>()): string {
  if (seen.has(file) || !existsSync(file)) return "";
  seen.add(file);
  const text = readFileSync(file, "utf8");
  const beside = [...text.matchAll(/ from "(\.\/[^"]+)\.js"/g)].map(([, name]) =>
    join(dirname(file), `${name}.ts`),
  );
  return [text, ...beside.map((name) => textOf(name, seen))].join("\n");
}

describe("a test in the map", () => {
  it("is there", () => {
    const files = pinned.filter((row) => !isPending(row)).map(({ test }) => testFile(test));
    const missing = files.filter((file) => !existsSync(join(root, file)));
    expect([...new Set(missing)]).toEqual([]);
  });

  it("names what it pins", () => {
    const texts = new Map<string, string>();
    const silent = present.filter((row) => {
      if (isPending(row)) return false;
      const file = join(root, testFile(row.test));
      if (!texts.has(file)) texts.set(file, textOf(file));
      // String(x) is how most tests call it.
      const name = last(row.ours).replace("toString", "(toString|String\\(.*)");
      return !new RegExp(`\\b${name}\\b`).test(texts.get(file)!);
    });
    expect(silent.map(told)).toEqual([]);
  });
});

const surface = new URL("../../../shared/SURFACE.md", import.meta.url);
if (!existsSync(surface))
  console.log("go-map: no list of Go's symbols beside the project, so none is missed");

describe.skipIf(!existsSync(surface))("Go's own list", () => {
  it("has what the map has, section by section, and nothing else", () => {
    const symbols = (text: string) =>
      [...text.matchAll(/^\| ☐ \| `([^`]+)` \|/gm)].map(([, symbol]) => symbol);
    // Those of what is built.
    const built = /^(?:[2-9]|1[0-9])\. /;
    const whole = readFileSync(surface, "utf8")
      .split(/^# /m)
      .filter((section) => built.test(section));
    expect(map.sections.map((section) => section.rows.map(([go]) => go))).toEqual(whole.map(symbols));
  });
});
