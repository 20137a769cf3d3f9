// What errors say, what they carry, and what they answer.

import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  AddrError,
  CanceledError,
  DNSError,
  ErrClosed,
  ErrDeadlineExceeded,
  Errno,
  isClosed,
  isTemporary,
  isTimeout,
  NetError,
  OpError,
  ParseError,
  SyscallError,
  TCPAddr,
  UnknownNetworkError,
} from "rawconn";
import { errno, errnoMessage, errnoName, errnoText, type ErrnoName } from "#lib/errors/errno.js";

const a = new TCPAddr({ ip: "192.0.2.1", port: 1 });
const b = new TCPAddr({ ip: "::1", port: 2 });
const cause = new SyscallError("connect", "ECONNREFUSED");

describe("OpError", () => {
  it.each([
    [{ op: "dial", net: "tcp" }, "dial tcp: connect: connection refused"],
    [{ op: "dial", net: "tcp", addr: b }, "dial tcp [::1]:2: connect: connection refused"],
    [{ op: "dial", net: "tcp", source: a }, "dial tcp 192.0.2.1:1: connect: connection refused"],
    [
      { op: "dial", net: "tcp", source: a, addr: b },
      "dial tcp 192.0.2.1:1->[::1]:2: connect: connection refused",
    ],
    [{ op: "dial", net: "", addr: b }, "dial [::1]:2: connect: connection refused"],
    [{ op: "dial", net: "tcp", source: null, addr: null }, "dial tcp: connect: connection refused"],
  ])("of %j says so", (fields, text) => {
    expect(new OpError({ ...fields, cause }).message).toBe(text);
  });

  it("carries what it was made of, and what Node users look for", () => {
    const error = new OpError({ op: "write", net: "tcp", source: a, addr: b, cause, n: 5 });
    const number = errno("ECONNREFUSED");
    expect(error).toMatchObject({
      name: "OpError",
      op: "write",
      net: "tcp",
      source: a,
      addr: b,
      cause,
      n: 5,
    });
    expect(error).toMatchObject({ code: "ECONNREFUSED", errno: -number, syscall: "connect" });
    expect(error).toBeInstanceOf(NetError);
    expect(error).toBeInstanceOf(Error);
  });

  it("has no errno, syscall or n when there is none", () => {
    const error = new OpError({ op: "read", net: "tcp", cause: ErrClosed });
    expect(error.code).toBe("ERR_CLOSED");
    for (const name of ["errno", "syscall", "n"]) expect(Object.hasOwn(error, name)).toBe(false);
    expect([error.source, error.addr]).toEqual([null, null]);
  });

  it("shows its cause in the console, and the line that made it", () => {
    const text = inspect(new OpError({ op: "dial", net: "tcp", cause }));
    expect(text).toMatch("dial tcp: connect: connection refused");
    expect(text).toMatch("[cause]: SyscallError: connect: connection refused");
    expect(text).toMatch("op-error.test.ts");
  });

  it.each<[string, ErrnoName, boolean, boolean]>([
    ["accept", "ECONNRESET", false, true],
    ["accept", "ECONNABORTED", false, true],
    ["read", "ECONNRESET", false, false],
    ["read", "ECONNABORTED", false, false],
    ["accept", "EMFILE", false, true],
    ["accept", "ENFILE", false, true],
    ["read", "EINTR", false, true],
    ["read", "EAGAIN", true, true],
    ["dial", "ETIMEDOUT", true, true],
    ["dial", "ECONNREFUSED", false, false],
    ["write", "EPIPE", false, false],
  ])("%s with %s: timeout %s, temporary %s", (op, code, timeout, temporary) => {
    const error = new OpError({ op, net: "tcp", cause: new SyscallError("call", code) });
    expect([error.timeout(), error.temporary()]).toEqual([timeout, temporary]);
    expect([isTimeout(error), isTemporary(error)]).toEqual([timeout, temporary]);
  });

  it("looks through other OpErrors", () => {
    const inner = new OpError({ op: "read", net: "tcp", cause: ErrDeadlineExceeded });
    const outer = new OpError({ op: "readfrom", net: "tcp", cause: inner });
    expect(outer.message).toBe("readfrom tcp: read tcp: i/o timeout");
    expect([outer.code, outer.timeout()]).toEqual(["ERR_DEADLINE", true]);
  });
});

