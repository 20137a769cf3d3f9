// Go: net/sock_posix.go (socket, listenStream, dial), net/ipsock_posix.go (favoriteAddrFamily)
import { binding, constant } from "../binding.js";
import type { Addr } from "../../addr/index.js";
import {
  errno,
  ErrDeadlineExceeded,
  ErrTimeout,
  lowPortHint,
  pingSocketHint,
  rawSocketHint,
  SyscallError,
} from "../../errors/index.js";
import { canceled } from "../poll/canceled.js";
import { ConnectOp } from "../poll/ops.js";
import { WRITE } from "../poll/poller.js";
import { maxListenerBacklog } from "./backlog.js";
import type { Family } from "./family.js";
import { NetFD, type SocketKind } from "./net-fd.js";
import { options, trySetInt } from "./options.js";
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  asOf,
  type Codec,
  localAddrOf,
  remoteAddrOf,
  sockaddr,
} from "./sockaddr.js";
import { within } from "./within.js";

const STREAM = constant("SOCK_STREAM");
const DGRAM = constant("SOCK_DGRAM");
const RAW = constant("SOCK_RAW");
// Types whose sockets have one peer, and whose zero bytes mean its end.
const connected = new Set([STREAM, constant("SOCK_SEQPACKET")]);
const icmp = new Set([constant("IPPROTO_ICMP"), constant("IPPROTO_ICMPV6")]);

/** Runs on a new socket after its options are set and before it is bound or connected. */
export type Hook = (fd: NetFD, network: string, address: string) => void | Promise<void>;

/** What a new socket is to be. */
export interface SocketSpec {
  /** The network as the caller named it, such as `tcp`; without the protocol of raw IP. */
  readonly net: string;
  readonly family: Family;
  readonly sotype: number;
  /** 0 for the type's own. The first one that the system knows is taken. */
  readonly protocols: readonly number[];
  readonly codec: Codec;
  /** Where to bind it; null to leave that to the system. */
  readonly local: Addr | null;
  /** Whom to connect it to; null for nobody. */
  readonly remote: Addr | null;
  readonly hook?: Hook | undefined;
}

/** How long an operation may take, and what ends it early. */
export interface Limit {
  /** Epoch milliseconds; Infinity for no limit. */
  deadline: number;
  signal?: AbortSignal | undefined;
}

