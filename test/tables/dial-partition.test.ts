// How the addresses of a name are divided between two races, and the time that there is between addresses.

import { describe, expect, it } from "vitest";
import { type AddrError, joinHostPort } from "rawconn";
import { dialSerial, partialDeadline, partition, type Racer } from "#lib/dial-parallel.js";
import { firstOf, isIPv4, parseNetwork, resolveAddrList } from "#lib/dns/resolve.js";
import { rejection } from "../support/outcome.js";
import { asGo } from "./as-go.js";

/** Milliseconds from an instant on; null is never. */
interface DeadlineRow {
  fn: "partialDeadline";
  nowMs: number;
  deadlineMs: number | null;
  addrsRemaining: number;
  outMs: number | null;
  error: { string: string } | null;
}

interface PartitionRow {
  fn: "filter+partition";
  filter: "none" | "ipv4only" | "ipv6only";
  ips: string[];
  port: number;
  firstForListen?: string;
  primaries?: string[];
  fallbacks?: string[] | null;
  error?: { Err: string };
}

type Row = DeadlineRow | PartitionRow;

const split = (
  nowMs: number,
  deadlineMs: number | null,
  addrsRemaining: number,
  outMs: number | null,
): DeadlineRow => ({ fn: "partialDeadline", nowMs, deadlineMs, addrsRemaining, outMs, error: null });

const late = (nowMs: number, deadlineMs: number): DeadlineRow => ({
  ...split(nowMs, deadlineMs, 1, null),
  error: { string: "i/o timeout" },
});

/** Lists of addresses, parted by blanks: what a name has; the first for a listener; primaries and fallbacks. */
function parted(
  filter: PartitionRow["filter"],
  ips: string,
  first: string,
  primaries: string,
  fallbacks = "",
): Row {
  const port = 80;
  const list = (text: string) => (text === "" ? [] : text.split(" ").map((ip) => joinHostPort(ip, port)));
  const [firstForListen] = list(first);
  const row = { fn: "filter+partition", filter, ips: ips.split(" "), port } as const;
  return { ...row, firstForListen, primaries: list(primaries), fallbacks: list(fallbacks) };
}

const nothing = (filter: PartitionRow["filter"], ips: string): Row => ({
  fn: "filter+partition",
  filter,
  ips: ips.split(" "),
  port: 80,
  error: { Err: "no suitable address found" },
});

const [V4, V6, OTHER4, OTHER6] = ["127.0.0.1", "::1", "192.0.2.1", "fe80::1%eth0"];
const table: Row[] = [
  split(0, 12_000, 2, 6000),
  split(0, 12_000, 999, 2000),
  split(0, null, 1, null),
  split(0, null, 5, null),
  split(0, 1000, 4, 1000),
  split(5000, 17_000, 3, 9000),
  split(0, 12_000, 1, 12_000),
  split(0, 6000, 3, 2000),
  split(0, 5999, 3, 2000),
  late(1, 0),
  late(1, 1),
  parted("none", `${V4} ${V6}`, V4, V4, V6),
  parted("none", `${V6} ${V4}`, V4, V6, V4),
  parted("none", `${V4} ${OTHER4}`, V4, `${V4} ${OTHER4}`),
  parted("none", `${V6} ${OTHER6}`, V6, `${V6} ${OTHER6}`),
  parted("none", `${V6} ${OTHER6} ${OTHER4} ${V4}`, OTHER4, `${V6} ${OTHER6}`, `${OTHER4} ${V4}`),
  parted("none", `${V4} ${V6} ${OTHER4} ${OTHER6}`, V4, `${V4} ${OTHER4}`, `${V6} ${OTHER6}`),
  parted("ipv4only", `${V4} ${V6}`, V4, V4),
  parted("ipv4only", `${V6} ${V4}`, V4, V4),
  parted("ipv6only", `${V4} ${V6}`, V6, V6),
  parted("ipv6only", `${V6} ${V4}`, V6, V6),
  nothing("ipv4only", V6),
  nothing("ipv6only", `${V4} ${OTHER4}`),
];

async function runDeadline({ nowMs, deadlineMs, addrsRemaining, outMs, error }: DeadlineRow): Promise<void> {
  const deadline = deadlineMs ?? Infinity;
  if (error === null) return expect(partialDeadline(nowMs, deadline, addrsRemaining)).toBe(outMs ?? Infinity);
  // Whoever dials finds out before there is anything to divide.
  const unused = () => Promise.reject(new Error("tried all the same"));
  const racer: Racer<string, never> = { attempt: unused, refuse: (_, cause) => cause, discard: () => {} };
  const failure = await rejection(
    dialSerial(racer, ["somewhere"], { deadline: Date.now() - (nowMs - deadline) }),
  );
  expect(failure.message).toBe(error.string);
}

/** The addresses that a network's suffix leaves, divided. */
async function runPartition({ filter, ips, port, ...row }: PartitionRow): Promise<void> {
  const network = parseNetwork({ none: "tcp", ipv4only: "tcp4", ipv6only: "tcp6" }[filter]);
  const lists = ips.map((ip) => resolveAddrList(network, joinHostPort(ip, port), { deadline: Infinity }));
  const settled = await Promise.allSettled(lists);
  const fit = settled.flatMap((result) => (result.status === "fulfilled" ? result.value : []));
  if (row.error !== undefined) {
    expect(fit).toEqual([]);
    for (const list of lists) expect((await rejection<AddrError>(list)).err).toBe(row.error.Err);
    return;
  }
  const { primaries, fallbacks } = partition(fit, isIPv4);
  expect(String(firstOf(fit))).toBe(row.firstForListen);
  expect(primaries.map(String)).toEqual(row.primaries);
  expect(fallbacks.map(String)).toEqual(row.fallbacks ?? []);
}

const run = (row: Row) => (row.fn === "partialDeadline" ? runDeadline(row) : runPartition(row));

function nameOf(row: Row): string {
  if (row.fn === "filter+partition") return `${row.filter}: [${row.ips}]`;
  return `${row.addrsRemaining} addresses from ${row.nowMs} to ${row.deadlineMs}: ${row.outMs}`;
}

describe("time and addresses are divided:", () => {
  it.each(table.map((row) => [nameOf(row), row] as const))("%s", (_, row) => run(row));
});

asGo<Row>("dial_partition", {
  nameOf,
  run,
  elsewhere: {
    "none: []": "no name has no address at all: its look-up fails before",
    "ipv4only: []": "no name has no address at all: its look-up fails before",
  },
});
