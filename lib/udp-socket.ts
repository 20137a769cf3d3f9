// Go: net/udpsock_posix.go (dialUDP, listenUDP), net/sock_posix.go (listenDatagram)
import { ipv4zero, ipv6zero, UDPAddr } from "./addr/index.js";
import { SyscallError } from "./errors/index.js";
import { constant } from "./internal/binding.js";
import { favoriteFamily } from "./internal/socket/family.js";
import { joinGroup } from "./internal/socket/multicast.js";
import type { NetFD } from "./internal/socket/net-fd.js";
import { options, trySetInt } from "./internal/socket/options.js";
import { udpCodec } from "./internal/socket/sockaddr-inet.js";
import {
  connect,
  type Limit,
  listenDatagram,
  type Prepare,
  type SocketSpec,
} from "./internal/socket/socket.js";
import { hookOf, type Making, named } from "./making.js";
import { UDPConn } from "./udp-conn.js";

const SOCK_DGRAM = constant("SOCK_DGRAM");

/** A UDP socket to be; or, with a protocol, an unprivileged ICMP one, whose port is the identifier of its requests. */
export interface UDPMaking extends Making<UDPAddr> {
  protocol?: number | undefined;
}

function specOf({ network, laddr, raddr, control, protocol = 0 }: UDPMaking): SocketSpec {
  return {
    net: network,
    family: favoriteFamily(network, laddr, raddr),
    sotype: SOCK_DGRAM,
    protocols: [protocol],
    codec: udpCodec,
    local: laddr,
    remote: raddr,
    hook: hookOf(control),
  };
}

/** A connected UDPConn. Rejects with an OpError `dial`. */
export function connectUDP(making: UDPMaking, limit: Limit): Promise<UDPConn> {
  return named("dial", making, async () => new UDPConn(await connect(specOf(making), limit)));
}

/** The descriptor of a datagram socket that takes packets of anyone. Rejects with an OpError `listen`. */
export function listenUDPSocket(making: UDPMaking): Promise<NetFD> {
  return named("listen", making, () => {
    const spec = { ...specOf(making), local: making.laddr ?? new UDPAddr() };
    return isGroup(making.laddr) ? listenGroup(spec, making.laddr!) : listenDatagram(spec);
  });
}

const isGroup = (laddr: UDPAddr | null) => laddr?.ip?.isMulticast() ?? false;

/** A UDPConn that receives a group on the interface of this number, 0 for the system's choice. Rejects with an OpError. */
export function listenMulticastSocket(making: UDPMaking, group: UDPAddr, index: number): Promise<UDPConn> {
  return named("listen", making, async () => {
    const fd = await listenGroup(specOf(making), group);
    try {
      joinGroup(fd.fd, group.ip!, index);
      return new UDPConn(fd);
    } catch (error) {
      fd.close();
      throw error;
    }
  });
}

/**
 * A socket on the port of a multicast group: on the wildcard, since an address of a group is nobody's own, and beside
 * others, since several programs may want one group. It joins nothing yet.
 */
function listenGroup(spec: SocketSpec, { ip, port, zone }: UDPAddr): Promise<NetFD> {
  const local = new UDPAddr({ ip: ip!.to4() === null ? ipv6zero : ipv4zero, port, zone });
  return listenDatagram({ ...spec, local }, shareGroup);
}

// Go: setDefaultMulticastSockopts. BSD systems want both; on Linux the second would share packets out instead.
const shareGroup: Prepare = (fd) => {
  required(trySetInt(fd, options.reuseAddr, 1));
  if (process.platform !== "linux") required(trySetInt(fd, options.reusePort, 1));
};

function required(result: number): void {
  if (result < 0) throw new SyscallError("setsockopt", result);
}
