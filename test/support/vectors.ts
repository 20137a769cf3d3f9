// Tables of what Go does, run when their folder stands beside the project.

import { existsSync, readFileSync } from "node:fs";

const folder = new URL("../../../shared/vectors/", import.meta.url);

/** Whether there are tables to compare with. */
export const hasVectors = existsSync(folder);
if (!hasVectors)
  console.log("vectors: no folder of tables beside the project, so Go's answers are not compared");

/** The rows of a table that a predicate chooses. Rows there must be: an empty loop proves nothing. */
export function rows<Row>(table: string, choose: (row: Row) => boolean): Row[] {
  const { cases } = JSON.parse(readFileSync(new URL(`${table}.json`, folder), "utf8")) as { cases: Row[] };
  const found = cases.filter(choose);
  if (found.length === 0) throw new Error(`no such rows in ${table}`);
  return found;
}
