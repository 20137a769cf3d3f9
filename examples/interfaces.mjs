// The interfaces of this host, with what each has.
//
//     node examples/interfaces.mjs

import { interfaces } from "rawconn";

for (const ifi of interfaces()) {
  const { index, name, mtu, flags, hardwareAddr } = ifi;
  const mac = hardwareAddr === null ? "" : ` ${String(hardwareAddr)}`;
  console.log(`${index}: ${name} mtu ${mtu} ${String(flags)}${mac}`);
  // Asked for one by one: between two calls an interface may go, and its addresses with it.
  for (const address of ifi.addrs()) console.log(`    ${String(address)}`);
}
