// Go: net/tcpsock_posix.go (doDialTCP, listenTCP), net/iprawsock_posix.go
import type { Addr, IPAddr, TCPAddr, UDPAddr } from "./addr/index.js";
import { asError, OpError, SyscallError } from "./errors/index.js";
import { binding, constant } from "./internal/binding.js";
import type { NetFD } from "./internal/socket/net-fd.js";
import { toIPAddr, toTCPAddr, toUDPAddr } from "./internal/socket/sockaddr.js";
import {
  connect,
  type Hook,
  type Limit,
  listenDatagram,
  listenStream,
  type SocketSpec,
} from "./internal/socket/socket.js";
import { IPConn } from "./ip-conn.js";
import { type Control, RawConn } from "./raw-conn.js";
import { prepare, TCPConn, type TCPDefaults, TCPListener } from "./tcp.js";

const SOCK_STREAM = constant("SOCK_STREAM");
const SOCK_DGRAM = constant("SOCK_DGRAM");
const SOCK_RAW = constant("SOCK_RAW");
// Absent where the system has no Multipath TCP at all; a kernel may still refuse it.
const { IPPROTO_MPTCP } = binding.constants;

/** What a socket is made for. A null `raddr` means to listen. */
interface Making<A> {
  network: string;
  laddr: A | null;
  raddr: A | null;
  control: Control | undefined;
}

/** A TCP socket to be. */
export interface TCPMaking extends Making<TCPAddr> {
  multipathTCP: boolean;
}

/** A raw IP socket to be. */
export interface IPMaking extends Making<IPAddr> {
  protocol: number;
}

/** An unprivileged ICMP socket to be: its port is the identifier of its echo requests. */
export interface EchoMaking extends Making<UDPAddr> {
  protocol: number;
}

function hookOf(control: Control | undefined): Hook | undefined {
  return (
    control && ((fd: NetFD, network: string, address: string) => control(network, address, new RawConn(fd)))
  );
}

function tcpSpec({ network, laddr, raddr, control, multipathTCP }: TCPMaking): SocketSpec {
  // A Multipath TCP socket forgets the zone of its addresses, and cannot be reached by what it then tells.
  const zoned = Boolean(laddr?.zone || raddr?.zone);
  const protocols = multipathTCP && IPPROTO_MPTCP !== undefined && !zoned ? [IPPROTO_MPTCP, 0] : [0];
  const hook = hookOf(control);
  return {
    net: network,
    sotype: SOCK_STREAM,
    protocols,
    toAddr: toTCPAddr,
    local: laddr,
    remote: raddr,
    hook,
  };
}

function ipSpec({ network, laddr, raddr, control, protocol }: IPMaking): SocketSpec {
  const hook = hookOf(control);
  return {
    net: network,
    sotype: SOCK_RAW,
    protocols: [protocol],
    toAddr: toIPAddr,
    local: laddr,
    remote: raddr,
    hook,
  };
}

function echoSpec({ network, laddr, control, protocol }: EchoMaking): SocketSpec {
  const hook = hookOf(control);
  return {
    net: network,
    sotype: SOCK_DGRAM,
    protocols: [protocol],
    toAddr: toUDPAddr,
    local: laddr,
    remote: null,
    hook,
  };
}

// The one place where dialing and listening become OpErrors.
async function named<T>(
  op: string,
  { network, laddr, raddr }: Making<Addr>,
  make: () => Promise<T>,
): Promise<T> {
  try {
    return await make();
  } catch (cause) {
    const ends = op === "listen" ? { addr: laddr } : { source: laddr, addr: raddr };
    throw new OpError({ op, net: network, ...ends, cause: asError(cause) });
  }
}

// A kernel may choose the very port that is dialed as the local one, and TCP then connects a socket to itself
// (RFC 793's simultaneous open); or choose one that is taken. Neither is what anyone meant, so it is tried again.
const MAX_TRIES = 3;

function isSelf({ laddr, raddr }: NetFD): boolean {
  return laddr === null || raddr === null || laddr.toString() === raddr.toString();
}

async function connectElsewhere(spec: SocketSpec, limit: Limit): Promise<NetFD> {
  const chosenByKernel = !spec.local?.port;
  for (let tries = 1; ; tries++) {
    const last = !chosenByKernel || tries === MAX_TRIES;
    try {
      const fd = await connect(spec, limit);
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
  return named("dial", making, async () =>
    TCPConn.open(await connectElsewhere(tcpSpec(making), limit), defaults),
  );
}

/** A connected IPConn. Rejects with an OpError `dial`. */
export function connectIP(making: IPMaking, limit: Limit): Promise<IPConn> {
  return named("dial", making, async () => new IPConn(await connect(ipSpec(making), limit)));
}

/** A TCPListener. Rejects with an OpError `listen`. */
export function listenTCPSocket(making: TCPMaking, defaults: TCPDefaults): Promise<TCPListener> {
  // On the listener: Linux and the BSDs hand these options down to what is accepted, and five system calls a
  // connection are a twelfth of what accepting one costs.
  return named("listen", making, async () => {
    const fd = await listenStream(tcpSpec(making), (number) => prepare(number, defaults));
    // A hook may have made it transparent: then what it accepts has addresses of its own.
    return new TCPListener(fd, defaults, making.control === undefined);
  });
}

/** An IPConn that takes packets of anyone. Rejects with an OpError `listen`. */
export async function listenIPSocket(making: IPMaking): Promise<IPConn> {
  return new IPConn(await listenRawSocket(making));
}

/** The descriptor of a raw IP socket. Rejects with an OpError `listen`. */
export function listenRawSocket(making: IPMaking): Promise<NetFD> {
  return named("listen", making, () => listenDatagram(ipSpec(making)));
}

/** The descriptor of an unprivileged ICMP socket. Rejects with an OpError `listen`. */
export function listenEchoSocket(making: EchoMaking): Promise<NetFD> {
  return named("listen", making, () => listenDatagram(echoSpec(making)));
}
