// The local address of a dialer: which go with which network and which remote address, and what comes of the others.

import { describe, expect, it } from "vitest";
import {
  type Addr,
  type AddrError,
  dial,
  Dialer,
  IPAddr,
  joinHostPort,
  listen,
  listenPacket,
  TCPAddr,
  UDPAddr,
  UnixAddr,
  type UnixNetwork,
} from "rawconn";
import { stack } from "#lib/internal/socket/probe.js";
import { rejection, root } from "../support/outcome.js";
import { disposeOf, hasIPv6, refusingAddress } from "../support/pair.js";
import { refused as noRawSockets } from "../support/raw-ip.js";
import { tempDir } from "../support/temp-dir.js";
import { asGo } from "./as-go.js";

interface Row {
  network: string;
  remote_ip: string;
  /** A null ip is the address without any. Here an IP knows one form, so that the number of its bytes says nothing. */
  local_addr: { type: string; ip: string | null; bytes?: number } | null;
  error: string | null;
}

const WRONG = "mismatched local address type";
const NONE = "no suitable address found";
const NOT4 = "non-IPv4 address";

// A line is a network and a remote address, a column a local one.
const columns = [null, "0.0.0.0", "127.0.0.1", "127.0.0.2", "::", "::1"];
const lines: [suffix: string, remote: string, ...errors: (string | null)[]][] = [
  ["", "127.0.0.1", null, null, null, null, null, NONE],
  ["4", "127.0.0.1", null, null, null, null, NOT4, NONE],
  ["", "::1", null, null, NONE, NONE, null, null],
  ["6", "::1", null, null, NONE, NONE, null, null],
];
const kinds = [
  ["tcp", "TCP", ""],
  ["udp", "UDP", ""],
  ["ip", "IP", ":253"],
] as const;

const table: Row[] = kinds.flatMap(([kind, type, protocol]) =>
  lines.flatMap(([suffix, remote_ip, ...errors]): Row[] => {
    const of = { network: `${kind}${suffix}${protocol}`, remote_ip };
    const others = [...kinds.map(([, other]) => other), "Unix"].filter((other) => other !== type);
    return [
      { ...of, local_addr: null, error: null },
      ...columns.map((ip, i) => ({ ...of, local_addr: { type, ip }, error: errors[i] })),
      ...others.map((other) => ({ ...of, local_addr: { type: other, ip: null }, error: WRONG })),
      // What is of another family is not to be had, whatever it is dialed from.
      ...(suffix === "4" ? [{ network: of.network, remote_ip: "::1", local_addr: null, error: NONE }] : []),
      ...(suffix === "6"
        ? [{ network: of.network, remote_ip: "127.0.0.1", local_addr: null, error: NONE }]
        : []),
    ];
  }),
);

function localAddrOf({ local_addr }: Row): Addr | null {
  if (local_addr === null) return null;
  const { type, ip } = local_addr;
  if (type === "Unix") return new UnixAddr();
  return new { TCP: TCPAddr, UDP: UDPAddr, IP: IPAddr }[type]!({ ip });
}

/** Somebody to dial, of a kind where somebody must be there: only TCP has one. */
async function remoteOf({ network, remote_ip }: Row): Promise<{ address: string } & Disposable> {
  const nothing = { [Symbol.dispose]: () => {} };
  if (network.startsWith("ip")) return { address: remote_ip, ...nothing };
  if (network.startsWith("udp")) return { address: joinHostPort(remote_ip, 9), ...nothing };
  const listener = await listen("tcp", joinHostPort(remote_ip, 0));
  return { address: String(listener.addr), [Symbol.dispose]: () => disposeOf(listener) };
}

async function run(row: Row): Promise<void> {
  const { network, error } = row;
  const localAddr = localAddrOf(row);
  using remote = await remoteOf(row);
  const dialing = new Dialer({ localAddr }).dial(network, remote.address);
  if (error === null) {
    using conn = await dialing;
    expect(String(conn.remoteAddr)).toBe(remote.address);
    const ip = row.local_addr?.ip ?? "::";
    const isWild = ip === "::" || ip === "0.0.0.0";
    expect(String((conn.localAddr as IPAddr).ip)).toBe(isWild ? row.remote_ip : ip);
    return;
  }
  const failure = await rejection(dialing);
  expect(failure).toMatchObject({ op: "dial", net: network, code: "ERR_ADDRESS" });
  expect((root(failure) as AddrError).err).toBe(error);
  // It was the socket that did not take it: only then is there somebody to name.
  const ends = error === NOT4 ? [localAddr, remote.address] : [null, null];
  expect([failure.source, failure.addr && String(failure.addr)]).toEqual(ends);
}

