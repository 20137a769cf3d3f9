// The table of codes, the documentation and the code itself name the same ones.

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as rawconn from "rawconn";
import * as io from "rawconn/io";
import { errnoText } from "#lib/errors/errno.js";
import { otherCodes, sentinelText } from "#lib/errors/table.js";

const root = new URL("../../", import.meta.url);
const docs = readFileSync(new URL("docs/errors.md", root), "utf8");
const ours = [...Object.keys(sentinelText), ...Object.keys(otherCodes)];

/** Each code that has a heading of its own, with what stands under it. */
const entries = new Map(
  docs
    .split(/^## /m)
    .slice(1)
    .map((entry) => [entry.split("\n", 1)[0], entry] as const)
    .filter(([heading]) => /^[A-Z_]+$/.test(heading)),
);

/** The rows of the table of errno codes: code and text. */
const errnoRows = [...docs.matchAll(/^\| `(E[A-Z0-9]+)` \| (.+?) \| (.+) \|$/gm)].map(([, code, text]) => [
  code,
  text,
]);

describe("the codes", () => {
  it("are unique, and none of them is an errno's", () => {
    const all = [...ours, ...Object.keys(errnoText)];
    expect(all.filter((code, i) => all.indexOf(code) !== i)).toEqual([]);
  });

  it("of docs/errors.md are those of the table, both ways", () => {
    expect([...entries.keys()].sort()).toEqual([...ours].sort());
    expect(docs.match(/^## [A-Z_]+$/gm)).toHaveLength(entries.size);
  });

  it("of docs/errors.md say what they mean and what to do", () => {
    const poor = [...entries].filter(([, entry]) => entry.length < 80 || !/^What to do: \S/m.test(entry));
    expect(poor).toEqual([]);
  });

  it.each(Object.entries(sentinelText))("%s has its text in docs/errors.md", (code, text) => {
    expect(entries.get(code)).toContain(`Text: \`${text}\`.`);
  });

  it("of errnos are those of the table, both ways, with their texts", () => {
    expect(errnoRows).toEqual(Object.entries(errnoText));
  });

  it("that the code mentions are all in the table", () => {
    const mentioned = new Set<string>();
    for (const folder of ["lib", "native"]) {
      for (const path of readdirSync(new URL(folder, root), { recursive: true, encoding: "utf8" })) {
        if (!/\.(c?ts|cc|h)$/.test(path)) continue;
        const text = readFileSync(new URL(`${folder}/${path}`, root), "utf8");
        for (const [code] of text.matchAll(/\b(?:ERR_[A-Z_]+|ABORT_ERR)\b/g)) mentioned.add(code);
      }
    }
    // Of Node's own, two are looked at, to say more than they do.
    for (const code of ["ERR_DLOPEN_DISABLED", "ERR_DLOPEN_FAILED"]) mentioned.delete(code);
    expect([...mentioned].filter((code) => !ours.includes(code))).toEqual([]);
    expect(ours.filter((code) => !mentioned.has(code))).toEqual([]);
  });
});

describe("the sentinels", () => {
  const sentinels = Object.entries({ ...rawconn, ...io }).filter(
    ([, value]) => value instanceof rawconn.SentinelError,
  );

  it("are one for each code that has a text, named as in Go", () => {
    const codes = sentinels.map(([, sentinel]) => (sentinel as rawconn.SentinelError).code);
    expect(codes.sort()).toEqual(Object.keys(sentinelText).sort());
    expect(sentinels.every(([name]) => name.startsWith("Err"))).toBe(true);
  });

  it("cannot be changed, since everybody shares them", () => {
    for (const [, sentinel] of sentinels) {
      expect(Object.isFrozen(sentinel)).toBe(true);
      expect(() => Object.assign(sentinel, { code: "ERR_OTHER" })).toThrow(TypeError);
    }
  });

  it("time out, and are temporary, only when they say so", () => {
    const timeouts = sentinels.filter(([, sentinel]) => rawconn.isTimeout(sentinel)).map(([name]) => name);
    expect(timeouts.sort()).toEqual(["ErrDeadlineExceeded", "ErrTimeout"]);
    expect(
      sentinels
        .filter(([, sentinel]) => rawconn.isTemporary(sentinel))
        .map(([name]) => name)
        .sort(),
    ).toEqual(timeouts);
    expect(sentinels.filter(([, sentinel]) => rawconn.isClosed(sentinel)).map(([name]) => name)).toEqual([
      "ErrClosed",
    ]);
  });
});
