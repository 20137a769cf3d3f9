// Runs a table of what Go does, row by row, and lets none be left out without a reason.

import { describe, expect, it } from "vitest";
import { hasVectors, rows } from "../support/vectors.js";

/** Rows by name, each with a reason. */
export type Reasons = Readonly<Record<string, string>>;

/** How a table is run. */
export interface Engine<Row> {
  /** What a row is called; no two are called the same. */
  nameOf: (row: Row) => string;
  /** Carries a row out, and fails where this library does otherwise. */
  run: (row: Row) => Promise<void> | void;
  /** Why a row cannot run on this host, which has no IPv6, say; null when it can. */
  impossible?: (row: Row) => string | null;
  /** What this library does otherwise, and why. These rows are run as well, and must fail. */
  differs?: Reasons;
  /** What this table says of things that are tested elsewhere, or not there yet. */
  elsewhere?: Reasons;
}

/** Makes a test of every row of a table, where the tables are. */
export function asGo<Row>(table: string, engine: Engine<Row>): void {
  describe.skipIf(!hasVectors)(`${table}, as Go`, () => {
    if (!hasVectors) return;
    const { nameOf, run, impossible, differs = {}, elsewhere = {} } = engine;
    const all = rows<Row>(table, () => true);
    for (const row of all) {
      const name = nameOf(row);
      if (name in elsewhere) continue;
      const why = impossible?.(row) ?? null;
      if (why !== null) console.log(`${table}: ${name} does not run here: ${why}`);
      // A difference that is none any more is to be taken off the list.
      const test = why !== null ? it.skip : name in differs ? it.fails : it;
      test(name, () => run(row));
    }
    it("has no two rows of one name, and excepts none that is not there", () => {
      const names = all.map(nameOf);
      expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
      const excepted = [...Object.keys(differs), ...Object.keys(elsewhere)];
      expect(excepted.filter((name) => !names.includes(name))).toEqual([]);
    });
  });
}
