// Names, reverse names, queries and the order of addresses, as Go has them.

import { expect } from "vitest";
import { IPAddr, parseIP } from "rawconn";
import { commonPrefixLen, policyOf, scopeOf, sortByRFC6724 } from "#lib/dns/addr-select.js";
import { absDomainName, isDomainName, reverseAddr } from "#lib/dns/domain-name.js";
import { Query, type RecordType } from "#lib/dns/query.js";
import { asGo } from "./as-go.js";

interface NameRow {
  fn: "isDomainName" | "absDomainName";
  name: string;
  out: boolean | string;
}

function runName({ fn, name, out }: NameRow): void {
  expect(fn === "isDomainName" ? isDomainName(name) : absDomainName(name)).toBe(out);
}

asGo<NameRow>("is_domain_name", {
  nameOf: ({ fn, name }) => `${fn} ${JSON.stringify(name)}`,
  run: runName,
});

interface ReverseRow {
  addr: string;
  out: string;
  error: { Err: string; Name: string } | null;
}

function runReverse({ addr, out, error }: ReverseRow): void {
  if (error === null) expect(reverseAddr(addr)).toBe(out);
  else expect(() => reverseAddr(addr)).toThrow(expect.objectContaining({ err: error.Err }));
}

asGo<ReverseRow>("dns_reverse", {
  nameOf: ({ addr }) => JSON.stringify(addr),
  run: runReverse,
});

interface QueryRow {
  name: string;
  type: RecordType;
  ad: boolean;
  udp: string;
  tcp: string;
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

function runQuery({ name, type, ad, udp, tcp }: QueryRow): void {
  const query = Query.of(name, type, { trustAD: ad, edns0: true })!;
  const { message, framed } = query;
  message.fill(0, 0, 2);
  framed.fill(0, 2, 4);
  expect([hex(message), hex(framed)]).toEqual([udp, tcp]);
}

asGo<QueryRow>("dns_query", {
  nameOf: ({ name, type }) => `${name} ${type}`,
  run: runQuery,
});

interface SelectRow {
  fn: "sortByRFC6724" | "classifyScope" | "commonPrefixLen" | "policyTable" | "policyTable.Classify";
  in?: string[];
  srcs?: (string | null)[];
  want?: string[];
  alsoReversed?: boolean;
  ip?: string;
  prefix?: string;
  precedence?: number;
  label?: number;
  scope?: number;
  a?: string;
  b?: string;
  out?: number;
}

const ip = (text: string) => parseIP(text)!;

function sorted(row: SelectRow, reverse: boolean): string[] {
  const pairs = row.in!.map((addr, i) => [addr, row.srcs![i] ?? null] as const);
  const sources = new Map(pairs);
  const addrs = (reverse ? [...pairs].reverse() : pairs).map(([addr]) => new IPAddr({ ip: ip(addr) }));
  const sourceOf = (addr: IPAddr) => {
    const source = sources.get(addr.toString()) ?? null;
    return source === null ? null : ip(source);
  };
  return sortByRFC6724(addrs, sourceOf).map(String);
}

function runSelect(row: SelectRow): void {
  const { precedence, label } = row;
  if (row.fn === "sortByRFC6724") {
    expect(sorted(row, false)).toEqual(row.want);
    if (row.alsoReversed) expect(sorted(row, true)).toEqual(row.want);
  } else if (row.fn === "classifyScope") expect(scopeOf(ip(row.ip!))).toBe(row.scope);
  else if (row.fn === "commonPrefixLen") expect(commonPrefixLen(ip(row.a!), ip(row.b!))).toBe(row.out);
  else if (row.fn === "policyTable.Classify")
    expect(policyOf(ip(row.ip!))).toMatchObject({ precedence, label });
  // A row of the policy table is what its own first address comes to.
  else expect(policyOf(ip(row.prefix!.split("/")[0]))).toMatchObject({ precedence, label });
}

asGo<SelectRow>("addrselect_rfc6724", {
  nameOf: (row) => JSON.stringify(row),
  run: runSelect,
});
