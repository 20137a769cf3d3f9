// Which listeners serve whom, over which networks and addresses.

import { describe, expect, it } from "vitest";
import {
  dial,
  dialUnix,
  interfaceByName,
  IPAddr,
  joinHostPort,
  listen,
  listenIP,
  listenMulticastUDP,
  listenPacket,
  listenTCP,
  listenUDP,
  type ReceivedFrom,
  resolveUDPAddr,
  TCPAddr,
  type TCPConn,
  type TCPListener,
  UDPAddr,
  type UDPConn,
  UnixAddr,
  type UnixConn,
} from "rawconn";
import { stack } from "#lib/internal/socket/probe.js";
import { rejection } from "../support/outcome.js";
import { hasIPv6 } from "../support/pair.js";
import { refused as noRawSockets } from "../support/raw-ip.js";
import { tempDir } from "../support/temp-dir.js";
import { asGo } from "./as-go.js";

interface Internet {
  kind: "tcp" | "udp";
  listen: { network: string; address: string };
  dial: { network: string; host: string };
  client?: "ListenPacket + WriteTo" | "Dial (connected)";
}

interface Local {
  kind: "unix" | "unixpacket" | "unixgram";
  listen: { address: string };
  client?: { address: string; mode: "ListenPacket + WriteTo" | "DialUnix(laddr, raddr)" };
}

interface Name {
  kind: "local name";
  call: "ListenTCP" | "ListenUDP" | "ListenIP";
  network: string;
  laddr: string | null;
}

interface Multicast {
  kind: "multicast listen";
  network: string;
  group: string;
}

type Row = Internet | Local | Name | Multicast;

const isInternet = (row: Row): row is Internet => row.kind === "tcp" || row.kind === "udp";

const TEXT = "SWIFTLY";

/** Reads what somebody else wrote, and who that was. */
async function heard<A extends UDPAddr | UnixAddr>(conn: {
  readFrom(p: Uint8Array): Promise<ReceivedFrom<A> | null>;
}): Promise<A> {
  const p = Buffer.alloc(16);
  const { n, addr } = (await conn.readFrom(p))!;
  expect(p.toString("utf8", 0, n)).toBe(TEXT);
  return addr!;
}

/** Something goes there, and comes back. */
async function roundTrip(near: TCPConn | UnixConn, far: TCPConn | UnixConn): Promise<void> {
  for (const [from, to] of [
    [near, far],
    [far, near],
  ]) {
    await from.write(TEXT);
    const p = Buffer.alloc(16);
    expect(p.toString("utf8", 0, (await to.read(p))!)).toBe(TEXT);
  }
}

async function runTCP(row: Internet): Promise<void> {
  using listener = (await listen(row.listen.network, row.listen.address)) as TCPListener;
  const address = joinHostPort(row.dial.host, listener.addr!.port);
  using client = (await dial(row.dial.network, address)) as TCPConn;
  using server = await listener.accept();
  await roundTrip(client, server);
  expect(String(client.remoteAddr)).toBe(address);
  expect(String(server.remoteAddr)).toBe(String(client.localAddr));
  expect(server.localAddr!.port).toBe(listener.addr!.port);
}

async function runUDP(row: Internet): Promise<void> {
  using server = (await listenPacket(row.listen.network, row.listen.address)) as UDPConn;
  const to = new UDPAddr({ ip: row.dial.host, port: server.localAddr!.port });
  const connected = row.client === "Dial (connected)";
  using client = (await (connected
    ? dial(row.dial.network, String(to))
    : listenPacket(row.dial.network, joinHostPort(row.dial.host, 0)))) as UDPConn;
  await (connected ? client.write(TEXT) : client.writeTo(TEXT, to));
  const from = await heard(server);
  expect(String(from)).toBe(String(client.localAddr));
  await server.writeTo(TEXT, from);
  // An answer comes from where the question went.
  expect(String(await heard(client))).toBe(String(to));
}

