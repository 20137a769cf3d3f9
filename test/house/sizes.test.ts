import { describe, expect, it } from "vitest";
import { functionsOf, sizes } from "../../scripts/rules/sizes.mjs";
import { lines, tree } from "./tree.js";

/** A tree that keeps the rule, but for the files given. */
function complaints(files: Record<string, string>): string[] {
  const small = {
    "lib/a.ts": "",
    "test/a.ts": "",
    "scripts/a.mjs": "",
    "bench/a.mjs": "",
    "native/a.cc": "",
  };
  return sizes(tree({ ...small, ...files }));
}

const longFunction = (head: string) => `${head} {\n${"  step();\n".repeat(79)}}\n`;

describe("sizes", () => {
  it.each([
    ["lib/conn.ts", 400],
    ["test/conn.test.ts", 400],
    ["scripts/build.mjs", 400],
    ["bench/ref/echo.c", 400],
    ["native/io.cc", 250],
    ["native/args.h", 250],
  ])("lets %s have %i lines and not one more", (path, limit) => {
    expect(complaints({ [path]: lines(limit) })).toEqual([]);
    expect(complaints({ [path]: lines(limit + 1) })).toEqual([
      expect.stringContaining(
        `sizes: ${path}:${limit + 1} is the last line; a file of its kind has at most ${limit}. Split it`,
      ),
    ]);
  });

  it.each([
    ["lib/conn.ts", "export function dial(a: string): void", "dial"],
    ["lib/conn.ts", "  async read({ a, b }: Options = {}): Promise<{ n: number; addr: Addr }>", "read"],
    ["lib/conn.ts", "const parse = (text: string): number =>", "parse"],
    ["native/io.cc", "napi_value calls::Recv(napi_env env, napi_callback_info info)", "calls::Recv"],
    ["native/io.cc", "bool Poller::empty() const noexcept", "Poller::empty"],
  ])("forbids a function of 81 lines in %s: %s", (path, head, name) => {
    const before = "interface Before { a: number; }\n\n";
    expect(complaints({ [path]: before + longFunction(head) })).toEqual([
      expect.stringContaining(`sizes: ${path}:3 ${name} has 81 lines; a function has at most 80. Split it`),
    ]);
  });

  it.each(["class Conn", 'describe("conn", () =>', "namespace calls", "enum Mode"])(
    "takes %s for no function",
    (head) => {
      expect(complaints({ "test/conn.test.ts": longFunction(head) })).toEqual([]);
    },
  );

  it("forbids more than 2,000 native lines altogether", () => {
    const files = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`native/part${i}.cc`, lines(223)]));
    expect(complaints(files)).toEqual([
      expect.stringContaining("have 2007 lines together; the limit is 2000"),
    ]);
  });

  it("accepts a written reason", () => {
    const files = { "lib/conn.ts": longFunction("function dial()") + lines(400), "native/io.cc": lines(251) };
    const reasons = { "lib/conn.ts": "why", "lib/conn.ts#dial": "why", "native/io.cc": "why" };
    expect(complaints(files)).toHaveLength(3);
    expect(complaints({ ...files, "scripts/rules/exceptions.json": JSON.stringify(reasons) })).toEqual([]);
  });

  it("forbids a reason that nothing needs", () => {
    expect(complaints({ "scripts/rules/exceptions.json": '{ "lib/a.ts": "was long" }' })).toEqual([
      expect.stringContaining('excuses "lib/a.ts", which needs no excuse any more. Remove the entry.'),
    ]);
  });

  it("fails for each folder where it guards nothing", () => {
    const found = sizes(tree({ "lib/a.ts": "" }));
    expect(found).toHaveLength(4);
    expect(found[0]).toMatch("no source file was found in test/");
  });
});

describe("functionsOf", () => {
  it("is not misled by braces in strings, templates, comments and regular expressions", () => {
    const text =
      'function f() {\n  g("{", `{${{ a: "}" }.a}`, /[{/]\\{/); // {\n  /* { */\n}\nfunction h() {}\n';
    expect(functionsOf(text)).toEqual([
      { name: "f", line: 1, lines: 4 },
      { name: "h", line: 5, lines: 1 },
    ]);
  });

  it("is not misled by C++ character literals and digit separators", () => {
    const text = "int F() {\n  char c = '{';\n  int million = 1'000'000;\n  if (c == '}') {\n  }\n}\n";
    expect(functionsOf(text)).toEqual([{ name: "F", line: 1, lines: 6 }]);
  });
});
