// Nothing of rawconn/netip is imported here: whoever imports rawconn alone has its values whole.

import { describe, expect, it } from "vitest";
import * as fc from "fast-check";
import { IP, TCPAddr, tcpAddrFromAddrPort, UDPAddr, udpAddrFromAddrPort } from "rawconn";

describe.each([
  { Class: TCPAddr, from: tcpAddrFromAddrPort },
  { Class: UDPAddr, from: udpAddrFromAddrPort },
])("$Class.name", ({ Class, from }) => {
  it.each([
    [{ ip: "1.2.3.4", port: 80 }, "[::ffff:1.2.3.4]:80"],
    [{ ip: IP.from(Uint8Array.of(1, 2, 3, 4)), port: 80 }, "1.2.3.4:80"],
    [{ ip: "::1", port: 0 }, "[::1]:0"],
    [{ ip: "fe80::1", port: 65535, zone: "eth0" }, "[fe80::1%eth0]:65535"],
    [{ ip: "1.2.3.4", port: 1, zone: "eth0" }, "[::ffff:1.2.3.4%eth0]:1"],
    [{ port: 80 }, "invalid AddrPort"],
  ])("%j as an AddrPort is %s", (fields, text) => {
    const ap = new Class(fields).addrPort();
    expect([ap.toString(), ap.port]).toEqual([text, fields.port]);
    expect(ap.addr.isValid()).toBe("ip" in fields);
  });

  it("drops the zone of IPv4 in 4 bytes, which has none", () => {
    const addr = new Class({ ip: IP.from(Uint8Array.of(1, 2, 3, 4)), port: 1, zone: "eth0" });
    expect(addr.addrPort().toString()).toBe("1.2.3.4:1");
  });

  it("comes out of an AddrPort again, in as many bytes", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.constant(null),
    );
    fc.assert(
      fc.property(bytes, fc.nat(65535), fc.constantFrom("", "eth0"), (b, port, zone) => {
        const addr = new Class({ ip: b && IP.from(b), port, zone: b?.length === 16 ? zone : "" });
        const again = from(addr.addrPort());
        expect(again).toBeInstanceOf(Class);
        expect([again.ip?.bytes, again.port, again.zone]).toEqual([addr.ip?.bytes, addr.port, addr.zone]);
      }),
    );
  });

  it("refuses what is no AddrPort", () => {
    for (const wrong of [undefined, null, "1.2.3.4:80", {}, new Class(), new Class().addrPort().addr]) {
      expect(() => from(wrong as never)).toThrow(
        expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
      );
    }
  });

  it("refuses a zone that the kernel would cut short", () => {
    const ap = new Class({ ip: "::1", port: 1 }).addrPort();
    const Made = ap.constructor as new (addr: typeof ap.addr, port: number) => typeof ap;
    expect(() => from(new Made(ap.addr.withZone("a\0b"), 1))).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_VALUE" }),
    );
  });

  it("has prefixes, too", () => {
    expect(new Class({ ip: "10.1.2.3" }).addrPort().addr.unmap().prefix(8).toString()).toBe("10.0.0.0/8");
  });
});
