import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinHostPort, splitHostPort } from "#lib/addr/index.js";
import { AddrError } from "#lib/errors/index.js";

/** What splitHostPort throws, or null when it throws nothing. */
function refusalOf(hostport: string): unknown {
  try {
    splitHostPort(hostport);
    return null;
  } catch (error) {
    return error;
  }
}

/** Whether the parts make up the text, with or without its one pair of brackets. */
function isSplitOf({ host, port }: { host: string; port: string }, text: string): boolean {
  const whole = [`${host}:${port}`, `[${host}]:${port}`].includes(text);
  return whole && !/[[\]]/.test(host + port) && !port.includes(":");
}

describe("splitHostPort", () => {
  it.each([
    ["example.com:http", "example.com", "http"],
    ["192.0.2.1:80", "192.0.2.1", "80"],
    ["[2001:db8::1]:443", "2001:db8::1", "443"],
    ["[fe80::1%eth0]:443", "fe80::1%eth0", "443"],
    ["host%zone:1", "host%zone", "1"],
    ["[name]:1", "name", "1"],
    [":80", "", "80"],
    ["host:", "host", ""],
    [":", "", ""],
    ["[]:", "", ""],
    ["[::]:0", "::", "0"],
    ["host:no port at all", "host", "no port at all"],
  ])("splits %j", (hostport, host, port) => {
    expect(splitHostPort(hostport)).toEqual({ host, port });
  });

  it.each([
    ["", "missing port in address"],
    ["host", "missing port in address"],
    ["[::1]", "missing port in address"],
    ["[a]b:1", "missing port in address"],
    ["[a:b]c", "missing port in address"],
    ["[[a]]:1", "missing port in address"],
    ["[a", "missing port in address"],
    ["::1", "too many colons in address"],
    ["a:b:1", "too many colons in address"],
    ["[a]:1:2", "too many colons in address"],
    ["[::1]:80:", "too many colons in address"],
    ["[a:1", "missing ']' in address"],
    ["[:", "missing ']' in address"],
    ["a[b:1", "unexpected '[' in address"],
    ["a:[1", "unexpected '[' in address"],
    ["[a[b]:1", "unexpected '[' in address"],
    ["[a]:[1", "unexpected '[' in address"],
    ["a[]b:1", "unexpected '[' in address"],
    ["a]:1", "unexpected ']' in address"],
    ["a:1]", "unexpected ']' in address"],
    ["[a]:1]", "unexpected ']' in address"],
  ])("refuses %j: %s", (hostport, err) => {
    const refusal = refusalOf(hostport);
    expect(refusal).toBeInstanceOf(AddrError);
    expect(refusal).toMatchObject({ err, addr: hostport });
  });

  it.each([undefined, null, 80, ["a:1"]])("throws a TypeError for %j", (hostport) => {
    expect(() => splitHostPort(hostport as unknown as string)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
    );
  });

  it("undoes joinHostPort, brackets in the parts apart", () => {
    const part = fc.string({ unit: fc.constantFrom(...Array.from("ab1.%-/ é")) });
    const anyHost = fc.oneof(part, fc.ipV4(), fc.ipV6(), fc.domain());
    fc.assert(
      fc.property(anyHost, part, (host, port) => {
        expect(splitHostPort(joinHostPort(host, port))).toEqual({ host, port });
      }),
    );
  });

  it("gives parts that occur in the text, or refuses it", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from("[]:%a1")), maxLength: 10 }), (s) => {
        const refusal = refusalOf(s);
        expect(refusal === null ? isSplitOf(splitHostPort(s), s) : refusal instanceof AddrError).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("joinHostPort", () => {
  it.each([
    ["example.com", "http", "example.com:http"],
    ["", "80", ":80"],
    ["host", "", "host:"],
    ["::1", "80", "[::1]:80"],
    ["fe80::1%eth0", "80", "[fe80::1%eth0]:80"],
    ["host%zone", "80", "host%zone:80"],
    ["a:b", "c:d", "[a:b]:c:d"],
  ])("joins %j and %j", (host, port, text) => {
    expect(joinHostPort(host, port)).toBe(text);
  });

  it("writes a number in decimal", () => {
    expect(joinHostPort("::", 0)).toBe("[::]:0");
    expect(joinHostPort("a", 65535)).toBe("a:65535");
  });

  it.each([-1, 65536, 0.5, NaN])("refuses the port %d", (port) => {
    expect(() => joinHostPort("a", port)).toThrow(
      expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
    );
  });

  it.each([
    [undefined, "1"],
    [1, "1"],
    ["a", undefined],
    ["a", null],
  ])("throws a TypeError for %j and %j", (host, port) => {
    expect(() => joinHostPort(host as string, port as string)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
    );
  });
});
