// Go: x/net/ipv4/sys_linux.go, x/net/ipv6/sys_linux.go
import type { IP } from "../addr/index.js";
import type { NetFD } from "../internal/socket/net-fd.js";
import type { groupOptions, Option } from "../internal/socket/options.js";
import type { ControlKinds } from "./control.js";
import type { TypeFilter } from "./type-filter.js";

/** What every control message has, whatever the family. */
export interface Control {
  /** The sender of a packet, or the address to send from. */
  src: IP | null;
  /** Control data that asks the kernel for what it says. */
  marshal(): Uint8Array;
  /** Takes over what control data tells. */
  parse(b: Uint8Array): void;
}

/** All in which IPv4 and IPv6 differ, for the one engine that serves both. */
export interface Family<M extends Control, F extends TypeFilter> {
  /** The family of its socket addresses. */
  readonly family: number;
  /** The address as this family has it; null for one of the other. */
  readonly own: (ip: IP) => IP | null;
  readonly control: ControlKinds<M>;
  readonly Message: new () => M;
  readonly filter: Option;
  readonly Filter: new () => F;
  readonly groups: (typeof groupOptions)["ipv4" | "ipv6"];
  readonly multicastLoopback: Option;
  /** The number of the interface that multicast packets leave by; 0 when the system chooses. */
  readonly multicastInterface: (fd: NetFD) => number;
  readonly setMulticastInterface: (fd: NetFD, index: number) => void;
}
