// Calls everything that opens a socket, under a permission model that governs the network and gives no leave: Node's own,
// or one that this script plays where Node's is too old to know of networks. Prints, as JSON, what each call came to, and how
// often a descriptor was made. Arguments choose some of the calls.

import { binding } from "#lib/internal/binding.js";
import * as rawconn from "rawconn";
import * as icmp from "rawconn/icmp";
import { ping } from "rawconn/ping";

let opened = 0;
for (const name of /** @type {const} */ (["socket", "dup", "pipe", "accept"])) {
  const call = /** @type {(...args: unknown[]) => number} */ (binding[name]);
  Reflect.set(binding, name, (/** @type {unknown[]} */ ...args) => {
    opened++;
    return call(...args);
  });
}

const { TCPAddr, UDPAddr, IPAddr, UnixAddr } = rawconn;
const tcp = new TCPAddr({ ip: "127.0.0.1", port: 1 });
const udp = new UDPAddr({ ip: "127.0.0.1", port: 1 });
const ip = new IPAddr({ ip: "127.0.0.1" });
const unix = (/** @type {"unix" | "unixgram"} */ net) => new UnixAddr({ name: "@rawconn-nobody", net });

/** @type {Record<string, () => unknown>} */
const calls = {
  dial: () => rawconn.dial("tcp", "127.0.0.1:1"),
  "dial unix": () => rawconn.dial("unix", "@rawconn-nobody"),
  dialTCP: () => rawconn.dialTCP("tcp", null, tcp),
  dialUDP: () => rawconn.dialUDP("udp", null, udp),
  dialIP: () => rawconn.dialIP("ip4:icmp", null, ip),
  dialUnix: () => rawconn.dialUnix("unix", null, unix("unix")),
  listen: () => rawconn.listen("tcp", "127.0.0.1:0"),
  listenPacket: () => rawconn.listenPacket("udp", "127.0.0.1:0"),
  listenTCP: () => rawconn.listenTCP("tcp", null),
  listenUDP: () => rawconn.listenUDP("udp", null),
  listenMulticastUDP: () => rawconn.listenMulticastUDP("udp", null, new UDPAddr({ ip: "224.0.0.251" })),
  listenIP: () => rawconn.listenIP("ip4:icmp", null),
  listenUnix: () => rawconn.listenUnix("unix", unix("unix")),
  listenUnixgram: () => rawconn.listenUnixgram("unixgram", unix("unixgram")),
  fileConn: () => rawconn.fileConn(0),
  fileListener: () => rawconn.fileListener(0),
  filePacketConn: () => rawconn.filePacketConn(0),
  interfaces: () => rawconn.interfaces(),
  interfaceAddrs: () => rawconn.interfaceAddrs(),
  lookupHost: () => rawconn.lookupHost("localhost"),
  lookupAddr: () => rawconn.lookupAddr("127.0.0.1"),
  lookupCNAME: () => rawconn.lookupCNAME("localhost"),
  lookupTXT: () => rawconn.lookupTXT("weird.onion"),
  "icmp.listenPacket": () => icmp.listenPacket("udp4", "127.0.0.1"),
  ping: async () => {
    for await (const _ of ping("127.0.0.1", { count: 1 }));
  },
};

/** @type {Record<string, string>} */
const outcomes = {};
const chosen = process.argv.slice(2);
for (const [name, call] of Object.entries(calls)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  try {
    const handle = /** @type {Partial<Disposable> | undefined} */ (await call());
    handle?.[Symbol.dispose]?.();
    outcomes[name] = "allowed";
  } catch (error) {
    const { code, cause } = /** @type {Error & { code?: string }} */ (error);
    outcomes[name] = code ?? /** @type {{ code?: string } | undefined} */ (cause)?.code ?? String(error);
  }
}
console.log(JSON.stringify({ outcomes, opened }));
