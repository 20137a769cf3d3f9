import { afterEach, describe, expect, it, vi } from "vitest";
import {
  Echo,
  type ICMPNetwork,
  listenPacket,
  Message,
  type PacketConn,
  parseControl,
  parseMessage,
  type Protocol,
} from "#lib/icmp/index.js";
import { IPAddr, type OpError, UDPAddr } from "#lib/index.js";
import { binding } from "#lib/internal/binding.js";

/** Why no raw socket can be had here; null when one can. */
const refused = await listenPacket("ip4:icmp", "127.0.0.1").then(
  (conn) => (conn.close(), null),
  (error: Error) => error.message,
);
if (refused !== null) console.log(`no raw sockets here, so they are not tested: ${refused}`);

const open: PacketConn[] = [];
afterEach(() => open.splice(0).forEach((conn) => conn[Symbol.dispose]()));

async function listen(network: ICMPNetwork, address: string): Promise<PacketConn> {
  const conn = await listenPacket(network, address);
  open.push(conn);
  return conn;
}

const REPLY = { 1: 0, 58: 129 } as const;
const REQUEST = { 1: 8, 58: 128 } as const;
const families = [
  { network: "ip4:icmp", protocol: 1, local: "127.0.0.1" },
  { network: "ip6:ipv6-icmp", protocol: 58, local: "::1" },
] as const;

function echo(protocol: Protocol, type: number, seq: number, data = new Uint8Array(8)): Uint8Array {
  return new Message({ protocol, type, body: new Echo({ id: 4711, seq, data }) }).marshal();
}

