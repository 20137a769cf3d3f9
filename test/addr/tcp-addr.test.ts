import { inspect } from "node:util";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Addr, IPAddr, parseIP, type PortAddrFields, splitHostPort, TCPAddr } from "#lib/addr/index.js";

describe("TCPAddr", () => {
  it("holds what it was made of", () => {
    const ip = parseIP("fe80::1");
    const addr = new TCPAddr({ ip, port: 80, zone: "eth0" });
    expect(addr.ip).toBe(ip);
    expect(addr.port).toBe(80);
    expect(addr.zone).toBe("eth0");
  });

  it("reads an address given as text", () => {
    expect(new TCPAddr({ ip: "192.0.2.1" }).ip?.equal(parseIP("192.0.2.1"))).toBe(true);
  });

  it.each([undefined, {}, { ip: null }, { ip: undefined, port: undefined, zone: undefined }])(
    "has no ip, port 0 and no zone when made of %j",
    (fields) => {
      const { ip, port, zone } = new TCPAddr(fields);
      expect({ ip, port, zone }).toEqual({ ip: null, port: 0, zone: "" });
    },
  );

  it("is an Addr of the network tcp", () => {
    const addr: Addr = new TCPAddr({ port: 1 });
    expect(addr.network).toBe("tcp");
    expect(addr).not.toBeInstanceOf(IPAddr);
  });

  it.each<[PortAddrFields, string]>([
    [{ ip: "192.0.2.1", port: 80 }, "192.0.2.1:80"],
    [{ ip: "::1", port: 443 }, "[::1]:443"],
    [{ ip: "fe80::1", port: 1, zone: "eth0" }, "[fe80::1%eth0]:1"],
    [{ ip: "::ffff:192.0.2.1", port: 65535 }, "192.0.2.1:65535"],
    [{ ip: "192.0.2.1", port: 80, zone: "eth0" }, "192.0.2.1%eth0:80"],
    [{ ip: "0.0.0.0", port: 0 }, "0.0.0.0:0"],
    [{ port: 80 }, ":80"],
    [{ port: 80, zone: "eth0" }, "%eth0:80"],
    [{}, ":0"],
  ])("prints %j as %s", (fields, text) => {
    expect(new TCPAddr(fields).toString()).toBe(text);
  });

  it("prints what splitHostPort takes apart again", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(65535), (ip, port) => {
        const addr = new TCPAddr({ ip, port });
        expect(splitHostPort(addr.toString())).toEqual({ host: String(addr.ip), port: String(port) });
      }),
    );
  });

  it.each([-1, 65536, 1.5, NaN, Infinity])("refuses the port %d", (port) => {
    expect(() => new TCPAddr({ port })).toThrow(
      expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
    );
  });

  it.each(["", "localhost", "1.2.3", "fe80::1%eth0", "[::1]", "::1 "])("refuses the text %j as ip", (ip) => {
    expect(() => new TCPAddr({ ip, port: 1 })).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_VALUE" }),
    );
  });

  it.each([
    ["127.0.0.1:80"],
    [null],
    [80],
    [{ port: "80" }],
    [{ port: null }],
    [{ ip: 1 }],
    [{ ip: Uint8Array.of(127, 0, 0, 1) }],
    [{ zone: 1 }],
    [{ zone: null }],
  ])("refuses the wrong type in %j", (fields) => {
    expect(() => new TCPAddr(fields as PortAddrFields)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
    );
  });

  it("refuses a zone the kernel would cut short", () => {
    expect(() => new TCPAddr({ ip: "::1", zone: "eth0\0x" })).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_VALUE" }),
    );
  });

  it("shows its fields in JSON and in the console", () => {
    const addr = new TCPAddr({ ip: "::1", port: 80 });
    expect(JSON.stringify(addr)).toBe('{"ip":"::1","port":80,"zone":""}');
    expect(inspect(addr)).toBe("TCPAddr { ip: IP ::1, port: 80, zone: '' }");
  });
});
