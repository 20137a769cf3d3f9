// Go: net/unixsock_posix.go (unixSocket, dialUnix, listenUnix, listenUnixgram)
import type { UnixAddr, UnixNetwork } from "./addr/index.js";
import { constant } from "./internal/binding.js";
import { unixFamily } from "./internal/socket/family.js";
import { unixCodecs } from "./internal/socket/sockaddr-unix.js";
import {
  connect,
  type Limit,
  listenDatagram,
  listenStream,
  type SocketSpec,
} from "./internal/socket/socket.js";
import { hookOf, type Making, named } from "./making.js";
import { UnixConn } from "./unix-conn.js";
import { UnixListener } from "./unix-listener.js";

const types: Readonly<Record<UnixNetwork, number>> = {
  unix: constant("SOCK_STREAM"),
  unixgram: constant("SOCK_DGRAM"),
  unixpacket: constant("SOCK_SEQPACKET"),
};

/** A Unix domain socket to be. */
export interface UnixMaking extends Making<UnixAddr> {
  network: UnixNetwork;
}

// Go: the empty name of a local address means to stay without one when dialing, and to be given one when listening.
function specOf({ network, laddr, raddr, control }: UnixMaking): SocketSpec {
  return {
    net: network,
    family: unixFamily,
    sotype: types[network],
    protocols: [0],
    codec: unixCodecs[network],
    local: laddr,
    remote: raddr,
    hook: hookOf(control),
  };
}

/** A UnixConn connected to `raddr`, or only bound where that is null. Rejects with an OpError `dial`. */
export function connectUnix(making: UnixMaking, limit: Limit): Promise<UnixConn> {
  const laddr = making.laddr?.name === "" ? null : making.laddr;
  return named("dial", making, async () => new UnixConn(await connect(specOf({ ...making, laddr }), limit)));
}

/** A UnixListener, whose close removes its file. Rejects with an OpError `listen`. */
export function listenUnixSocket(making: UnixMaking): Promise<UnixListener> {
  return named("listen", making, async () => new UnixListener(await listenStream(specOf(making)), true));
}

/** A UnixConn that takes datagrams of anyone. Rejects with an OpError `listen`. */
export function listenUnixgramSocket(making: UnixMaking): Promise<UnixConn> {
  return named("listen", making, async () => new UnixConn(await listenDatagram(specOf(making))));
}
