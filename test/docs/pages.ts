// The pages of documentation: their programs, their links and their headings.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The folder of the project. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Every page, by its path from the root. */
export function pages(): string[] {
  const docs = readdirSync(`${root}/docs`).filter((name) => name.endsWith(".md"));
  return ["README.md", "CONTRIBUTING.md", "bench/README.md", ...docs.map((name) => `docs/${name}`)];
}

/** The text of a page. */
export const textOf = (page: string): string => readFileSync(`${root}/${page}`, "utf8");

/** A program: the blocks of a section, in order. */
export interface Snippet {
  /** The heading of the section. */
  heading: string;
  code: string;
  /** What it says that it prints: a line for each `// -> text`. */
  prints: string[];
  /** Why it is not run; null when it is. */
  notRun: string | null;
}

// The words in front of a block that is no part of its section's program, and the block.
const BLOCK = /(?:<!-- (not run|fragment): (.+?) -->\n+)?^```(?:ts|js)\n(.*?)^```$/gms;

/**
 * The programs of a page. A block behind `<!-- not run: reason -->` is a program of its own, which has to compile; one behind
 * `<!-- fragment: reason -->` is none.
 */
export function snippetsOf(text: string): Snippet[] {
  return text.split(/^## /m).flatMap((section) => {
    const heading = section.slice(0, section.indexOf("\n"));
    const blocks = [...section.matchAll(BLOCK)];
    const run = blocks.filter(([, mark]) => mark === undefined).map(([, , , code]) => code);
    const others = blocks.filter(([, mark]) => mark === "not run");
    return [
      ...(run.length > 0 ? [snippet(heading, run.join(""), null)] : []),
      ...others.map(([, , reason, code]) => snippet(heading, code, reason)),
    ];
  });
}

function snippet(heading: string, code: string, notRun: string | null): Snippet {
  const prints = [...code.matchAll(/\/\/ -> (.*)$/gm)].map(([, line]) => line);
  return { heading, code, prints, notRun };
}

/** Where the links of a page lead that stay within the project. */
export function linksOf(text: string): string[] {
  const prose = text.replace(/^```.*?^```$/gms, "").replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, to]) => to).filter((to) => !/^[a-z]+:/.test(to));
}

/** What `#name` may follow a link to a page: its headings, as hosts of Markdown name them. */
export function anchorsOf(text: string): Set<string> {
  const headings = [...text.replace(/^```.*?^```$/gms, "").matchAll(/^#+ (.*)$/gm)];
  const named = headings.map(([, heading]) => heading.toLowerCase().replace(/[^\w\- ]/g, ""));
  return new Set(named.map((name) => name.replaceAll(" ", "-")));
}