const nameOf = ({ network, remote_ip, local_addr, error }: Row) => {
  const bytes = local_addr?.bytes === undefined ? "" : ` of ${local_addr.bytes} bytes`;
  const local = local_addr && `${local_addr.type} ${local_addr.ip}${bytes}`;
  return `${network} to ${remote_ip} from ${local}: ${error ?? "connects"}`;
};

function impossible({ network, remote_ip, local_addr }: Row): string | null {
  if (!hasIPv6 && remote_ip === "::1") return "no IPv6";
  if (!stack().mapped && remote_ip === "127.0.0.1" && local_addr?.ip === "::")
    return "no IPv6 that carries IPv4";
  return network.startsWith("ip") ? noRawSockets : null;
}

describe("the local address of a dialer", () => {
  const possible = table.filter((row) => impossible(row) === null);
  it.each(possible.map((row) => [nameOf(row), row] as const))("%s", (_, row) => run(row));
});

asGo<Row>("dialer_local_addr", { nameOf, run, impossible });

describe("the local address of a dialer of Unix domain sockets", () => {
  const networks: UnixNetwork[] = ["unix", "unixgram", "unixpacket"];

  it.each(networks)("%s may be a name, none, or null", async (network) => {
    using folder = tempDir();
    const address = `${folder.path}/far`;
    using far = await (network === "unixgram" ? listenPacket(network, address) : listen(network, address));
    for (const name of ["", `${folder.path}/near`, `@rawconn-${process.pid}-${network}`]) {
      using conn = await new Dialer({ localAddr: new UnixAddr({ name, net: network }) }).dial(
        network,
        address,
      );
      expect(conn.localAddr).toEqual(new UnixAddr({ name: name || "@", net: network }));
      expect(conn.remoteAddr).toEqual(new UnixAddr({ name: address, net: network }));
    }
    using unnamed = await dial(network, address);
    expect(String(unnamed.localAddr)).toBe("@");
    void far;
  });

  it.each(
    networks.flatMap((network) => networks.filter((net) => net !== network).map((net) => [network, net])),
  )("%s is not one of %s", async (network, net) => {
    const localAddr = new UnixAddr({ name: "@x", net });
    const failure = await rejection(new Dialer({ localAddr }).dial(network, "/nobody"));
    expect(failure).toMatchObject({ net: network, source: null, addr: null, code: "ERR_ADDRESS" });
    expect(root(failure)).toMatchObject({ err: WRONG, addr: "@x" });
  });

  it.each([
    ["unix", new TCPAddr()],
    ["unixgram", new UDPAddr()],
    ["unixpacket", new IPAddr()],
  ])("%s is no %o", async (network, localAddr) => {
    const failure = await rejection(new Dialer({ localAddr }).dial(network, "/nobody"));
    expect((root(failure) as AddrError).err).toBe(WRONG);
  });
});

it("an address and a port to dial from are both kept", async () => {
  using listener = await listen("tcp", "127.0.0.1:0");
  const port = Number((await refusingAddress("127.0.0.3")).split(":")[1]);
  for (const network of ["tcp", "udp"] as const) {
    const localAddr = new { tcp: TCPAddr, udp: UDPAddr }[network]({ ip: "127.0.0.3", port });
    using conn = await new Dialer({ localAddr }).dial(network, String(listener.addr));
    expect(String(conn.localAddr)).toBe(String(localAddr));
  }
});

it("this host is where the local address is, when nobody else is named", async () => {
  for (const ip of ["127.0.0.2", "::1"].slice(0, hasIPv6 ? 2 : 1)) {
    using conn = await new Dialer({ localAddr: new UDPAddr({ ip }) }).dial("udp", ":9");
    expect(conn.remoteAddr).toEqual(new UDPAddr({ ip, port: 9 }));
  }
});
