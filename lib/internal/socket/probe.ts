// Go: net/ipsock.go (ipStackCapabilities), net/ipsock_posix.go (probe)
import { binding, constant } from "../binding.js";
import { type IP, ipv4, ipv6loopback, TCPAddr } from "../../addr/index.js";
import { errno } from "../../errors/index.js";
import { options, trySetInt } from "./options.js";
import { AF_INET, AF_INET6, sockaddr } from "./sockaddr.js";
import { tcpCodec } from "./sockaddr-inet.js";

/** What IP this host speaks. */
export interface Stack {
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  /** Whether an IPv6 socket can carry IPv4 too. */
  readonly mapped: boolean;
}

const STREAM = constant("SOCK_STREAM");
const TCP = constant("IPPROTO_TCP");

// What says nothing about the stack: that no socket could be made at this moment.
const transient = new Set((["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"] as const).map((name) => -errno(name)));
let uncertain = false;

function open(family: number): number {
  const fd = binding.socket(family, STREAM, TCP);
  if (transient.has(fd)) uncertain = true;
  return fd;
}

function canOpen(family: number): boolean {
  const fd = open(family);
  if (fd >= 0) binding.close(fd);
  return fd >= 0;
}

function canBind(ip: IP, v6Only: number): boolean {
  const fd = open(AF_INET6);
  if (fd < 0) return false;
  trySetInt(fd, options.v6Only, v6Only);
  const result = binding.bind(fd, sockaddr(tcpCodec, AF_INET6, new TCPAddr({ ip })));
  binding.close(fd);
  return result === 0;
}

let known: Stack | null = null;

/** Finds out by trying: once, unless the process had no descriptors left to try with. */
export function stack(): Stack {
  if (known !== null) return known;
  uncertain = false;
  const found = {
    ipv4: canOpen(AF_INET),
    ipv6: canBind(ipv6loopback, 1),
    mapped: canBind(ipv4(127, 0, 0, 1), 0),
  };
  if (!uncertain) known = found;
  return found;
}
