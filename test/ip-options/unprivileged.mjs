// What the wrappers do without rights, one task a run, printed as one line of JSON: run inside a network namespace.

import { interfaceByName, IPAddr, listenIP, listenUDP } from "rawconn";
import { listenPacket } from "rawconn/icmp";
import * as ipv4 from "rawconn/ipv4";
import * as ipv6 from "rawconn/ipv6";

const [task = ""] = process.argv.slice(2);
const lo = interfaceByName("lo");

/** What a call came to: its code, or `ok`. @param {() => unknown} call */
const codeOf = (call) => {
  try {
    call();
    return "ok";
  } catch (error) {
    return /** @type {{ code: string }} */ (error).code;
  }
};

const drop = [{ op: 0x06, jt: 0, jf: 0, k: 0 }];

/** @param {ipv4.PacketConn | ipv6.PacketConn} c @param {IPAddr} group @param {IPAddr} source */
const common = (c, group, source) => ({
  control: codeOf(() => c.setControlMessage(1, true)),
  join: codeOf(() => c.joinGroup(lo, group)),
  exclude: codeOf(() => c.excludeSourceSpecificGroup(lo, group, source)),
  leave: codeOf(() => c.leaveGroup(lo, group)),
  interface: codeOf(() => c.setMulticastInterface(lo)),
  bpf: codeOf(() => c.setBPF(drop)),
});

/** @type {Record<string, () => Promise<unknown>>} */
const tasks = {
  async udp4() {
    const conn = await listenUDP("udp4", null);
    const c = ipv4.newPacketConn(conn);
    say({
      ...common(c, new IPAddr({ ip: "239.1.2.3" }), new IPAddr({ ip: "127.0.0.1" })),
      ttl: codeOf(() => c.setTTL(9)),
      tos: codeOf(() => c.setTOS(0x10)),
    });
    conn.close();
  },
  async udp6() {
    const conn = await listenUDP("udp6", null);
    const c = ipv6.newPacketConn(conn);
    say({
      ...common(c, new IPAddr({ ip: "ff15::1234" }), new IPAddr({ ip: "::1" })),
      hopLimit: codeOf(() => c.setHopLimit(9)),
      trafficClass: codeOf(() => c.setTrafficClass(0x10)),
    });
    conn.close();
  },
  // An ICMP socket of no rights: its echo is answered, and the answer's control data tells.
  async ping() {
    const conn = await listenPacket("udp4", "127.0.0.1");
    const c = ipv4.newPacketConn(conn);
    c.setControlMessage(ipv4.flagTTL | ipv4.flagDst, true);
    const to = new IPAddr({ ip: "127.0.0.1" });
    await c.writeTo(Uint8Array.of(8, 0, 0, 0, 0, 0, 0, 1), null, to);
    const { n, cm } = await c.readFrom(new Uint8Array(64));
    say({ n, cm: String(cm), filter: codeOf(() => c.setICMPFilter(new ipv4.ICMPFilter())) });
    c.close();
  },
  async raw() {
    const failure = await listenIP("ip4:253", new IPAddr({ ip: "127.0.0.1" })).then(
      () => null,
      ({ code, hint }) => ({ code, hint }),
    );
    say(failure);
  },
};

/** @param {unknown} what */
const say = (what) => console.log(JSON.stringify(what));

await tasks[task]?.();
