// Go: net/sock_posix.go (socket, listenStream, dial), net/ipsock_posix.go (favoriteAddrFamily)
import { binding, constant } from "../binding.js";
import type { Addr } from "../../addr/index.js";
import {
  errno,
  ErrDeadlineExceeded,
  ErrTimeout,
  pingSocketHint,
  rawSocketHint,
  SyscallError,
} from "../../errors/index.js";
import { canceled } from "../poll/canceled.js";
import { ConnectOp } from "../poll/ops.js";
import { WRITE } from "../poll/poller.js";
import { maxListenerBacklog } from "./backlog.js";
import { NetFD } from "./net-fd.js";
import { options, trySetInt } from "./options.js";
import { stack } from "./probe.js";
import {
  AF_INET,
  AF_INET6,
  type Decode,
  encode,
  type Endpoint,
  familyOfEndpoint,
  isWildcard,
  localAddrOf,
  remoteAddrOf,
} from "./sockaddr.js";

const STREAM = constant("SOCK_STREAM");
const DGRAM = constant("SOCK_DGRAM");
const RAW = constant("SOCK_RAW");
const icmp = new Set([constant("IPPROTO_ICMP"), constant("IPPROTO_ICMPV6")]);

/** Runs on a new socket after its options are set and before it is bound or connected. */
export type Hook = (fd: NetFD, network: string, address: string) => void | Promise<void>;

/** What a new socket is to be. */
export interface SocketSpec {
  /** The network as the caller named it, such as `tcp`. */
  net: string;
  sotype: number;
  /** 0 for the type's own. The first one that the system knows is taken. */
  protocols: readonly number[];
  toAddr: Decode;
  local: (Endpoint & Addr) | null;
  remote: (Endpoint & Addr) | null;
  hook?: Hook | undefined;
}

/** How long an operation may take, and what ends it early. */
export interface Limit {
  /** Epoch milliseconds; Infinity for no limit. */
  deadline: number;
  signal?: AbortSignal | undefined;
}

/** Which family to use, and whether for IPv6 alone. Go: favoriteAddrFamily. */
function favoriteFamily({ net, local, remote }: SocketSpec): { family: number; v6Only: boolean } {
  // The protocol of "ip4:icmp" says nothing about the family.
  const network = net.split(":", 1)[0]!;
  if (network.endsWith("4")) return { family: AF_INET, v6Only: false };
  if (network.endsWith("6")) return { family: AF_INET6, v6Only: true };
  const listening = remote === null;
  if (listening && isWildcard(local)) {
    const { ipv4, mapped } = stack();
    if (mapped || !ipv4) return { family: AF_INET6, v6Only: false };
    return { family: local === null ? AF_INET : familyOfEndpoint(local), v6Only: false };
  }
  const isInet = (endpoint: Endpoint | null) => endpoint === null || familyOfEndpoint(endpoint) === AF_INET;
  return { family: isInet(local) && isInet(remote) ? AF_INET : AF_INET6, v6Only: false };
}

function open(spec: SocketSpec, family: number): number {
  let result = 0;
  for (const protocol of spec.protocols) {
    result = binding.socket(family, spec.sotype, protocol);
    if (result >= 0) return result;
  }
  throw new SyscallError("socket", result, hintFor(spec, result));
}

// The one place that knows why a kernel refuses to make a socket, and what can be done about it.
function hintFor({ sotype, protocols }: SocketSpec, result: number): string | undefined {
  if (!refusals.has(result)) return undefined;
  if (sotype === RAW) return rawSocketHint();
  return sotype === DGRAM && icmp.has(protocols[0]!) ? pingSocketHint() : undefined;
}

const refusals = new Set([-errno("EPERM"), -errno("EACCES")]);

function setDefaults(fd: number, { sotype }: SocketSpec, family: number, v6Only: boolean): void {
  // Explicitly, either way: the system's own default can be changed. It may refuse, and then has just one way.
  if (family === AF_INET6 && sotype !== RAW) trySetInt(fd, options.v6Only, v6Only ? 1 : 0);
  if (sotype !== STREAM) required(trySetInt(fd, options.broadcast, 1), "setsockopt");
}