async function runUnix(kind: "unix" | "unixpacket", address: string): Promise<void> {
  using listener = await listen(kind, address);
  const one = async () => {
    using client = await dial(kind, address);
    expect(String(client.localAddr)).toBe("@");
    expect(client.remoteAddr!.name).toBe(address);
    // Who is accepted is who came first, so that the ends may belong to different calls.
    using server = await listener.accept();
    expect(String(server.remoteAddr)).toBe("@");
    expect(server.localAddr!.name).toBe(address);
    await Promise.all([client.write(TEXT), server.write(TEXT)]);
    const p = Buffer.alloc(16);
    for (const conn of [client, server]) expect(p.toString("utf8", 0, (await conn.read(p))!)).toBe(TEXT);
  };
  await Promise.all([one(), one(), one()]);
}

async function runUnixgram(address: string, mode: string, own: string): Promise<void> {
  using server = await listenPacket("unixgram", address);
  const dialed = mode.startsWith("DialUnix");
  using client = await (dialed
    ? dialUnix("unixgram", new UnixAddr({ name: own, net: "unixgram" }), server.localAddr)
    : listenPacket("unixgram", own));
  await (dialed ? client.write(TEXT) : client.writeTo(TEXT, server.localAddr!));
  const from = await heard(server);
  expect(from.name).toBe(own);
  await server.writeTo(TEXT, from);
  expect((await heard(client)).name).toBe(address);
}

async function runLocal({ kind, listen, client }: Local): Promise<void> {
  using folder = tempDir();
  const placed = (address: string) =>
    address.startsWith("@")
      ? `${address}-${process.pid}`
      : address.replace(/^<(.*)>$/, (_, name) => `${folder.path}/${name}`);
  const address = placed(listen.address);
  if (kind === "unixgram") await runUnixgram(address, client!.mode, placed(client!.address));
  else await runUnix(kind, address);
}

async function runName({ call, network, laddr }: Name): Promise<void> {
  const ip = laddr === "zero address" ? null : laddr;
  if (call === "ListenTCP") {
    using listener = await listenTCP(network as "tcp", laddr === null ? null : new TCPAddr({ ip }));
    return expect(listener.addr!.port).toBeGreaterThan(0);
  }
  if (call === "ListenUDP") {
    using conn = await listenUDP(network as "udp", laddr === null ? null : new UDPAddr({ ip }));
    return expect(conn.localAddr!.port).toBeGreaterThan(0);
  }
  using conn = await listenIP(network as "ip4:icmp", laddr === null ? null : new IPAddr({ ip }));
  expect(String(conn.localAddr)).toBe(ip ?? (network.startsWith("ip4") ? "0.0.0.0" : "::"));
}

/** Twice, on a port that the system chose; Go's table has one, which somebody else may have. */
async function runMulticast({ network, group }: Multicast): Promise<void> {
  const { ip } = await resolveUDPAddr(network, group);
  const loopback = interfaceByName("lo");
  const join = (port: number) => listenMulticastUDP(network as "udp", loopback, new UDPAddr({ ip, port }));
  using first = await join(0);
  using second = await join(first.localAddr!.port);
  expect(String(second.localAddr)).toBe(String(first.localAddr));
  expect(first.localAddr!.ip!.isUnspecified()).toBe(true);
  expect(loopback.multicastAddrs().map(String)).toContain(String(ip));
}

async function run(row: Row): Promise<void> {
  if (isInternet(row)) return row.kind === "tcp" ? runTCP(row) : runUDP(row);
  if (row.kind === "local name") return runName(row);
  if (row.kind === "multicast listen") return runMulticast(row);
  return runLocal(row);
}

function nameOf(row: Row): string {
  if (row.kind === "local name") return `${row.call} ${row.network} ${row.laddr}`;
  if (row.kind === "multicast listen") return `ListenMulticastUDP twice: ${row.network} ${row.group}`;
  if (!isInternet(row)) {
    const { client } = row;
    return `${row.kind} ${row.listen.address}${client ? `, ${client.mode} ${client.address}` : ""}`;
  }
  const how = row.client === undefined ? "" : `, ${row.client}`;
  return `${row.listen.network} ${row.listen.address} serves ${row.dial.network} ${row.dial.host}${how}`;
}

function impossible(row: Row): string | null {
  if (row.kind === "local name" && row.call === "ListenIP") return noRawSockets;
  if (row.kind === "multicast listen") return row.group.startsWith("[") && !hasIPv6 ? "no IPv6" : null;
  if (!isInternet(row)) return null;
  return stack().mapped ? null : "no IPv6 that carries IPv4";
}

