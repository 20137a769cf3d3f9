import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { anchorsOf, linksOf, pages, root, textOf } from "./pages.js";

/** The links of a page that lead nowhere. */
function dead(page: string): string[] {
  return linksOf(textOf(page)).filter((link) => {
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page : join(dirname(page), path);
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && !anchorsOf(textOf(target)).has(anchor);
  });
}

describe("the links", () => {
  it.each(pages())("of %s lead somewhere", (page) => expect(dead(page)).toEqual([]));

  it("are found, and none in code", () => {
    const text = "[a](a.md) `[b](b.md)` [c](https://c) ![d](d.svg)\n```\n[e](e.md)\n```\n[f](#f-g)";
    expect(linksOf(text)).toEqual(["a.md", "d.svg", "#f-g"]);
    expect([...anchorsOf("# F, g\n```\n# no\n```\n## `x`: y-z")]).toEqual(["f-g", "x-y-z"]);
    expect(pages().flatMap((page) => linksOf(textOf(page))).length).toBeGreaterThan(50);
  });
});
