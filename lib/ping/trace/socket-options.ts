// ip(7), ipv6(7), socket(7)
import { constant } from "../../internal/binding.js";
import { encodeControl } from "../../internal/socket/control.js";
import { options, setBytes, setInt, trySetInt } from "../../internal/socket/options.js";
import { littleEndian } from "../../internal/socket/sockaddr.js";
import type { TraceSettings } from "./options.js";

export type Family = 4 | 6;

const byFamily = {
  4: {
    error: options.recvErr,
    extensions: options.recvErrExtensions,
    replyTTL: options.recvTTL,
    ttl: options.ttl,
    discover: options.mtuDiscover,
  },
  6: {
    error: options.recvErr6,
    extensions: options.recvErrExtensions6,
    replyTTL: options.recvHopLimit,
    ttl: options.hopLimit,
    discover: options.mtuDiscover6,
  },
};

// IP_PMTUDISC_DONT and IP_PMTUDISC_PROBE, and the same of IPv6: routers may cut it; nobody may, whatever is known of the path.
const [DONT, PROBE] = [0, 3];

/**
 * Makes a new socket tell what becomes of its packets: by its error queue, with timestamps, extensions and TTLs as far
 * as the system has them. Throws a SyscallError, where there is no such queue or interface.
 */
export function prepare(
  fd: number,
  family: Family,
  { device, dontFragment }: Pick<TraceSettings, "device" | "dontFragment">,
): void {
  const { error, extensions, replyTTL, discover } = byFamily[family];
  if (device !== "") setBytes(fd, options.bindToDevice, Buffer.from(`${device}\0`));
  setInt(fd, error, 1);
  trySetInt(fd, options.timestampNs, 1);
  trySetInt(fd, extensions, 1);
  trySetInt(fd, replyTTL, 1);
  trySetInt(fd, discover, dontFragment ? PROBE : DONT);
}

/** Sets the TTL or hop limit of all that a socket sends. Throws a SyscallError. */
export function setTTL(fd: number, family: Family, ttl: number): void {
  setInt(fd, byFamily[family].ttl, ttl);
}

const cmsg = {
  4: { level: constant("IPPROTO_IP"), type: constant("IP_TTL") },
  6: { level: constant("IPPROTO_IPV6"), type: constant("IPV6_HOPLIMIT") },
};

/** Control data that gives one packet a TTL or hop limit of its own. */
export function ttlControl(family: Family, ttl: number): Uint8Array {
  const data = new Uint8Array(4);
  new DataView(data.buffer).setInt32(0, ttl, littleEndian);
  return encodeControl({ ...cmsg[family], data });
}
