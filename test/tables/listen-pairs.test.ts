// Two listeners on one port: which exclude each other.

import { describe, expect, it } from "vitest";
import { joinHostPort, listen, listenPacket, type TCPAddr, type UDPAddr } from "rawconn";
import { stack } from "#lib/internal/socket/probe.js";
import { rejection } from "../support/outcome.js";
import { asGo } from "./as-go.js";

interface End {
  network: string;
  host: string;
}

/** Who listens first, and who then on the same port; of a `double` both are the same. */
interface PairRow {
  fn: "pair";
  call: "Listen" | "ListenPacket";
  first: End;
  second: End;
  second_error: string | null;
}

interface DoubleRow extends End {
  fn: "double";
  call: "Listen" | "ListenPacket";
  second_error: string | null;
}

type Row = PairRow | DoubleRow;

function end(text: string): End {
  const [network, host] = text.split(" ");
  return { network, host };
}

const callOf = (text: string) => (text.startsWith("tcp") ? "Listen" : "ListenPacket");
const two = (first: string, second: string, second_error: string | null = "EADDRINUSE"): PairRow => ({
  fn: "pair",
  call: callOf(first),
  first: end(first),
  second: end(second),
  second_error,
});
const twice = (text: string): DoubleRow => ({
  fn: "double",
  call: callOf(text),
  ...end(text),
  second_error: "EADDRINUSE",
});

const of = (kind: "tcp" | "udp"): Row[] => [
  two(`${kind} `, `${kind} 0.0.0.0`),
  two(`${kind} 0.0.0.0`, `${kind} `),
  two(`${kind} `, `${kind} ::`),
  two(`${kind} ::`, `${kind} `),
  two(`${kind} 0.0.0.0`, `${kind} ::`),
  two(`${kind} ::`, `${kind} 0.0.0.0`),
  two(`${kind} ::ffff:0.0.0.0`, `${kind} ::`),
  two(`${kind} ::`, `${kind} ::ffff:0.0.0.0`),
  two(`${kind}4 0.0.0.0`, `${kind}6 ::`, null),
  two(`${kind}6 ::`, `${kind}4 0.0.0.0`, null),
  two(`${kind}4 `, `${kind}6 `, null),
  two(`${kind} 127.0.0.1`, `${kind} ::1`, null),
  two(`${kind} ::1`, `${kind} 127.0.0.1`, null),
  two(`${kind}4 127.0.0.1`, `${kind}6 ::1`, null),
  two(`${kind}6 ::1`, `${kind}4 127.0.0.1`, null),
  two(`${kind}4 127.0.0.1`, `${kind}4 127.0.0.2`, null),
  ...[" ", " 0.0.0.0", " ::", " ::ffff:0.0.0.0", " 127.0.0.1", " ::ffff:127.0.0.1", " ::1"].map((host) =>
    twice(kind + host),
  ),
  ...["4 ", "4 0.0.0.0", "4 ::ffff:0.0.0.0", "4 127.0.0.1", "4 ::ffff:127.0.0.1", "6 ", "6 ::", "6 ::1"].map(
    (rest) => twice(kind + rest),
  ),
];

/** Two groups share a port, and one does with itself: several programs may want its packets. */
const groups: Row[] = [
  two("udp4 224.0.0.250", "udp4 224.0.0.251", null),
  two("udp4 224.0.0.250", "udp4 224.0.0.250", null),
];

/** Something on an address and a port. */
async function open(call: Row["call"], { network, host }: End, port: number) {
  const address = joinHostPort(host, port);
  const handle = await (call === "Listen" ? listen(network, address) : listenPacket(network, address));
  const addr = ("addr" in handle ? handle.addr : handle.localAddr) as TCPAddr | UDPAddr;
  return { addr, [Symbol.dispose]: () => handle[Symbol.dispose]() };
}

/** Listens on one, then on the other at the same port. */
async function run(row: Row): Promise<void> {
  const { call, second_error: error } = row;
  const [first, second] = row.fn === "pair" ? [row.first, row.second] : [row, row];
  using one = await open(call, first, 0);
  const again = open(call, second, one.addr.port);
  if (error === null) {
    using other = await again;
    expect(other.addr.port).toBe(one.addr.port);
  } else {
    const failure = await rejection(again);
    expect(failure).toMatchObject({ op: "listen", net: second.network, syscall: "bind", code: error });
    expect(failure.addr!.network).toBe(call === "Listen" ? "tcp" : "udp");
  }
}

const sayEnd = ({ network, host }: End) => `${network} ${JSON.stringify(host)}`;
const nameOf = (row: Row) =>
  row.fn === "double"
    ? `${sayEnd(row)} twice: ${row.second_error}`
    : `${sayEnd(row.first)}, then ${sayEnd(row.second)}: ${row.second_error ?? "both"}`;

// What is said of hosts of both families is said of systems whose IPv6 sockets carry IPv4 as well.
const needsBoth = ({ network, host }: End) => /6$/.test(network) || host.includes(":") || host === "";
const impossible = (row: Row) => {
  const used = row.fn === "pair" ? [row.first, row.second] : [row];
  return !stack().mapped && used.some(needsBoth) ? "no IPv6 that carries IPv4" : null;
};

describe("two listeners on one port", () => {
  const all = [...of("tcp"), ...of("udp"), ...groups].filter((row) => impossible(row) === null);
  it.each(all.map((row) => [nameOf(row), row] as const))("%s", (_, row) => run(row));
});

asGo<Row>("listen_pairs", { nameOf, run, impossible });
