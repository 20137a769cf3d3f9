// The waist's two lists of names: what lib/internal/binding.ts declares, and what native code exports.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Binding, binding, constant } from "#lib/internal/binding.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const source = readFileSync(`${root}/lib/internal/binding.ts`, "utf8");

// The addon itself, as it came from native code; `binding` is a copy of it.
const load = createRequire(import.meta.url)("node-gyp-build") as (root: string) => Binding;
const addon = load(root);

/** The members of an interface of binding.ts, read from the text: types are gone when tests run. */
function membersOf(name: string): string[] {
  const body = new RegExp(`^export interface ${name} \\{$([\\s\\S]*?)^\\}$`, "m").exec(source)?.[1];
  if (body === undefined) throw new Error(`binding.ts declares no interface ${name}`);
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)[?]?[(:]/gm)].map(([, member]) => member).sort();
}

function methodsOf(prototype: object): string[] {
  return Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor");
}

describe("the names of the waist", () => {
  it("are the same in the interface and in native code", () => {
    expect(membersOf("Binding").length).toBeGreaterThan(15);
    expect(Object.keys(addon).sort()).toEqual(membersOf("Binding"));
  });

  it("are all in the copy that lib uses", () => {
    expect(Object.keys(binding).sort()).toEqual(membersOf("Binding"));
    for (const name of Object.keys(addon) as (keyof Binding)[]) expect(binding[name]).toBe(addon[name]);
  });

  it("are the same for the methods of a Poller", () => {
    expect(membersOf("NativePoller").length).toBeGreaterThan(3);
    expect(methodsOf(addon.Poller.prototype as object).sort()).toEqual(membersOf("NativePoller"));
  });

  it("belong to functions that know them", () => {
    const functions = Object.entries(addon).filter(
      (entry): entry is [string, () => unknown] => typeof entry[1] === "function",
    );
    expect(functions.map(([, value]) => value.name)).toEqual(functions.map(([name]) => name));
  });

  it("each have a docstring", () => {
    for (const name of ["Binding", "NativePoller"]) {
      for (const member of membersOf(name)) {
        expect(source).toMatch(new RegExp(`\\*/\\n {2}(?:readonly )?${member}[(:]`));
      }
    }
  });
});

describe("constants", () => {
  it("are integers, none of them a stand-in for a name that the system lacks", () => {
    const entries = Object.entries(addon.constants);
    expect(entries.length).toBeGreaterThan(50);
    for (const [name, value] of entries) expect([name, Number.isInteger(value)]).toEqual([name, true]);
    // Names that are zero by definition: everything else that is zero would be an accident.
    const zeros = entries.filter(([, value]) => value === 0).map(([name]) => name);
    const lawful =
      /^(?:AF_UNSPEC|(?:IPPROTO|SOL)_IP|IPPROTO_HOPOPTS|SHUT_RD|MCAST_EXCLUDE|CLOCK_REALTIME|SA_FAMILY_OFFSET|IP(?:V6)?_PMTUDISC_DONT|SO_EE_ORIGIN_NONE|NETLINK_ROUTE|PACKET_(?:HOST|FANOUT_HASH|MR_MULTICAST))$/;
    expect(zeros.filter((name) => !lawful.test(name))).toEqual([]);
  });

  it("are a constant() each, and another name is a mistake", () => {
    expect(constant("SOL_SOCKET")).toBe(addon.constants.SOL_SOCKET);
    expect(() => constant("SO_NONSENSE")).toThrow("this system has no constant SO_NONSENSE");
  });
});
