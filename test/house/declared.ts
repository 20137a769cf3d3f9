// Asks the compiler whether names are declared, and as what: types are gone when tests run.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tree } from "./tree.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A name of an entry point: `dial()`, `TCPConn`, `TCPConn.read()`, `TCPConn.localAddr`; with `()` it is called. */
export interface Name {
  /** The entry point's declarations, such as `dist/esm/index.d.ts`. */
  file: string;
  ours: string;
  /** Whether the name, or that of the type before the point, is a value: a class or function, rather than a type. */
  isValue: boolean;
}

// Private and protected members are no keys. What may be anything, of a class with a type parameter, is not called.
const HELPERS = `
type Callable = (...args: never[]) => unknown;
type Calls<T> = { [K in keyof T]-?: unknown extends T[K] ? never : T[K] extends Callable ? K : never }[keyof T];
type Method<T, K extends Calls<T>> = K;
type Field<T, K extends Exclude<keyof T, Calls<T>>> = K;
`;

function statement({ file, ours, isValue }: Name): string {
  const entry = `import("${join(root, file)}")`;
  const [name, member] = ours.replace("()", "").split(".");
  const kind = ours.endsWith("()") ? "Method" : "Field";
  if (!isValue) return member === undefined ? `${entry}.${name}` : `${kind}<${entry}.${name}, "${member}">`;
  if (member === undefined) return `${kind}<typeof ${entry}, "${name}">`;
  // A class without a public constructor has a prototype all the same. What is static is as good.
  const type = `typeof ${entry}.${name}`;
  return `${kind}<(${type})["prototype"] & Omit<${type}, "prototype">, "${member}">`;
}

/** Those that are not declared so, each with what the compiler says. */
export function undeclared(names: Name[]): string[] {
  const lines = names.map((name, i) => `export type T${i} = ${statement(name)};`);
  const compilerOptions = {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    target: "es2023",
    lib: ["es2023", "esnext.disposable"],
    module: "nodenext",
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
  };
  const folder = tree({
    "names.ts": `${lines.join("\n")}\n${HELPERS}`,
    "tsconfig.json": JSON.stringify({ compilerOptions, files: ["names.ts"] }),
  });
  const tsc = join(root, "node_modules/.bin/tsc");
  const { stdout, stderr, error } = spawnSync(tsc, ["--pretty", "false", "-p", folder], { encoding: "utf8" });
  if (error) throw error;
  return `${stdout}${stderr}`
    .split("\n")
    .filter((line) => /\berror\b/.test(line))
    .map((line) => {
      const found = /names\.ts\((\d+),\d+\): error \w+: (.*)/.exec(line);
      return found === null ? line : `${names[Number(found[1]) - 1]?.ours}: ${found[2]}`;
    });
}
