// resolv.conf, hosts and nsswitch.conf, as Go reads them.

import { expect } from "vitest";
import { avoidDNS, nameList } from "#lib/dns/domain-name.js";
import { Hosts } from "#lib/dns/hosts.js";
import { type Criterion, isStandard, parseNSS } from "#lib/dns/nsswitch.js";
import { defaultSearch, parseResolvConf } from "#lib/dns/resolv-conf.js";
import { hasVectors, rows } from "../support/vectors.js";
import { asGo } from "./as-go.js";

interface ConfRow {
  fn: "dnsReadConfig" | "dnsDefaultSearch" | "avoidDNS" | "nameList";
  name?: string;
  hostname?: string;
  hostnameFails?: boolean;
  text?: string;
  ndots?: number;
  search?: string[] | null;
  out?: unknown;
  config?: Record<string, unknown>;
}

function runConf(row: ConfRow): void {
  const { name = "", hostname = "", text = "", ndots = 1 } = row;
  if (row.fn === "avoidDNS") expect(avoidDNS(name)).toBe(row.out);
  else if (row.fn === "nameList") expect(nameList(name, ndots, row.search ?? [])).toEqual(row.out ?? []);
  else if (row.fn === "dnsDefaultSearch")
    expect(row.hostnameFails ? [] : defaultSearch(hostname)).toEqual(row.out ?? []);
  else {
    const { timeout, ...rest } = parseResolvConf(text, hostname);
    const { search, lookup, ...config } = row.config!;
    expect({ ...rest, timeoutSeconds: timeout / 1000 }).toEqual({
      ...config,
      search: search ?? [],
      lookup: lookup ?? [],
    });
  }
}

asGo<ConfRow>("resolv_conf", {
  nameOf: (row) => `${row.fn} ${row.name ?? ""} ${JSON.stringify(row.text ?? row.search ?? row.hostname)}`,
  run: runConf,
});

interface HostsRow {
  fn: "file" | "lookupStaticHost" | "lookupStaticAddr";
  name?: string;
  text?: string;
  file?: string;
  host?: string;
  addr?: string;
  addrs?: string[] | null;
  canonical?: string;
  names?: string[] | null;
}

// The files whose text the table does not have, as its rows describe them.
const ipv4Hosts = `
127.0.0.1 localhost
127.0.0.2 localhost # once more
127.0.0.3 localhost localhost.localdomain
`;
const plainHosts = `
255.255.255.255 broadcasthost
127.0.0.2\todin
127.0.0.3\todin  # the same again
::2             odin
127.1.1.1 thor
127.1.1.2\tullr ullrhost
fe80::1%lo0     localhost
`;

const texts = new Map([
  ["testdata/hosts", plainHosts],
  ["testdata/ipv4-hosts", ipv4Hosts],
]);
if (hasVectors)
  for (const { name, text } of rows<HostsRow>("hosts", ({ fn }) => fn === "file")) texts.set(name!, text!);

// Some rows stand there twice.
const numbers = new Map<HostsRow, number>();
const numberOf = (row: HostsRow) => {
  if (!numbers.has(row)) numbers.set(row, numbers.size);
  return numbers.get(row)!;
};

function runHosts(row: HostsRow): void {
  const hosts = new Hosts(texts.get(row.file ?? "") ?? "");
  if (row.fn === "lookupStaticHost") {
    const host = hosts.host(row.host!);
    expect([host?.addrs ?? null, host?.canonical ?? ""]).toEqual([row.addrs, row.canonical]);
  } else if (row.fn === "lookupStaticAddr") expect(hosts.names(row.addr!)).toEqual(row.names ?? []);
  else expect(() => new Hosts(row.text!)).not.toThrow();
}

asGo<HostsRow>("hosts", {
  nameOf: (row) => `${numberOf(row)} ${row.fn} ${row.file ?? row.name} ${row.host ?? row.addr ?? ""}`,
  run: runHosts,
});

interface NSSRow {
  text: string;
  sources: Record<string, { source: string; criteria: Criterion[]; standardCriteria: boolean }[]>;
  error: string | null;
}

function runNSS({ text, sources, error }: NSSRow): void {
  const parsed = parseNSS(text);
  const found = [...parsed.sources].map(([name, list]) => [
    name,
    list.map((source) => ({ ...source, standardCriteria: isStandard(source) })),
  ]);
  expect(Object.fromEntries(found)).toEqual(sources);
  expect(parsed.error).toBe(error);
}

asGo<NSSRow>("nsswitch", {
  nameOf: ({ text }) => JSON.stringify(text),
  run: runNSS,
});
