// Go: net/addrselect.go (srcAddrs)
import { type IP, type IPAddr, UDPAddr } from "../addr/index.js";
import { binding, constant } from "../internal/binding.js";
import { favoriteFamily } from "../internal/socket/family.js";
import { localAddrOf, sockaddr } from "../internal/socket/sockaddr.js";
import { udpCodec } from "../internal/socket/sockaddr-inet.js";

const SOCK_DGRAM = constant("SOCK_DGRAM");

// Any port does, as nothing is sent; Go takes this one as well.
const DISCARD = 9;

/** The address from which packets would go there, or null where there is no way: connecting a UDP socket tells. */
export function sourceOf({ ip, zone }: IPAddr): IP | null {
  const remote = new UDPAddr({ ip, zone, port: DISCARD });
  const { family } = favoriteFamily("udp", null, remote);
  const fd = binding.socket(family, SOCK_DGRAM, 0);
  if (fd < 0) return null;
  try {
    if (binding.connect(fd, sockaddr(udpCodec, family, remote)) < 0) return null;
    return (localAddrOf(fd, udpCodec) as UDPAddr | null)?.ip ?? null;
  } catch {
    // A zone that no interface has.
    return null;
  } finally {
    binding.close(fd);
  }
}
