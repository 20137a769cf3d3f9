import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TargetList } from "#lib/cli/target-file.js";
import { tempDir } from "../support/temp-dir.js";

async function all(list: TargetList): Promise<string[]> {
  const targets: string[] = [];
  for await (const target of list) targets.push(target);
  return targets;
}

async function targetsIn(text: string): Promise<string[]> {
  using dir = tempDir();
  const file = join(dir.path, "targets");
  writeFileSync(file, text);
  return await all(new TargetList(["given"], file));
}

// Longer than what is read of a file at a time.
const LONG = 200_000;
const names = Array.from({ length: 20_000 }, (_, i) => `host-${i}.example`);

describe("a list of targets", () => {
  it.each([
    ["", []],
    ["\ufeffa\r\nb\r\n", ["a", "b"]],
    [" a\tb # c d\n#e\n\n  f#g", ["a", "b", "f"]],
    ["a # b\rc", ["a", "c"]],
    [`a # ${"x y ".repeat(LONG)}\nb #`, ["a", "b"]],
    [`${" \n".repeat(LONG)}a`, ["a"]],
    [names.join("\n"), names],
    [names.join(" "), names],
    [names.join(" # and\n"), names],
  ])("is read from a file, case %#", async (text, expected) => {
    expect(await targetsIn(text)).toEqual(["given", ...expected]);
  });

  it.each([["x".repeat(LONG)], [`a ${"\0".repeat(LONG)}`]])(
    "is not what has no end, case %#",
    async (text) => {
      await expect(targetsIn(text)).rejects.toThrow(
        /^expected targets apart by white space, not ".{1,300}"$/,
      );
    },
  );

  it("is not read for ever", async () => {
    const endless = new TargetList([], "/dev/zero");
    await expect(all(endless)).rejects.toThrow("expected targets apart by white space");
  });
});