const hosts = (listener: string, clients: string[]) => clients.map((client) => [listener, client] as const);
const served = (kind: "tcp" | "udp"): Internet[] => {
  const everybody = [` 127.0.0.1`, ` ::1`, `4 127.0.0.1`, `6 ::1`];
  const pairs = [" :0", " 0.0.0.0:0", " [::]:0", " [::ffff:0.0.0.0]:0"].flatMap((all) =>
    hosts(all, everybody),
  );
  pairs.push(
    ...hosts(" 127.0.0.1:0", [" 127.0.0.1"]),
    ...hosts(" [::ffff:127.0.0.1]:0", [" 127.0.0.1"]),
    ...hosts(" [::1]:0", [" ::1"]),
    ...hosts("4 :0", ["4 127.0.0.1"]),
    ...hosts("4 0.0.0.0:0", ["4 127.0.0.1"]),
    ...hosts("4 127.0.0.1:0", ["4 127.0.0.1"]),
    ...hosts("6 :0", ["6 ::1"]),
    ...hosts("6 [::]:0", ["6 ::1"]),
    ...hosts("6 [::1]:0", ["6 ::1"]),
  );
  return pairs.map(([listener, client]) => {
    const [[network, address], [other, host]] = [listener, client].map((text) => (kind + text).split(" "));
    return { kind, listen: { network, address }, dial: { network: other, host } };
  });
};
const modes = ["ListenPacket + WriteTo", "DialUnix(laddr, raddr)"] as const;
const table: Row[] = [
  ...served("tcp"),
  ...served("udp").flatMap((row): Row[] => [
    { ...row, client: "ListenPacket + WriteTo" },
    { ...row, client: "Dial (connected)" },
  ]),
  ...(["unix", "unixpacket"] as const).flatMap((kind): Row[] => [
    { kind, listen: { address: "<path>" } },
    { kind, listen: { address: `@rawconn/${kind}` } },
  ]),
  ...modes.flatMap((mode): Row[] => [
    { kind: "unixgram", listen: { address: "<path>" }, client: { address: "<path2>", mode } },
    {
      kind: "unixgram",
      listen: { address: "@rawconn/server" },
      client: { address: "@rawconn/client", mode },
    },
  ]),
  ...(["ListenTCP", "ListenUDP"] as const).flatMap((call): Row[] =>
    ["127.0.0.1", "zero address", null].map((laddr) => {
      const network = call === "ListenTCP" ? "tcp4" : "udp4";
      return { kind: "local name", call, network, laddr };
    }),
  ),
  ...["udp 224.0.0.254:0", "udp4 224.0.0.254:0", "udp [ff02::114]:0", "udp6 [ff0e::114]:0"].map(
    (text): Row => {
      const [network, group] = text.split(" ");
      return { kind: "multicast listen", network, group };
    },
  ),
  ...["127.0.0.1", "zero address", null].map((laddr): Row => {
    return { kind: "local name", call: "ListenIP", network: "ip4:icmp", laddr };
  }),
];

describe("a listener", () => {
  const possible = table.filter((row) => impossible(row) === null);
  it.each(possible.map((row) => [nameOf(row), row] as const))("%s", (_, row) => run(row));

  it.runIf(stack().mapped).each([
    ["tcp4", ":0", "tcp", "::1"],
    ["tcp6", ":0", "tcp", "127.0.0.1"],
    ["tcp", "127.0.0.1:0", "tcp", "::1"],
  ] as const)("on %s %s does not serve %s %s", async (network, address, client, host) => {
    using listener = await listen(network, address);
    const dialing = dial(client, joinHostPort(host, listener.addr!.port));
    expect(await rejection(dialing)).toMatchObject({ code: "ECONNREFUSED" });
  });

  it.runIf(stack().mapped).each([
    ["udp4", ":0", "udp", "::1"],
    ["udp6", ":0", "udp", "127.0.0.1"],
    ["udp", "127.0.0.1:0", "udp", "::1"],
  ] as const)("on %s %s does not serve %s %s", async (network, address, other, host) => {
    using server = await listenPacket(network, address);
    using client = await dial(other, joinHostPort(host, server.localAddr!.port));
    await client.write(TEXT);
    expect(await rejection(client.read(Buffer.alloc(16)))).toMatchObject({ code: "ECONNREFUSED" });
  });
});

asGo<Row>("server_pairs", { nameOf, run, impossible });
