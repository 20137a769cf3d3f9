// Go: net/unixsock.go (UnixAddr)
import { checkString, invalidArgType, invalidArgValue } from "../errors/index.js";
import type { Addr } from "./addr.js";
import { checkFields } from "./arguments.js";

/** The networks of Unix domain sockets: streams, datagrams, records in sequence. */
export type UnixNetwork = "unix" | "unixgram" | "unixpacket";

/** What the address of a Unix domain socket is made of. */
export interface UnixAddrFields {
  /** A path, or `@` and an abstract name (Linux); "" is no name at all. */
  name?: string | undefined;
  /** Which kind of socket it belongs to; `unix` when absent. */
  net?: UnixNetwork | undefined;
}

const networks: readonly unknown[] = ["unix", "unixgram", "unixpacket"];

// Halves of surrogate pairs that stand for no byte: see internal/socket/unix-name.ts.
const noBytes = /[\ud800-\udc7f\udd00-\udfff]/u;

/** What a Unix domain socket may be called, or the error that says why not. */
export function checkUnixName(argument: string, name: unknown): string {
  if (typeof name !== "string") throw invalidArgType(argument, "a string", name);
  if (noBytes.test(name)) throw invalidArgValue(argument, "a string that has bytes", name);
  // An abstract name is bytes that end where they end, and may hold any.
  return name.startsWith("@") ? name : checkString(argument, name);
}

/** The address of a Unix domain socket: `new UnixAddr({ name: "/run/x.sock" })`. Go: net.UnixAddr; unix(7). */
export class UnixAddr implements Addr {
  /**
   * A path, or `@` and an abstract name; "" is no name, `@` alone what an unnamed socket is called. A byte of it that is
   * no UTF-8 shows as U+DC00 and the byte: `\udcff` is 0xff, and goes out as that. Go: UnixAddr.Name.
   */
  readonly name: string;
  /** `unix`, `unixgram` or `unixpacket`. Go: UnixAddr.Net. */
  readonly net: UnixNetwork;

  /**
   * Throws a TypeError: `ERR_INVALID_ARG_TYPE` for a field of the wrong type, `ERR_INVALID_ARG_VALUE` for a path with a
   * NUL, at which the system would stop reading, a name with a lone surrogate that is no byte, or an unknown `net`.
   */
  constructor(fields?: UnixAddrFields) {
    const { name = "", net = "unix" } = checkFields(fields, "an object { name, net }");
    this.name = checkUnixName("name", name);
    if (!networks.includes(net)) throw invalidArgValue("net", networks.join(", "), net);
    this.net = net;
  }

  /** The same as `net`. Go: UnixAddr.Network. */
  get network(): UnixNetwork {
    return this.net;
  }

  /** The name. Go: UnixAddr.String. */
  toString(): string {
    return this.name;
  }
}
