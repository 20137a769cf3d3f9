import { describe } from "vitest";
import { type Handle, interfaceByName, IPAddr, listenUDP, MessageBatch, UDPAddr, UDPConn } from "rawconn";
import * as ipv4 from "rawconn/ipv4";
import * as ipv6 from "rawconn/ipv6";
import type { Control } from "#lib/ip-options/family.js";
import type { PacketHandle } from "#lib/ip-options/packet-handle.js";
import type { TypeFilter } from "#lib/ip-options/type-filter.js";
import { disposeOf, hasIPv6 } from "../support/pair.js";
import { ownAddr, rawIP, rawNetwork, refused } from "../support/raw-ip.js";
import {
  closedAs,
  ended,
  fresh,
  handleRows,
  type Matrix,
  pending,
  type State,
  type States,
  stageOf,
  table,
} from "./matrix.js";

const p = () => new Uint8Array(64);
const lo = interfaceByName("lo");
const NONE = "null";

/** What is open on a socket and what is to be wrapped by it. */
type Open = { conn: ipv4.PacketSocket; names: [unknown, string][]; ends: Disposable[] };

// Where everything of these tables goes: nobody is asked whether he is there.
let there: UDPAddr | IPAddr;

async function udp(version: 4 | 6): Promise<Open> {
  const here = () => listenUDP(`udp${version}`, new UDPAddr({ ip: version === 4 ? "127.0.0.1" : "::1" }));
  const [conn, far] = [await here(), await here()];
  there = far.localAddr!;
  const names: [unknown, string][] = [
    [conn.localAddr, "HERE"],
    [there, "THERE"],
  ];
  return { conn, names, ends: [conn, far] };
}

async function raw(): Promise<Open> {
  const [here, target] = [ownAddr(91), ownAddr(92)];
  there = target;
  const [conn, far] = [await rawIP(here), await rawIP(target)];
  const names: [unknown, string][] = [
    [here, "HERE"],
    [target, "THERE"],
  ];
  return { conn, names, ends: [conn, far] };
}

/** A stage of what wraps a socket. */
const wrapped =
  <T>(open: () => Promise<Open>, wrap: (c: never) => T) =>
  async () => {
    const { conn, names, ends } = await open();
    try {
      return stageOf(wrap(conn as never), names, ends);
    } catch (error) {
      disposeOf(...ends);
      throw error;
    }
  };

function states<T extends Handle>(zero: (() => T) | null, reads?: (c: T) => Promise<unknown>): States<T> {
  const busy: Record<string, State<T>> = reads === undefined ? {} : { "read pending": pending(reads) };
  const open = { open: { fresh, ...busy }, closed: ended<T>() };
  return zero === null ? open : { zero: (_, call) => call(zero()), ...open };
}

const REFUSED: Record<string, string> = {
  EADDRNOTAVAIL: "cannot assign requested address",
  EINVAL: "invalid argument",
  EOPNOTSUPP: "operation not supported",
  ENOPROTOOPT: "protocol not available",
};

/** A batch of what is to be sent there. */
function batch(...packets: (string | Uint8Array)[]): MessageBatch<UDPAddr | IPAddr> {
  const made = new MessageBatch<UDPAddr | IPAddr>({ messages: 4, size: 64, offload: false });
  for (const packet of packets) made.push(packet, there);
  return made;
}

const everything = [{ op: 6, jt: 0, jf: 0, k: 0xffff }];

/** An option that the kernel refuses. */
const kernel = (net: string, code: string, call = "setsockopt") =>
  `${code}: set ${net} HERE: ${call}: ${REFUSED[code]}`;

/** How a socket refuses filters of types: to tell one, and to take one. */
type Refusals = [get: string, set: string];

