// What a socket is when nobody asked for anything: its options, its addresses, and what a hook is told of it.

import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Control, Dialer, ListenConfig } from "rawconn";
import { disposeOf, hasIPv6 } from "../support/pair.js";
import { optionsOf, type Values } from "../support/options.js";
import { refused as noRawSockets } from "../support/raw-ip.js";
import { tempDir } from "../support/temp-dir.js";
import { asGo } from "./as-go.js";
import { make, namesOf } from "./makings.js";

const procfs = (name: string) => `/proc/sys/net/${name}`;
const sysctl = (name: string) => Number(readFileSync(procfs(name), "utf8"));
const hasMPTCP = existsSync(procfs("mptcp/enabled")) && sysctl("mptcp/enabled") === 1;
if (!hasMPTCP) console.log("MPTCP: net.mptcp.enabled is not 1 here, so listeners are plain TCP");
const [INET, INET6] = [2, 10];

interface OptionRow {
  fn: "socket";
  made: string;
  localAddr: string | null;
  remoteAddr: string | null;
  goType: string;
  options: Values;
}

interface HookRow {
  fn: "control hook";
  call: string;
  hookCalls: [network: string, address: string][];
}

interface FieldRow {
  fn: "MultipathTCP()";
  made: string;
  value: boolean;
}

type Row = OptionRow | HookRow | FieldRow;

/** Makes a socket and holds its options against a table's. */
async function hasOptions(made: string, options: Values): Promise<void> {
  using it = await make(made);
  expect(optionsOf(it.handle, Object.keys(options))).toEqual(options);
}

const common = { SO_REUSEPORT: 0, O_NONBLOCK: true, FD_CLOEXEC: true };
const keeps = { SO_KEEPALIVE: 1, TCP_NODELAY: 1, TCP_KEEPIDLE: 15, TCP_KEEPINTVL: 15, TCP_KEEPCNT: 9 };
const system = {
  TCP_KEEPIDLE: sysctl("ipv4/tcp_keepalive_time"),
  TCP_KEEPINTVL: sysctl("ipv4/tcp_keepalive_intvl"),
  TCP_KEEPCNT: sysctl("ipv4/tcp_keepalive_probes"),
};
// A listener shows what its connections are to inherit.
const listens = {
  SO_TYPE: 1,
  SO_PROTOCOL: hasMPTCP ? 262 : 6,
  SO_REUSEADDR: 1,
  SO_BROADCAST: 0,
  ...keeps,
  ...common,
};
const connects = { SO_TYPE: 1, SO_PROTOCOL: 6, SO_REUSEADDR: 0, SO_BROADCAST: 0, ...keeps, ...common };
const packets = {
  SO_TYPE: 2,
  SO_PROTOCOL: 17,
  SO_REUSEADDR: 0,
  SO_BROADCAST: 1,
  TCP_NODELAY: null,
  ...common,
};
const raw = { SO_TYPE: 3, SO_BROADCAST: 1, ...common };
const unix = { SO_DOMAIN: 1, SO_PROTOCOL: 0, SO_REUSEADDR: 0, SO_BROADCAST: 0, SO_KEEPALIVE: 0, ...common };

