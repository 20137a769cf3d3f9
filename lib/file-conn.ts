// Go: net/file.go, net/file_unix.go
import { type Addr, IPAddr, TCPAddr, UDPAddr, UnixAddr } from "./addr/index.js";
import { asError, checkInt, Errno, invalidArgType, OpError, SyscallError } from "./errors/index.js";
import { File } from "./file.js";
import { checkAccess } from "./internal/access.js";
import { binding, constant } from "./internal/binding.js";
import { setNonblock } from "./internal/poll/nonblock.js";
import { NetFD } from "./internal/socket/net-fd.js";
import { offloadOf } from "./internal/socket/offload.js";
import { getInt, type Option } from "./internal/socket/options.js";
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  type Codec,
  familyOf,
  remoteAddrOf,
} from "./internal/socket/sockaddr.js";
import { ipCodec, tcpCodec, udpCodec } from "./internal/socket/sockaddr-inet.js";
import { unixCodecs } from "./internal/socket/sockaddr-unix.js";
import { kindOf } from "./internal/socket/socket.js";
import { IPConn } from "./ip-conn.js";
import { TCPConn, TCPListener } from "./tcp.js";
import { defaultKeepAlive } from "./tcp-keepalive.js";
import { UDPConn } from "./udp-conn.js";
import { UnixConn } from "./unix-conn.js";
import { UnixListener } from "./unix-listener.js";

const [STREAM, DGRAM, RAW, SEQPACKET] = ["SOCK_STREAM", "SOCK_DGRAM", "SOCK_RAW", "SOCK_SEQPACKET"].map(
  constant,
);
const socketType: Option = { level: constant("SOL_SOCKET"), name: constant("SO_TYPE") };
const listens: Option = { level: constant("SOL_SOCKET"), name: constant("SO_ACCEPTCONN") };
const MAX_FD = 0x7fffffff;

const inet = new Map<number, Codec>([
  [STREAM!, tcpCodec],
  [DGRAM!, udpCodec],
  [RAW!, ipCodec],
]);
const unix = new Map<number, Codec>([
  [STREAM!, unixCodecs.unix],
  [DGRAM!, unixCodecs.unixgram],
  [SEQPACKET!, unixCodecs.unixpacket],
]);
const codecs = new Map([
  [AF_INET, inet],
  [AF_INET6, inet],
  [AF_UNIX, unix],
]);

/**
 * A connection on a duplicate of a connected descriptor: of its own type, TCP with no delay and keep-alive as dialed ones
 * have. The given one stays the caller's to close; it becomes non-blocking, since that belongs to both. Throws an OpError
 * `file`: `ENOTSOCK`, `EBADF`, `EINVAL` for a listener; a TypeError for what is no descriptor. Go: net.FileConn.
 */
export function fileConn(f: File | number): TCPConn | UDPConn | IPConn | UnixConn {
  return adopt(f, (fd) => {
    if (isListening(fd)) throw new Errno("EINVAL");
    fd.raddr = remoteAddrOf(fd.fd, fd.kind.codec);
    const { laddr } = fd;
    if (laddr instanceof TCPAddr) return TCPConn.open(fd, { keepAlive: defaultKeepAlive });
    return packetConn(fd, laddr);
  });
}

/**
 * A listener on a duplicate of a listening descriptor. It leaves the file of a Unix socket when it is closed. Throws an
 * OpError `file`: `EINVAL` for what does not listen, ... Go: net.FileListener.
 */
export function fileListener(f: File | number): TCPListener | UnixListener {
  return adopt(f, (fd) => {
    if (!isListening(fd)) throw new Errno("EINVAL");
    fd.listening = true;
    return fd.laddr instanceof TCPAddr
      ? new TCPListener(fd, { keepAlive: defaultKeepAlive }, false)
      : new UnixListener(fd);
  });
}

/**
 * A packet endpoint on a duplicate of a descriptor. Throws an OpError `file`: `EINVAL` for a stream, ...
 * Go: net.FilePacketConn.
 */
export function filePacketConn(f: File | number): UDPConn | IPConn | UnixConn {
  return adopt(f, (fd) => {
    if (fd.kind.sotype !== DGRAM && fd.kind.sotype !== RAW) throw new Errno("EINVAL");
    fd.raddr = remoteAddrOf(fd.fd, fd.kind.codec);
    return packetConn(fd, fd.laddr);
  });
}

function packetConn(fd: NetFD, laddr: Addr | null): UDPConn | IPConn | UnixConn {
  if (laddr instanceof UDPAddr) return new UDPConn(fd);
  if (laddr instanceof IPAddr) return new IPConn(fd);
  if (laddr instanceof UnixAddr) return new UnixConn(fd);
  throw new Errno("EPROTONOSUPPORT");
}

// Duplicates it and finds out what it is; whatever goes wrong, the duplicate is closed again.
function adopt<T>(f: File | number, make: (fd: NetFD) => T): T {
  checkAccess("file", "file+net");
  const number = numberOf(f);
  const fail = (cause: Error) =>
    new OpError({
      op: "file",
      net: "file+net",
      addr: { network: "file+net", toString: () => nameOf(f) },
      cause,
    });
  const copy = binding.dup(number);
  if (copy < 0) throw fail(new SyscallError("fcntl", copy));
  let fd: NetFD | null = null;
  try {
    fd = identify(copy);
    return make(fd);
  } catch (thrown) {
    if (fd === null) binding.close(copy);
    else fd.close();
    throw fail(asError(thrown));
  }
}

function identify(copy: number): NetFD {
  const sotype = getInt(copy, socketType);
  const address = new Uint8Array(128);
  const length = binding.getsockname(copy, address);
  if (length < 0) throw new SyscallError("getsockname", length);
  const family = familyOf(address, 0);
  const codec = codecs.get(family)?.get(sotype);
  if (codec === undefined) throw new Errno("EPROTONOSUPPORT");
  // It shares its flags with the original, and nothing here can wait inside the kernel.
  setNonblock(copy);
  const laddr = codec.decode(address, 0, length);
  const net = laddr?.network ?? "";
  const fd = new NetFD(copy, kindOf({ net, family: { family, v6Only: null }, sotype, codec }));
  fd.shared = true;
  fd.lingers = true;
  // Whoever has the original would get datagrams that are joined.
  offloadOf(fd, true);
  // Known by now: asked again, it might not be told.
  fd.laddr = laddr;
  return fd;
}

const isListening = (fd: NetFD) => getInt(fd.fd, listens) !== 0;

const nameOf = (f: File | number) => (typeof f === "number" ? String(f) : f.name);

function numberOf(f: File | number): number {
  if (!(f instanceof File)) return checkNumber(f);
  try {
    return f.fd;
  } catch {
    // Closed: then the system is the one to say so, and the error tells which file it was.
    return -1;
  }
}

function checkNumber(fd: unknown): number {
  if (typeof fd !== "number") throw invalidArgType("f", "a File or the number of a descriptor", fd);
  return checkInt("f", fd, 0, MAX_FD);
}
