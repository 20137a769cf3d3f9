// For macOS, which has no netlink: what Node knows.
import { networkInterfaces } from "node:os";
import { flagLoopback, flagRunning, flagUp, IPMask, IPNet, parseIP, parseMAC } from "../../addr/index.js";
import { Errno } from "../../errors/index.js";
import type { Link, Owned, System } from "./interfaces.js";
import { zoneIndex } from "./zone.js";

type Known = ReturnType<typeof networkInterfaces>;

/** What Node knows: interfaces that are up and have an address. Neither MTU nor groups are among it. */
export const system: System = {
  links: () => linksOf(networkInterfaces()),
  addrs: () => addrsOf(networkInterfaces()),
  groups: () => {
    throw new Errno("EOPNOTSUPP");
  },
};

// Node lists no others than those that are up and running.
const FLAGS = flagUp | flagRunning;

/** @internal The interfaces among what Node told. */
export function linksOf(known: Known): Link[] {
  return Object.entries(known).flatMap(([name, addresses]) => {
    const [first] = addresses ?? [];
    if (first === undefined) return [];
    const mac = parseMAC(first.mac);
    return {
      index: zoneIndex(name),
      name,
      mtu: 0,
      hardwareAddr: mac.bytes.every((byte) => byte === 0) ? null : mac,
      flags: first.internal ? FLAGS | flagLoopback : FLAGS,
    };
  });
}

/** @internal The addresses among what Node told. */
export function addrsOf(known: Known): Owned<IPNet>[] {
  return Object.entries(known).flatMap(([name, addresses = []]) => {
    const index = zoneIndex(name);
    return addresses.map(({ address, netmask, family }) => {
      const ip = parseIP(address)!;
      const mask = parseIP(netmask)!;
      return {
        index,
        value: new IPNet({ ip, mask: IPMask.from((family === "IPv4" ? mask.to4()! : mask).bytes) }),
      };
    });
  });
}
