// Go: x/net/ipv6/sys_linux.go; ipv6(7)
import { getInt, groupOptions, options, setInt } from "../internal/socket/options.js";
import { AF_INET6 } from "../internal/socket/sockaddr.js";
import type { Family } from "../ip-options/family.js";
import { NumberOption } from "../ip-options/number-option.js";
import { ControlMessage, controls } from "./control-message.js";
import { ICMPFilter } from "./icmp-filter.js";

/** The numbers of IPv6; -1 is the system's own choice. */
export const numbers = {
  trafficClass: new NumberOption("tclass", options.trafficClass, -1, 0xff),
  hopLimit: new NumberOption("hoplim", options.hopLimit, -1, 0xff),
  multicastHopLimit: new NumberOption("hoplim", options.multicastHops6, -1, 0xff),
} as const;

/** All in which IPv6 is different from IPv4. */
export const family: Family<ControlMessage, ICMPFilter> = {
  family: AF_INET6,
  own: (ip) => (ip.to4() === null ? ip : null),
  control: controls,
  Message: ControlMessage,
  filter: options.icmp6Filter,
  Filter: ICMPFilter,
  groups: groupOptions.ipv6,
  multicastLoopback: options.multicastLoop6,
  multicastInterface: (fd) => fd.set((number) => getInt(number, options.multicastInterface6)),
  setMulticastInterface: (fd, index) =>
    fd.set((number) => setInt(number, options.multicastInterface6, index)),
};
