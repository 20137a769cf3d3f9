// Errors of names and addresses: what they tell beside their text, which is in op-error.test.ts.

import { describe, expect, it } from "vitest";
import {
  AddrError,
  CanceledError,
  DNSError,
  type DNSErrorFields,
  InvalidAddrError,
  NetError,
  ParseError,
  UnknownNetworkError,
} from "rawconn";

describe("an error of a name", () => {
  it.each([
    [new AddrError("missing port in address", "host"), { err: "missing port in address", addr: "host" }],
    [new ParseError("CIDR address", "1/2"), { type: "CIDR address", text: "1/2" }],
    [new UnknownNetworkError("foo"), { network: "foo" }],
    [new InvalidAddrError("no such planet"), { message: "no such planet" }],
  ] as [NetError, object][])("%s tells what it was made of, and passes by itself never", (error, fields) => {
    expect(error).toBeInstanceOf(NetError);
    expect(error).toMatchObject({ name: error.constructor.name, ...fields });
    expect([error.timeout(), error.temporary(), error.cause]).toEqual([false, false, undefined]);
  });
});

describe("a DNSError", () => {
  const least: DNSErrorFields = { err: "no such host", dnsName: "x.test" };

  it("tells the reason and the name, and of the rest that nothing is known", () => {
    const error = new DNSError(least);
    expect(error).toMatchObject({ ...least, message: "lookup x.test: no such host", server: "" });
    expect([error.isTimeout, error.isTemporary, error.isNotFound]).toEqual([false, false, false]);
    expect(error.cause).toBeUndefined();
  });

  it("tells the server, and what kind of failure it is", () => {
    const flags = { isTimeout: true, isTemporary: true, isNotFound: true };
    const error = new DNSError({ ...least, server: "127.0.0.1:53", ...flags });
    expect(error).toMatchObject({ server: "127.0.0.1:53", ...flags });
    expect(error.message).toBe("lookup x.test on 127.0.0.1:53: no such host");
  });

  it.each([
    [{ isTimeout: true }, [true, true]],
    [{ isTemporary: true }, [false, true]],
    [{ isNotFound: true }, [false, false]],
  ])("of %j times out, or is temporary: %j", (fields, answers) => {
    const error = new DNSError({ ...least, ...fields });
    expect([error.timeout(), error.temporary()]).toEqual(answers);
  });

  it("leads to what is behind it", () => {
    const cause = new CanceledError("why");
    expect(new DNSError({ ...least, cause }).cause).toBe(cause);
  });
});
