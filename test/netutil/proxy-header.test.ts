import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Addr, TCPAddr, UDPAddr, UnixAddr } from "rawconn";
import type { IOReader, PartialError } from "rawconn/io";
import {
  formatProxyHeader,
  parseProxyHeader,
  type ProxyHeader,
  ProxyHeaderError,
  readProxyHeader,
} from "rawconn/netutil";
import { rejection, thrown } from "../support/outcome.js";

const tcp = (ip: string, port: number) => new TCPAddr({ ip, port });
const udp = (ip: string, port: number) => new UDPAddr({ ip, port });
const bytes = (s: string) => Buffer.from(s, "latin1");
const SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";

/** Gives at most so many bytes a read, and counts what it gave. */
class Slow implements IOReader {
  at = 0;
  constructor(
    readonly p: Uint8Array,
    readonly step = Infinity,
  ) {}
  async read(room: Uint8Array): Promise<number | null> {
    const piece = this.p.subarray(this.at, this.at + Math.min(room.length, this.step));
    room.set(piece);
    this.at += piece.length;
    return piece.length || null;
  }
}

const said = ({ version, source, destination, tlvs }: ProxyHeader) => ({
  version,
  source: source && `${source.network} ${source.toString()}`,
  destination: destination && `${destination.network} ${destination.toString()}`,
  tlvs: tlvs.map(({ type, value }) => [type, Buffer.from(value).toString("latin1")]),
});

describe("version 1", () => {
  it.each<[string, string | null, string | null]>([
    ["PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n", "tcp 192.0.2.1:56324", "tcp 198.51.100.7:443"],
    ["PROXY TCP6 2001:db8::1 ::1 0 65535\r\n", "tcp [2001:db8::1]:0", "tcp [::1]:65535"],
    ["PROXY UNKNOWN\r\n", null, null],
    ["PROXY UNKNOWN ffff:f...f:ffff whatever 65535\r\n", null, null],
  ])("reads %j, and not a byte more", async (line, source, destination) => {
    for (const step of [1, 3, Infinity]) {
      const r = new Slow(bytes(`${line}GET / HTTP/1.1\r\n`), step);
      expect(said(await readProxyHeader(r))).toEqual({ version: 1, source, destination, tlvs: [] });
      expect(r.at).toBe(line.length);
    }
  });

  it("reads the longest line there can be in few reads", async () => {
    const ip = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255";
    const long = `PROXY TCP6 ${"ffff:".repeat(7)}ffff ${"ffff:".repeat(7)}ffff 65535 65535\r\n`;
    let reads = 0;
    const slow = new Slow(bytes(long));
    await readProxyHeader({ read: (p) => (reads++, slow.read(p)) });
    expect([long.length, ip.length, reads < 50]).toEqual([104, 45, true]);
  });

  it.each([
    "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n",
    "PROXY TCP4 1.2.3.4 5.6.7.8 1\r\nGET / HTTP/1.1",
    "PROXY TCP4 1.2.3.4 5.6.7.8 1 2 3\r\n",
    "PROXY TCP4 1.2.3.4  5.6.7.8 1 2\r\n",
    "PROXY TCP4 1.2.3.4 5.6.7.8 01 2\r\n",
    "PROXY TCP4 1.2.3.4 5.6.7.8 1 65536\r\n",
    "PROXY TCP4 1.2.3.4 5.6.7.8 1 -2\r\n",
    "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\r\n",
    "PROXY TCP4 ::1 ::1 1 2\r\n",
    "PROXY TCP6 1.2.3.4 5.6.7.8 1 2\r\n",
    "PROXY TCP4 01.2.3.4 5.6.7.8 1 2\r\n",
    "PROXY TCP4 1.2.3 5.6.7.8 1 2\r\n",
    "PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n",
    "PROXY UDP4 1.2.3.4 5.6.7.8 1 2\r\n",
    "proxy TCP4 1.2.3.4 5.6.7.8 1 2\r\n",
    "PROXY UNKNOWNX\r\n",
    "GET / HTTP/1.1\r\nHost: example\r\n\r\n",
    `PROXY TCP4 ${"1".repeat(200)}`,
    `PROXY UNKNOWN ${"x".repeat(200)}\r\n`,
    "\r\n\r\n\0\r\nQUIX\nPROXY",
  ])("is not %j", async (line) => {
    for (const step of [1, Infinity]) {
      const error = await rejection(readProxyHeader(new Slow(bytes(line.padEnd(120, "\n")), step)));
      expect(error).toBeInstanceOf(ProxyHeaderError);
      expect(error.code).toBe("ERR_PROXY_HEADER");
    }
    expect(thrown(() => parseProxyHeader(bytes(line)))).toBeInstanceOf(ProxyHeaderError);
  });

  it("is written as it is read", () => {
    const text = (header: Partial<ProxyHeader>) =>
      Buffer.from(formatProxyHeader({ version: 1, ...header })).toString();
    const v4 = { source: tcp("::ffff:1.2.3.4", 5), destination: tcp("6.7.8.9", 10) };
    expect(text(v4)).toBe("PROXY TCP4 1.2.3.4 6.7.8.9 5 10\r\n");
    const v6 = { source: tcp("fe80::1", 5), destination: tcp("::1", 10) };
    expect(text(v6)).toBe("PROXY TCP6 fe80::1 ::1 5 10\r\n");
    const both = { source: tcp("1.2.3.4", 5), destination: tcp("::1", 10) };
    expect(text(both)).toBe("PROXY TCP6 ::ffff:1.2.3.4 ::1 5 10\r\n");
    expect(text({})).toBe("PROXY UNKNOWN\r\n");
  });
});

