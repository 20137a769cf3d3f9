// capabilities(7), socket(7), ip(7), ipv6(7), tcp(7)
import { binding } from "../binding.js";
import { errno, optionHint, SyscallError } from "../../errors/index.js";

/** What Linux asks for before it sets an option, at least beyond some value: the least that every kernel takes. */
const rights: readonly (readonly [capability: string, level: string, names: string])[] = [
  ["cap_net_admin", "SOL_SOCKET", "SO_BUSY_POLL SO_BUSY_POLL_BUDGET SO_DEBUG SO_MARK SO_PREFER_BUSY_POLL"],
  ["cap_net_admin", "SOL_SOCKET", "SO_PRIORITY SO_RCVBUFFORCE SO_SNDBUFFORCE SO_TXTIME"],
  ["cap_net_admin", "IPPROTO_TCP", "TCP_CONGESTION TCP_REPAIR"],
  ["cap_net_admin", "IPPROTO_IP", "IP_IPSEC_POLICY IP_XFRM_POLICY"],
  ["cap_net_admin", "IPPROTO_IPV6", "IPV6_IPSEC_POLICY IPV6_XFRM_POLICY"],
  ["cap_net_raw", "SOL_SOCKET", "SO_BINDTODEVICE SO_BINDTOIFINDEX SO_RCVMARK"],
  ["cap_net_raw", "IPPROTO_IP", "IP_TRANSPARENT"],
  ["cap_net_raw", "IPPROTO_IPV6", "IPV6_DSTOPTS IPV6_HOPOPTS IPV6_RTHDRDSTOPTS IPV6_TRANSPARENT"],
];

const refusals = new Set([-errno("EPERM"), -errno("EACCES")]);

/** The error of a failed setsockopt(2): where a right was missing, with a hint that says which and how to get it. */
export function setOptionError(level: number, name: number, result: number): SyscallError {
  return new SyscallError("setsockopt", result, refusals.has(result) ? hintFor(level, name) : undefined);
}

function hintFor(level: number, name: number): string | undefined {
  const { constants } = binding;
  for (const [capability, levelName, names] of rights) {
    if (constants[levelName] !== level) continue;
    const option = names.split(" ").find((each) => constants[each] === name);
    if (option !== undefined) return optionHint(option, capability);
  }
  return undefined;
}
