// Batches through the wrappers: each packet with the control data that belongs to it, in and out.

import { describe, expect, it } from "vitest";
import type { IPAddr, UDPAddr } from "rawconn";
import * as ipv4 from "rawconn/ipv4";
import * as ipv6 from "rawconn/ipv6";
import { disposeOf } from "../support/pair.js";
import { ownAddr, rawIP, rawNetwork, refused } from "../support/raw-ip.js";
import { halves } from "./wrapped.js";

type Batch = ipv4.MessageBatch<UDPAddr | IPAddr>;

const SERVICES = [0x08, 0x10, 0x28, 0x48];

describe.each(halves)("a batch over $name", (half) => {
  const half4 = half.name === "IPv4";
  const { MessageBatch, newControlMessage } = half4 ? ipv4 : ipv6;
  const wanted = half.flags.hops | half.flags.service | half.flags.dst;
  const make = (): Batch =>
    new MessageBatch<UDPAddr | IPAddr>({ messages: 16, size: 64, oob: newControlMessage(wanted).length });
  const control = () => (half4 ? new ipv4.ControlMessage() : new ipv6.ControlMessage());

  it("takes what each packet is to go with, and tells what each came with", async () => {
    const [near, far] = [await half.udp(), await half.udp()];
    using _ = { [Symbol.dispose]: () => disposeOf(near, far) };
    const [c, sender] = [half.wrap(near), half.wrap(far)];
    c.setControlMessage(wanted, true);
    sender.setHops(33);
    const out = make();
    for (const [i, service] of SERVICES.entries()) {
      const cm = half4
        ? new ipv4.ControlMessage({ tos: service })
        : new ipv6.ControlMessage({ trafficClass: service });
      out.push(`packet ${i}`, near.localAddr, cm.marshal());
    }
    expect(await sender.writeBatch(out)).toBe(SERVICES.length);

    const heard: unknown[] = [];
    for (const room = make(); heard.length < SERVICES.length;) {
      const came = await c.readBatch(room);
      for (let i = 0; i < came; i++) {
        const cm = control();
        cm.parse(room.oob(i));
        const { hops, service, dst } = half.told(cm);
        const text = Buffer.from(room.data(i)).toString();
        expect([room.n(i), room.flags(i)]).toEqual([text.length, 0]);
        heard.push([text, String(room.addr(i)), hops, service, dst]);
      }
    }
    expect(heard).toEqual(
      SERVICES.map((service, i) => [`packet ${i}`, String(far.localAddr), 33, service, half.loopback]),
    );
  });

  it("ends with what is wrapped", async () => {
    const conn = await half.udp();
    const c = half.wrap(conn);
    const reading = c.readBatch(make());
    conn.close();
    await expect(reading).rejects.toMatchObject({ op: "read", code: "ERR_CLOSED" });
    await expect(c.writeBatch(make())).rejects.toMatchObject({ op: "write", code: "ERR_CLOSED" });
  });
});

describe.skipIf(refused !== null)("a batch over a RawConn", () => {
  it("has headers of our own making", async () => {
    const [here, there] = [ownAddr(55), ownAddr(56)];
    const [near, far] = [await rawIP(here), await rawIP(there)];
    using _ = { [Symbol.dispose]: () => disposeOf(near, far) };
    const [sender, c] = [ipv4.newRawConn(near), ipv4.newRawConn(far)];
    const protocol = Number(rawNetwork(4).split(":")[1]);
    const make = (): Batch => new ipv4.MessageBatch<UDPAddr | IPAddr>({ messages: 16, size: 256 });
    const out = make();
    for (const ttl of [5, 6, 7]) {
      const header = new ipv4.Header({ ttl, protocol, dst: there.ip });
      out.push(Buffer.concat([header.marshal(), Buffer.from(`ttl ${ttl}`)]), there);
    }
    expect(await sender.writeBatch(out)).toBe(3);
    const heard: string[] = [];
    for (const room = make(); heard.length < 3;) {
      const came = await c.readBatch(room);
      for (let i = 0; i < came; i++) {
        const packet = room.data(i);
        const h = ipv4.parseHeader(packet);
        heard.push(`${h.ttl}: ${Buffer.from(packet.subarray(h.len)).toString()}`);
      }
    }
    expect(heard).toEqual(["5: ttl 5", "6: ttl 6", "7: ttl 7"]);
  });
});