/** A header of version 2 by hand. */
const v2 = (command: number, family: number, rest: string, length = rest.length) =>
  bytes(SIGNATURE + String.fromCharCode(command, family, length >> 8, length & 255) + rest);

describe("version 2", () => {
  const v4 = "\x01\x02\x03\x04\x05\x06\x07\x08\x00\x50\x01\xbb";
  const path = (name: string) => name.padEnd(108, "\0");

  it.each<[string, Buffer, string | null, string | null]>([
    ["TCP over IPv4", v2(0x21, 0x11, v4), "tcp 1.2.3.4:80", "tcp 5.6.7.8:443"],
    ["UDP over IPv4", v2(0x21, 0x12, v4), "udp 1.2.3.4:80", "udp 5.6.7.8:443"],
    [
      "TCP over IPv6",
      v2(0x21, 0x21, `${"\0".repeat(15)}\x01${"\0".repeat(15)}\x02\x00\x01\x00\x02`),
      "tcp [::1]:1",
      "tcp [::2]:2",
    ],
    ["Unix sockets", v2(0x21, 0x31, path("/a") + path("\0b")), "unix /a", "unix @b"],
    ["Unix sockets without names", v2(0x21, 0x32, path("") + path("")), "unixgram ", "unixgram "],
    ["an unknown family", v2(0x21, 0x00, ""), null, null],
    ["the proxy itself", v2(0x20, 0x00, ""), null, null],
    ["the proxy itself, with addresses that count for nothing", v2(0x20, 0x11, v4), null, null],
  ])("reads %s, and not a byte more", async (_, header, source, destination) => {
    for (const step of [1, Infinity]) {
      const r = new Slow(Buffer.concat([header, bytes("rest")]), step);
      expect(said(await readProxyHeader(r))).toEqual({ version: 2, source, destination, tlvs: [] });
      expect(r.at).toBe(header.length);
    }
  });

  it("reads additional information", async () => {
    const header = v2(0x21, 0x11, `${v4}\x02\x00\x0bexample.com\x04\x00\x00\xe0\x00\x01x`);
    expect(said(parseProxyHeader(header)).tlvs).toEqual([
      [2, "example.com"],
      [4, ""],
      [0xe0, "x"],
    ]);
  });

  it.each<[string, Buffer]>([
    ["another version", v2(0x11, 0x11, v4)],
    ["another command", v2(0x22, 0x11, v4)],
    ["a reserved family", v2(0x21, 0x13, v4)],
    ["addresses that are too short", v2(0x21, 0x11, v4.slice(1))],
    ["additional information that is cut off", v2(0x21, 0x11, `${v4}\x02\x00`)],
    ["and such that says it is longer than it is", v2(0x21, 0x11, `${v4}\x02\x00\x02x`)],
  ])("refuses %s", async (_, header) => {
    expect(await rejection(readProxyHeader(new Slow(header)))).toBeInstanceOf(ProxyHeaderError);
    expect(thrown(() => parseProxyHeader(header))).toBeInstanceOf(ProxyHeaderError);
  });

  it("refuses a header over the cap before it reads it", async () => {
    const header = v2(0x21, 0x11, v4 + `\xe0\x00\xff${"x".repeat(255)}`);
    const r = new Slow(header);
    expect(await rejection(readProxyHeader(r, header.length - 1))).toMatchObject({
      code: "ERR_PROXY_HEADER",
    });
    expect(r.at).toBe(16);
    expect((await readProxyHeader(new Slow(header), header.length)).tlvs).toHaveLength(1);
    expect(await rejection(readProxyHeader(new Slow(v2(0x21, 0, "", 5000))))).toMatchObject({
      code: "ERR_PROXY_HEADER",
    });
    expect(await rejection(readProxyHeader(r, 14))).toMatchObject({ code: "ERR_OUT_OF_RANGE" });
  });

  it.each([0, 5, 15, 20])("tells a stream that ends after %s bytes", async (n) => {
    const error = await rejection<PartialError>(readProxyHeader(new Slow(v2(0x21, 0x11, v4).subarray(0, n))));
    expect(error).toMatchObject({ name: "PartialError", code: "ERR_UNEXPECTED_EOF", n });
  });
});

