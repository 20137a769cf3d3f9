// Which resolver is asked, and in which order it looks, as Go chooses.

import { expect } from "vitest";
import type { Source } from "#lib/dns/nsswitch.js";
import { lookupOrder } from "#lib/dns/order.js";
import { asGo } from "./as-go.js";

interface Row {
  name: string;
  goos: string;
  netGo: boolean;
  netCgo: boolean;
  preferCgo: boolean;
  mdnsAllowFile: string;
  resolverPreferGo: boolean;
  nss: { sources: Record<string, Source[]>; error: string | null } | null;
  resolv: { lookup: string[] | null; unknownOpt: boolean; error: string | null };
  tests: { host: string; localHostname: string; order: string }[];
}

const platforms: Readonly<Record<string, string>> = { "": "linux", solaris: "sunos" };
const codeOf = (error: string | null | undefined) => (error === "file does not exist" ? "ENOENT" : null);

function run(row: Row): void {
  for (const { host, localHostname, order } of row.tests) {
    const facts = {
      platform: platforms[row.goos] ?? row.goos,
      mustGo: row.netGo || row.resolverPreferGo,
      mustSystem: row.netCgo || row.preferCgo,
      resolv: { unknownOpt: row.resolv.unknownOpt, lookup: row.resolv.lookup ?? [] },
      resolvError: codeOf(row.resolv.error),
      nss: { sources: new Map(Object.entries(row.nss?.sources ?? {})), error: null },
      nssError: codeOf(row.nss?.error),
      hostname: () => localHostname,
      mdnsAllow: () => row.mdnsAllowFile === "exists",
    };
    expect([host, lookupOrder(facts, host)]).toEqual([host, order]);
  }
}

asGo<Row>("host_lookup_order", {
  nameOf: ({ name }) => name,
  run,
});