/** What both families have. */
function packetRows(
  net: string,
  version: 4 | 6,
  [get, put]: Refusals,
): Matrix<PacketHandle<Control, TypeFilter>> {
  const closed = closedAs(net, "HERE");
  const set = closed("set");
  const group = new IPAddr({ ip: version === 4 ? "239.1.2.3" : "ff15::1234" });
  const source = new IPAddr({ ip: version === 4 ? "127.0.0.1" : "::1" });
  const Filter = version === 4 ? ipv4.ICMPFilter : ipv6.ICMPFilter;
  return {
    ...handleRows(closed("file"), closed("close")),
    localAddr: [(c) => c.localAddr, "HERE", "HERE", { "zero value": NONE }],
    setDeadline: [(c) => c.setDeadline(null), "ok", set],
    readBatch: [(c) => c.readBatch(batch()), "waits", closed("read")],
    writeBatch: [(c) => c.writeBatch(batch("abc")), "1", closed("write")],
    setReadDeadline: [(c) => c.setReadDeadline(null), "ok", set],
    setWriteDeadline: [(c) => c.setWriteDeadline(null), "ok", set],
    setControlMessage: [(c) => c.setControlMessage(1, true), "ok", set],
    joinGroup: [(c) => c.joinGroup(lo, group), "ok", set],
    leaveGroup: [(c) => c.leaveGroup(lo, group), kernel(net, "EADDRNOTAVAIL"), set],
    joinSourceSpecificGroup: [(c) => c.joinSourceSpecificGroup(lo, group, source), "ok", set],
    leaveSourceSpecificGroup: [
      (c) => c.leaveSourceSpecificGroup(lo, group, source),
      kernel(net, "EINVAL"),
      set,
    ],
    excludeSourceSpecificGroup: [
      (c) => c.excludeSourceSpecificGroup(lo, group, source),
      kernel(net, "EINVAL"),
      set,
    ],
    includeSourceSpecificGroup: [
      (c) => c.includeSourceSpecificGroup(lo, group, source),
      kernel(net, "EINVAL"),
      set,
    ],
    multicastInterface: [(c) => c.multicastInterface(), NONE, set],
    setMulticastInterface: [(c) => c.setMulticastInterface(lo), "ok", set],
    multicastLoopback: [(c) => c.multicastLoopback(), "true", set],
    setMulticastLoopback: [(c) => c.setMulticastLoopback(false), "ok", set],
    icmpFilter: [(c) => c.icmpFilter(), kernel(net, get, "getsockopt"), set],
    setICMPFilter: [(c) => c.setICMPFilter(new Filter()), kernel(net, put), set],
  };
}

const service4 = (net: string): Matrix<ipv4.ServiceOptions> => {
  const set = closedAs(net, "HERE")("set");
  return {
    tos: [(c) => c.tos(), "0", set],
    setTOS: [(c) => c.setTOS(8), "ok", set],
    ttl: [(c) => c.ttl(), "64", set],
    setTTL: [(c) => c.setTTL(8), "ok", set],
  };
};

const options4 = (
  net: string,
): Matrix<Pick<ipv4.PacketConn, "multicastTTL" | "setMulticastTTL" | "setBPF">> => {
  const set = closedAs(net, "HERE")("set");
  return {
    multicastTTL: [(c) => c.multicastTTL(), "1", set],
    setMulticastTTL: [(c) => c.setMulticastTTL(8), "ok", set],
    setBPF: [(c) => c.setBPF(everything), "ok", set],
  };
};

describe("an ipv4.Conn", () => {
  const closed = closedAs("udp4", "HERE");
  const stage = wrapped(() => udp(4), ipv4.newConn);
  const rows = { ...handleRows(closed("file"), closed("close")), ...service4("udp4") };
  table(
    ipv4.Conn,
    stage,
    states(() => ipv4.newConn(new UDPConn())),
    rows as Matrix<ipv4.Conn>,
  );
});

describe("an ipv4.PacketConn", () => {
  const gone = closedAs("udp4", "HERE->THERE")("write");
  const rows: Matrix<ipv4.PacketConn> = {
    ...packetRows("udp4", 4, ["EOPNOTSUPP", "ENOPROTOOPT"]),
    ...service4("udp4"),
    ...options4("udp4"),
    readFrom: [(c) => c.readFrom(p()), "waits", closedAs("udp4", "HERE")("read")],
    writeTo: [(c) => c.writeTo("abc", null, there), "3", gone],
  };
  const all = states(
    () => ipv4.newPacketConn(new UDPConn()),
    (c) => c.readFrom(p()),
  );
  table(
    ipv4.PacketConn,
    wrapped(() => udp(4), ipv4.newPacketConn),
    all,
    rows,
  );
});

