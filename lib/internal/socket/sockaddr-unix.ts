// Go: syscall/syscall_linux.go (SockaddrUnix), net/unixsock_posix.go; unix(7)
import { UnixAddr, type UnixNetwork } from "../../addr/index.js";
import { Errno } from "../../errors/index.js";
import { AF_UNIX, begin, type Codec } from "./sockaddr.js";
import { bytesOf, nameOf } from "./unix-name.js";

// The family; the name begins behind it.
const NAME = 2;

// struct sockaddr_un: 108 bytes of name on Linux, 104 on BSD systems.
const MAX_NAME = process.platform === "linux" ? 108 : 104;

const hasAbstract = process.platform === "linux";

const AT = 0x40;

// A path ends with a NUL. An abstract name begins with one instead of its "@", and ends where the length says.
function encode(_family: number, { name }: UnixAddr, into: Uint8Array, offset: number): number {
  const bytes = bytesOf(name);
  const isAbstract = hasAbstract && bytes[0] === AT;
  const length = bytes.length === 0 || isAbstract ? bytes.length : bytes.length + 1;
  if (length > MAX_NAME) throw new Errno("EINVAL");
  begin(into, offset, AF_UNIX, NAME + length);
  into.set(bytes, offset + NAME);
  if (isAbstract) into[offset + NAME] = 0;
  return NAME + length;
}

function nameIn(address: Uint8Array): string {
  // As in Go, a socket without a name shows the mark of those that are no paths.
  if (address.length <= NAME) return "@";
  const bytes = address.subarray(NAME);
  if (bytes[0] === 0) return `@${nameOf(bytes.subarray(1))}`;
  const end = bytes.indexOf(0);
  return nameOf(end < 0 ? bytes : bytes.subarray(0, end));
}

function unix(net: UnixNetwork): Codec<UnixAddr> {
  return {
    is: (addr): addr is UnixAddr => addr instanceof UnixAddr,
    decode: (bytes, offset, length) =>
      new UnixAddr({ name: nameIn(bytes.subarray(offset, offset + length)), net }),
    encode,
  };
}

/** Addresses of Unix domain sockets, by network. */
export const unixCodecs: Readonly<Record<UnixNetwork, Codec<UnixAddr>>> = {
  unix: unix("unix"),
  unixgram: unix("unixgram"),
  unixpacket: unix("unixpacket"),
};
