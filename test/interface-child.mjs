// Prints as one line of JSON what this process sees of its interfaces: run inside a network namespace, or as somebody
// else. Meanwhile it is a member of the groups given as arguments, each with its interface: `239.1.2.3@d0`.

import { createSocket } from "node:dgram";
import { once } from "node:events";
import { interfaceAddrs, interfaceByName, interfaces } from "rawconn";

/** @param {string} text */
async function join(text) {
  const [group = "", name = ""] = text.split("@");
  const six = group.includes(":");
  const socket = createSocket(six ? "udp6" : "udp4").bind(0);
  await once(socket, "listening");
  const local = interfaceByName(name)
    .addrs()
    .find(({ ip }) => ip.to4() !== null);
  socket.addMembership(group, six ? `::%${name}` : String(local?.ip));
  return socket;
}

const sockets = await Promise.all(process.argv.slice(2).map(join));
const found = interfaces().map((ifi) => ({
  index: ifi.index,
  name: ifi.name,
  mtu: ifi.mtu,
  flags: ifi.flags,
  hardwareAddr: ifi.hardwareAddr,
  addrs: ifi.addrs().map(String),
  groups: ifi.multicastAddrs().map(String),
}));
console.log(JSON.stringify({ interfaces: found, addrs: interfaceAddrs().map(String) }));
for (const socket of sockets) socket.close();
