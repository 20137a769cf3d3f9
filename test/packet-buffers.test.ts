// The memory of a message that waits: when it is taken away, the packet stays where it is.

import { listenPacket } from "rawconn";
import { expect, it } from "vitest";
import { outcomeAfter, rejection } from "./support/outcome.js";
import { unixgram } from "./support/unix.js";

it("a read whose control data has nowhere to go any more leaves the packet for the next", async () => {
  using conn = await listenPacket("udp", "127.0.0.1:0");
  const oob = new Uint8Array(64);
  const reading = conn.readMsg(new Uint8Array(100), oob);
  structuredClone(oob.buffer, { transfer: [oob.buffer] });
  await conn.writeTo("hello", conn.localAddr!);
  await expect(reading).rejects.toMatchObject({ code: "ERR_BUFFER_DETACHED" });
  const p = new Uint8Array(100);
  const { n } = await conn.readFrom(p);
  expect(Buffer.from(p.subarray(0, n)).toString()).toBe("hello");
});

it("a packet that waits in line is as long as it was when it was given", async () => {
  using conn = await listenPacket("udp", "127.0.0.1:0");
  const Resizable = ArrayBuffer as unknown as new (
    length: number,
    options: object,
  ) => ArrayBuffer & {
    resize(length: number): void;
  };
  const memory = new Resizable(100, { maxByteLength: 1000 });
  const writes: Promise<number>[] = [];
  // More than one turn of the loop may send, so that the last has to wait for the next.
  for (let i = 0; i < 600; i++) writes.push(conn.writeTo("x", conn.localAddr!));
  const last = conn.writeTo(new Uint8Array(memory), conn.localAddr!);
  memory.resize(1000);
  expect(await last).toBe(100);
  await Promise.all(writes);
});

it.each(["p", "oob"])(
  "a packet whose %s is taken away while it waits is not sent, not even in part",
  async (taken) => {
    using to = await unixgram();
    using from = await unixgram();
    // Until the queue of the other end is full.
    from.setWriteDeadline(Date.now() + 20);
    let queued = 0;
    const fill = async () => {
      for (;;) queued += await from.writeTo("x", to.localAddr!);
    };
    expect(await rejection(fill())).toMatchObject({ code: "ERR_DEADLINE" });
    from.setWriteDeadline(null);

    const arrays = { p: new Uint8Array(100), oob: new Uint8Array(0) };
    if (taken === "oob") arrays.oob = new Uint8Array(64);
    const writing = rejection(from.writeMsgUnix(arrays.p, arrays.oob, to.localAddr));
    expect(await outcomeAfter(1, writing)).toBe("pending");
    const { buffer } = taken === "p" ? arrays.p : arrays.oob;
    structuredClone(buffer, { transfer: [buffer] });
    const p = new Uint8Array(100);
    for (; queued > 0; queued--) expect((await to.readFrom(p))!.n).toBe(1);
    expect(await writing).toMatchObject({
      code: "ERR_BUFFER_DETACHED",
      message: expect.stringContaining(`of ${taken} was`),
      n: 0,
    });
    await from.writeTo("next", to.localAddr!);
    expect((await to.readFrom(p))!.n).toBe(4);
  },
);