const expected: Record<string, Values> = {
  'Listen("tcp", "[::]:0")': { ...listens, SO_DOMAIN: INET6, IPV6_V6ONLY: 0 },
  'Listen("tcp4", "127.0.0.1:0")': { ...listens, SO_DOMAIN: INET },
  'Listen("tcp", "[::1]:0")': { ...listens, SO_DOMAIN: INET6, IPV6_V6ONLY: 0 },
  'Listen("tcp6", "[::]:0")': { ...listens, SO_DOMAIN: INET6, IPV6_V6ONLY: 1 },
  "ListenConfig.SetMultipathTCP(false).Listen tcp 127.0.0.1:0": {
    ...listens,
    SO_DOMAIN: INET,
    SO_PROTOCOL: 6,
  },
  'Dial(tcp) to a listener on "127.0.0.1:0"': { ...connects, SO_DOMAIN: INET },
  'Dial(tcp) to a listener on "[::1]:0"': { ...connects, SO_DOMAIN: INET6, IPV6_V6ONLY: 0 },
  'Dial(tcp) to a listener on ":0"': { ...connects, SO_DOMAIN: INET6, IPV6_V6ONLY: 0 },
  'accepted from a listener on "127.0.0.1:0"': { ...connects, SO_DOMAIN: INET, SO_REUSEADDR: 1 },
  'accepted from a listener on "[::1]:0"': { ...connects, SO_DOMAIN: INET6, SO_REUSEADDR: 1 },
  "Dialer{KeepAlive: -1}": { ...connects, SO_KEEPALIVE: 0, ...system },
  "Dialer{KeepAliveConfig: {Enable: true, Idle: 5s, Interval: 3s, Count: 7}}": {
    ...connects,
    TCP_KEEPIDLE: 5,
    TCP_KEEPINTVL: 3,
    TCP_KEEPCNT: 7,
  },
  "Dialer{KeepAliveConfig: {Enable: true, Idle: -1, Interval: -1, Count: -1}}": { ...connects, ...system },
  "Dialer{KeepAlive: -1, KeepAliveConfig: {Enable: true}}": connects,

  'ListenPacket("udp", ":0")': { ...packets, SO_DOMAIN: INET6, IPV6_V6ONLY: 0 },
  'ListenPacket("udp", "0.0.0.0:0")': { ...packets, SO_DOMAIN: INET6, IPV6_V6ONLY: 0 },
  'ListenPacket("udp4", ":0")': { ...packets, SO_DOMAIN: INET, IPV6_V6ONLY: null },
  'ListenPacket("udp6", ":0")': { ...packets, SO_DOMAIN: INET6, IPV6_V6ONLY: 1 },
  'ListenPacket("udp", "127.0.0.1:0")': { ...packets, SO_DOMAIN: INET },
  'ListenPacket("udp", "224.0.0.250:0")': {
    ...packets,
    SO_DOMAIN: INET,
    SO_REUSEADDR: 1,
    IP_MULTICAST_LOOP: 1,
  },
  'ListenPacket("udp", "[ff02::fa]:0")': {
    ...packets,
    SO_DOMAIN: INET6,
    SO_REUSEADDR: 1,
    IPV6_MULTICAST_LOOP: 1,
  },
  "ListenMulticastUDP(udp, lo, 224.0.0.250:0)": {
    ...packets,
    SO_DOMAIN: INET,
    SO_REUSEADDR: 1,
    IP_MULTICAST_LOOP: 0,
  },
  "ListenMulticastUDP(udp, lo, [ff02::fa]:0)": {
    ...packets,
    SO_DOMAIN: INET6,
    SO_REUSEADDR: 1,
    IPV6_MULTICAST_LOOP: 0,
  },
  'Dial("udp", "127.0.0.1:9")': { ...packets, SO_DOMAIN: INET },
  'Dial("udp6", "[::1]:9")': { ...packets, SO_DOMAIN: INET6, IPV6_V6ONLY: 1 },

  'ListenPacket("ip4:icmp", "127.0.0.1")': { ...raw, SO_DOMAIN: INET, SO_PROTOCOL: 1 },
  'ListenPacket("ip6:ipv6-icmp", "::1")': { ...raw, SO_DOMAIN: INET6, SO_PROTOCOL: 58, IPV6_V6ONLY: 0 },
  'Dial("ip4:253", "127.0.0.1")': { ...raw, SO_DOMAIN: INET, SO_PROTOCOL: 253 },

  'Listen("unix", "DIR/a")': { ...unix, SO_TYPE: 1, SO_REUSEADDR: 1 },
  'Dial("unix", "DIR/a")': { ...unix, SO_TYPE: 1 },
  'accepted on Listen("unix", "DIR/a")': { ...unix, SO_TYPE: 1 },
  'Listen("unixpacket", "DIR/b")': { ...unix, SO_TYPE: 5, SO_REUSEADDR: 1 },
  'Dial("unixpacket", "DIR/b")': { ...unix, SO_TYPE: 5 },
  'ListenPacket("unixgram", "DIR/c")': { ...unix, SO_TYPE: 2 },
};

