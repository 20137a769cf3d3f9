import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { optionsIn, wrap } from "#lib/cli/page.js";
import { pageOf, PAGES } from "../../scripts/pages.mjs";
import { execute } from "../support/lab.js";
import { tempDir } from "../support/temp-dir.js";
import { rawconn } from "./cli.js";

const COMMANDS = ["ping", "sweep", "trace", "resolve", "ifaces", "completion"];

/** What a shell says; null where there is no such shell. */
async function shell(program: string, args: string[]): Promise<string | null> {
  const result = await execute(program, args).catch((error: Error) => error);
  if (result instanceof Error) {
    console.log(`no ${program} here, so its completions are not tried: ${result.message}`);
    return null;
  }
  expect(result).toMatchObject({ status: 0, stderr: "" });
  return result.stdout.trim();
}

async function script(name: string): Promise<string> {
  const { status, stdout, stderr } = await rawconn("completion", name);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

describe("rawconn completion", () => {
  it.each([
    [[""], expect.arrayContaining(COMMANDS)],
    [["sw"], ["sweep"]],
    [["ping", "--gr"], ["--graph"]],
    [
      ["ping", "-M", ""],
      ["do", "want", "dont", "probe"],
    ],
    [["ping", "-c", ""], []],
    [["sweep", "-I", "l"], ["lo"]],
    [["trace", "--mt"], ["--mtr"]],
    [["trace", "--q"], ["--queries"]],
    [["resolve", "--se"], ["--server"]],
    [["ifaces", "l"], ["lo"]],
    [
      ["completion", ""],
      ["bash", "zsh", "fish"],
    ],
  ])("makes bash complete %j", async (words, expected) => {
    const source = await script("bash");
    const line = ["rawconn", ...words].map((word) => `'${word}'`).join(" ");
    const ask = `COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _rawconn; echo "\${COMPREPLY[@]}"`;
    const found = await shell("bash", ["-c", `${source}\n${ask}`]);
    expect(found?.split(" ").filter(Boolean)).toEqual(expected);
  });

  it("carries out no name of an interface", async () => {
    const source = await script("bash");
    const names = "ls() { printf '%s\\n' eth0 '$(echo>&2)' '`id`' 'a\"b' \"c'd\" 'e;f' 'g$h' veth@1; }";
    const ask = 'COMP_WORDS=(rawconn ping -I ""); COMP_CWORD=3; _rawconn; echo "${COMPREPLY[@]}"';
    const found = await shell("bash", ["-c", `${source}\n${names}\n${ask}`]);
    expect(found ?? "eth0 veth@1").toBe("eth0 veth@1");
  });

  it("makes fish complete", async () => {
    using dir = tempDir();
    const file = join(dir.path, "rawconn.fish");
    writeFileSync(file, await script("fish"));
    // A word in a line, and what it means behind a tab.
    const ask = async (line: string) => {
      const found = await shell("fish", ["-c", `source ${file}; complete -C '${line}'`]);
      return found?.split("\n").map((row) => row.split("\t", 1)[0]);
    };
    const found = await ask("rawconn ping -M ");
    if (found === undefined) return;
    expect(found.sort()).toEqual(["do", "dont", "probe", "want"]);
    expect(await ask("rawconn sw")).toEqual(["sweep"]);
    expect(await ask("rawconn trace --mt")).toContain("--mtr");
  });

  it("is a script that zsh takes", async () => {
    using dir = tempDir();
    const file = join(dir.path, "_rawconn");
    writeFileSync(file, await script("zsh"));
    await shell("zsh", ["-n", file]);
  });

  it.each([[[]], [["csh"]], [["toString"]], [["bash", "zsh"]]])("refuses %j", async (args) => {
    const { status, stdout, stderr } = await rawconn("completion", ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^rawconn completion: expected bash, zsh or fish, not "[^\n]*"\n$/);
  });

  it.each(COMMANDS)("knows every option that %s tells of", async (name) => {
    const { stdout } = await rawconn(name, "--help");
    const flags = [...stdout.matchAll(/^ {2}(?:-\w, | {4})(--[\w-]+)/gm)].map(([, flag]) => flag);
    expect(flags).toContain("--help");
    expect(Object.keys(optionsIn(stdout)).map((long) => `--${long}`)).toEqual(flags);
    const source = await script("bash");
    const known = source.slice(source.indexOf(`\n    ${name})`)).split("; fi ;;", 1)[0];
    for (const flag of flags) expect(known).toContain(flag);
  });
});

describe("the pages in docs/", () => {
  it.each(Object.keys(PAGES) as (keyof typeof PAGES)[])(
    "have what rawconn %s says of itself",
    async (name) => {
      const written = readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), "utf8");
      expect(written, "run: node scripts/pages.mjs").toBe(await pageOf(name));
    },
  );
});

describe("wrap", () => {
  it("breaks between words alone, and indents all lines but the first", () => {
    expect(wrap("a bb ccc dddd", 2, 8)).toBe("a bb\n  ccc\n  dddd");
    expect(wrap("toolongforit x", 0, 5)).toBe("toolongforit\nx");
  });
});
