// Readers that wait for something of their own: the event that they let pass is not lost to those who come next.

import { describe, expect, it } from "vitest";
import { MessageBatch, type UDPAddr, type UDPConn } from "rawconn";
import { binding, constant } from "#lib/internal/binding.js";
import { READ } from "#lib/internal/poll/poller.js";
import { outcomeAfter, rejection, turn } from "../support/outcome.js";
import { fdOf } from "../support/pair.js";
import { ends, here, noJoining, prime, text, ways } from "./ways.js";

const ERRQUEUE = binding.constants["MSG_ERRQUEUE"] ?? 0;
if (ERRQUEUE === 0) console.log("error queues: this system has none");
const DONTWAIT = constant("MSG_DONTWAIT");
const LATE = 5000;

const batch = () => new MessageBatch<UDPAddr>({ messages: 4, size: 512, oob: 128 });

/** Has a socket watched, whose events tell of what comes from then on. */
async function watch(from: UDPConn, to: UDPConn): Promise<void> {
  const first = read(to);
  await from.writeTo("first", to.localAddr!);
  expect(await first).toBe("first");
}

/** What a socket has to read, which had better be there. */
async function read(conn: UDPConn): Promise<string> {
  const p = Buffer.alloc(512);
  conn.setReadDeadline(Date.now() + LATE);
  const { n } = await conn.readFrom(p);
  return p.toString("latin1", 0, n);
}

/** Sends a datagram, and lets its event pass. */
async function arrive(from: UDPConn, to: UDPConn, what: string): Promise<void> {
  await from.writeTo(what, to.localAddr!);
  for (let i = 0; i < 4; i++) await turn();
}

describe.skipIf(ERRQUEUE === 0)("an error queue that is empty", () => {
  it("hides no datagram when it was only looked at", async () => {
    using both = await ends();
    await watch(both.from, both.to);
    await arrive(both.from, both.to, "data");
    const error = await rejection(both.to.readBatch(batch(), ERRQUEUE | DONTWAIT));
    expect(error).toMatchObject({ code: "EAGAIN" });
    expect(await read(both.to)).toBe("data");
  });

  it("hides none when it was waited for in vain", async () => {
    using both = await ends();
    await watch(both.from, both.to);
    both.to.setReadDeadline(Date.now() + 20);
    const waiting = rejection(both.to.readBatch(batch(), ERRQUEUE));
    await arrive(both.from, both.to, "data");
    expect(await waiting).toMatchObject({ code: "ERR_DEADLINE" });
    expect(await read(both.to)).toBe("data");
  });
});

describe.skipIf(ERRQUEUE === 0)("an error queue that has less than there is room for", () => {
  it("says nothing of the data: that is read without a wait", async () => {
    using both = await ends();
    both.to.syscallConn().setsockopt(constant("IPPROTO_IP"), constant("IP_RECVERR"), 1);
    const gone = await here();
    const nowhere = gone.localAddr!;
    gone.close();
    await both.to.writeTo("refused", nowhere);
    await both.from.writeTo("data", both.to.localAddr!);
    expect(await both.to.readBatch(batch(), ERRQUEUE)).toBe(1);
    expect(fdOf(both.to).mayTry(READ)).toBe(true);
    expect(await read(both.to)).toBe("data");
  });
});

it("a callback that is called in vain hides no datagram from the next reader", async () => {
  using both = await ends();
  await watch(both.from, both.to);
  both.to.setReadDeadline(Date.now() + 20);
  const waiting = both.to.syscallConn().read(() => false);
  await arrive(both.from, both.to, "data");
  expect(await rejection(waiting)).toMatchObject({ code: "ERR_DEADLINE" });
  expect(await read(both.to)).toBe("data");
});

it.skipIf(noJoining !== null)(
  "what is left of joined datagrams is read behind a callback that waits",
  async () => {
    using both = await ends();
    const texts = Array.from({ length: 20 }, (_, i) => text(400, i));
    const [joined] = ways;
    await prime(joined, both);
    const out = joined.batch();
    for (const one of texts) out.push(one, both.to.localAddr);
    await both.from.writeBatch(out);
    expect(await read(both.to)).toBe(texts[0]);
    both.to.setReadDeadline(Date.now() + 20);
    const waiting = both.to.syscallConn().read((fd) => binding.recv(fd, new Uint8Array(8)) >= 0);
    const outcome = await outcomeAfter(LATE, waiting);
    expect(outcome).toMatchObject({ code: "ERR_DEADLINE" });
    for (const one of texts.slice(1)) expect(await read(both.to)).toBe(one);
  },
);
