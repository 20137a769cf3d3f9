import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  Addr,
  AddrPort,
  addrPortFrom,
  LiteralError,
  mustParseAddrPort,
  parseAddr,
  parseAddrPort,
} from "rawconn/netip";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

describe("parseAddrPort", () => {
  it.each([
    ["1.2.3.4:80", "1.2.3.4", 80],
    ["1.2.3.4:0", "1.2.3.4", 0],
    ["1.2.3.4:65535", "1.2.3.4", 65535],
    ["[::]:1", "::", 1],
    ["[fe80::1%eth0]:22", "fe80::1%eth0", 22],
    ["[fe80::1%]]:22", "fe80::1%]", 22],
    ["[::ffff:1.2.3.4]:53", "::ffff:1.2.3.4", 53],
  ])("reads %s, and prints it", (s, addr, port) => {
    const ap = parseAddrPort(s);
    expect([ap.addr.toString(), ap.port, ap.toString(), ap.isValid()]).toEqual([addr, port, s, true]);
  });

  it("reads leading zeros of a port", () => {
    expect(parseAddrPort(`1.2.3.4:${"0".repeat(99)}80`).port).toBe(80);
  });

  it.each([
    ["", "not an ip:port"],
    ["1.2.3.4", "not an ip:port"],
    [":80", "no IP"],
    ["1.2.3.4:", "no port"],
    ["[::1]", "missing ]"],
    ["[::1:80", "missing ]"],
    ["[:80", "missing ]"],
    ["[::1]x:80", "missing ]"],
    ["[]:80", 'ParseAddr(""): unable to parse IP'],
    ["x:80", 'ParseAddr("x"): unable to parse IP'],
    ["[1.2.3]:80", 'ParseAddr("1.2.3"): IPv4 address too short'],
    ["::1:80", 'invalid ip:port "::1:80", IPv6 addresses must be surrounded by square brackets'],
    ["[1.2.3.4]:80", 'invalid ip:port "[1.2.3.4]:80", square brackets can only be used with IPv6 addresses'],
    ["1.2.3.4:+80", 'invalid port "+80" parsing "1.2.3.4:+80"'],
    ["1.2.3.4:65536", 'invalid port "65536" parsing "1.2.3.4:65536"'],
    ["x:http", 'invalid port "http" parsing "x:http"'],
    ["1.2.3.4:8\n", String.raw`invalid port "8\n" parsing "1.2.3.4:8\n"`],
    [`1.2.3.4:${"9".repeat(30)}`, `invalid port "${"9".repeat(30)}" parsing "1.2.3.4:${"9".repeat(30)}"`],
  ])("refuses %j: %s", (s, text) => {
    expect(() => parseAddrPort(s)).toThrow(LiteralError);
    expect(() => mustParseAddrPort(s)).toThrow(expect.objectContaining({ message: text, code: "ERR_PARSE" }));
  });
});

describe("AddrPort", () => {
  const addr = parseAddr("fe80::1%eth0");

  it("is an address and a port, whichever way it is made", () => {
    for (const ap of [addrPortFrom(addr, 22), new AddrPort(addr, 22), parseAddrPort("[fe80::1%eth0]:22")]) {
      expect(ap.addr.equals(addr)).toBe(true);
      expect([ap.port, ap.toString(), ap.toJSON()]).toEqual([22, "[fe80::1%eth0]:22", "[fe80::1%eth0]:22"]);
    }
    expect(new AddrPort(addr).port).toBe(0);
    expect(inspect(addrPortFrom(addr, 22))).toBe("AddrPort [fe80::1%eth0]:22");
  });

  it("is invalid without an address, whatever the port", () => {
    for (const ap of [new AddrPort(), addrPortFrom(new Addr(), 80)]) {
      expect([ap.isValid(), ap.toString(), ap.toJSON(), ap.marshalText().length]).toEqual([
        false,
        "invalid AddrPort",
        "",
        0,
      ]);
    }
    expect(addrPortFrom(new Addr(), 80).port).toBe(80);
  });

  it.each([-1, 65536, 1.5, NaN, Infinity])("refuses the port %d", (port) => {
    const error = expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" });
    expect(() => addrPortFrom(addr, port)).toThrow(error);
    expect(() => new AddrPort(addr, port)).toThrow(error);
  });

  it("is ordered by address, then by port, and equal by both", () => {
    const ascending = [
      new AddrPort(),
      addrPortFrom(new Addr(), 1),
      ...["1.2.3.4:1", "1.2.3.4:256", "1.2.3.4:55296", "1.2.3.5:0", "[::1]:1", "[::1%a]:0", "[::2]:0"].map(
        parseAddrPort,
      ),
    ];
    ascending.forEach((a, i) =>
      ascending.forEach((b, j) => {
        expect(`${a} ${b} ${a.compare(b)}`).toBe(`${a} ${b} ${Math.sign(i - j)}`);
        expect([a.equals(b), a.key === b.key]).toEqual([i === j, i === j]);
      }),
    );
  });

  it("is in bytes the address, then the port with its lower byte first", () => {
    expect(hex(parseAddrPort("1.2.3.4:258").marshalBinary())).toBe("010203040201");
    expect(hex(parseAddrPort("[::1%z]:258").marshalBinary())).toBe(`${"00".repeat(15)}017a0201`);
    expect(hex(new AddrPort().marshalBinary())).toBe("0000");
    expect(hex(parseAddrPort("1.2.3.4:258").appendBinary(Uint8Array.of(9)))).toBe("09010203040201");
  });

  it("comes after what there is as text, too", () => {
    const b = Uint8Array.of(120);
    for (const [ap, text] of [
      [parseAddrPort("[::1%z]:258"), "x[::1%z]:258"],
      [new AddrPort(), "x"],
    ] as const) {
      expect(Buffer.from(ap.appendTo(b)).toString()).toBe(text);
      expect(ap.appendText(b)).toEqual(ap.appendTo(b));
    }
  });

  it("comes out of bytes and text again", () => {
    for (const ap of [new AddrPort(), ...["1.2.3.4:258", "[::1%z]:65535"].map(parseAddrPort)]) {
      expect(AddrPort.unmarshalBinary(ap.marshalBinary()).equals(ap)).toBe(true);
      expect(AddrPort.unmarshalText(ap.marshalText()).equals(ap)).toBe(true);
    }
    const ap = addrPortFrom(new Addr(), 80);
    expect(AddrPort.unmarshalBinary(ap.marshalBinary()).equals(ap)).toBe(true);
    expect(AddrPort.unmarshalText(ap.marshalText()).equals(new AddrPort())).toBe(true);
  });

  it.each([0, 1, 3, 5, 7, 17])("does not come out of %i bytes", (length) => {
    expect(() => AddrPort.unmarshalBinary(new Uint8Array(length))).toThrow(
      expect.objectContaining({ message: "unexpected slice size", code: "ERR_PARSE" }),
    );
  });
});
