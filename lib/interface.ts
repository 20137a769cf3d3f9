// Go: net/interface.go
import { Flags, type HardwareAddr, IPAddr, type IPNet } from "./addr/index.js";
import {
  checkInt,
  checkString,
  ErrInvalidInterfaceIndex,
  ErrInvalidInterfaceName,
  ErrNoSuchInterface,
  OpError,
} from "./errors/index.js";
import { checkAccess } from "./internal/access.js";
import { type Link, type Owned, system } from "./internal/socket/interfaces.js";

const MAX_INT = 0x7fffffff;

/**
 * A network interface of this host, as it was when it was asked for; {@link interfaces} and its kin make one.
 * Go: net.Interface.
 *
 * On macOS all comes from Node, which knows of interfaces that are up and have an address, and nothing of MTU
 * (0 then), multicast groups, or the flags `broadcast`, `pointtopoint` and `multicast`.
 */
export class Interface {
  /** Its number, above zero. Go: Interface.Index. */
  readonly index: number;
  /** The longest packet it takes, in bytes without the link's own header; 0 when unknown. Go: Interface.MTU. */
  readonly mtu: number;
  /** Its name, such as `lo` or `eth0`. Go: Interface.Name. */
  readonly name: string;
  /** The address of its link; `null` when it is all zeros, as of a loopback, or a tunnel's IP address. Go: Interface.HardwareAddr. */
  readonly hardwareAddr: HardwareAddr | null;
  /** What it is and can do. Go: Interface.Flags. */
  readonly flags: Flags;

  /** @internal */
  constructor({ index, mtu, name, hardwareAddr, flags }: Link) {
    this.index = index;
    this.mtu = mtu;
    this.name = name;
    this.hardwareAddr = hardwareAddr;
    this.flags = new Flags(flags);
  }

  /**
   * Its unicast addresses at this moment, IPv4 first, each with its network's mask. Of a link with a peer they are
   * those of this end. Empty when the interface is gone. Go: Interface.Addrs.
   * Throws an {@link OpError} `route` around a SyscallError when the system does not tell.
   */
  addrs(): IPNet[] {
    return this.#own(system.addrs);
  }

  /**
   * The multicast groups that anybody on this host has joined on it, IPv4 first. Go: Interface.MulticastAddrs.
   * Throws an {@link OpError} `route` when the system does not tell: `EOPNOTSUPP` on macOS.
   */
  multicastAddrs(): IPAddr[] {
    return this.#own(system.groups).map((ip) => new IPAddr({ ip }));
  }

  #own<T>(all: () => Owned<T>[]): T[] {
    return route(() => all().filter(({ index }) => index === this.index)).map(({ value }) => value);
  }
}

/** Runs what asks the system, and makes an OpError of its failure. */
function route<T>(ask: () => T): T {
  checkAccess("route", "ip+net");
  try {
    return ask();
  } catch (error) {
    throw new OpError({ op: "route", net: "ip+net", cause: error as Error });
  }
}

/**
 * All network interfaces of this host, in the order of the system. rtnetlink(7). Go: net.Interfaces.
 * Throws an {@link OpError} `route` around a SyscallError when the system does not tell: a sandbox without netlink, or
 * `EMFILE`.
 */
export function interfaces(): Interface[] {
  return route(system.links).map((link) => new Interface(link));
}

/**
 * All unicast addresses of this host, IPv4 first. They do not say which interface is whose: for that ask
 * {@link interfaces}. Throws as it does. Go: net.InterfaceAddrs.
 */
export function interfaceAddrs(): IPNet[] {
  return route(system.addrs).map(({ value }) => value);
}

/**
 * The interface with this number. Go: net.InterfaceByIndex.
 * Throws an {@link OpError} `route`: `ERR_INVALID_INTERFACE_INDEX` for zero and less, `ERR_NO_SUCH_INTERFACE` when there is
 * none, and as {@link interfaces} does; a TypeError (`ERR_INVALID_ARG_TYPE`) or a RangeError (`ERR_OUT_OF_RANGE`) for
 * what is no 32-bit integer.
 */
export function interfaceByIndex(index: number): Interface {
  checkInt("index", index, -MAX_INT - 1, MAX_INT);
  return find(index > 0 ? null : ErrInvalidInterfaceIndex, (link) => link.index === index);
}

/**
 * The interface with this name. Go: net.InterfaceByName.
 * Throws an {@link OpError} `route`: `ERR_INVALID_INTERFACE_NAME` for "", `ERR_NO_SUCH_INTERFACE` when there is none, and
 * as {@link interfaces} does; a TypeError for what is no string (`ERR_INVALID_ARG_TYPE`) or has a NUL in it
 * (`ERR_INVALID_ARG_VALUE`).
 */
export function interfaceByName(name: string): Interface {
  checkString("name", name);
  return find(name !== "" ? null : ErrInvalidInterfaceName, (link) => link.name === name);
}

function find(objection: Error | null, isIt: (link: Link) => boolean): Interface {
  return route(() => {
    if (objection !== null) throw objection;
    const link = system.links().find(isIt);
    if (link === undefined) throw ErrNoSuchInterface;
    return new Interface(link);
  });
}
