// Go: net/interface_linux.go; rtnetlink(7), proc(5)
import { readFileSync } from "node:fs";
import {
  cidrMask,
  flagBroadcast,
  flagLoopback,
  flagMulticast,
  flagPointToPoint,
  flagRunning,
  flagUp,
  HardwareAddr,
  IP,
  IPNet,
} from "../../addr/index.js";
import { SyscallError } from "../../errors/index.js";
import { parseIGMP, parseIGMP6 } from "./igmp.js";
import type { Link, Owned, System } from "./interfaces.js";
import { numbers } from "./netlink/constants.js";
import { dump, type Table } from "./netlink/dump.js";
import { attributes } from "./netlink/message.js";
import { Reader } from "./netlink/reader.js";
import { AF_INET, AF_INET6 } from "./sockaddr.js";

const links: Table = { request: numbers.RTM_GETLINK, row: numbers.RTM_NEWLINK, bodyLength: 16 };
const addrs: Table = { request: numbers.RTM_GETADDR, row: numbers.RTM_NEWADDR, bodyLength: 8 };

/** What the kernel's flags are called here. netdevice(7). */
const flagOf = new Map([
  [numbers.IFF_UP, flagUp],
  [numbers.IFF_BROADCAST, flagBroadcast],
  [numbers.IFF_LOOPBACK, flagLoopback],
  [numbers.IFF_POINTOPOINT, flagPointToPoint],
  [numbers.IFF_MULTICAST, flagMulticast],
  [numbers.IFF_RUNNING, flagRunning],
]);

/** Tunnels that have an IP address where others have one of the link, and how long it is. */
const tunnels = new Map([
  [numbers.ARPHRD_TUNNEL, 4],
  [numbers.ARPHRD_IPGRE, 4],
  [numbers.ARPHRD_SIT, 4],
  [numbers.ARPHRD_TUNNEL6, 16],
  [numbers.ARPHRD_IP6GRE, 16],
]);

/** Interfaces by netlink, groups by /proc. */
export const system: System = {
  links: () => dump(links, readLink),
  addrs: () => dump(addrs, readAddr).filter((addr) => addr !== null),
  groups: () => [...parseIGMP(readProc("/proc/net/igmp")), ...parseIGMP6(readProc("/proc/net/igmp6"))],
};

const ofLinks = [numbers.IFLA_MTU, numbers.IFLA_IFNAME, numbers.IFLA_ADDRESS];
const ofAddrs = [numbers.IFA_LOCAL, numbers.IFA_ADDRESS];

/** Reads a struct ifinfomsg and its attributes. */
export function readLink(body: Uint8Array): Link {
  const reader = new Reader(body, "parsenetlinkrouteattr");
  reader.pass(2);
  const type = reader.u16();
  const index = reader.i32();
  const raw = reader.u32();
  reader.pass(4);
  const found = attributes(reader, ofLinks);
  const mtu = found.get(numbers.IFLA_MTU);
  let flags = 0;
  for (const [theirs, ours] of flagOf) if ((raw & theirs) !== 0) flags |= ours;
  return {
    index,
    name: text(found.get(numbers.IFLA_IFNAME)),
    mtu: mtu === undefined ? 0 : new Reader(mtu, "parsenetlinkrouteattr").u32(),
    hardwareAddr: hardwareAddr(type, found.get(numbers.IFLA_ADDRESS)),
    flags,
  };
}

/** What stands before the first NUL. */
function text(bytes: Uint8Array = new Uint8Array()): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString();
}

function hardwareAddr(type: number, bytes: Uint8Array | undefined): HardwareAddr | null {
  if (bytes === undefined || tunnels.get(type) === bytes.length) return null;
  return bytes.every((byte) => byte === 0) ? null : HardwareAddr.from(bytes);
}

/** Reads a struct ifaddrmsg and its attributes; null for an address of another family than IP. */
export function readAddr(body: Uint8Array): Owned<IPNet> | null {
  const reader = new Reader(body, "parsenetlinkrouteattr");
  const family = reader.u8();
  const ones = reader.u8();
  reader.pass(2);
  const index = reader.u32();
  const found = attributes(reader, ofAddrs);
  // Where there is a peer, that one is the address.
  const bytes = found.get(numbers.IFA_LOCAL) ?? found.get(numbers.IFA_ADDRESS);
  if (bytes === undefined || (family !== AF_INET && family !== AF_INET6)) return null;
  const length = family === AF_INET ? 4 : 16;
  const mask = cidrMask(ones, 8 * length);
  if (bytes.length !== length || mask === null) throw new SyscallError("parsenetlinkrouteattr", "EINVAL");
  return { index, value: new IPNet({ ip: IP.from(bytes).to16(), mask }) };
}

/** A file of /proc; empty when there is none, as on a host without IPv6. */
function readProc(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code, syscall, errno } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return "";
    throw new SyscallError(syscall ?? "open", errno ?? 0);
  }
}
