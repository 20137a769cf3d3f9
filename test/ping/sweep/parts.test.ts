import { describe, expect, it } from "vitest";
import { Fifo } from "#lib/ping/fifo.js";
import { Feed, type FeedWatcher, Host } from "#lib/ping/sweep/feed.js";
import { Line } from "#lib/ping/sweep/line.js";
import { Pace } from "#lib/ping/sweep/pace.js";
import { parseRange } from "#lib/ping/sweep/range.js";
import { folded, Requests, sumOf } from "#lib/ping/sweep/request.js";
import { SLOTS, Table } from "#lib/ping/sweep/table.js";
import { checksum } from "#lib/icmp/index.js";
import { ipCodec } from "#lib/internal/socket/sockaddr-inet.js";
import { parseAddr } from "#lib/netip/index.js";

const told = (target: string) => {
  const range = parseRange(target);
  return range && [range.first.toString(), range.size];
};

describe("parseRange", () => {
  it.each<[string, string, number]>([
    ["10.0.0.1", "10.0.0.1", 1],
    ["::1", "::1", 1],
    ["fe80::1%eth0", "fe80::1%eth0", 1],
    ["0.0.0.0", "127.0.0.1", 1],
    ["::", "::1", 1],
    ["::ffff:10.0.0.1", "10.0.0.1", 1],
    ["10.0.0.0/24", "10.0.0.1", 254],
    ["10.0.0.77/24", "10.0.0.1", 254],
    ["10.0.0.0/30", "10.0.0.1", 2],
    ["10.0.0.0/31", "10.0.0.0", 2],
    ["10.0.0.5/32", "10.0.0.5", 1],
    ["10.0.0.0/8", "10.0.0.1", 2 ** 24 - 2],
    ["0.0.0.0/0", "0.0.0.1", 2 ** 32 - 2],
    ["fd00::/126", "fd00::", 4],
    ["fd00::/64", "fd00::", 2 ** 64],
    ["10.0.0.250-10.0.1.5", "10.0.0.250", 12],
    ["fd00::fffe-fd00::1:1", "fd00::fffe", 4],
    ["10.0.0.1-10.0.0.1", "10.0.0.1", 1],
  ])("reads %s", (target, first, size) => {
    expect(told(target)).toEqual([first, size]);
  });

  it.each([
    "",
    "localhost",
    "my-host",
    "10.0.0.0/33",
    "10.0.0.0/",
    "10.0.0.0/-1",
    "10.0.0.256",
    "10.0.0.2-10.0.0.1",
    "10.0.0.1-::1",
    "10.0.0.1-",
    "-",
    "fe80::/10%eth0",
    "010.0.0.1",
  ])("leaves %j to the resolver", (target) => {
    expect(told(target)).toBeNull();
  });
});

const watcher = (more: Partial<FeedWatcher> = {}): FeedWatcher => ({
  suits: () => true,
  lookUp: () => Promise.reject(new Error("no names here")),
  prepare: () => Promise.resolve(),
  more: () => {},
  isFull: () => false,
  unresolved: () => {},
  ...more,
});

