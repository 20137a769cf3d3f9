// Go: x/net/ipv4/sys_linux.go, sys_asmreqn.go; ip(7)
import { IP } from "../addr/index.js";
import type { NetFD } from "../internal/socket/net-fd.js";
import { system } from "../internal/socket/interfaces.js";
import { getBytes, groupOptions, options, setBytes } from "../internal/socket/options.js";
import { AF_INET, littleEndian } from "../internal/socket/sockaddr.js";
import type { Family } from "../ip-options/family.js";
import { NumberOption } from "../ip-options/number-option.js";
import { ControlMessage, controls } from "./control-message.js";
import { ICMPFilter } from "./icmp-filter.js";

/** The numbers of IPv4. */
export const numbers = {
  tos: new NumberOption("tos", options.tos, 0, 0xff),
  ttl: new NumberOption("ttl", options.ttl, 1, 0xff),
  multicastTTL: new NumberOption("ttl", options.multicastTTL, 0, 0xff),
} as const;

// struct ip_mreqn: a group, which nobody asks for here, an address of the interface, its number.
const REQUEST = 12;
const INDEX = 8;

// Most kernels take the number and tell the address, which is none then. So it is remembered here what they took.
const chosen = new WeakMap<NetFD, number>();

function setMulticastInterface(fd: NetFD, index: number): void {
  const request = new Uint8Array(REQUEST);
  new DataView(request.buffer).setInt32(INDEX, index, littleEndian);
  fd.set((number) => setBytes(number, options.multicastInterface, request));
  chosen.set(fd, index);
}

function multicastInterface(fd: NetFD): number {
  const request = new Uint8Array(REQUEST);
  const length = fd.set((number) => getBytes(number, options.multicastInterface, request));
  const told = length < REQUEST ? 0 : new DataView(request.buffer).getInt32(INDEX, littleEndian);
  if (told !== 0) return told;
  const addr = IP.at(request, length < REQUEST ? 0 : 4, 4);
  if (addr.isUnspecified()) return chosen.get(fd) ?? 0;
  // It was set by an address, past these methods.
  return fd.set(() => system.addrs()).find(({ value }) => addr.equal(value.ip))?.index ?? 0;
}

/** All in which IPv4 is different from IPv6. */
export const family: Family<ControlMessage, ICMPFilter> = {
  family: AF_INET,
  own: (ip) => ip.to4(),
  control: controls,
  Message: ControlMessage,
  filter: options.icmpFilter,
  Filter: ICMPFilter,
  groups: groupOptions.ipv4,
  multicastLoopback: options.multicastLoop,
  multicastInterface,
  setMulticastInterface,
};
