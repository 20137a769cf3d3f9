// Go: net/nss.go; nsswitch.conf(5)
import { fieldsOf, linesOf } from "./fields.js";

/** `[!status=action]`. */
export interface Criterion {
  negate: boolean;
  status: string;
  action: string;
}

/** One place to look, such as `files`, and what to do when it has answered. */
export interface Source {
  source: string;
  criteria: Criterion[];
}

/** What nsswitch.conf says. */
export interface NSS {
  /** The sources of each database, such as `hosts`. */
  sources: Map<string, Source[]>;
  /** What is wrong with the file, or null. */
  error: string | null;
}

/** Reads as much as makes sense. Go: net.parseNSSConf. */
export function parseNSS(text: string): NSS {
  const sources = new Map<string, Source[]>();
  for (const line of linesOf(text).map(trim)) {
    if (line === "") continue;
    const colon = line.indexOf(":");
    if (colon < 0) return { sources, error: "no colon on line" };
    const database = trim(line.slice(0, colon));
    const error = readSources(line.slice(colon + 1), (source) => {
      sources.set(database, [...(sources.get(database) ?? []), source]);
    });
    if (error !== null) return { sources, error };
  }
  return { sources, error: null };
}

const trim = (text: string) => text.replace(/^[ \t\r]+|[ \t\r]+$/g, "");

// Sources end at a blank: as in Go, a tab does not separate them.
function readSources(text: string, add: (source: Source) => void): string | null {
  for (let rest = trim(text); rest !== "";) {
    const [word] = /^[^ ]*/.exec(rest)!;
    rest = trim(rest.slice(word.length));
    let criteria: Criterion[] | null = [];
    if (rest.startsWith("[")) {
      const close = rest.indexOf("]");
      if (close < 0) return "unclosed criterion bracket";
      const inside = rest.slice(1, close);
      criteria = parseCriteria(inside);
      if (criteria === null) return `invalid criteria: ${inside}`;
      rest = trim(rest.slice(close + 1));
    }
    add({ source: word, criteria });
  }
  return null;
}

function parseCriteria(text: string): Criterion[] | null {
  const found = fieldsOf(text).map((field) => /^(!?)((?=.{3})[^=]*)=(.*)$/s.exec(field.toLowerCase()));
  if (found.includes(null)) return null;
  return found.map((match) => ({ negate: match![1] === "!", status: match![2]!, action: match![3]! }));
}

const defaults = new Map([
  ["success", "return"],
  ["notfound", "continue"],
  ["unavail", "continue"],
  ["tryagain", "continue"],
]);

/** Whether a source's criteria ask for nothing but what happens anyway. Go: nssSource.standardCriteria. */
export function isStandard({ criteria }: Source): boolean {
  return criteria.every(({ negate, status, action }, i) => {
    if (negate || !defaults.has(status)) return false;
    return action === defaults.get(status) || (action === "return" && i === criteria.length - 1);
  });
}
