// Go: net/iprawsock_posix.go (dialIP, listenIP)
import { IPAddr } from "./addr/index.js";
import { constant } from "./internal/binding.js";
import { favoriteFamily } from "./internal/socket/family.js";
import type { NetFD } from "./internal/socket/net-fd.js";
import { ipCodec } from "./internal/socket/sockaddr-inet.js";
import { connect, type Limit, listenDatagram, type SocketSpec } from "./internal/socket/socket.js";
import { IPConn } from "./ip-conn.js";
import { hookOf, type Making, named } from "./making.js";

const SOCK_RAW = constant("SOCK_RAW");

/** A raw IP socket to be. */
export interface IPMaking extends Making<IPAddr> {
  protocol: number;
}

function specOf({ network, laddr, raddr, control, protocol }: IPMaking): SocketSpec {
  // As in Go, what dialing and listening call "ip4:icmp" is an "ip4" to itself.
  const net = network.split(":", 1)[0]!;
  return {
    net,
    family: favoriteFamily(net, laddr, raddr),
    sotype: SOCK_RAW,
    protocols: [protocol],
    codec: ipCodec,
    local: laddr,
    remote: raddr,
    hook: hookOf(control),
  };
}

/** A connected IPConn. Rejects with an OpError `dial`. */
export function connectIP(making: IPMaking, limit: Limit): Promise<IPConn> {
  return named("dial", making, async () => new IPConn(await connect(specOf(making), limit)));
}

/** The descriptor of a raw IP socket that takes packets of anyone. Rejects with an OpError `listen`. */
export function listenIPSocket(making: IPMaking): Promise<NetFD> {
  return named("listen", making, () =>
    listenDatagram({ ...specOf(making), local: making.laddr ?? new IPAddr() }),
  );
}