describe.skipIf(refused !== null).each(families)(
  "a raw PacketConn of $network",
  ({ network, protocol, local }) => {
    const here = new IPAddr({ ip: local });

    it("knows itself", async () => {
      const conn = await listen(network, local);
      expect({ protocol: conn.protocol, privileged: conn.privileged }).toEqual({
        protocol,
        privileged: true,
      });
      expect(conn.localAddr).toEqual(here);
      expect(conn.remoteAddr).toBeNull();
    });

    it("is answered by this host, without an IP header in front", async () => {
      const conn = await listen(network, local);
      conn.setFilter([REPLY[protocol]]);
      const data = Uint8Array.from({ length: 32 }, (_, i) => i);
      await conn.writeTo(echo(protocol, REQUEST[protocol], 7, data), here);
      const p = new Uint8Array(1500);
      const { n, addr } = await conn.readFrom(p);
      expect(addr).toEqual(here);
      const { type, body } = parseMessage(protocol, p.subarray(0, n));
      expect(type).toBe(REPLY[protocol]);
      expect(body).toEqual(new Echo({ id: 4711, seq: 7, data }));
    });

    it("tells TTL and time of arrival, by the kernel's clock", async () => {
      const conn = await listen(network, local);
      conn.setFilter([REPLY[protocol]]);
      conn.setTTL(9);
      conn.setControlMessage(["ttl", "timestamp"], true);
      const receive = async () => {
        const [p, oob] = [new Uint8Array(1500), new Uint8Array(256)];
        const { oobn } = await conn.readMsg(p, oob);
        return parseControl(oob.subarray(0, oobn));
      };
      // An answer made by hand, since the kernel's own does not have our TTL.
      const before = Date.now() - 1;
      await conn.writeTo(echo(protocol, REPLY[protocol], 1), here);
      const { ttl, timestamp } = await receive();
      expect(ttl).toBe(9);
      expect(timestamp! / 1000).toBeGreaterThan(before);
      expect(timestamp! / 1000).toBeLessThan(Date.now() + 1);

      conn.setControlMessage(["ttl", "timestamp"], false);
      await conn.writeTo(echo(protocol, REPLY[protocol], 2), here);
      expect(await receive()).toEqual({ ttl: null, timestamp: null, error: null });
    });

    it("does not wake for what its filter keeps out", async () => {
      const conn = await listen(network, local);
      const noise = await listen(network, local);
      conn.setFilter([REPLY[protocol]]);
      noise.setFilter([]);
      const reads = vi.spyOn(binding, "recvmsg");
      try {
        const p = new Uint8Array(1500);
        const reading = conn.readFrom(p);
        // Timestamp requests and router solicitations; unassigned ones of IPv6. None of them is answered by an echo.
        const types = protocol === 1 ? [10, 13, 15, 17] : [130, 133, 200, 255];
        for (let i = 0; i < 400; i++) {
          await noise.writeTo(
            new Message({ protocol, type: types[i % 4], body: new Echo({ seq: i }) }).marshal(),
            here,
          );
          if (i % 20 === 0) await new Promise(setImmediate);
        }
        await new Promise(setImmediate);
        // One try before it waits, and one in vain: a descriptor that begins to be watched is told it can be written to.
        expect(reads.mock.calls.length).toBeLessThanOrEqual(2);
        await noise.writeTo(echo(protocol, REPLY[protocol], 1), here);
        const { n } = await reading;
        expect(parseMessage(protocol, p.subarray(0, n)).type).toBe(REPLY[protocol]);
        expect(reads.mock.calls.length).toBeLessThanOrEqual(4);
      } finally {
        reads.mockRestore();
      }
    });

    it("wakes for everything without a filter", async () => {
      const conn = await listen(network, local);
      const p = new Uint8Array(1500);
      await conn.writeTo(echo(protocol, REQUEST[protocol], 3), here);
      // On the loopback it hears itself first.
      const { n } = await conn.readFrom(p);
      expect(parseMessage(protocol, p.subarray(0, n)).type).toBe(REQUEST[protocol]);
    });

    it("has what its family has beyond, and nothing of the other", async () => {
      const conn = await listen(network, local);
      const [four, six] = [conn.ipv4PacketConn(), conn.ipv6PacketConn()];
      expect(protocol === 1 ? six : four).toBeNull();
      const c = protocol === 1 ? four! : six!;
      expect(protocol === 1 ? conn.ipv4PacketConn() : conn.ipv6PacketConn()).toBe(c);
      conn.setFilter([REPLY[protocol]]);
      const filter = c.icmpFilter();
      expect([filter.willBlock(REPLY[protocol]), filter.willBlock(REQUEST[protocol])]).toEqual([false, true]);
      // Hops, and the address that it was sent to.
      c.setControlMessage(protocol === 1 ? 1 | 4 : 2 | 8, true);
      conn.setTTL(9);
      await c.writeTo(echo(protocol, REPLY[protocol], 5), null, here);
      const p = new Uint8Array(64);
      const { n, cm } = await c.readFrom(p);
      expect(String(cm)).toMatch(protocol === 1 ? /^ttl=9 .* dst=127\.0\.0\.1 / : /hoplim=9 .* dst=::1 /);
      expect(parseMessage(protocol, p.subarray(0, n)).body).toEqual(
        new Echo({ id: 4711, seq: 5, data: new Uint8Array(8) }),
      );
    });

    it("obeys a deadline, and works again after it", async () => {
      const conn = await listen(network, local);
      conn.setFilter([REPLY[protocol]]);
      const p = new Uint8Array(1500);
      conn.setReadDeadline(Date.now() + 20);
      await expect(conn.readFrom(p)).rejects.toMatchObject({ code: "ERR_DEADLINE", op: "read" });
      conn.setReadDeadline(null);
      await conn.writeTo(echo(protocol, REPLY[protocol], 5), here);
      expect((await conn.readFrom(p)).n).toBe(16);
    });

    it("obeys a deadline of either side, and of both", async () => {
      const conn = await listen(network, local);
      const write = () => conn.writeTo(echo(protocol, REPLY[protocol], 5), here);
      const read = () => conn.readFrom(new Uint8Array(1500));
      const late = { code: "ERR_DEADLINE" };
      conn.setFilter([]);
      conn.setWriteDeadline(1);
      await expect(write()).rejects.toMatchObject({ ...late, op: "write" });
      conn.setDeadline(1);
      await expect(write()).rejects.toMatchObject(late);
      await expect(read()).rejects.toMatchObject({ ...late, op: "read" });
      conn.setDeadline(null);
      expect(await write()).toBe(16);
    });

    it("ends", async () => {
      const conn = await listen(network, local);
      conn.setFilter([]);
      const reading = conn.readFrom(new Uint8Array(64));
      conn.close();
      await expect(reading).rejects.toMatchObject({ code: "ERR_CLOSED" });
      for (const use of [
        () => conn.close(),
        () => conn.setFilter([]),
        () => conn.setTTL(1),
        () => conn.readErrors(),
      ]) {
        expect(use).toThrow(expect.objectContaining({ code: "ERR_CLOSED" }));
      }
    });

    it("has nothing in its error queue", async () => {
      expect((await listen(network, local)).readErrors()).toEqual([]);
    });

    it.each<[string, (conn: PacketConn) => unknown, string]>([
      ["a filter that is no list", (conn) => conn.setFilter(0 as never), "ERR_INVALID_ARG_TYPE"],
      ["a type beyond 255", (conn) => conn.setFilter([256]), "ERR_OUT_OF_RANGE"],
      ["a TTL of 0", (conn) => conn.setTTL(0), "ERR_OUT_OF_RANGE"],
      ["a TTL of 256", (conn) => conn.setTTL(256), "ERR_OUT_OF_RANGE"],
      ["an unknown flag", (conn) => conn.setControlMessage(["tos" as never], true), "ERR_INVALID_ARG_VALUE"],
      [
        "a flag that every object has",
        (conn) => conn.setControlMessage(["toString" as never], true),
        "ERR_INVALID_ARG_VALUE",
      ],
      ["neither on nor off", (conn) => conn.setControlMessage(["ttl"], 1 as never), "ERR_INVALID_ARG_TYPE"],
    ])("refuses %s", async (_, use, code) => {
      const conn = await listen(network, local);
      expect(() => use(conn)).toThrow(expect.objectContaining({ code }));
    });

    it("refuses to send to an address of another kind, or none", async () => {
      const conn = await listen(network, local);
      await expect(conn.writeTo("x", new UDPAddr({ ip: local }))).rejects.toMatchObject({
        code: "EINVAL",
        op: "write",
      });
      await expect(conn.writeTo("x", null as never)).rejects.toMatchObject({ code: "ERR_MISSING_ADDRESS" });
    });
  },
);

