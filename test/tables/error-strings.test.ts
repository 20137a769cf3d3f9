// Every failing call says what Go says: text, operation, network, addresses, timeout, and the chain of causes.

import { describe, expect, it } from "vitest";
import { isTemporary, isTimeout, OpError } from "rawconn";
import { chain } from "../support/outcome.js";
import { asGo } from "./as-go.js";
import { acts, impossible } from "./errors/all.js";
import { addressOf, inGo, type Row } from "./errors/in-go.js";
import type { Expected, Outcome, Stage } from "./errors/scenario.js";

const timeouts = new Set(["ERR_DEADLINE", "ERR_TIMEOUT"]);

describe("the error of", () => {
  const possible = Object.entries(acts).filter(([name]) => impossible(name) === null);
  it.each(possible)("%s", (_, act) => act.perform((outcome, named) => check(outcome, named, act)));
});

function check(outcome: Outcome, named: Stage["named"], expected: Expected): void {
  const { text, code, source, addr, chain: types } = expected;
  if (!(outcome instanceof Error)) return expect(outcome).toBe(text);
  expect(named(outcome.message)).toBe(text);
  expect(outcome).toMatchObject({ code });
  expect([isTimeout(outcome), isTemporary(outcome)]).toEqual(Array(2).fill(timeouts.has(code!)));
  if (types === undefined) return expect(outcome).not.toBeInstanceOf(OpError);
  expect(chain(outcome)).toBe(types);
  const error = outcome as OpError;
  expect(text).toContain(`${error.op} ${error.net}`);
  expect(addressOf(named, error.source)).toBe(source ?? null);
  expect(addressOf(named, error.addr)).toBe(addr ?? null);
}

async function run({ scenario, ...row }: Row): Promise<void> {
  const { string, timeout, temporary, chain } = row;
  // Go's table calls every port alike that nobody asked for.
  const told = await acts[scenario].perform((outcome, named) =>
    inGo(outcome, (text) => named(text).replaceAll("PEERPORT", "EPHEMERAL")),
  );
  expect(told).toEqual("error" in row ? { error: null } : { string, timeout, temporary, chain });
}

const resolver = [
  "Resolver.LookupHost(host.test.) server answers nxdomain",
  "Resolver.LookupHost(host.test.) server answers nodata",
  "Resolver.LookupHost(host.test.) server answers lame",
  "Resolver.LookupHost(host.test.) server answers a",
  "Resolver.LookupMX with one invalid name (returned 1 records)",
  "Resolver.LookupTXT no data",
  "Resolver.LookupAddr(not-an-ip)",
  "Resolver.LookupAddr no data",
  "Resolver.LookupIP(ip5)",
  "Resolver.LookupNetIP(ip, empty)",
  "Resolver.LookupPort(tcp, nosuchservice)",
  "Resolver.LookupPort(foo, http)",
  "Resolver.LookupPort(tcp, 65536)",
  "Resolver.LookupHost(foo.onion.)",
  "Resolver.LookupIPAddr with cancelled context",
];

asGo<Row>("error_strings", {
  nameOf: ({ scenario }) => scenario,
  impossible: ({ scenario }) => impossible(scenario),
  run,
  differs: {
    "DialTCP with port 65536": "an address with a port that is none cannot be made: a RangeError",
    "(*Interface)(nil).MulticastAddrs": "there is no interface that is nil: null has no methods",
    'ListenPacket("unix", "DIR/u0")': "the socket could neither accept nor send: an AddrError",
  },
  elsewhere: Object.fromEntries(resolver.map((name) => [name, "not there yet: the resolver"])),
});
