// A MessageBatch by itself: what goes in, what stands where, and what is refused.

import { describe, expect, it } from "vitest";
import { IPAddr, MessageBatch, type MessageBatchFields, UDPAddr } from "rawconn";
import { thrown } from "../support/outcome.js";

const addr = new UDPAddr({ ip: "127.0.0.1", port: 9 });
const other = new UDPAddr({ ip: "127.0.0.1", port: 10 });
const code = (f: () => unknown) => thrown<Error & { code?: string }>(f).code;

describe("a MessageBatch", () => {
  it("numbers what is pushed, and tells where it lies", () => {
    const batch = new MessageBatch<UDPAddr>({ messages: 4, size: 10 });
    expect([batch.messages, batch.size, batch.length]).toEqual([4, 10, 0]);
    expect([batch.push("abc", addr), batch.push(new Uint8Array(0)), batch.push("é", other)]).toEqual([
      0, 1, 2,
    ]);
    expect([0, 1, 2].map((i) => [batch.offset(i), batch.n(i), batch.addr(i)])).toEqual([
      [0, 3, addr],
      [3, 0, null],
      [3, 2, other],
    ]);
    expect(Buffer.from(batch.data(2)).toString()).toBe("é");
    expect([batch.flags(0), batch.truncated(0), batch.timestamp(0), batch.oob(0).length]).toEqual([
      0,
      false,
      null,
      0,
    ]);
  });

  it("copies: what is pushed may change afterwards", () => {
    const batch = new MessageBatch({ messages: 1, size: 4, oob: 8 });
    const [p, oob] = [Buffer.from("abcd"), Buffer.from("12345678")];
    batch.push(p, null, oob);
    p.fill(0);
    oob.fill(0);
    expect([batch.data(0), batch.oob(0)].map((bytes) => Buffer.from(bytes).toString())).toEqual([
      "abcd",
      "12345678",
    ]);
  });

  it("gives the place of a message that the caller writes himself", () => {
    const batch = new MessageBatch({ messages: 2, size: 8 });
    batch.push("ab");
    batch.bytes.set(Buffer.from("xyz"), batch.add(3, addr));
    expect(Buffer.from(batch.data(1)).toString()).toBe("xyz");
  });

  it("shifts the numbers when the first are dropped", () => {
    const batch = new MessageBatch<UDPAddr>({ messages: 3, size: 8 });
    for (const one of ["a", "b", "c"]) batch.push(one, one === "b" ? addr : other);
    batch.drop(1);
    expect([batch.length, Buffer.from(batch.data(0)).toString(), batch.addr(0)]).toEqual([2, "b", addr]);
    batch.drop(2);
    expect(batch.length).toBe(0);
    expect(code(() => batch.drop(1))).toBe("ERR_OUT_OF_RANGE");
  });

  it("has room for as many as it says, and again after clear", () => {
    const batch = new MessageBatch({ messages: 2, size: 4 });
    for (let round = 0; round < 2; round++) {
      batch.push("aaaa");
      batch.push("bbbb");
      expect(code(() => batch.push(""))).toBe("ERR_OUT_OF_RANGE");
      // What is dropped makes no room: it still lies there.
      batch.drop(1);
      expect(code(() => batch.push(""))).toBe("ERR_OUT_OF_RANGE");
      batch.clear();
      expect(batch.length).toBe(0);
    }
  });

  it.each([
    ["no fields", undefined, "ERR_INVALID_ARG_TYPE"],
    ["null", null, "ERR_INVALID_ARG_TYPE"],
    ["no messages", { size: 8 }, "ERR_INVALID_ARG_TYPE"],
    ["0 messages", { messages: 0, size: 8 }, "ERR_OUT_OF_RANGE"],
    ["too many messages", { messages: 65_537, size: 8 }, "ERR_OUT_OF_RANGE"],
    ["no size", { messages: 8 }, "ERR_INVALID_ARG_TYPE"],
    ["size 0", { messages: 8, size: 0 }, "ERR_OUT_OF_RANGE"],
    ["too large a size", { messages: 1, size: 1_048_577 }, "ERR_OUT_OF_RANGE"],
    ["a size that is none", { messages: 1, size: 1.5 }, "ERR_OUT_OF_RANGE"],
    ["more memory than there may be", { messages: 65_536, size: 65_536 }, "ERR_OUT_OF_RANGE"],
    ["too much control data", { messages: 1, size: 1, oob: 20_481 }, "ERR_OUT_OF_RANGE"],
    ["control data that is no number", { messages: 1, size: 1, oob: "8" }, "ERR_INVALID_ARG_TYPE"],
    ["an offload that is no boolean", { messages: 1, size: 1, offload: 1 }, "ERR_INVALID_ARG_TYPE"],
  ])("is not made of %s", (_, fields, expected) => {
    expect(code(() => new MessageBatch(fields as MessageBatchFields))).toBe(expected);
  });

  it("takes nothing else than bytes or text, an address or null, and control data that fits", () => {
    const batch = new MessageBatch({ messages: 9, size: 4, oob: 4 });
    for (const [args, expected] of [
      [[1], "ERR_INVALID_ARG_TYPE"],
      [["abcde"], "ERR_OUT_OF_RANGE"],
      [["a", "127.0.0.1:9"], "ERR_INVALID_ARG_TYPE"],
      [["a", undefined, "oob"], "ERR_INVALID_ARG_TYPE"],
      [["a", null, new Uint8Array(5)], "ERR_OUT_OF_RANGE"],
    ] as [never, string][])
      expect([code(() => Reflect.apply(batch.push, batch, args)), batch.length]).toEqual([expected, 0]);
    // Of what kind an address must be, the socket knows.
    expect(batch.push("a", new IPAddr({ ip: "::1" }))).toBe(0);
  });

  it.each([-1, 2, 0.5, Number.NaN, "0", null])("has no message %s", (i) => {
    const batch = new MessageBatch({ messages: 4, size: 4 });
    batch.push("a");
    batch.push("b");
    for (const name of ["offset", "n", "data", "addr", "flags", "truncated", "oob", "timestamp"] as const) {
      const expected = typeof i === "number" ? "ERR_OUT_OF_RANGE" : "ERR_INVALID_ARG_TYPE";
      expect(code(() => batch[name](i as number))).toBe(expected);
    }
  });
});
