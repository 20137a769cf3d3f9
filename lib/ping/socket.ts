import { assemble } from "../bpf/index.js";
import { NetError } from "../errors/index.js";
import {
  type ControlFlag,
  type ICMPNetwork,
  listenPacket,
  type PacketConn,
  protocolICMP,
  protocolIPv6ICMP,
} from "../icmp/index.js";
import { errorTypes } from "../icmp/error-message.js";
import { echoTypes } from "../icmp/types.js";
import { binding } from "../internal/binding.js";
import type { Control, RawConn } from "../raw-conn.js";
import { answersTo } from "./filter.js";
import { firstAllowed } from "./first-allowed.js";

/**
 * What becomes of a request that is longer than a link on its way: `do` never cuts it, and heeds what is known of the
 * path; `probe` never cuts it, and tries all the same; `want` lets this host cut it, `dont` routers as well. ip(7).
 */
export type PathMTU = "do" | "want" | "dont" | "probe";

/** How the socket of a run is made. */
export interface SocketSettings {
  ttl: number | undefined;
  /** The type of service or traffic class, with the bits of congestion control: 0 to 255. */
  tos: number | undefined;
  /** The mark that routing and filters know the requests by. Needs CAP_NET_ADMIN. */
  mark: number | undefined;
  pathMTU: PathMTU | undefined;
  /** Whether a broadcast address may be pinged. */
  broadcast: boolean;
  /** Whether only hosts on a link of this one are reached: no routing table is asked. */
  direct: boolean;
  /** The local address, "" for any. */
  localAddr: string;
  /** The interface to be bound to, "" for any. */
  device: string;
  signal: AbortSignal | undefined;
}

/**
 * Opens an ICMP socket of a family: an unprivileged one, or a raw one where that is not allowed. With `raw`, a raw one
 * only. Rejects with a PermissionError when neither is allowed, or an OpError.
 */
export async function openSocket(
  family: 4 | 6,
  settings: SocketSettings,
  { raw = false } = {},
): Promise<PacketConn> {
  const { localAddr, signal, ttl } = settings;
  const control: Control = (_network, _address, conn) => setOptions(conn, family, settings);
  const listen = (network: ICMPNetwork) => listenPacket(network, localAddr, { signal, control });
  const conn = await firstAllowed([
    ...(raw ? [] : [() => listen(family === 4 ? "udp4" : "udp6")]),
    () => listen(family === 4 ? `ip4:${protocolICMP}` : `ip6:${protocolIPv6ICMP}`),
  ]);
  try {
    if (ttl !== undefined) conn.setTTL(ttl);
    const wanted: ControlFlag[] = conn.privileged ? ["timestamp", "ttl"] : ["timestamp", "ttl", "error"];
    for (const flag of wanted) tryControl(conn, flag);
    return conn;
  } catch (error) {
    conn.close();
    throw error;
  }
}

// An older system may lack one of them: then the value is simply not known.
function tryControl(conn: PacketConn, flag: ControlFlag): void {
  try {
    conn.setControlMessage([flag], true);
  } catch (error) {
    if (!(error instanceof NetError && error.code === "ENOPROTOOPT")) throw error;
  }
}

/** A raw socket gets all that comes to this host. What cannot be kept out is passed over when it is read. */
export function keepToOwn(conn: PacketConn, id: number): void {
  conn.setFilter([echoTypes(conn.protocol).reply, ...errorTypes(conn.protocol)]);
  try {
    conn.setBPF(assemble(answersTo(conn.protocol, id)));
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
  }
}

// A name that the system lacks is -1, which is refused as an option that it does not know.
const number = (name: string) => binding.constants[name] ?? -1;

/** By family: the level, the option that marks packets with a class, and how they may be cut. */
const byFamily = {
  4: { level: "IPPROTO_IP", tos: "IP_TOS", discover: "IP_MTU_DISCOVER", how: "IP_PMTUDISC_" },
  6: { level: "IPPROTO_IPV6", tos: "IPV6_TCLASS", discover: "IPV6_MTU_DISCOVER", how: "IPV6_PMTUDISC_" },
} as const;

function setOptions(conn: RawConn, family: 4 | 6, settings: SocketSettings): void {
  const { tos, mark, pathMTU, device, broadcast, direct } = settings;
  const names = byFamily[family];
  const set = (level: string, name: string, value: number | Uint8Array) =>
    conn.setsockopt(number(level), number(name), value);
  if (device !== "") set("SOL_SOCKET", "SO_BINDTODEVICE", Buffer.from(`${device}\0`));
  if (mark !== undefined) set("SOL_SOCKET", "SO_MARK", mark);
  // Sockets of this library have it set, as in Go: here nobody is to flood a link by mistake.
  set("SOL_SOCKET", "SO_BROADCAST", broadcast ? 1 : 0);
  if (direct) set("SOL_SOCKET", "SO_DONTROUTE", 1);
  if (tos !== undefined) set(names.level, names.tos, tos);
  if (pathMTU !== undefined) set(names.level, names.discover, number(names.how + pathMTU.toUpperCase()));
}
