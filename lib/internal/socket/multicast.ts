// Go: net/sockoptip_linux.go, net/sockoptip_posix.go; ip(7), ipv6(7)
import type { IP } from "../../addr/index.js";
import { options, setBytes, setInt } from "./options.js";
import { littleEndian } from "./sockaddr.js";

/**
 * Makes a UDP socket a member of a group on an interface, 0 for the system's choice; what it sends goes out there, and does
 * not come back to this host. Throws a SyscallError.
 */
export function joinGroup(fd: number, group: IP, index: number): void {
  const group4 = group.to4();
  if (group4 === null) joinGroup6(fd, group, index);
  else joinGroup4(fd, group4, index);
}

function joinGroup4(fd: number, group: IP, index: number): void {
  // struct ip_mreqn: the group, a local address, an interface's number, which wins over the address.
  const request = new Uint8Array(12);
  new DataView(request.buffer).setInt32(8, index, littleEndian);
  if (index !== 0) setBytes(fd, options.multicastInterface, request);
  setInt(fd, options.multicastLoop, 0);
  group.copyTo(request, 0);
  setBytes(fd, options.addMembership, request);
}

function joinGroup6(fd: number, group: IP, index: number): void {
  // struct ipv6_mreq: the group, an interface's number.
  const request = new Uint8Array(20);
  group.copyTo(request, 0);
  new DataView(request.buffer).setUint32(16, index, littleEndian);
  if (index !== 0) setInt(fd, options.multicastInterface6, index);
  setInt(fd, options.multicastLoop6, 0);
  setBytes(fd, options.joinGroup6, request);
}
