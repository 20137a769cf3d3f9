import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseIP } from "#lib/addr/index.js";
import { joinIPZone, parseIPZone, splitHostZone } from "#lib/addr/zone.js";

describe("splitHostZone", () => {
  it.each([
    ["fe80::1%eth0", "fe80::1", "eth0"],
    ["name%2", "name", "2"],
    ["a%b%c", "a%b", "c"],
    ["a%", "a", ""],
    ["%eth0", "%eth0", ""],
    ["%", "%", ""],
    ["host", "host", ""],
    ["", "", ""],
  ])("cuts %j", (s, host, zone) => {
    expect(splitHostZone(s)).toEqual({ host, zone });
  });
});

describe("parseIPZone", () => {
  it.each([
    ["fe80::1%eth0", "fe80::1", "eth0"],
    ["::%1", "::", "1"],
    ["fe80::1%a%b", "fe80::1", "a%b"],
    ["fe80::1% ", "fe80::1", " "],
    ["::ffff:192.0.2.1%eth0", "192.0.2.1", "eth0"],
    ["::1%1.2.3.4", "::1", "1.2.3.4"],
    ["fe80::1", "fe80::1", ""],
    ["192.0.2.1", "192.0.2.1", ""],
  ])("reads %j", (s, ip, zone) => {
    const scoped = parseIPZone(s);
    expect(scoped?.ip.toString()).toBe(ip);
    expect(scoped?.zone).toBe(zone);
  });

  it.each([
    "192.0.2.1%eth0",
    "fe80::1%",
    "%eth0",
    "%",
    "",
    "fe80:1%eth0",
    "eth0",
    "1.2.3%::1",
    "fe80::1 %eth0",
  ])("refuses %j", (s) => expect(parseIPZone(s)).toBeNull());

  it("reads what joinIPZone writes", () => {
    fc.assert(
      fc.property(fc.ipV6(), fc.string(), (s, zone) => {
        const ip = parseIP(s)!;
        fc.pre(ip.to4() === null);
        const scoped = parseIPZone(joinIPZone(ip, zone));
        expect(scoped?.ip.bytes).toEqual(ip.bytes);
        expect(scoped?.zone).toBe(zone);
      }),
    );
  });
});

describe("joinIPZone", () => {
  it("writes what there is", () => {
    expect(joinIPZone(parseIP("::1"), "lo")).toBe("::1%lo");
    expect(joinIPZone(parseIP("::1"), "")).toBe("::1");
    expect(joinIPZone(null, "")).toBe("");
    expect(joinIPZone(null, "lo")).toBe("%lo");
  });
});
