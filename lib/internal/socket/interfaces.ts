import type { HardwareAddr, IP, IPNet } from "../../addr/index.js";
import { system as darwin } from "./interfaces-darwin.js";
import { system as linux } from "./interfaces-linux.js";

/** An interface, as far as its system tells. */
export interface Link {
  readonly index: number;
  readonly name: string;
  /** 0 when not known. */
  readonly mtu: number;
  readonly hardwareAddr: HardwareAddr | null;
  /** The bits of Flags. */
  readonly flags: number;
}

/** Something that belongs to the interface with this number. */
export interface Owned<T> {
  readonly index: number;
  readonly value: T;
}

/** How a system is asked for its interfaces. Each throws a bare cause. */
export interface System {
  readonly links: () => Link[];
  /** Unicast addresses. */
  readonly addrs: () => Owned<IPNet>[];
  /** Multicast groups that were joined. */
  readonly groups: () => Owned<IP>[];
}

/** This system. */
export const system: System = process.platform === "darwin" ? darwin : linux;
