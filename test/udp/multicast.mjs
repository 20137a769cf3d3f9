// Sends to a multicast group and says as JSON who received it: run inside a network namespace.
//
//     node multicast.mjs udp4 224.0.0.254 INDEX

import { readFileSync } from "node:fs";
import { listenMulticastUDP, listenPacket, UDPAddr } from "rawconn";
import * as syscall from "rawconn/syscall";

const [network, group, number] = process.argv.slice(2);
const net = /** @type {import("rawconn").UDPNetwork} */ (network);
const index = Number(number);
const is4 = net === "udp4";

const first = await listenMulticastUDP(net, { index }, new UDPAddr({ ip: group }));
const port = first.localAddr?.port ?? 0;
// The port is shared, and each gets a copy.
const second = await listenMulticastUDP(net, { index }, new UDPAddr({ ip: group, port }));
const sender = await listenPacket(net, is4 ? "0.0.0.0:0" : "[::]:0");
const { IPPROTO_IP, IPPROTO_IPV6, IP_MULTICAST_IF, IPV6_MULTICAST_IF } = syscall;
if (is4) {
  // struct ip_mreqn
  const request = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, index, 0, 0, 0);
  sender.syscallConn().setsockopt(IPPROTO_IP, IP_MULTICAST_IF, request);
} else {
  sender.syscallConn().setsockopt(IPPROTO_IPV6, IPV6_MULTICAST_IF, index);
}
await sender.writeTo("news", new UDPAddr({ ip: group, port }));

const heard = [];
for (const conn of [first, second]) {
  const p = Buffer.alloc(16);
  const { n } = await conn.readFrom(p);
  heard.push(p.toString("utf8", 0, n));
}
// What a member sends itself does not come back.
await first.writeTo("mine", new UDPAddr({ ip: group, port }));
first.setReadDeadline(Date.now() + 50);
const echo = await first.readFrom(Buffer.alloc(16)).then(
  () => "heard",
  (/** @type {{ code: string }} */ error) => error.code,
);
const groups = readFileSync(is4 ? "/proc/net/igmp" : "/proc/net/igmp6", "utf8");
console.log(JSON.stringify({ heard, echo, wildcard: first.localAddr?.ip?.isUnspecified(), groups }));
for (const conn of [first, second, sender]) conn.close();
