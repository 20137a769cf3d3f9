// Go: net/ipsock.go (filterAddrList, ipv4only, ipv6only)
import { IPAddr, ipv4zero, ipv6unspecified } from "../addr/index.js";

/** The addresses of the family that the network's last digit asks for. */
export function suitable(network: string, addrs: readonly IPAddr[]): readonly IPAddr[] {
  // Where :: can be listened on but not reached, 0.0.0.0 often can.
  const wild = addrs.length === 1 && addrs[0]!.ip!.equal(ipv6unspecified);
  const all = wild ? [...addrs, new IPAddr({ ip: ipv4zero })] : addrs;
  if (network.endsWith("4")) return all.every(isIPv4) ? all : all.filter(isIPv4);
  return network.endsWith("6") ? all.filter((addr) => !isIPv4(addr)) : all;
}

const isIPv4 = ({ ip }: IPAddr) => ip!.to4() !== null;
