// A socket whose datagrams came joined is given to somebody who would not tell them apart.

import { describe, expect, it } from "vitest";
import { dialUDP, type File, filePacketConn, type UDPConn } from "rawconn";
import { binding, constant } from "#lib/internal/binding.js";
import { type Fault, withFault } from "../faults/inject.js";
import { type Ends, ends, isJoining, noJoining, prime, received, text, ways } from "./ways.js";

const [joined] = ways;
const texts = Array.from({ length: 20 }, (_, i) => text(400, i));

/** Sends all texts as one, or something short: at once, in the midst of what others do. */
async function sender({ to }: Ends) {
  const conn = await dialUDP("udp", null, to.localAddr!);
  conn.syscallConn().setsockopt(constant("SOL_UDP"), constant("UDP_SEGMENT"), texts[0].length);
  const send = (p = texts.join("")) => {
    const n = conn.syscallConn().control((fd) => binding.send(fd, Buffer.from(p), 0));
    if (n !== p.length) throw new Error(`sent ${n} of ${p.length} bytes`);
  };
  return { send, addr: conn.localAddr, [Symbol.dispose]: () => conn.close() };
}

const datagrams = async (conn: UDPConn, count: number): Promise<string[]> =>
  (await received(conn, joined.batch(), count)).map(({ data }) => data);

/** Sends each time that the option is switched off, `times` at most. */
function late(send: () => void, times: number): Fault<typeof binding.setsockopt> {
  let left = times;
  return (real) => (fd, level, name, value) => {
    if (name === constant("UDP_GRO") && value[0] === 0 && left-- > 0) send();
    return real(fd, level, name, value);
  };
}

describe.skipIf(noJoining !== null)("a socket that is given away", () => {
  it("takes no more than its queue may hold, though others never stop, and nothing joined is left there", async () => {
    using both = await ends();
    await prime(joined, both);
    both.to.setReadBuffer(1 << 16);
    using from = await sender(both);
    let calls = 0;
    const flooded: Fault<typeof binding.recvmmsg> = (real) => (fd, slab, block, flags) => {
      if ((flags & constant("MSG_PEEK")) === 0 && ++calls > 1000) throw new Error("it never ends");
      from.send();
      return real(fd, slab, block, flags);
    };
    using file = await withFault({ recvmmsg: flooded }, () => both.to.file());
    // The kernel doubles what it is asked for, and one more message may go in.
    const most = Math.ceil((2 * (1 << 16) + 65536) / (20 * 400));
    expect(calls).toBeLessThanOrEqual(most);
    expect(isJoining(both.to)).toBe(false);
    expect(await datagrams(both.to, calls * 20)).toEqual(Array.from({ length: calls }, () => texts).flat());
    using copy = filePacketConn(file) as UDPConn;
    await both.from.writeTo("next", both.to.localAddr!);
    expect(await datagrams(copy, 1)).toEqual(["next"]);
  });

  it("takes what comes at the last moment as well", async () => {
    using both = await ends();
    await prime(joined, both);
    using from = await sender(both);
    from.send();
    await withFault({ setsockopt: late(from.send, 3) }, () => both.to.file().close());
    expect(isJoining(both.to)).toBe(false);
    expect(await datagrams(both.to, 80)).toEqual([...texts, ...texts, ...texts, ...texts]);
  });

  it("loses what comes at each last moment, rather than to give it away joined", async () => {
    using both = await ends();
    await prime(joined, both);
    using from = await sender(both);
    using file = await withFault({ setsockopt: late(from.send, Infinity) }, () => both.to.file());
    using copy = filePacketConn(file) as UDPConn;
    await both.from.writeTo("next", both.to.localAddr!);
    expect(await datagrams(copy, 1)).toEqual(["next"]);
  });

  it("hands out one by one the many that it took", async () => {
    using both = await ends();
    await prime(joined, both);
    using from = await sender(both);
    for (let i = 0; i < 5; i++) from.send();
    // An empty one is a datagram, too.
    await both.from.writeTo("", both.to.localAddr!);
    both.to.file().close();
    const p = Buffer.alloc(2048);
    for (let i = 0; i < 5; i++)
      for (const one of texts) {
        const { n, addr } = await both.to.readFrom(p);
        expect([p.toString("latin1", 0, n), String(addr)]).toEqual([one, String(from.addr)]);
      }
    expect(await both.to.readFrom(p)).toMatchObject({ n: 0, truncated: false });
  });

  it.each<[string, (conn: UDPConn, file: File) => UDPConn]>([
    ["who has the file", (_, file) => filePacketConn(file) as UDPConn],
    ["who gave it away", (conn) => conn],
  ])("leaves what came one by one to whoever reads first: %s", async (_, readerOf) => {
    using both = await ends();
    await prime(joined, both);
    const sent = ["a", "", "", "bbb", ...texts];
    for (const one of sent) await both.from.writeTo(one, both.to.localAddr!);
    using from = await sender(both);
    using file = await withFault({ setsockopt: late(() => from.send("late"), 2) }, () => both.to.file());
    using reader = readerOf(both.to, file);
    expect(await datagrams(reader, sent.length + 2)).toEqual([...sent, "late", "late"]);
    expect(isJoining(both.to)).toBe(false);
  });

  it("leaves it to who reads the bare descriptor", async () => {
    using both = await ends();
    await prime(joined, both);
    for (const one of texts) await both.from.writeTo(one, both.to.localAddr!);
    const p = Buffer.alloc(2048);
    const got: string[] = [];
    await both.to.syscallConn().read((fd) => {
      for (let n; (n = binding.recv(fd, p)) >= 0;) got.push(p.toString("latin1", 0, n));
      return got.length === texts.length;
    });
    expect(got).toEqual(texts);
  });

  it.each([1, 2000])("takes everything when something joined is behind %i others", async (count) => {
    using both = await ends();
    await prime(joined, both);
    using from = await sender(both);
    for (let i = 0; i < count; i++) await both.from.writeTo(`${i}`, both.to.localAddr!);
    from.send();
    using file = both.to.file();
    using copy = filePacketConn(file) as UDPConn;
    await both.from.writeTo("next", both.to.localAddr!);
    expect(await datagrams(copy, 1)).toEqual(["next"]);
    const got = await datagrams(both.to, count + 20);
    expect([got.slice(0, count), got.slice(count)]).toEqual([
      Array.from({ length: count }, (_, i) => `${i}`),
      texts,
    ]);
  });

  it.each([-1, 0])("looks at a message as before: SO_PEEK_OFF %i", async (offset) => {
    using both = await ends();
    await prime(joined, both);
    const option = [constant("SOL_SOCKET"), constant("SO_PEEK_OFF")] as const;
    both.to.syscallConn().setsockopt(...option, offset);
    await both.from.writeTo("one", both.to.localAddr!);
    both.to.file().close();
    expect(both.to.syscallConn().getsockopt(...option)).toBe(offset);
  });
});
