import { describe, expect, it } from "vitest";
import { type Addr, TCPAddr, UDPAddr } from "#lib/addr/index.js";

describe("UDPAddr", () => {
  it("is an Addr of the network udp, and no TCPAddr", () => {
    const addr: Addr = new UDPAddr({ ip: "::1", port: 53, zone: "eth0" });
    expect(addr.network).toBe("udp");
    expect(String(addr)).toBe("[::1%eth0]:53");
    expect(addr).not.toBeInstanceOf(TCPAddr);
  });

  it("refuses what no address with a port takes", () => {
    expect(() => new UDPAddr({ port: 65536 })).toThrow(expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }));
    expect(() => new UDPAddr({ ip: "localhost" })).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_VALUE" }),
    );
  });
});
