// ping in 40 lines: node examples/ping-40.mjs [HOST] [COUNT]
import { IPAddr, resolveIPAddr, UDPAddr } from "rawconn";
import { Echo, ICMPv4Type, listenPacket, Message, parseMessage, protocolICMP } from "rawconn/icmp";

const [host = "127.0.0.1", count = "3"] = process.argv.slice(2);
const destination = await resolveIPAddr("ip4", host);
// Without rights where net.ipv4.ping_group_range admits us, and by a raw socket otherwise.
const conn = await listenPacket("udp4", "0.0.0.0").catch(() => listenPacket("ip4:icmp", "0.0.0.0"));
const raw = conn.localAddr instanceof IPAddr;
const target = raw ? destination : new UDPAddr({ ip: destination.ip });
// An unprivileged socket has an id of its own, and sees its own answers only; a raw one sees those of everybody.
const id = process.pid & 0xffff;
const isOurs = (/** @type {Message} */ m, /** @type {number} */ seq) =>
  m.type === ICMPv4Type.echoReply &&
  m.body instanceof Echo &&
  m.body.seq === seq &&
  (!raw || m.body.id === id);
const p = new Uint8Array(1500);
for (let seq = 1; seq <= Number(count); seq++) {
  const body = new Echo({ id, seq, data: Buffer.from("ping in 40 lines") });
  const sent = performance.now();
  await conn.writeTo(new Message({ protocol: protocolICMP, type: ICMPv4Type.echo, body }).marshal(), target);
  conn.setReadDeadline(Date.now() + 5000);
  try {
    for (;;) {
      const { n, addr } = await conn.readFrom(p);
      if (!isOurs(parseMessage(protocolICMP, p.subarray(0, n)), seq)) continue;
      console.log(
        `${n} bytes from ${String(addr?.ip)}: seq=${seq} time=${(performance.now() - sent).toFixed(3)} ms`,
      );
      break;
    }
  } catch (error) {
    console.log(`seq=${seq}: ${String(error)}`);
    process.exitCode = 1;
  }
}
conn.close();
