// Go: net/sock_posix.go, net/rawconn.go
import type { Addr } from "./addr/index.js";
import { asError, OpError } from "./errors/index.js";
import { listens, told } from "./internal/channels.js";
import type { NetFD } from "./internal/socket/net-fd.js";
import type { Hook } from "./internal/socket/socket.js";
import { type Control, RawConn } from "./raw-conn.js";

/** What a socket is made for. A null `raddr` means to listen. */
export interface Making<A extends Addr> {
  network: string;
  laddr: A | null;
  raddr: A | null;
  control: Control | undefined;
}

/** A caller's hook as the socket floor runs it. */
export function hookOf(control: Control | undefined): Hook | undefined {
  return (
    control && ((fd: NetFD, network: string, address: string) => control(network, address, new RawConn(fd)))
  );
}

/** Runs it and makes OpErrors of its failures: the one place where dialing and listening tell what they tried. */
export function named<T>(op: "dial" | "listen", making: Making<Addr>, make: () => Promise<T>): Promise<T> {
  if (op === "dial") return wrapped(op, making, make);
  const about = () => ({ network: making.network, address: String(making.laddr ?? "") });
  return told(listens, about, () => wrapped(op, making, make));
}

async function wrapped<T>(
  op: "dial" | "listen",
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
