// Go: net/tcpsock_posix.go (doDialTCP, listenTCP)
import { TCPAddr } from "./addr/index.js";
import { SyscallError } from "./errors/index.js";
import { binding, constant } from "./internal/binding.js";
import { favoriteFamily } from "./internal/socket/family.js";
import type { NetFD } from "./internal/socket/net-fd.js";
import { options, trySetInt } from "./internal/socket/options.js";
import { tcpCodec } from "./internal/socket/sockaddr-inet.js";
import {
  connect,
  type Limit,
  listenStream,
  type Prepare,
  type SocketSpec,
} from "./internal/socket/socket.js";
import { hookOf, type Making, named } from "./making.js";
import { prepare, TCPConn, type TCPDefaults, TCPListener } from "./tcp.js";

const SOCK_STREAM = constant("SOCK_STREAM");
// Absent where the system has no Multipath TCP at all; a kernel may still refuse it.
const { IPPROTO_MPTCP } = binding.constants;

/** A TCP socket to be. */
export interface TCPMaking extends Making<TCPAddr> {
  multipathTCP: boolean;
}

function specOf({ network, laddr, raddr, control, multipathTCP }: TCPMaking): SocketSpec {
  // A Multipath TCP socket forgets the zone of its addresses, and cannot be reached by what it then tells.
  const zoned = Boolean(laddr?.zone || raddr?.zone);
  return {
    net: network,
    family: favoriteFamily(network, laddr, raddr),
    sotype: SOCK_STREAM,
    protocols: multipathTCP && IPPROTO_MPTCP !== undefined && !zoned ? [IPPROTO_MPTCP, 0] : [0],
    codec: tcpCodec,
    local: laddr,
    remote: raddr,
    hook: hookOf(control),
  };
}

// A kernel may choose the very port that is dialed as the local one, and TCP then connects a socket to itself
// (RFC 793's simultaneous open); or choose one that is taken. Neither is what anyone meant, so it is tried again.
const MAX_TRIES = 3;

function isSelf({ laddr, raddr }: NetFD): boolean {
  return laddr === null || raddr === null || laddr.toString() === raddr.toString();
}

async function connectElsewhere(making: TCPMaking, limit: Limit): Promise<NetFD> {
  const chosenByKernel = !making.laddr?.port;
  // Otherwise every connect from one address takes a port of its own at bind, and the range is soon empty.
  const late: Prepare | undefined =
    making.laddr !== null && chosenByKernel
      ? (fd) => void trySetInt(fd, options.bindAddressNoPort, 1)
      : undefined;
  for (let tries = 1; ; tries++) {
    const last = !chosenByKernel || tries === MAX_TRIES;
    try {
      const fd = await connect(specOf(making), limit, late);
      // Who names both ports gets what was asked for.
      if (!chosenByKernel || !isSelf(fd)) return fd;
      fd.close();
      // Three in a row: nobody listens there but ourselves.
      if (last) throw new SyscallError("connect", "ECONNREFUSED");
    } catch (error) {
      if (last || (error as SyscallError).code !== "EADDRNOTAVAIL") throw error;
    }
  }
}

/** A connected TCPConn. Rejects with an OpError `dial`. */
export function connectTCP(making: TCPMaking, defaults: TCPDefaults, limit: Limit): Promise<TCPConn> {
  return named("dial", making, async () => TCPConn.open(await connectElsewhere(making, limit), defaults));
}

/** A TCPListener. Rejects with an OpError `listen`. */
export function listenTCPSocket(making: TCPMaking, defaults: TCPDefaults): Promise<TCPListener> {
  // On the listener: Linux and the BSDs hand these options down to what is accepted, and five system calls a
  // connection are a twelfth of what accepting one costs.
  return named("listen", making, async () => {
    const spec = { ...specOf(making), local: making.laddr ?? new TCPAddr() };
    const fd = await listenStream(spec, (number) => prepare(number, defaults));
    // A hook may have made it transparent: then what it accepts has addresses of its own.
    return new TCPListener(fd, defaults, making.control === undefined);
  });
}