function open(spec: SocketSpec): number {
  let result = 0;
  for (const protocol of spec.protocols) {
    result = binding.socket(spec.family.family, spec.sotype, protocol);
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

function setDefaults(fd: number, { sotype, family: { family, v6Only } }: SocketSpec): void {
  // Explicitly, either way: the system's own default can be changed. It may refuse, and then has just one way.
  if (family === AF_INET6 && sotype !== RAW) trySetInt(fd, options.v6Only, v6Only ? 1 : 0);
  if (family !== AF_UNIX && !connected.has(sotype))
    required(trySetInt(fd, options.broadcast, 1), "setsockopt");
}

function required(result: number, syscall: string): void {
  if (result < 0) throw new SyscallError(syscall, result);
}

// The concrete network that a hook is told: "tcp" has become "tcp4" or "tcp6" by now. Unix has no such kinds.
function concrete({ net, family: { family } }: SocketSpec): string {
  if (family === AF_UNIX || /[46]$/.test(net)) return net;
  return net + (family === AF_INET ? "4" : "6");
}

// What a hook is told of the address when there is none.
const anywhere = ({ family: { family } }: SocketSpec) => (family === AF_UNIX ? "" : ":0");

const unlimited: Limit = { deadline: Infinity };

// Makes the socket and hands it to `finish`; whatever goes wrong, it is closed again. The limit is the hook's.
async function make(
  spec: SocketSpec,
  prepare: Prepare | undefined,
  finish: (fd: NetFD) => Promise<void> | void,
  limit = unlimited,
): Promise<NetFD> {
  const fd = new NetFD(open(spec), kindOf(spec));
  try {
    setDefaults(fd.fd, spec);
    prepare?.(fd.fd);
    if (spec.hook !== undefined) {
      const address = (spec.remote ?? spec.local)?.toString() ?? anywhere(spec);
      await within(Promise.resolve(spec.hook(fd, concrete(spec), address)), limit);
    }
    await finish(fd);
    return fd;
  } catch (error) {
    if (!fd.closing) fd.close();
    throw error;
  }
}

/** What kind of socket one is, or will be. */
export function kindOf({
  net,
  family: { family },
  sotype,
  codec,
}: Pick<SocketSpec, "net" | "family" | "sotype" | "codec">): SocketKind {
  return { net, family, sotype, codec, stream: sotype === STREAM, ends: connected.has(sotype) };
}

function bind(fd: NetFD, local: Addr): void {
  const result = binding.bind(fd.fd, addressFor("bind", fd, local));
  if (result < 0) throw new SyscallError("bind", result, lowPort(local, result));
}

// The first port that needs no right, unless the host was told otherwise.
const FIRST_FREE = 1024;

function lowPort(local: Addr, result: number): string | undefined {
  const port = "port" in local ? Number(local.port) : 0;
  return refusals.has(result) && port > 0 && port < FIRST_FREE ? lowPortHint(port) : undefined;
}

function addressFor(syscall: string, { kind: { codec, family } }: NetFD, addr: Addr): Uint8Array {
  try {
    return sockaddr(codec, family, addr);
  } catch (error) {
    throw asOf(syscall, error);
  }
}

/** Sets options of a new socket, before the hook, which may set them otherwise. */
export type Prepare = (fd: number) => void;

/** A socket that accepts connections. Throws bare causes: the caller knows the operation. */
export function listenStream(spec: SocketSpec, prepare?: Prepare): Promise<NetFD> {
  const prepared = (fd: number) => {
    prepare?.(fd);
    required(trySetInt(fd, options.reuseAddr, 1), "setsockopt");
  };
  return make(spec, prepared, (fd) => {
    if (spec.local !== null) bind(fd, spec.local);
    required(binding.listen(fd.fd, maxListenerBacklog()), "listen");
    fd.listening = true;
    fd.laddr = localAddrOf(fd.fd, spec.codec);
  });
}

/** A socket that sends and receives packets of anyone. Throws bare causes. */
export function listenDatagram(spec: SocketSpec, prepare?: Prepare): Promise<NetFD> {
  return make(spec, prepare, (fd) => {
    if (spec.local !== null) bind(fd, spec.local);
    fd.laddr = localAddrOf(fd.fd, spec.codec);
  });
}

/** A socket connected to `spec.remote`, or only bound where that is null. Throws bare causes. */
export async function connect(spec: SocketSpec, limit: Limit, prepare?: Prepare): Promise<NetFD> {
  if (limit.signal?.aborted) throw canceled(limit.signal);
  if (limit.deadline <= Date.now()) throw ErrTimeout;
  const finish = async (fd: NetFD) => {
    // Where the hook itself did it, say.
    if (limit.signal?.aborted) throw canceled(limit.signal);
    if (spec.local !== null) bind(fd, spec.local);
    if (spec.remote !== null) await finishConnect(fd, spec.remote, limit);
    fd.laddr = localAddrOf(fd.fd, spec.codec);
  };
  return make(spec, prepare, finish, limit);
}

async function finishConnect(fd: NetFD, remote: Addr, { deadline, signal }: Limit): Promise<void> {
  fd.setDeadline(WRITE, deadline);
  try {
    await ConnectOp.start(fd, addressFor("connect", fd, remote), signal);
  } catch (error) {
    throw error === ErrDeadlineExceeded ? ErrTimeout : error;
  }
  // The abort may have come between the connection and this line: whoever aborted must not get it.
  if (signal?.aborted) throw canceled(signal);
  // The limit of the dial is not one of the connection.
  fd.setDeadline(WRITE, Infinity); // Asked anew, whatever an error in a hook may have asked before there was one.
  fd.raddr = remoteAddrOf(fd.fd, fd.kind.codec) ?? remote;
}
