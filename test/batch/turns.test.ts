// Whoever reads many short messages at a time leaves the rest of the loop its turns all the same.

import { MessageBatch, type UDPAddr } from "rawconn";
import { expect, it } from "vitest";
import { ends } from "./ways.js";

const COUNT = 8192;
const MESSAGES = 64;

it("batches of short datagrams let others in before thousands of them are read", async () => {
  using both = await ends();
  const { from, to } = both;
  const out = new MessageBatch<UDPAddr>({ messages: MESSAGES, size: 20, offload: false });
  for (let i = 0; i < MESSAGES; i++) out.push("short", to.localAddr);
  const batch = new MessageBatch<UDPAddr>({ messages: MESSAGES, size: 20, offload: false });
  let read = 0;
  let longest = 0;
  let over = false;
  let last = 0;
  const look = () => {
    longest = Math.max(longest, read - last);
    last = read;
    if (!over) setImmediate(look);
  };
  look();
  // There is always something to read, so that no read waits for the kernel.
  while (read < COUNT) {
    await from.writeBatch(out);
    for (let n = 0; n < MESSAGES;) n += (await to.readBatch(batch)) ?? NaN;
    read += MESSAGES;
  }
  over = true;
  look();
  expect(longest).toBeLessThan(COUNT);
});
