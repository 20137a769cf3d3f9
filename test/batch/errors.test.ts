// What ends a batch before its time: deadlines, close, refusals in the midst, memory that is gone, arguments of no sense.

import { describe, expect, it } from "vitest";
import { dialUDP, IPAddr, MessageBatch, type MessageBatchFields, UDPAddr } from "rawconn";
import { errno } from "#lib/errors/index.js";
import type { binding } from "#lib/internal/binding.js";
import { constant } from "#lib/internal/binding.js";
import { type Fault, failing, watched, withFault } from "../faults/inject.js";
import { outcomeAfter, rejection, thrown, turn } from "../support/outcome.js";
import { ends, here, received, ways } from "./ways.js";

const code = async (promise: Promise<unknown>) => (await rejection(promise)).code;

describe.each(ways)("a batch $name", (way) => {
  it("is read within the deadline, or not at all", async () => {
    using both = await ends();
    const { from, to } = both;
    const batch = way.batch();
    to.setReadDeadline(1);
    await from.writeTo("x", to.localAddr!);
    expect(await rejection(to.readBatch(batch))).toMatchObject({ code: "ERR_DEADLINE", op: "read" });
    to.setReadDeadline(Date.now() + 20);
    await way.run(async () => {
      expect((await received(to, batch, 1))[0].data).toBe("x");
      expect(await code(to.readBatch(batch))).toBe("ERR_DEADLINE");
      to.setReadDeadline(null);
      batch.clear();
      batch.push("y", to.localAddr);
      await from.writeBatch(batch);
      expect((await received(to, batch, 1))[0].data).toBe("y");
    });
  });

  it("that waits ends with its socket, and is free again", async () => {
    using both = await ends();
    const batch = way.batch();
    const reading = both.to.readBatch(batch);
    expect(await outcomeAfter(5, reading)).toBe("pending");
    both.to.close();
    expect(await rejection(reading)).toMatchObject({ code: "ERR_CLOSED", op: "read" });
    expect(await code(both.to.readBatch(batch))).toBe("ERR_CLOSED");
    batch.push("x", both.to.localAddr);
    expect(await rejection(both.to.writeBatch(batch))).toMatchObject({
      code: "ERR_CLOSED",
      op: "write",
      n: 0,
    });
  });

  it("holds nothing once a read with it has failed", async () => {
    using both = await ends();
    const batch = way.batch();
    await way.run(async () => {
      await both.from.writeTo("x", both.to.localAddr!);
      expect((await received(both.to, batch, 1))[0].data).toBe("x");
    });
    both.to.setReadDeadline(1);
    expect(await code(both.to.readBatch(batch))).toBe("ERR_DEADLINE");
    expect(batch.length).toBe(0);
  });

  it("is of one read until its caller has seen what came", async () => {
    using both = await ends();
    using other = await ends();
    const batch = way.batch();
    await way.run(async () => {
      for (const { from, to } of [both, other]) {
        await from.writeTo(String(to.localAddr), to.localAddr!);
        await to.readFrom(new Uint8Array(64));
        await from.writeTo(String(to.localAddr), to.localAddr!);
      }
      const reading = both.to.readBatch(batch);
      expect(await code(other.to.readBatch(batch))).toBe("ERR_INVALID_ARG_VALUE");
      expect(await reading).toBe(1);
      expect(Buffer.from(batch.data(0)).toString()).toBe(String(both.to.localAddr));
      // Nothing was taken from the other.
      expect((await received(other.to, batch, 1))[0].data).toBe(String(other.to.localAddr));
    });
  });

  it("takes its turn among other reads", async () => {
    using both = await ends();
    const { from, to } = both;
    const [first, batch, last] = [new Uint8Array(8), way.batch({ messages: 2 }), new Uint8Array(8)];
    const order: string[] = [];
    const reads = [
      to.readFrom(first).then(() => order.push("first")),
      to.readBatch(batch).then((n) => order.push(`batch of ${n}`)),
      to.readFrom(last).then(() => order.push("last")),
    ];
    await way.run(async () => {
      for (const one of ["1", "2", "3", "4"]) await from.writeTo(one, to.localAddr!);
      await Promise.all(reads);
    });
    expect(order).toEqual(["first", "batch of 2", "last"]);
    expect(
      [first[0], batch.data(0)[0], batch.data(1)[0], last[0]].map((c) => String.fromCharCode(c)),
    ).toEqual(["1", "2", "3", "4"]);
  });

  it("that was received into takes no message before it is cleared, not even an empty one", async () => {
    using both = await ends();
    const batch = way.batch();
    const first = way.run(() => both.to.readBatch(batch));
    await both.from.writeTo("x", both.to.localAddr!);
    expect(await first).toBe(1);
    for (const drop of [0, 1]) {
      batch.drop(drop);
      const { length } = batch;
      expect(thrown(() => batch.push(""))).toMatchObject({ code: "ERR_OUT_OF_RANGE" });
      expect(thrown(() => batch.add(0, both.to.localAddr))).toMatchObject({ code: "ERR_OUT_OF_RANGE" });
      expect(batch.length).toBe(length);
    }
    batch.clear();
    expect(batch.push("")).toBe(0);
  });

  it("tells how many went before one was refused, and goes on behind it", async () => {
    await way.run(async () => {
      using both = await ends();
      const { from, to } = both;
      const batch = way.batch({ size: 9000, messages: 8 });
      const nowhere = new UDPAddr({ ip: "127.0.0.1" });
      for (const [i, addr] of [to.localAddr, to.localAddr, nowhere, to.localAddr].entries())
        batch.push(`packet ${i}`, addr);
      expect(await rejection(from.writeBatch(batch))).toMatchObject({
        code: "EINVAL",
        n: 2,
        message: `write udp ${from.localAddr}->127.0.0.1:0: sendmmsg: invalid argument`,
      });
      batch.drop(3);
      expect(await from.writeBatch(batch)).toBe(1);
      const got = (await received(to, way.batch(), 3)).map(({ data }) => data);
      expect(got).toEqual(["packet 0", "packet 1", "packet 3"]);
    });
  });

  it("that is too long for any packet is refused, those before it are not", async () => {
    await way.run(async () => {
      using both = await ends();
      const batch = way.batch({ size: 70_000, messages: 4 });
      for (const length of [10, 10, 65_508, 10]) batch.push(new Uint8Array(length), both.to.localAddr);
      expect(await rejection(both.from.writeBatch(batch))).toMatchObject({ code: "EMSGSIZE", n: 2 });
      expect((await received(both.to, way.batch(), 2)).length).toBe(2);
    });
  });

  it("meets the answer of a port where nobody listens once, and goes on", async () => {
    await way.run(async () => {
      const gone = await here();
      const addr = gone.localAddr!;
      gone.close();
      using conn = await dialUDP("udp", null, addr);
      const batch = way.batch();
      for (let i = 0; i < 3; i++) batch.push(`${i}`);
      // The answer to the first comes before the next is sent, unless all three leave as one.
      const told = await rejection(conn.writeBatch(batch).then(() => conn.readBatch(way.batch())));
      expect(told).toMatchObject({ code: "ECONNREFUSED" });
      if (told.op === "write") expect(told.n).toBe(1);
      expect(await outcomeAfter(5, conn.readBatch(way.batch()))).toBe("pending");
    });
  });

  it("meets an error before what is there, and loses neither", async () => {
    await way.run(async () => {
      const gone = await here();
      using conn = await dialUDP("udp", null, gone.localAddr!);
      await gone.writeTo("was here", conn.localAddr!);
      await gone.writeTo("is gone", conn.localAddr!);
      gone.close();
      await conn.write("anybody?");
      const batch = way.batch();
      const seen: (number | string | undefined)[] = [];
      for (let i = 0; i < 2; i++)
        seen.push(await conn.readBatch(batch).catch((error: { code?: string }) => error.code));
      expect(seen).toEqual(["ECONNREFUSED", 2]);
    });
  });

  it("of which some found no room goes on when there is some", async () => {
    await way.run(async () => {
      using both = await ends();
      const batch = way.batch();
      for (let i = 0; i < 5; i++) batch.push(`${i}${"x".repeat(i)}`, both.to.localAddr);
      const name = way === ways[2] ? "sendmsg" : "sendmmsg";
      await withFault({ [name]: failing("EAGAIN"), add: watched(() => {}) }, async () => {
        expect(await both.from.writeBatch(batch)).toBe(5);
      });
      expect((await received(both.to, way.batch(), 5)).map(({ data }) => data[0]).join("")).toBe("01234");
    });
  });

  it("is refused with ENOBUFS, and leaves the socket as it was", async () => {
    await way.run(async () => {
      using both = await ends();
      const batch = way.batch();
      batch.push("x", both.to.localAddr);
      const name = way === ways[2] ? "sendmsg" : "sendmmsg";
      await withFault({ [name]: failing("ENOBUFS") }, async () => {
        expect(await rejection(both.from.writeBatch(batch))).toMatchObject({ code: "ENOBUFS", n: 0 });
      });
      expect(await both.from.writeBatch(batch)).toBe(1);
    });
  });
});

