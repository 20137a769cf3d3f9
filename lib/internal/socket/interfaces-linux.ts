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
import { dump, table } from "./netlink/dump.js";
import { attributes } from "./netlink/message.js";
import type { Reader } from "./netlink/reader.js";
import { AF_INET, AF_INET6 } from "./sockaddr.js";

const links = table(numbers.RTM_GETLINK, numbers.RTM_NEWLINK, 16);
const addrs = table(numbers.RTM_GETADDR, numbers.RTM_NEWADDR, 8);

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

const { IFF_UP, IFF_BROADCAST, IFF_LOOPBACK, IFF_POINTOPOINT, IFF_MULTICAST, IFF_RUNNING } = numbers;
const { IFLA_MTU, IFLA_IFNAME, IFLA_ADDRESS, IFA_LOCAL, IFA_ADDRESS } = numbers;

/** Reads a struct ifinfomsg and its attributes. */
export function readLink(body: Reader): Link {
  body.u16(); // the family, and nothing
  const type = body.u16();
  const index = body.i32();
  const raw = body.u32();
  body.u32(); // which flags have changed
  const [mtu, name, address] = attributes(body, IFLA_MTU, IFLA_IFNAME, IFLA_ADDRESS);
  return {
    index,
    name: name?.text() ?? "",
    mtu: mtu?.u32() ?? 0,
    hardwareAddr: address === undefined ? null : hardwareAddr(type, address.rest()),
    flags: flagsOf(raw),
  };
}

/** What the kernel's flags are called here. netdevice(7). */
function flagsOf(raw: number): number {
  const flag = (theirs: number, ours: number): number => ((raw & theirs) === 0 ? 0 : ours);
  return (
    flag(IFF_UP, flagUp) |
    flag(IFF_BROADCAST, flagBroadcast) |
    flag(IFF_LOOPBACK, flagLoopback) |
    flag(IFF_POINTOPOINT, flagPointToPoint) |
    flag(IFF_MULTICAST, flagMulticast) |
    flag(IFF_RUNNING, flagRunning)
  );
}

function hardwareAddr(type: number, bytes: Uint8Array): HardwareAddr | null {
  if (tunnels.get(type) === bytes.length) return null;
  for (const byte of bytes) if (byte !== 0) return HardwareAddr.from(bytes);
  return null;
}

/** Reads a struct ifaddrmsg and its attributes; null for an address of another family than IP. */
export function readAddr(body: Reader): Owned<IPNet> | null {
  const family = body.u8();
  const ones = body.u8();
  body.u16(); // flags and scope
  const index = body.u32();
  const [local, address] = attributes(body, IFA_LOCAL, IFA_ADDRESS);
  // Where there is a peer, that one is the address.
  const bytes = (local ?? address)?.rest();
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