describe.skipIf(refused !== null)("an ipv4.RawConn", () => {
  const NET = rawNetwork(4).split(":")[0];
  const header = () => new ipv4.Header({ ttl: 1, protocol: 253, dst: there.ip });
  const gone = closedAs(NET, "HERE")("write");
  const headless = `EINVAL: write ${NET} HERE->THERE: sendmmsg: invalid argument`;
  const rows: Matrix<ipv4.RawConn> = {
    ...packetRows(NET, 4, ["EOPNOTSUPP", "EOPNOTSUPP"]),
    ...service4(NET),
    ...options4(NET),
    writeBatch: [(c) => c.writeBatch(batch(header().marshal())), "1", gone],
    "writeBatch without a header": [(c) => c.writeBatch(batch("abc")), headless, gone],
    readFrom: [(c) => c.readFrom(p()), "waits", closedAs(NET, "HERE")("read")],
    writeTo: [(c) => c.writeTo(header(), "abc", null), "ok", closedAs(NET, "HERE->THERE")("write")],
  };
  const all = states<ipv4.RawConn>(null, (c) => c.readFrom(p()));
  // Made of a zero value it would be none.
  const open = Object.entries(rows).map(([name, [call, cell, closed]]) => [name, [call, cell, closed]]);
  table(ipv4.RawConn, wrapped(raw, ipv4.newRawConn), all, Object.fromEntries(open) as typeof rows);
});

const service6: Matrix<ipv6.ServiceOptions> = {
  trafficClass: [(c) => c.trafficClass(), "0", closedAs("udp6", "HERE")("set")],
  setTrafficClass: [(c) => c.setTrafficClass(8), "ok", closedAs("udp6", "HERE")("set")],
  hopLimit: [(c) => c.hopLimit(), "64", closedAs("udp6", "HERE")("set")],
  setHopLimit: [(c) => c.setHopLimit(8), "ok", closedAs("udp6", "HERE")("set")],
};

describe.skipIf(!hasIPv6)("an ipv6.Conn", () => {
  const closed = closedAs("udp6", "HERE");
  const noPeer = "ENOTCONN: set udp6 HERE: getsockopt: transport endpoint is not connected";
  const zero = () => ipv6.newConn(new UDPConn());
  const rows: Matrix<ipv6.Conn> = {
    ...handleRows(closed("file"), closed("close")),
    ...service6,
    pathMTU: [(c) => c.pathMTU(), noPeer, closed("set")],
  };
  const stage = wrapped(() => udp(6), ipv6.newConn);
  table(ipv6.Conn, stage, states(zero), rows);
});

describe.skipIf(!hasIPv6)("an ipv6.PacketConn", () => {
  const closed = closedAs("udp6", "HERE");
  const set = closed("set");
  const rows: Matrix<ipv6.PacketConn> = {
    ...packetRows("udp6", 6, ["ENOPROTOOPT", "ENOPROTOOPT"]),
    ...service6,
    setBPF: [(c) => c.setBPF(everything), "ok", set],
    multicastHopLimit: [(c) => c.multicastHopLimit(), "1", set],
    setMulticastHopLimit: [(c) => c.setMulticastHopLimit(8), "ok", set],
    checksum: [(c) => c.checksum(), kernel("udp6", "ENOPROTOOPT", "getsockopt"), set],
    setChecksum: [(c) => c.setChecksum(true, 2), kernel("udp6", "ENOPROTOOPT"), set],
    readFrom: [(c) => c.readFrom(p()), "waits", closed("read")],
    writeTo: [(c) => c.writeTo("abc", null, there), "3", closedAs("udp6", "HERE->THERE")("write")],
  };
  const all = states(
    () => ipv6.newPacketConn(new UDPConn()),
    (c) => c.readFrom(p()),
  );
  table(
    ipv6.PacketConn,
    wrapped(() => udp(6), ipv6.newPacketConn),
    all,
    rows,
  );
});
