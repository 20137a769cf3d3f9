// UDP with control data: what belongs to a packet beside its bytes, both ways. ip(7), ipv6(7)

import { describe, expect, it } from "vitest";
import { listenUDP, UDPAddr, type UDPConn } from "rawconn";
import { constant } from "#lib/internal/binding.js";
import { controlItems } from "#lib/internal/socket/control.js";
import { ints, item, itemLength } from "../support/control-data.js";
import { rejection } from "../support/outcome.js";
import { hasIPv6 } from "../support/pair.js";

const none = new Uint8Array(0);
const room = () => new Uint8Array(64);
const MSG_TRUNC = constant("MSG_TRUNC");
const MSG_CTRUNC = constant("MSG_CTRUNC");
const IPPROTO_IP = constant("IPPROTO_IP");
const IP_TTL = constant("IP_TTL");
const IPPROTO_IPV6 = constant("IPPROTO_IPV6");
const IPV6_HOPLIMIT = constant("IPV6_HOPLIMIT");

// Of both families: the option that asks for the TTL of what arrives, and how it and its item are called.
const families = {
  udp4: {
    ip: "127.0.0.1",
    ask: [IPPROTO_IP, constant("IP_RECVTTL")],
    level: IPPROTO_IP,
    type: IP_TTL,
  },
  udp6: {
    ip: "::1",
    ask: [IPPROTO_IPV6, constant("IPV6_RECVHOPLIMIT")],
    level: IPPROTO_IPV6,
    type: IPV6_HOPLIMIT,
  },
} as const;

const networks = (["udp4", "udp6"] as const).filter((network) => network === "udp4" || hasIPv6);

describe.each(networks)("through %s", (network) => {
  const { ip, ask, level, type } = families[network];

  async function asking(): Promise<UDPConn> {
    const conn = await listenUDP(network, new UDPAddr({ ip }));
    conn.syscallConn().setsockopt(...ask, 1);
    return conn;
  }

  it("what the sender asks for one packet holds for that one, and the receiver is told", async () => {
    using conn = await asking();
    const to = conn.localAddr;
    const oob = item(level, type, ints(7));
    expect(await conn.writeMsgUDP("marked", oob, to)).toEqual({ n: 6, oobn: oob.length });
    expect(await conn.writeMsgUDP("plain", none, to)).toEqual({ n: 5, oobn: 0 });
    for (const [length, ttl] of [
      [6, 7],
      [5, 64],
    ]) {
      const back = room();
      const { n, oobn, flags, addr } = await conn.readMsgUDP(room(), back);
      expect({ n, flags, addr }).toEqual({ n: length, flags: 0, addr: to });
      expect([...controlItems(back.subarray(0, oobn))]).toEqual([{ level, type, data: ints(ttl) }]);
    }
  });

  it("bytes and control data are cut each by itself, and the flags tell which", async () => {
    using conn = await asking();
    const send = () => conn.writeTo("abcdef", conn.localAddr!);
    const full = itemLength(4);
    const cases = [
      { p: 6, oob: full, n: 6, flags: 0 },
      { p: 5, oob: full, n: 5, flags: MSG_TRUNC },
      { p: 6, oob: full - 1, n: 6, flags: MSG_CTRUNC },
      { p: 0, oob: 0, n: 0, flags: MSG_TRUNC | MSG_CTRUNC },
    ];
    for (const { p, oob, n, flags } of cases) {
      await send();
      expect(await conn.readMsgUDP(new Uint8Array(p), new Uint8Array(oob))).toMatchObject({ n, flags });
    }
  });

  it("control data stays out of the packets of those who did not ask", async () => {
    using conn = await listenUDP(network, new UDPAddr({ ip }));
    await conn.writeTo("x", conn.localAddr!);
    const oob = new Uint8Array(64).fill(0xaa);
    expect(await conn.readMsgUDP(room(), oob)).toMatchObject({ n: 1, oobn: 0, flags: 0 });
    expect(oob.every((byte) => byte === 0xaa)).toBe(true);
  });

  it("control data that makes no sense is refused, and nothing goes", async () => {
    using conn = await asking();
    for (const oob of [
      item(level, type, ints(1000)),
      item(level, 12345, ints(1)),
      new Uint8Array(itemLength(0)).fill(1),
    ]) {
      const sending = conn.writeMsgUDP("bad", oob, conn.localAddr);
      expect(await rejection(sending)).toMatchObject({ op: "write", code: "EINVAL", syscall: "sendmsg" });
    }
    await conn.writeTo("good", conn.localAddr!);
    expect((await conn.readFrom(room())).n).toBe(4);
  });

  it("more control data than any message may have is refused before anything is sent", async () => {
    using conn = await asking();
    const sending = conn.writeMsgUDP("x", new Uint8Array(1 << 20), conn.localAddr);
    expect(await rejection<RangeError>(sending)).toMatchObject({
      name: "RangeError",
      code: "ERR_OUT_OF_RANGE",
    });
  });

  it("room for more than any message has is room", async () => {
    using conn = await asking();
    await conn.writeTo("x", conn.localAddr!);
    const { oobn } = await conn.readMsgUDP(room(), new Uint8Array(1 << 20));
    expect(oobn).toBeGreaterThanOrEqual(itemLength(4));
  });
});
