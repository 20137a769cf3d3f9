import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { type Addr, IPAddr, type IPFields, parseIP } from "#lib/addr/index.js";

describe("IPAddr", () => {
  it("holds what it was made of", () => {
    const ip = parseIP("fe80::1");
    const addr = new IPAddr({ ip, zone: "eth0" });
    expect(addr.ip).toBe(ip);
    expect(addr.zone).toBe("eth0");
  });

  it.each([undefined, {}, { ip: null }, { ip: undefined, zone: undefined }])(
    "has neither when made of %j",
    (fields) => {
      const { ip, zone } = new IPAddr(fields);
      expect({ ip, zone }).toEqual({ ip: null, zone: "" });
    },
  );

  it("is an Addr of the network ip", () => {
    const addr: Addr = new IPAddr({ ip: "::1" });
    expect(addr.network).toBe("ip");
  });

  it.each<[IPFields, string]>([
    [{ ip: "192.0.2.1" }, "192.0.2.1"],
    [{ ip: "2001:DB8::1" }, "2001:db8::1"],
    [{ ip: "fe80::1", zone: "eth0" }, "fe80::1%eth0"],
    [{ zone: "eth0" }, "%eth0"],
    [{}, ""],
  ])("prints %j as %j", (fields, text) => {
    expect(new IPAddr(fields).toString()).toBe(text);
  });

  it.each(["", "localhost", "fe80::1%eth0"])("refuses the text %j as ip", (ip) => {
    expect(() => new IPAddr({ ip })).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_VALUE" }),
    );
  });

  it.each([["::1"], [null], [{ ip: 1 }], [{ zone: 1 }]])("refuses the wrong type in %j", (fields) => {
    expect(() => new IPAddr(fields as IPFields)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
    );
  });

  it("shows its fields in the console", () => {
    expect(inspect(new IPAddr({ ip: "192.0.2.1" }))).toBe("IPAddr { ip: IP 192.0.2.1, zone: '' }");
  });
});
