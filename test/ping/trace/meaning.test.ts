import { describe, expect, it } from "vitest";
import { protocolICMP, protocolIPv6ICMP } from "rawconn/icmp";
import { meaningOf } from "#lib/ping/trace/meaning.js";

const meaning = (protocol: 1 | 58, type: number, code: number, mtu = 0) =>
  meaningOf({ protocol, type, code, mtu, pointer: 0, gateway: null });

describe("the meaning of a report", () => {
  it.each([
    [11, 0, "time-exceeded", ""],
    [11, 1, "unreachable", "!11-1"],
    [3, 0, "unreachable", "!N"],
    [3, 1, "unreachable", "!H"],
    [3, 2, "unreachable", "!P"],
    [3, 3, "reached", ""],
    [3, 4, "packet-too-big", "!F-1300"],
    [3, 5, "unreachable", "!S"],
    [3, 9, "unreachable", "!X"],
    [3, 10, "unreachable", "!X"],
    [3, 13, "unreachable", "!X"],
    [3, 14, "unreachable", "!V"],
    [3, 15, "unreachable", "!C"],
    [3, 77, "unreachable", "!77"],
    [12, 0, "parameter-problem", "!12-0"],
  ])("ICMP %i, code %i: %s %s", (type, code, reason, flag) => {
    expect(meaning(protocolICMP, type, code, 1300)).toMatchObject({ reason, flag });
  });

  it.each([
    [3, 0, "time-exceeded", ""],
    [1, 0, "unreachable", "!N"],
    [1, 1, "unreachable", "!X"],
    [1, 2, "unreachable", "!H"],
    [1, 3, "unreachable", "!H"],
    [1, 4, "reached", ""],
    [1, 9, "unreachable", "!9"],
    [2, 0, "packet-too-big", "!F-1280"],
    [4, 1, "parameter-problem", "!P"],
    [4, 0, "parameter-problem", "!4-0"],
  ])("ICMPv6 %i, code %i: %s %s", (type, code, reason, flag) => {
    expect(meaning(protocolIPv6ICMP, type, code, 1280)).toMatchObject({ reason, flag });
  });

  it("is none for a redirect, and for what is no report", () => {
    expect(meaning(protocolICMP, 5, 1)).toBeNull();
    expect(meaning(protocolICMP, 0, 0)).toBeNull();
    expect(meaning(protocolIPv6ICMP, 137, 0)).toBeNull();
  });

  it("is that the target was reached for an answer without one", () => {
    expect(meaningOf(null)).toEqual({ reason: "reached", flag: "", message: "Reached" });
  });
});