function required(result: number, syscall: string): void {
  if (result < 0) throw new SyscallError(syscall, result);
}

// The concrete network that a hook is told: "tcp" has become "tcp4" or "tcp6" by now.
function concrete(net: string, family: number): string {
  const network = net.split(":", 1)[0]!;
  return /[46]$/.test(network) ? network : network + (family === AF_INET ? "4" : "6");
}

// Makes the socket and hands it to `finish`; whatever goes wrong, it is closed again.
async function make(
  spec: SocketSpec,
  finish: (fd: NetFD, family: number) => Promise<void> | void,
): Promise<NetFD> {
  const { family, v6Only } = favoriteFamily(spec);
  const { net, sotype, toAddr } = spec;
  const fd = new NetFD(open(spec, family), { net, family, sotype, toAddr, stream: sotype === STREAM });
  try {
    setDefaults(fd.fd, spec, family, v6Only);
    if (spec.hook !== undefined) {
      const address = (spec.remote ?? spec.local)?.toString() ?? ":0";
      await spec.hook(fd, concrete(net, family), address);
    }
    await finish(fd, family);
    return fd;
  } catch (error) {
    if (!fd.closing) fd.close();
    throw error;
  }
}

function bind(fd: NetFD, family: number, local: Endpoint | null): void {
  required(binding.bind(fd.fd, encode(family, local ?? { ip: null, zone: "" })), "bind");
}

/**
 * A socket that accepts connections; `prepare` sets what these are to inherit. Throws bare causes: the caller knows
 * the operation.
 */
export function listenStream(spec: SocketSpec, prepare: (fd: number) => void): Promise<NetFD> {
  return make(spec, (fd, family) => {
    prepare(fd.fd);
    required(trySetInt(fd.fd, options.reuseAddr, 1), "setsockopt");
    bind(fd, family, spec.local);
    required(binding.listen(fd.fd, maxListenerBacklog()), "listen");
    fd.listening = true;
    fd.laddr = localAddrOf(fd.fd, spec.toAddr);
  });
}

/** A socket that sends and receives packets of anyone. Throws bare causes. */
export function listenDatagram(spec: SocketSpec): Promise<NetFD> {
  return make(spec, (fd, family) => {
    bind(fd, family, spec.local);
    fd.laddr = localAddrOf(fd.fd, spec.toAddr);
  });
}

/** A socket connected to `spec.remote`. Throws bare causes. */
export async function connect(spec: SocketSpec, limit: Limit): Promise<NetFD> {
  if (limit.signal?.aborted) throw canceled(limit.signal);
  if (limit.deadline <= Date.now()) throw ErrTimeout;
  return make(spec, async (fd, family) => {
    // An asynchronous hook may have taken its time.
    if (limit.signal?.aborted) throw canceled(limit.signal);
    if (spec.local !== null) {
      // Otherwise every connect from this address takes a port of its own at bind, and the range is soon empty.
      if (!spec.local.port && spec.sotype === STREAM) trySetInt(fd.fd, options.bindAddressNoPort, 1);
      bind(fd, family, spec.local);
    }
    await finishConnect(fd, encode(family, spec.remote!), limit);
    // Asked anew, whatever an error in a hook may have asked before there was one.
    fd.raddr = remoteAddrOf(fd.fd, spec.toAddr) ?? spec.remote;
    fd.laddr = localAddrOf(fd.fd, spec.toAddr);
  });
}

async function finishConnect(fd: NetFD, address: Uint8Array, { deadline, signal }: Limit): Promise<void> {
  fd.setDeadline(WRITE, deadline);
  try {
    await ConnectOp.start(fd, address, signal);
  } catch (error) {
    throw error === ErrDeadlineExceeded ? ErrTimeout : error;
  }
  // The abort may have come between the connection and this line: whoever aborted must not get it.
  if (signal?.aborted) throw canceled(signal);
  // The limit of the dial is not one of the connection.
  fd.setDeadline(WRITE, Infinity);
}