describe("Feed", () => {
  const taken = (feed: Feed) => {
    const found: string[] = [];
    for (let host = feed.take(); host !== null; host = feed.take()) found.push(`${host.addr} ${host.round}`);
    return found;
  };

  it("gives out what the targets stand for, in order, and again in the next round", async () => {
    const feed = new Feed(true, watcher());
    await feed.read(["10.0.0.1", "10.0.0.0/30", "fd00::1-fd00::2"]);
    expect(feed.size).toBe(5);
    expect(feed.roundOver).toBe(false);
    const first = ["10.0.0.1 1", "10.0.0.1 1", "10.0.0.2 1", "fd00::1 1", "fd00::2 1"];
    expect(taken(feed)).toEqual(first);
    expect([feed.roundOver, feed.exhausted, feed.ready]).toEqual([true, true, false]);
    feed.again();
    expect(taken(feed)).toEqual(first.map((text) => text.replace(/1$/, "2")));
  });

  it("reads no further than needed", async () => {
    let read = 0;
    function* endless(): Generator<string> {
      for (;;) {
        read++;
        yield "10.0.0.1";
      }
    }
    const feed = new Feed(false, watcher());
    const reading = feed.read(endless());
    await new Promise(setImmediate);
    const ahead = read;
    expect(ahead).toBeLessThan(2000);
    for (let i = 0; i < 100; i++) feed.take();
    await new Promise(setImmediate);
    expect(read).toBe(ahead + 100);
    feed.stop();
    await reading;
    expect(feed.exhausted).toBe(false);
  });

  it("lets the rest of the loop have its turns while there is nothing that suits", async () => {
    let read = 0;
    function* list(): Generator<string> {
      for (; read < 200_000; read++) yield "10.0.0.1";
    }
    const feed = new Feed(false, watcher({ suits: () => false }));
    const reading = feed.read(list());
    await new Promise(setImmediate);
    expect(read).toBeLessThan(5000);
    feed.stop();
    await reading;
    expect(read).toBeLessThan(5000);
  });

  it("goes on past names that it waits for, and tells of those that are none", async () => {
    let found: (addr: ReturnType<typeof parseAddr>) => void = () => {};
    const failed: string[] = [];
    const feed = new Feed(
      false,
      watcher({
        lookUp: (name) =>
          name === "late" ? new Promise((resolve) => (found = resolve)) : Promise.reject(new Error("none")),
        unresolved: (target, { message }) => failed.push(`${target}: ${message}`),
      }),
    );
    const reading = feed.read(["late", "wrong", "10.0.0.1"]);
    await new Promise(setImmediate);
    expect([taken(feed), feed.exhausted, failed]).toEqual([["10.0.0.1 1"], false, ["wrong: none"]]);
    found(parseAddr("10.0.0.9"));
    await reading;
    expect([taken(feed), feed.exhausted]).toEqual([["10.0.0.9 1"], true]);
  });

  it("passes on what the targets throw", async () => {
    async function* broken(): AsyncGenerator<string> {
      yield "10.0.0.1";
      throw new Error("the file is gone");
    }
    await expect(new Feed(false, watcher()).read(broken())).rejects.toThrow("the file is gone");
    await expect(new Feed(false, watcher()).read([1] as unknown as string[])).rejects.toThrow(
      /a string for target/,
    );
  });
});

describe("Line", () => {
  async function lineOf(targets: string[], count: number): Promise<Line> {
    const feed = new Feed(count > 1, watcher());
    await feed.read(targets);
    const line = new Line(feed, { count, period: 10 });
    line.start(100);
    return line;
  }

  const taken = (line: Line, now: number) => {
    const host = line.next(now)!;
    line.pass();
    return host;
  };

  it("gives a host until it is passed, and rounds in their time", async () => {
    const line = await lineOf(["10.0.0.1", "10.0.0.2"], 2);
    expect(line.next(100)).toBe(line.next(100));
    expect([taken(line, 100), taken(line, 100)]).toMatchObject([{ round: 1 }, { target: "10.0.0.2" }]);
    expect([line.next(109), line.dueAt(109), line.over]).toEqual([null, 110, false]);
    expect([taken(line, 112), taken(line, 112)]).toMatchObject([{ round: 2 }, { round: 2 }]);
    expect([line.next(999), line.dueAt(999), line.over]).toEqual([null, Infinity, true]);
  });

  it("gives those first that are to have another attempt, unless it is known by then how they are", async () => {
    const line = await lineOf(["10.0.0.1-10.0.0.4"], 1);
    const hosts = [taken(line, 100), taken(line, 100), taken(line, 100)];
    for (const host of hosts) line.retry(host);
    hosts[1].over = true;
    expect(taken(line, 100)).toBe(hosts[0]);
    // It is next already when its answer comes.
    expect(line.next(100)).toBe(hosts[2]);
    hosts[2].over = true;
    expect(taken(line, 100).addr.toString()).toBe("10.0.0.4");
    line.retry(hosts[2]);
    expect([line.dueAt(100), line.over]).toEqual([Infinity, true]);
  });
});