it("without such a call an error behind messages is told with the next read", async () => {
  const way = ways[2];
  await way.run(async () => {
    using both = await ends();
    for (const one of ["1", "2", "3"]) await both.from.writeTo(one, both.to.localAddr!);
    const batch = way.batch();
    let calls = 0;
    const third: Fault<typeof binding.recvmsg> =
      (real) =>
      (...args) =>
        ++calls === 3 ? -errno("ECONNREFUSED") : real(...args);
    await withFault({ recvmsg: third }, async () => {
      expect(await both.to.readBatch(batch)).toBe(2);
      expect(await code(both.to.readBatch(batch))).toBe("ECONNREFUSED");
      expect(await both.to.readBatch(batch)).toBe(1);
    });
  });
});

describe("a batch", () => {
  const make = (fields: Partial<MessageBatchFields> = {}) =>
    new MessageBatch<UDPAddr>({ messages: 4, size: 64, ...fields });

  it("belongs to the operation that waits with it", async () => {
    using both = await ends();
    const batch = make();
    const reading = both.to.readBatch(batch);
    expect(await code(both.to.readBatch(batch))).toBe("ERR_INVALID_ARG_VALUE");
    expect(await code(both.from.writeBatch(batch))).toBe("ERR_INVALID_ARG_VALUE");
    for (const change of [() => batch.push("x"), () => batch.clear(), () => batch.drop(0)])
      expect(thrown<Error & { code: string }>(change).code).toBe("ERR_INVALID_ARG_VALUE");
    await both.from.writeTo("mine", both.to.localAddr!);
    expect(await reading).toBe(1);
    expect(await both.to.writeBatch(batch)).toBe(1);
  });

  it("whose memory is gone takes nothing from the socket", async () => {
    using both = await ends();
    const batch = make();
    const reading = both.to.readBatch(batch);
    structuredClone(batch.bytes, { transfer: [batch.bytes.buffer as ArrayBuffer] });
    await both.from.writeTo("kept", both.to.localAddr!);
    expect(await code(reading)).toBe("ERR_BUFFER_DETACHED");
    expect(await code(both.to.readBatch(batch))).toBe("ERR_BUFFER_DETACHED");
    expect(await code(both.to.writeBatch(batch))).toBe("ERR_BUFFER_DETACHED");
    expect((await received(both.to, make(), 1))[0].data).toBe("kept");
  });

  it("whose control data is gone takes nothing from the socket, and sends nothing", async () => {
    using both = await ends();
    const [reader, writer] = [make({ oob: 64 }), make({ oob: 64 })];
    for (const batch of [reader, writer]) {
      batch.push("x", both.to.localAddr);
      structuredClone(batch.oob(0), { transfer: [batch.oob(0).buffer as ArrayBuffer] });
    }
    await both.from.writeTo("kept", both.to.localAddr!);
    for (const flags of [0, constant("MSG_DONTWAIT")]) {
      expect(await code(both.to.readBatch(reader, flags))).toBe("ERR_BUFFER_DETACHED");
      const error = await rejection(both.from.writeBatch(writer, flags));
      expect(error).toMatchObject({ code: "ERR_BUFFER_DETACHED", n: 0 });
    }
    expect((await received(both.to, make(), 1))[0].data).toBe("kept");
  });

  it("whose control data goes while it waits is refused", async () => {
    using both = await ends();
    const batch = make({ oob: 64 });
    batch.push("x", both.to.localAddr);
    let wait = true;
    const full: Fault<typeof binding.sendmmsg> =
      (real) =>
      (...call) =>
        wait ? -errno("EAGAIN") : real(...call);
    await withFault({ sendmmsg: full }, async () => {
      const writing = rejection(both.from.writeBatch(batch));
      structuredClone(batch.oob(0), { transfer: [batch.oob(0).buffer as ArrayBuffer] });
      wait = false;
      expect(await writing).toMatchObject({ code: "ERR_BUFFER_DETACHED", n: 0 });
    });
  });

  it("holds nothing when a receive failed, and can be filled", async () => {
    using both = await ends();
    const batch = make({ messages: 2 });
    await both.from.writeTo("old", both.to.localAddr!);
    expect(await both.to.readBatch(batch)).toBe(1);
    await withFault({ recvmmsg: failing("ENOMEM") }, async () => {
      expect(await code(both.to.readBatch(batch, constant("MSG_DONTWAIT")))).toBe("ENOMEM");
    });
    expect(batch.length).toBe(0);
    batch.push("new", both.to.localAddr);
    expect(await both.from.writeBatch(batch)).toBe(1);
    expect((await received(both.to, make(), 1))[0].data).toBe("new");
  });

  it("is free again after a call that threw", async () => {
    using both = await ends();
    const batch = make();
    const broken = () => {
      throw new RangeError("broken");
    };
    await withFault({ recvmmsg: () => broken }, async () => {
      expect((await rejection(both.to.readBatch(batch, constant("MSG_DONTWAIT")))).message).toBe("broken");
    });
    batch.push("x", both.to.localAddr);
    expect(await both.from.writeBatch(batch)).toBe(1);
  });

  it("without messages is sent at once", async () => {
    using both = await ends();
    expect(await both.from.writeBatch(make())).toBe(0);
  });

  it("needs somewhere to go, all of it, before any of it goes", async () => {
    using both = await ends();
    const { from, to } = both;
    for (const [addr, expected] of [
      [null, { code: "ERR_MISSING_ADDRESS" }],
      [new IPAddr({ ip: "127.0.0.1" }), { code: "EINVAL" }],
    ] as [UDPAddr | null, object][]) {
      const batch = make();
      batch.push("fine", to.localAddr);
      batch.push("lost", addr);
      expect(await rejection(from.writeBatch(batch))).toMatchObject({ op: "write", n: 0, ...expected });
    }
    using narrow = await here();
    const batch = make();
    batch.push("x", to.localAddr);
    batch.push("x", new UDPAddr({ ip: "::1", port: 9 }));
    expect(await rejection(narrow.writeBatch(batch))).toMatchObject({ code: "ERR_ADDRESS", n: 0 });
    await turn();
    expect(await code(to.readBatch(make(), constant("MSG_DONTWAIT")))).toBe("EAGAIN");
  });

  it("names nobody but the peer of a connected socket, and not even him", async () => {
    using to = await here();
    using from = await dialUDP("udp", null, to.localAddr!);
    const batch = make();
    batch.push("x", to.localAddr);
    expect(await rejection(from.writeBatch(batch))).toMatchObject({ code: "ERR_WRITE_TO_CONNECTED", n: 0 });
  });

  it.each([[null], [{}], [[]], [new Uint8Array(8)], [undefined]])("is nothing like %o", async (nonsense) => {
    using both = await ends();
    expect(await code(both.to.readBatch(nonsense as never))).toBe("ERR_INVALID_ARG_TYPE");
    expect(await code(both.to.writeBatch(nonsense as never))).toBe("ERR_INVALID_ARG_TYPE");
  });

  it.each([
    [-1, "ERR_OUT_OF_RANGE"],
    [0.5, "ERR_OUT_OF_RANGE"],
    [2 ** 31, "ERR_OUT_OF_RANGE"],
    ["0", "ERR_INVALID_ARG_TYPE"],
  ])("takes no flags %o", async (flags, expected) => {
    using both = await ends();
    expect(await code(both.to.readBatch(make(), flags as number))).toBe(expected);
    expect(await code(both.to.writeBatch(make(), flags as number))).toBe(expected);
  });
});