function impossible(made: string): string | null {
  if (!hasIPv6 && /::|":0"|"udp", "0\.0/.test(made)) return "no IPv6";
  return /"ip\d?:/.test(made) ? noRawSockets : null;
}

describe("the options of", () => {
  const names = Object.keys(expected).filter((made) => impossible(made) === null);
  it.each(names)("%s", (made) => hasOptions(made, expected[made]));
});

/** Carries a call out, and closes what it gives. What a hook was told of it. */
async function hookCalls(call: string): Promise<HookRow["hookCalls"]> {
  const [, receiver, method, network, where] = /^(\w+)\.(\w+)\("([^"]+)", "([^"]*)"\)$/.exec(call)!;
  using folder = tempDir();
  const calls: HookRow["hookCalls"] = [];
  const control: Control = (name, address) =>
    void calls.push([name, address.replace(folder.path, "DIR").replace(/:\d\d+$/, ":PORT")]);
  const address = where.replace("DIR", folder.path);
  if (receiver === "Dialer") {
    const listener = await listenerFor(network, address);
    const conn = await new Dialer({ control }).dial(network, String(listener?.addr ?? address));
    disposeOf(conn, ...(listener === null ? [] : [listener]));
  } else {
    const config = new ListenConfig({ control });
    disposeOf(
      method === "Listen"
        ? await config.listen(network, address)
        : await config.listenPacket(network, address),
    );
  }
  return calls;
}

/** What is dialed must be there, where it is a connection. */
const listenerFor = async (network: string, address: string) =>
  /^tcp|^unix/.test(network) ? new ListenConfig().listen(network, address) : null;

// Of what was listened to first, the port is another one each time.
const hooks: [call: string, network: string, address: string][] = [
  ['ListenConfig.Listen("tcp", ":0")', "tcp6", ":0"],
  ['ListenConfig.Listen("tcp", "127.0.0.1:0")', "tcp4", "127.0.0.1:0"],
  ['ListenConfig.Listen("tcp6", ":0")', "tcp6", ":0"],
  ['ListenConfig.Listen("unix", "DIR/h")', "unix", "DIR/h"],
  ['ListenConfig.Listen("unix", "")', "unix", ""],
  ['ListenConfig.Listen("unixpacket", "DIR/h")', "unixpacket", "DIR/h"],
  ['ListenConfig.ListenPacket("udp", ":0")', "udp6", ":0"],
  ['ListenConfig.ListenPacket("udp4", ":0")', "udp4", ":0"],
  ['ListenConfig.ListenPacket("udp", "[::1]:0")', "udp6", "[::1]:0"],
  ['ListenConfig.ListenPacket("udp", "224.0.0.250:0")', "udp4", "0.0.0.0:0"],
  ['ListenConfig.ListenPacket("ip4:icmp", "127.0.0.1")', "ip4", "127.0.0.1"],
  ['ListenConfig.ListenPacket("ip:icmp", "127.0.0.1")', "ip4", "127.0.0.1"],
  ['ListenConfig.ListenPacket("ip6:58", "::1")', "ip6", "::1"],
  ['ListenConfig.ListenPacket("unixgram", "DIR/hg")', "unixgram", "DIR/hg"],
  ['Dialer.Dial("tcp", "127.0.0.1:0")', "tcp4", "127.0.0.1:PORT"],
  ['Dialer.Dial("tcp", "[::1]:0")', "tcp6", "[::1]:PORT"],
  ['Dialer.Dial("udp", "127.0.0.1:9")', "udp4", "127.0.0.1:9"],
  ['Dialer.Dial("udp", "[::1]:9")', "udp6", "[::1]:9"],
  ['Dialer.Dial("udp", ":9")', "udp4", ":9"],
  ['Dialer.Dial("ip4:icmp", "127.0.0.1")', "ip4", "127.0.0.1"],
  ['Dialer.Dial("ip:icmp", "::1")', "ip6", "::1"],
  ['Dialer.Dial("unix", "DIR/h")', "unix", "DIR/h"],
  ['Dialer.Dial("unixpacket", "DIR/h")', "unixpacket", "DIR/h"],
];

describe("a hook is told", () => {
  const possible = hooks.filter(([call]) => impossible(call) === null);
  it.each(possible)("of %s: %s %j", async (call, network, address) => {
    expect(await hookCalls(call)).toEqual([[network, address]]);
  });
});

// What Go sets on each accepted connection, a listener has here, for its connections to inherit. And multicast is no
// business of TCP; what it says of that differs between kernels.
const sparedOf = (goType: string) =>
  /Listener/.test(goType) ? /KEEP|NODELAY|MULTICAST/ : /TCP/.test(goType) ? /MULTICAST/ : /^$/;

async function runOptions({ made, options, goType, localAddr, remoteAddr }: OptionRow): Promise<void> {
  using it = await make(made);
  const values = Object.entries(options).filter(([name]) => !sparedOf(goType).test(name));
  expect(namesOf(it)).toEqual({ localAddr, remoteAddr, goType });
  expect(
    optionsOf(
      it.handle,
      values.map(([name]) => name),
    ),
  ).toEqual(Object.fromEntries(values));
}

async function run(row: Row): Promise<void> {
  if (row.fn === "socket") await runOptions(row);
  else if (row.fn === "control hook") expect(await hookCalls(row.call)).toEqual(row.hookCalls);
  else expect(new Dialer({ multipathTCP: true }).multipathTCP).toBe(row.value);
}

const nameOf = (row: Row) => (row.fn === "control hook" ? row.call : row.made);

asGo<Row>("socket_defaults", {
  nameOf,
  impossible: (row) => {
    const isListener = row.fn === "socket" && row.goType === "*net.TCPListener";
    return isListener && !hasMPTCP ? "no Multipath TCP" : impossible(nameOf(row));
  },
  run,
});