describe("SyscallError and Errno", () => {
  it.each(Object.entries(errnoText))("%s says %s", (code, text) => {
    const number = errno(code as ErrnoName);
    expect(number).toBeGreaterThan(0);
    for (const given of [code as ErrnoName, number, -number]) {
      expect(new SyscallError("call", given)).toMatchObject({
        message: `call: ${text}`,
        code,
        errno: -number,
        syscall: "call",
      });
    }
    expect(new Errno(code as ErrnoName)).toMatchObject({ message: text, code, errno: -number });
  });

  it("names an errno that it does not know by its number", () => {
    expect(new SyscallError("call", 4000)).toMatchObject({
      message: "call: errno 4000",
      code: "E4000",
      errno: -4000,
    });
    expect([errnoName(4000), errnoMessage(4000)]).toEqual(["E4000", "errno 4000"]);
  });

  it("knows no two errnos by one number", () => {
    const numbers = Object.keys(errnoText).map((code) => errno(code as ErrnoName));
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});

describe("the other errors", () => {
  it.each<[string, NetError, string, string]>([
    [
      "AddrError",
      new AddrError("missing port in address", "host"),
      "ERR_ADDRESS",
      "address host: missing port in address",
    ],
    ["AddrError", new AddrError("missing port in address", ""), "ERR_ADDRESS", "missing port in address"],
    ["ParseError", new ParseError("IP address", "x"), "ERR_PARSE", "invalid IP address: x"],
    ["UnknownNetworkError", new UnknownNetworkError("foo"), "ERR_UNKNOWN_NETWORK", "unknown network foo"],
    ["DNSError", new DNSError({ err: "no such host", dnsName: "x" }), "ERR_DNS", "lookup x: no such host"],
    [
      "DNSError",
      new DNSError({ err: "no such host", dnsName: "x", server: "y:53" }),
      "ERR_DNS",
      "lookup x on y:53: no such host",
    ],
    ["AbortError", new CanceledError("why"), "ABORT_ERR", "operation was canceled"],
  ])("%s says what is wrong", (name, error, code, message) => {
    expect(error).toMatchObject({ name, code, message });
    expect([error.timeout(), error.temporary()]).toEqual([false, false]);
  });

  it("a DNSError times out, or is temporary, as it is told", () => {
    const of = (fields: object) => {
      const error = new DNSError({ err: "x", dnsName: "y", ...fields });
      return [error.timeout(), error.temporary()];
    };
    expect(of({ isTimeout: true })).toEqual([true, true]);
    expect(of({ isTemporary: true })).toEqual([false, true]);
    expect(of({ isNotFound: true })).toEqual([false, false]);
  });

  it("a CanceledError leads to the reason", () => {
    const reason = { why: "any value will do" };
    expect(new CanceledError(reason).cause).toBe(reason);
  });
});

describe("the questions", () => {
  it.each([
    [undefined],
    [null],
    [5],
    ["ERR_CLOSED"],
    [{}],
    [{ code: "ERR_CLOSED" }],
    [new Error("x")],
    [Object.create(null)],
  ])("answer no to %s", (value) => {
    expect([isClosed(value), isTimeout(value), isTemporary(value)]).toEqual([false, false, false]);
  });

  it("believe no error whose answer is not a boolean", () => {
    const error = Object.assign(new Error("x"), { timeout: 5, temporary: () => "yes" });
    expect([isTimeout(error), isTemporary(error)]).toEqual([false, false]);
  });
});
