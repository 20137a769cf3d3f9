// Control messages of IPv4 as bytes: what is written, read and passed over.

import { describe, expect, it } from "vitest";
import { parseIP } from "rawconn";
import {
  type ControlFlags,
  ControlMessage,
  type ControlMessageFields,
  flagDst,
  flagInterface,
  flagSrc,
  flagTOS,
  flagTTL,
  newControlMessage,
} from "rawconn/ipv4";
import { IP_PKTINFO, IP_TOS, IP_TTL, IPPROTO_IP, IPPROTO_IPV6, SOL_SOCKET } from "rawconn/syscall";
import { ints, item } from "../support/control-data.js";
import { hex, join } from "../icmp/packets.js";
import { fields } from "../support/fields.js";
import { thrown } from "../support/outcome.js";

const pktinfo = (ifIndex: number, spec: string, dst: string) =>
  item(IPPROTO_IP, IP_PKTINFO, join([...ints(ifIndex)], hex(spec), hex(dst)));

describe("a ControlMessage of IPv4", () => {
  it("says nothing when it is new, and text as Go's", () => {
    const cm = new ControlMessage();
    expect(fields(cm)).toEqual({ ttl: 0, tos: 0, src: null, dst: null, ifIndex: 0 });
    expect(cm.marshal()).toHaveLength(0);
    expect(cm.toString()).toBe("ttl=0 src=<nil> dst=<nil> ifindex=0");
    const full = new ControlMessage({
      ttl: 64,
      tos: 16,
      src: "10.0.0.1",
      dst: parseIP("10.0.0.2"),
      ifIndex: 3,
    });
    expect(full.toString()).toBe("ttl=64 src=10.0.0.1 dst=10.0.0.2 ifindex=3 tos=0x10");
  });

  it.each<[string, ControlMessageFields, Uint8Array]>([
    ["a source", { src: "10.0.0.1" }, pktinfo(0, "0a000001", "00000000")],
    ["an interface", { ifIndex: 7 }, pktinfo(7, "00000000", "00000000")],
    ["both", { src: "10.0.0.1", ifIndex: 7 }, pktinfo(7, "0a000001", "00000000")],
    ["a type of service", { tos: 0x10 }, item(IPPROTO_IP, IP_TOS, Uint8Array.of(0x10))],
    ["neither TTL nor destination", { ttl: 9, dst: "10.0.0.1" }, new Uint8Array()],
    ["no source of IPv6", { src: "fd00::1" }, new Uint8Array()],
  ])("asks the kernel for %s", (_, fields, oob) => {
    expect(new Uint8Array(new ControlMessage(fields).marshal())).toEqual(oob);
  });

  it("reads what the kernel tells, and keeps what it does not", () => {
    const cm = new ControlMessage({ src: "10.9.9.9", ttl: 1 });
    cm.parse(join(item(IPPROTO_IP, IP_TTL, ints(64)), pktinfo(3, "0a000001", "0a000002")));
    expect(String(cm)).toBe("ttl=64 src=10.9.9.9 dst=10.0.0.2 ifindex=3");
    cm.parse(item(IPPROTO_IP, IP_TOS, Uint8Array.of(0xb8)));
    expect(String(cm)).toBe("ttl=64 src=10.9.9.9 dst=10.0.0.2 ifindex=3 tos=0xb8");
  });

  it.each<[string, Uint8Array]>([
    [
      "of another level",
      join(item(SOL_SOCKET, IP_TTL, ints(64)), item(IPPROTO_IPV6, IP_PKTINFO, ints(1, 2, 3))),
    ],
    ["of another type", item(IPPROTO_IP, 4711, ints(64))],
    ["too short for its kind", item(IPPROTO_IP, IP_PKTINFO, ints(1, 2))],
    ["without any data", item(IPPROTO_IP, IP_TTL, new Uint8Array())],
    ["that is less than a head", new Uint8Array(15)],
    ["that is nothing", new Uint8Array()],
  ])("passes over what is %s", (_, oob) => {
    const cm = new ControlMessage();
    cm.parse(oob);
    expect(cm).toEqual(new ControlMessage());
  });

  it("takes what stands before a length that cannot be, and says so", () => {
    const cm = new ControlMessage();
    const lies = join(item(IPPROTO_IP, IP_TTL, ints(9)), new Uint8Array(16));
    expect(thrown(() => cm.parse(lies))).toMatchObject({
      code: "ERR_PARSE",
      message: "invalid control message",
    });
    expect(cm.ttl).toBe(9);
  });

  it.each<[string, unknown, string]>([
    ["fields that are no object", 5, "ERR_INVALID_ARG_TYPE"],
    ["null", null, "ERR_INVALID_ARG_TYPE"],
    ["a TTL out of range", { ttl: 256 }, "ERR_OUT_OF_RANGE"],
    ["a type of service out of range", { tos: -1 }, "ERR_OUT_OF_RANGE"],
    ["an interface that is no number", { ifIndex: "eth0" }, "ERR_INVALID_ARG_TYPE"],
    ["a source that is no address", { src: "host" }, "ERR_INVALID_ARG_VALUE"],
    ["a destination that is no address", { dst: {} }, "ERR_INVALID_ARG_TYPE"],
  ])("refuses %s", (_, fields, code) => {
    expect(thrown(() => new ControlMessage(fields as ControlMessageFields))).toMatchObject({ code });
    if (typeof fields !== "object" || fields === null) return;
    const changed = Object.assign(new ControlMessage(), fields);
    expect(thrown(() => changed.marshal())).toMatchObject({ code });
  });

  it.each([undefined, null, "oob", [1], new ArrayBuffer(8)])("parses no %s", (b) => {
    expect(thrown(() => new ControlMessage().parse(b as never))).toMatchObject({
      code: "ERR_INVALID_ARG_TYPE",
    });
  });
});

describe("newControlMessage of IPv4", () => {
  it("makes room for what is asked for, once", () => {
    const one = item(IPPROTO_IP, IP_TTL, ints(0)).length;
    const info = pktinfo(0, "00000000", "00000000").length;
    expect(newControlMessage(0)).toEqual(new Uint8Array(0));
    expect(newControlMessage(flagTTL)).toEqual(new Uint8Array(one));
    expect(newControlMessage(flagSrc)).toEqual(new Uint8Array(info));
    expect(newControlMessage(flagSrc | flagDst | flagInterface)).toHaveLength(info);
    expect(newControlMessage(flagTTL | flagTOS | flagDst)).toHaveLength(2 * one + info);
  });

  it.each([-1, 32, 1.5, NaN, "1", null])("refuses %s, which is no flag", (cf) => {
    const code = typeof cf === "number" ? "ERR_OUT_OF_RANGE" : "ERR_INVALID_ARG_TYPE";
    expect(thrown(() => newControlMessage(cf as ControlFlags))).toMatchObject({ code });
  });
});
