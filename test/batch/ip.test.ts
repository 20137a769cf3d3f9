// Batches of raw IP: packets as the kernel gives them, header and all.

import { describe, expect, it } from "vitest";
import { dialIP, type IPAddr, MessageBatch } from "rawconn";
import { loopback6, ownAddr, rawIP, rawNetwork, refused } from "../support/raw-ip.js";
import { ways } from "./ways.js";

const make = () => new MessageBatch<IPAddr>({ messages: 32, size: 2048 });

describe.skipIf(refused !== null).each(ways)("raw packets in batches, $name", (way) => {
  it("arrive with their IPv4 header, from whom they came", async () => {
    await way.run(async () => {
      using from = await rawIP(ownAddr(51));
      using to = await rawIP(ownAddr(52));
      const batch = make();
      for (let i = 0; i < 20; i++) batch.push(`packet ${i}`, ownAddr(52));
      expect(await from.writeBatch(batch)).toBe(20);
      const got: string[] = [];
      for (const room = make(); got.length < 20;) {
        const n = await to.readBatch(room);
        for (let i = 0; i < n; i++) {
          expect([room.data(i)[0], String(room.addr(i))]).toEqual([0x45, String(ownAddr(51))]);
          got.push(Buffer.from(room.data(i).subarray(20)).toString());
        }
      }
      expect(got).toEqual(Array.from({ length: 20 }, (_, i) => `packet ${i}`));
    });
  });

  it("of a connected socket need no address", async () => {
    await way.run(async () => {
      using to = await rawIP(ownAddr(54));
      using from = await dialIP(rawNetwork(4), ownAddr(53), ownAddr(54));
      const batch = make();
      batch.push("one");
      batch.push("two");
      expect(await from.writeBatch(batch)).toBe(2);
      const room = make();
      let came = 0;
      while (came < 2) came += await to.readBatch(room);
      expect(String(room.addr(0))).toBe(String(ownAddr(53)));
    });
  });

  it("of IPv6 have no header", async () => {
    await way.run(async () => {
      using conn = await rawIP(loopback6);
      const batch = make();
      batch.push("six", loopback6);
      await conn.writeBatch(batch);
      expect(await conn.readBatch(batch)).toBe(1);
      expect(Buffer.from(batch.data(0)).toString()).toBe("six");
    });
  });
});