describe("Table", () => {
  const host = () => new Host("10.0.0.1", parseAddr("10.0.0.1"), 1);

  // The cookies of a thousand and 24 are made at a time.
  const ROOM = SLOTS - 1024 + 1;

  it("has room for so many that wait, and gives each its number", () => {
    const table = new Table();
    for (let i = 0; i < ROOM; i++) {
      expect(table.full).toBe(false);
      expect(table.add(host(), i)).toBe(i);
    }
    expect([table.full, table.outstanding]).toEqual([true, ROOM]);
    table.settle(1);
    expect(table.full).toBe(true);
    table.settle(0);
    expect(table.full).toBe(false);
    expect(table.oldest).toBe(2);
    expect(table.add(host(), 7)).toBe(ROOM);
  });

  it("leaves the cookies of those that wait alone, however full it is", () => {
    const table = new Table();
    const cookieOf = (seq: number) => `${table.cookies[2 * seq]},${table.cookies[2 * seq + 1]}`;
    const waiting = new Fifo<[number, string]>();
    let changed = 0;
    for (let lap = 0; lap < 2 * SLOTS; lap++) {
      while (table.full) {
        const [seq, cookie] = waiting.shift()!;
        if (cookieOf(seq) !== cookie) changed++;
        table.settle(seq);
      }
      const seq = table.add(host(), lap);
      waiting.push([seq, cookieOf(seq)]);
    }
    expect(changed).toBe(0);
  });

  it("gives each request a cookie of its own, in every lap", () => {
    const table = new Table();
    const seen = new Set<string>();
    for (let i = 0; i < 2 * SLOTS; i++) {
      const seq = table.add(host(), 0);
      seen.add(`${table.cookies[seq * 2]},${table.cookies[seq * 2 + 1]}`);
      table.settle(seq);
    }
    expect(seen.size).toBe(2 * SLOTS);
  });

  it("gives up the oldest that wait, and only when they are due", () => {
    const table = new Table();
    const hosts = [1, 2, 3].map((now) => {
      const one = host();
      table.add(one, now);
      return one;
    });
    expect(table.expire(0)).toBeNull();
    expect(table.answer(1)).toBe(true);
    expect(table.answer(1)).toBe(false);
    expect(table.expire(3)).toBe(hosts[0]);
    expect(table.expire(3)).toBe(hosts[2]);
    expect([table.expire(3), table.outstanding, table.oldest]).toEqual([null, 0, Infinity]);
  });
});

describe("Requests", () => {
  it.each([0, 7, 8, 9, 56, 57])("with %i bytes of payload have the right checksum", (size) => {
    const requests = new Requests(3, true, 8, 0xabcd, size, true);
    const { table } = requests;
    const cookies = Int32Array.of(-1, 0x12345678, -0x7fffffff, 0x7fffffff);
    for (const [i, seq] of [
      [0, 0],
      [1, 1],
      [2, 0],
      [1, 0],
    ] as const) {
      requests.number(i, seq, cookies);
      const message = table.bytes.slice(table.offset(i), table.offset(i) + table.n(i));
      expect(message.length).toBe(8 + size);
      expect(checksum(message)).toBe(0);
      const view = new DataView(message.buffer);
      expect([view.getUint16(4), view.getUint16(6)]).toEqual([0xabcd, seq]);
      expect(folded(sumOf(view, 0, message.length))).toBe(0xffff);
      if (size >= 8) expect(view.getInt32(8)).toBe(cookies[seq * 2]);
    }
  });

  it("go to an address each", () => {
    const requests = new Requests(2, false, 128, 1, 8, false);
    const words = Int32Array.of(0xfd000000 | 0, 0, 0, 7, 0x20010db8, 1, 2, 3);
    requests.address(0, words, 4, "");
    requests.address(1, words, 0, "");
    const { table } = requests;
    const named = [0, 1].map((i) => ipCodec.decode(table.block, table.nameOffset(i), table.nameLength(i)));
    expect(named.map(String)).toEqual(["2001:db8:0:1:0:2:0:3", "fd00::7"]);
  });
});

describe("Pace", () => {
  it("keeps its rate, makes up for little, and has no limit without one", () => {
    const pace = new Pace(1000);
    let sent = 0;
    const until = (now: number) => {
      while (pace.due <= now) {
        pace.spend(now);
        sent++;
      }
    };
    for (let now = 0; now <= 100; now += 2) until(now);
    // What it may make up for at the beginning.
    expect(sent).toBeGreaterThanOrEqual(100);
    expect(sent).toBeLessThanOrEqual(112);
    sent = 0;
    until(10_000);
    expect(sent).toBeLessThanOrEqual(12);
    const endless = new Pace(Infinity);
    for (let i = 0; i < 1000; i++) endless.spend(5);
    expect(endless.due).toBeLessThanOrEqual(5);
  });
});

describe("Fifo", () => {
  it("keeps order however long it is", () => {
    const fifo = new Fifo<number>();
    let next = 0;
    for (let i = 0; i < 10_000; i++) {
      fifo.push(i);
      if (i % 3 === 0) expect(fifo.shift()).toBe(next++);
    }
    while (fifo.length > 0) expect(fifo.shift()).toBe(next++);
    expect([next, fifo.shift()]).toEqual([10_000, undefined]);
  });
});