describe("a header that is written", () => {
  const ip4 = fc.ipV4();
  const ip6 = fc.ipV6().filter((ip) => !/:\d+\.\d/.test(ip));
  const port = fc.nat(65_535);
  const ends = fc.oneof(
    ...[ip4, ip6].flatMap((ip) =>
      [tcp, udp].map((make) =>
        fc.tuple(ip, port, ip, port).map(([a, p, b, q]): Addr[] => [make(a, p), make(b, q)]),
      ),
    ),
    fc
      .tuple(fc.string({ maxLength: 30 }), fc.string({ maxLength: 30 }))
      .map((names) =>
        names.map((name) => new UnixAddr({ name: `/${name.replaceAll(/[\0\ud800-\udfff]/g, "")}` })),
      ),
  );
  const tlvs = fc.array(fc.record({ type: fc.nat(255), value: fc.uint8Array({ maxLength: 50 }) }), {
    maxLength: 5,
  });

  it("says the same when it is read", async () => {
    await fc.assert(
      fc.asyncProperty(ends, tlvs, fc.nat(9), async ([source, destination], more, step) => {
        const header: ProxyHeader = { version: 2, source, destination, tlvs: more };
        const written = formatProxyHeader(header);
        // Mapped IPv4 is written as what it is.
        const expected = said(header);
        expect(said(await readProxyHeader(new Slow(written, step + 1)))).toEqual(expected);
        if (source.network !== "tcp") return;
        const line = formatProxyHeader({ version: 1, source, destination });
        expect(said(await readProxyHeader(new Slow(line, step + 1)))).toEqual({
          ...expected,
          version: 1,
          tlvs: [],
        });
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, Partial<ProxyHeader>]>([
    ["an unknown version", { version: 3 as 2 }],
    ["one end alone", { source: tcp("1.2.3.4", 5) }],
    ["two protocols", { source: tcp("1.2.3.4", 5), destination: udp("1.2.3.4", 5) }],
    ["no address", { source: new TCPAddr(), destination: new TCPAddr() }],
    ["UDP in version 1", { version: 1, source: udp("1.2.3.4", 5), destination: udp("1.2.3.4", 5) }],
    ["more in version 1", { version: 1, tlvs: [{ type: 1, value: new Uint8Array() }] }],
    [
      "a path that is too long",
      { source: new UnixAddr({ name: "x".repeat(109) }), destination: new UnixAddr() },
    ],
    ["too much", { tlvs: [{ type: 1, value: new Uint8Array(65_535) }] }],
  ])("does not say %s", (_, header) => {
    expect(thrown(() => formatProxyHeader(header))).toMatchObject({
      name: "TypeError",
      code: "ERR_INVALID_ARG_VALUE",
    });
  });
});

describe("whatever comes", () => {
  const near = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.uint8Array({ maxLength: 300 }).map((p) => Buffer.concat([bytes(SIGNATURE), p])),
    fc
      .tuple(fc.nat(0x32), fc.uint8Array({ maxLength: 300 }))
      .map(([kind, p]) => v2(0x21, kind, Buffer.from(p).toString("latin1"))),
    fc.stringMatching(/^PROXY (TCP[46]|UNKNOWN)[ 0-9a-f.:\r\n]{0,120}$/).map(bytes),
  );

  it("is a header or an error, and nothing is read that is not of it", async () => {
    await fc.assert(
      fc.asyncProperty(near, fc.nat(20), async (p, step) => {
        const r = new Slow(p, step + 1);
        try {
          await readProxyHeader(r);
          // All that was read is a header by itself.
          expect(parseProxyHeader(p.subarray(0, r.at))).toBeDefined();
        } catch (error) {
          expect(["ERR_PROXY_HEADER", "ERR_UNEXPECTED_EOF"]).toContain((error as PartialError).code);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("that is no bytes is a TypeError", () => {
    expect(thrown(() => formatProxyHeader({ tlvs: [{ type: 256, value: new Uint8Array() }] }))).toMatchObject(
      {
        code: "ERR_OUT_OF_RANGE",
      },
    );
    expect(thrown(() => parseProxyHeader("PROXY UNKNOWN\r\n" as unknown as Uint8Array))).toMatchObject({
      code: "ERR_INVALID_ARG_TYPE",
    });
    expect(thrown(() => formatProxyHeader(null as unknown as ProxyHeader))).toMatchObject({
      code: "ERR_INVALID_ARG_TYPE",
    });
  });
});
