// The two families side by side: what one test is held against both with.

import { type IPAddr, listenIP, listenUDP, UDPAddr, type UDPConn } from "rawconn";
import * as ipv4 from "rawconn/ipv4";
import * as ipv6 from "rawconn/ipv6";
import { hasIPv6 } from "../support/pair.js";
import { loopback6, ownAddr, rawNetwork } from "../support/raw-ip.js";

/** A family's half of the API, under names that both have. */
export interface Half {
  name: "IPv4" | "IPv6";
  /** A UDP socket on loopback. */
  udp: () => Promise<UDPConn>;
  /** Where a raw socket of these tests listens. */
  rawAddr: IPAddr;
  loopback: string;
  /** Flags by what they ask for. */
  flags: Record<"hops" | "service" | "src" | "dst" | "ifi", number>;
  wrap: (c: ipv4.PacketSocket) => Wrapper;
  /** What a control message tells, under names that both have. */
  told: (cm: Control) => { hops: number; service: number; src: string; dst: string; ifIndex: number };
  control: (fields: { src?: string; ifIndex?: number }) => Control;
}

export type Control = ipv4.ControlMessage | ipv6.ControlMessage;

/** A PacketConn, whose control message is of either family. */
export type Wrapper = Omit<ipv4.PacketConn & ipv6.PacketConn, "readFrom" | "writeTo"> & {
  readFrom(p: Uint8Array): Promise<{ n: number; cm: Control | null; addr: unknown; truncated: boolean }>;
  writeTo(p: Uint8Array | string, cm: Control | null, addr: UDPAddr | IPAddr | null): Promise<number>;
  setHops(n: number): void;
  setService(n: number): void;
};

const four: Half = {
  name: "IPv4",
  udp: () => listenUDP("udp4", new UDPAddr({ ip: "127.0.0.1" })),
  rawAddr: ownAddr(71),
  loopback: "127.0.0.1",
  flags: {
    hops: ipv4.flagTTL,
    service: ipv4.flagTOS,
    src: ipv4.flagSrc,
    dst: ipv4.flagDst,
    ifi: ipv4.flagInterface,
  },
  wrap: (c) => {
    const w = ipv4.newPacketConn(c);
    return Object.assign(w, { setHops: w.setTTL.bind(w), setService: w.setTOS.bind(w) }) as never;
  },
  told: (cm) => {
    const { ttl, tos, src, dst, ifIndex } = cm as ipv4.ControlMessage;
    return { hops: ttl, service: tos, src: String(src), dst: String(dst), ifIndex };
  },
  control: (fields) => new ipv4.ControlMessage(fields),
};

const six: Half = {
  name: "IPv6",
  udp: () => listenUDP("udp6", new UDPAddr({ ip: "::1" })),
  rawAddr: loopback6,
  loopback: "::1",
  flags: {
    hops: ipv6.flagHopLimit,
    service: ipv6.flagTrafficClass,
    src: ipv6.flagSrc,
    dst: ipv6.flagDst,
    ifi: ipv6.flagInterface,
  },
  wrap: (c) => {
    const w = ipv6.newPacketConn(c);
    return Object.assign(w, {
      setHops: w.setHopLimit.bind(w),
      setService: w.setTrafficClass.bind(w),
    }) as never;
  },
  told: (cm) => {
    const { hopLimit, trafficClass, src, dst, ifIndex } = cm as ipv6.ControlMessage;
    return { hops: hopLimit, service: trafficClass, src: String(src), dst: String(dst), ifIndex };
  },
  control: (fields) => new ipv6.ControlMessage(fields),
};

/** Those that this host has. */
export const halves = hasIPv6 ? [four, six] : [four];

/** A raw socket of a protocol that nothing answers. */
export const rawOf = ({ name, rawAddr }: Half) => listenIP(rawNetwork(name === "IPv4" ? 4 : 6), rawAddr);
