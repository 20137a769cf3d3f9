// What the resolver does when servers answer, fail, lie or are silent, as Go's does.

import { expect } from "vitest";
import { DNSError, Resolver } from "rawconn";
import { fakeServer } from "../dns/fake-server.js";
import { systemFiles } from "../dns/system.js";
import { asGo } from "./as-go.js";
import { scenarios } from "./dns-scenarios.js";

type Expected = Record<string, unknown>;

interface Row {
  id: string;
  resolv_conf?: string[];
  strict?: Expected;
  lax?: Expected;
  expect?: Expected;
}

// In the words of the table: the fields of the error, or its text together with what there is nevertheless.
function outcomeOf(error: unknown, expected: Expected): object {
  if (!(error instanceof DNSError)) throw error;
  if (typeof expected["error"] === "string") {
    const records = error.partial as (string | { host: string })[];
    return {
      records: records.map((each) => (typeof each === "string" ? each : each.host)),
      error: error.message,
    };
  }
  const { err, dnsName, server, isTimeout, isTemporary, isNotFound } = error;
  return {
    error: {
      Err: err,
      Name: dnsName,
      Server: server,
      IsTimeout: isTimeout,
      IsTemporary: isTemporary,
      Temporary: error.temporary(),
      IsNotFound: isNotFound,
    },
  };
}

async function play({ id, resolv_conf = [] }: Row, strictErrors: boolean, expected: Expected): Promise<void> {
  const { conf = "", hosts = "", handle, run } = scenarios[id];
  using _ = systemFiles({ resolvConf: `${[...resolv_conf, conf].join("\n")}\noptions attempts:1\n`, hosts });
  const server = fakeServer(handle);
  const resolver = new Resolver({ preferGo: true, strictErrors, dial: server.dial });
  const outcome = await run(resolver, server).catch((error) => outcomeOf(error, expected));
  expect({ ...outcome, queries: server.asked.length }).toMatchObject(expected);
  expect(server.conns.map(({ closed }) => closed)).toEqual(server.conns.map(() => 1));
}

async function run(row: Row): Promise<void> {
  if (row.expect !== undefined) await play(row, false, row.expect);
  if (row.strict !== undefined) await play(row, true, row.strict);
  if (row.lax !== undefined) await play(row, false, row.lax);
}

asGo<Row>("dns_scenarios", { nameOf: ({ id }) => id, run });