describe("listenPacket", () => {
  it.each([
    ["tcp4", "ERR_UNKNOWN_NETWORK"],
    ["udp", "ERR_UNKNOWN_NETWORK"],
    ["ip4", "ERR_UNKNOWN_NETWORK"],
    ["ip:icmp", "ERR_UNKNOWN_NETWORK"],
    ["", "ERR_UNKNOWN_NETWORK"],
    ["ip4:nonsense", "ERR_ADDRESS"],
    ["ip4:256", "ERR_ADDRESS"],
  ])("does not know the network %j", async (network, code) => {
    const error = await listenPacket(network as ICMPNetwork, "").catch((caught: OpError) => caught);
    expect(error).toMatchObject({ name: "OpError", op: "listen", net: network, code });
    expect(Object.hasOwn(error, "hint")).toBe(false);
  });

  it.each([
    ["udp4", "::1"],
    ["ip6:ipv6-icmp", "127.0.0.1"],
  ] as const)("finds no address of %s in %s", async (network, address) => {
    await expect(listenPacket(network, address)).rejects.toMatchObject({ op: "listen", code: "ERR_ADDRESS" });
  });

  it.each([
    [1, "127.0.0.1"],
    ["udp4", 1],
    ["udp4", null],
  ])("takes texts only: %j, %j", async (network, address) => {
    const code = "ERR_INVALID_ARG_TYPE";
    await expect(listenPacket(network as never, address as never)).rejects.toMatchObject({ code });
  });
});
