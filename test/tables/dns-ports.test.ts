// Ports, services and protocols, as Go reads them.

import { expect } from "vitest";
import { Resolver } from "rawconn";
import { parsePort } from "#lib/dns/port.js";
import { protocolNumber } from "#lib/dns/services.js";
import { asGo } from "./as-go.js";

interface Row {
  fn: string;
  network?: string;
  service?: string;
  port?: number;
  needsLookup?: boolean;
  error?: { type: string; string: string } | null;
  name?: string;
  number?: number;
  version?: string | null;
}

async function run(row: Row): Promise<void> {
  const { fn, network = "", service = "" } = row;
  if (fn === "parsePort (internal)") expect(parsePort(service)).toBe(row.needsLookup ? null : row.port);
  else if (fn === "LookupPort") {
    const found = await new Resolver({ preferGo: true }).lookupPort(network, service).then(
      (port) => ({ port, error: null }),
      ({ name: type, message: string }: Error) => ({ port: 0, error: { type, string } }),
    );
    expect(row).toMatchObject(found);
  } else if (fn === "lookupProtocol (internal)") expect(protocolNumber(row.name!)).toBe(row.number);
  // The digit at the end of a network is the family.
  else expect(/[46]$/.exec(network)?.[0] ?? null).toBe(row.version);
}

asGo<Row>("port_parse", {
  nameOf: ({ fn, network = "", service, name }) => `${fn} ${network} ${service ?? name ?? ""}`,
  run,
});
