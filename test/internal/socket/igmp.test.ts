import { describe, expect, it } from "vitest";
import { parseIGMP, parseIGMP6 } from "#lib/internal/socket/igmp.js";
import { littleEndian } from "#lib/internal/socket/sockaddr.js";
import { hasVectors, rows } from "../../support/vectors.js";

const told = (found: ReturnType<typeof parseIGMP>) => found.map(({ index, value }) => `${index} ${value}`);

const HEAD = "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n";

describe("parseIGMP", () => {
  const group = (text: string) => `\t\t\t\t${text}     1 0:00000000\t\t0\n`;

  it.runIf(littleEndian)("gives each group to the interface above it", () => {
    const text =
      `${HEAD}1\tlo        :     1      V3\n${group("010000E0")}` +
      `27\tquitealongname12:     2      V3\n${group("FB0000E0")}${group("010203EF")}` +
      `28\tnone      :     0      V2\n`;
    expect(told(parseIGMP(text))).toEqual(["1 224.0.0.1", "27 224.0.0.251", "27 239.3.2.1"]);
  });

  it.each([
    "",
    "\n",
    HEAD,
    "nonsense",
    `${HEAD}\t\t\t\t0100E0 1 0:00000000\t\t0\n`,
    `${HEAD}1\t`,
    `${HEAD}1`,
  ])("finds nothing in %j", (text) => expect(parseIGMP(text)).toEqual([]));

  it("gives 16 bytes, as an address of IPv4 mostly has", () => {
    expect(parseIGMP(`1\tlo :\n${group("010000E0")}`)[0]?.value.length).toBe(16);
  });
});

describe("parseIGMP6", () => {
  it("reads interface and group from each line", () => {
    const text =
      "1    lo              ff020000000000000000000000000001     1 0000000C 0\n" +
      "1234 quitealongname12 ff0200000000000000000001ff00abcd     2 00000004 0\n";
    expect(told(parseIGMP6(text))).toEqual(["1 ff02::1", "1234 ff02::1:ff00:abcd"]);
  });

  it.each([
    "",
    "\n",
    "1 lo",
    "1 lo ff02",
    `1 lo ${"f".repeat(31)} 1 0 0\n`,
    `1 lo ${"g".repeat(32)} 1 0 0\n`,
  ])("finds nothing in %j", (text) => expect(parseIGMP6(text)).toEqual([]));
});

describe.skipIf(!hasVectors)("as Go", () => {
  type Row = {
    fn: string;
    text: string;
    result: { interface: string; groups: string[] }[];
    all: string[];
  };
  const [row4] = hasVectors ? rows<Row>("proc_net_igmp", ({ fn }) => fn === "parseProcNetIGMP") : [];
  const [row6] = hasVectors ? rows<Row>("proc_net_igmp", ({ fn }) => fn === "parseProcNetIGMP6") : [];

  /** Groups by the name that the interface's number has in the text. */
  function byName(text: string, found: ReturnType<typeof parseIGMP>): Map<string, string[]> {
    const names = new Map([...text.matchAll(/^(\d+)\s+([^\s:]+)/gm)].map(([, i, name]) => [Number(i), name]));
    const groups = new Map<string, string[]>();
    for (const { index, value } of found) {
      const name = names.get(index)!;
      groups.set(name, [...(groups.get(name) ?? []), value.toString()]);
    }
    return groups;
  }

  it.runIf(littleEndian).each([
    ["parseIGMP", row4, parseIGMP],
    ["parseIGMP6", row6, parseIGMP6],
  ] as const)("%s", (_, row, parse) => {
    const { text, result, all } = row;
    const found = parse(text);
    expect(found.map(({ value }) => value.toString())).toEqual(all);
    expect(byName(text, found)).toEqual(new Map(result.map((r) => [r.interface, r.groups])));
  });
});
