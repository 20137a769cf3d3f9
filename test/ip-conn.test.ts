import { afterEach, describe, expect, it } from "vitest";
import { checksum, Echo, Message, parseMessage } from "#lib/icmp/index.js";
import { dial, dialIP, IPAddr, type IPConn, listenIP, listenPacket, TCPAddr } from "#lib/index.js";
import { refused as noRawSockets } from "./support/raw-ip.js";

// A protocol that nothing on the host answers: RFC 3692 keeps it for experiments.
const EXPERIMENT = 253;

const open: IPConn[] = [];
afterEach(() => open.splice(0).forEach((conn) => conn[Symbol.dispose]()));

async function kept(conn: Promise<IPConn>): Promise<IPConn> {
  open.push(await conn);
  return conn;
}

describe.skipIf(noRawSockets !== null)("IPConn", () => {
  it.each([
    ["ip4", "127.0.0.1"],
    ["ip6", "::1"],
  ] as const)("carries packets of %s both ways", async (family, host) => {
    const network = `${family}:${EXPERIMENT}` as const;
    const listener = await kept(listenPacket(network, host));
    const client = await kept(dial(network, host));
    expect(client.remoteAddr).toEqual(new IPAddr({ ip: host }));
    expect(listener.localAddr).toEqual(new IPAddr({ ip: host }));
    expect(await client.write("hello")).toBe(5);
    const p = new Uint8Array(256);
    const { n, addr } = await listener.readFrom(p);
    expect(Buffer.from(p.subarray(0, n)).toString()).toBe("hello");
    expect(addr).toEqual(new IPAddr({ ip: host }));
  });

  it("gives the IPv4 header by read and readMsg, and not by readFrom", async () => {
    const conn = await kept(listenPacket(`ip4:${EXPERIMENT}`, "127.0.0.1"));
    const to = new IPAddr({ ip: "127.0.0.1" });
    const p = new Uint8Array(256);
    for (let i = 0; i < 3; i++) await conn.writeTo("abc", to);
    expect(await conn.read(p)).toBe(23);
    expect(p[0]).toBe(0x45);
    const { n, oobn, addr } = await conn.readMsg(p, new Uint8Array(64));
    expect({ n, oobn, first: p[0] }).toEqual({ n: 23, oobn: 0, first: 0x45 });
    expect(addr).toEqual(to);
    expect((await conn.readFrom(p)).n).toBe(3);
    expect(p.subarray(0, 3)).toEqual(Uint8Array.from(Buffer.from("abc")));
  });

  it("never gives a header of IPv6", async () => {
    const conn = await kept(listenPacket(`ip6:${EXPERIMENT}`, "::1"));
    const to = new IPAddr({ ip: "::1" });
    const p = new Uint8Array(256);
    for (let i = 0; i < 2; i++) await conn.writeTo("abc", to);
    expect(await conn.read(p)).toBe(3);
    expect((await conn.readMsg(p, new Uint8Array(64))).n).toBe(3);
  });

  it("tells when a packet did not fit", async () => {
    const conn = await kept(listenPacket(`ip6:${EXPERIMENT}`, "::1"));
    await conn.writeTo("abcdef", new IPAddr({ ip: "::1" }));
    const { n, flags } = await conn.readMsg(new Uint8Array(4), new Uint8Array(0));
    expect(n).toBe(4);
    expect(flags).not.toBe(0);
  });

  it("pings the loopback, the long way", async () => {
    const conn = await kept(dial("ip4:icmp", "127.0.0.1"));
    const body = new Echo({ id: 99, seq: 5, data: Uint8Array.of(1, 2, 3) });
    await conn.write(new Message({ protocol: 1, type: 8, body }).marshal());
    const p = new Uint8Array(256);
    for (;;) {
      const { n } = await conn.readFrom(p);
      const message = parseMessage(1, p.subarray(0, n));
      // A raw socket on the loopback hears requests too, ours included, and what others ping.
      if (message.type !== 0 || !(message.body instanceof Echo) || message.body.id !== 99) continue;
      expect(message.body).toEqual(body);
      expect(checksum(p.subarray(0, n))).toBe(0);
      return;
    }
  });

  it("refuses to send to others when dialed, to nobody, and to what is no IPAddr", async () => {
    const to = new IPAddr({ ip: "127.0.0.1" });
    const dialed = await kept(dialIP(`ip4:${EXPERIMENT}`, null, to));
    await expect(dialed.writeTo("x", to)).rejects.toMatchObject({
      code: "ERR_WRITE_TO_CONNECTED",
      op: "write",
    });
    const conn = await kept(listenIP(`ip4:${EXPERIMENT}`, null));
    await expect(conn.writeTo("x", null as never)).rejects.toMatchObject({ code: "ERR_MISSING_ADDRESS" });
    const other = new TCPAddr({ ip: "127.0.0.1" }) as never;
    await expect(conn.writeTo("x", other)).rejects.toMatchObject({ code: "EINVAL" });
    await expect(conn.writeTo("x", new IPAddr({ ip: "::1" }))).rejects.toMatchObject({ code: "ERR_ADDRESS" });
    await expect(conn.write("x")).rejects.toMatchObject({ code: "EDESTADDRREQ" });
  });

  it("obeys deadlines, and ends", async () => {
    const conn = await kept(listenPacket(`ip4:${EXPERIMENT}`, "127.0.0.1"));
    const p = new Uint8Array(64);
    conn.setReadDeadline(Date.now() - 1);
    await expect(conn.readFrom(p)).rejects.toMatchObject({ code: "ERR_DEADLINE" });
    conn.setReadDeadline(null);
    const reading = conn.readFrom(p);
    conn.close();
    await expect(reading).rejects.toMatchObject({ code: "ERR_CLOSED", op: "read" });
  });
});
