// Control messages of IPv6 as bytes: what is written, read and passed over.

import { describe, expect, it } from "vitest";
import { parseIP } from "rawconn";
import {
  type ControlFlags,
  ControlMessage,
  type ControlMessageFields,
  flagDst,
  flagHopLimit,
  flagInterface,
  flagPathMTU,
  flagSrc,
  flagTrafficClass,
  newControlMessage,
} from "rawconn/ipv6";
import {
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_HOPLIMIT,
  IPV6_PATHMTU,
  IPV6_PKTINFO,
  IPV6_TCLASS,
} from "rawconn/syscall";
import { ints, item } from "../support/control-data.js";
import { hex, join } from "../icmp/packets.js";
import { fields } from "../support/fields.js";
import { thrown } from "../support/outcome.js";

const [one, two] = [1, 2].map((last) => hex(`fd${"00".repeat(14)}0${last}`));
const pktinfo = (addr: Uint8Array, ifIndex: number) =>
  item(IPPROTO_IPV6, IPV6_PKTINFO, join(addr, ints(ifIndex)));
const nobody = new Uint8Array(16);

describe("a ControlMessage of IPv6", () => {
  it("says nothing when it is new, and text as Go's", () => {
    const cm = new ControlMessage();
    const zero = { trafficClass: 0, hopLimit: 0, src: null, dst: null, ifIndex: 0, nextHop: null, mtu: 0 };
    expect(fields(cm)).toEqual(zero);
    expect(cm.marshal()).toHaveLength(0);
    expect(cm.toString()).toBe("tclass=0x0 hoplim=0 src=<nil> dst=<nil> ifindex=0 nexthop=<nil> mtu=0");
    const full = new ControlMessage({
      trafficClass: 0x1c,
      hopLimit: 64,
      src: "fd00::1",
      dst: parseIP("fd00::2"),
      ifIndex: 3,
      nextHop: "fe80::1",
      mtu: 1280,
    });
    expect(full.toString()).toBe(
      "tclass=0x1c hoplim=64 src=fd00::1 dst=fd00::2 ifindex=3 nexthop=fe80::1 mtu=1280",
    );
  });

  it.each<[string, ControlMessageFields, Uint8Array]>([
    ["a traffic class", { trafficClass: 0x1c }, item(IPPROTO_IPV6, IPV6_TCLASS, ints(0x1c))],
    ["a hop limit", { hopLimit: 9 }, item(IPPROTO_IPV6, IPV6_HOPLIMIT, ints(9))],
    ["a source", { src: "fd00::1" }, pktinfo(one, 0)],
    ["an interface", { ifIndex: 7 }, pktinfo(nobody, 7)],
    [
      "all of it, in this order",
      { ifIndex: 7, src: "fd00::1", hopLimit: 9, trafficClass: 1 },
      join(
        item(IPPROTO_IPV6, IPV6_TCLASS, ints(1)),
        item(IPPROTO_IPV6, IPV6_HOPLIMIT, ints(9)),
        pktinfo(one, 7),
      ),
    ],
    ["no destination, next hop or MTU", { dst: "fd00::1", nextHop: "fd00::2", mtu: 1280 }, new Uint8Array()],
    ["no source of IPv4", { src: "10.0.0.1" }, new Uint8Array()],
  ])("asks the kernel for %s", (_, fields, oob) => {
    expect(new Uint8Array(new ControlMessage(fields).marshal())).toEqual(oob);
  });

  it("reads what the kernel tells, and keeps what it does not", () => {
    const cm = new ControlMessage({ src: "fd00::9", hopLimit: 1 });
    cm.parse(
      join(
        item(IPPROTO_IPV6, IPV6_HOPLIMIT, ints(64)),
        item(IPPROTO_IPV6, IPV6_TCLASS, ints(0x1c)),
        pktinfo(two, 3),
      ),
    );
    expect(String(cm)).toBe("tclass=0x1c hoplim=64 src=fd00::9 dst=fd00::2 ifindex=3 nexthop=<nil> mtu=0");
  });

  it("reads a path's MTU, to whom it is, and by which interface", () => {
    const cm = new ControlMessage();
    const mtuInfo = join(new Uint8Array(8), two, ints(5), ints(1280));
    cm.parse(item(IPPROTO_IPV6, IPV6_PATHMTU, mtuInfo));
    expect(String(cm)).toBe("tclass=0x0 hoplim=0 src=<nil> dst=fd00::2 ifindex=5 nexthop=<nil> mtu=1280");
  });

  it.each<[string, Uint8Array]>([
    ["of another level", item(IPPROTO_IP, IPV6_HOPLIMIT, ints(64))],
    ["of another type", item(IPPROTO_IPV6, 4711, ints(64))],
    ["too short for its kind", join(pktinfo(one.subarray(0, 12), 3), item(IPPROTO_IPV6, IPV6_PATHMTU, one))],
    ["a byte where a number should be", item(IPPROTO_IPV6, IPV6_HOPLIMIT, Uint8Array.of(64))],
    ["that is nothing", new Uint8Array()],
  ])("passes over what is %s", (_, oob) => {
    const cm = new ControlMessage();
    cm.parse(oob);
    expect(cm).toEqual(new ControlMessage());
  });

  it("takes what stands before a length that cannot be, and says so", () => {
    const cm = new ControlMessage();
    const lies = join(item(IPPROTO_IPV6, IPV6_HOPLIMIT, ints(9)), new Uint8Array(16).fill(0xff));
    expect(thrown(() => cm.parse(lies))).toMatchObject({
      code: "ERR_PARSE",
      message: "invalid control message",
    });
    expect(cm.hopLimit).toBe(9);
  });

  it.each<[string, unknown, string]>([
    ["fields that are no object", 5, "ERR_INVALID_ARG_TYPE"],
    ["null", null, "ERR_INVALID_ARG_TYPE"],
    ["a traffic class out of range", { trafficClass: 256 }, "ERR_OUT_OF_RANGE"],
    ["a hop limit out of range", { hopLimit: -1 }, "ERR_OUT_OF_RANGE"],
    ["an interface out of range", { ifIndex: 2 ** 31 }, "ERR_OUT_OF_RANGE"],
    ["an MTU that is no number", { mtu: "1280" }, "ERR_INVALID_ARG_TYPE"],
    ["a source that is no address", { src: "host" }, "ERR_INVALID_ARG_VALUE"],
    ["a next hop that is no address", { nextHop: {} }, "ERR_INVALID_ARG_TYPE"],
  ])("refuses %s", (_, fields, code) => {
    expect(thrown(() => new ControlMessage(fields as ControlMessageFields))).toMatchObject({ code });
    if (typeof fields !== "object" || fields === null) return;
    const changed = Object.assign(new ControlMessage(), fields);
    expect(thrown(() => changed.marshal())).toMatchObject({ code });
  });
});

describe("newControlMessage of IPv6", () => {
  it("makes room for what is asked for, once", () => {
    const number = item(IPPROTO_IPV6, IPV6_HOPLIMIT, ints(0)).length;
    const info = pktinfo(nobody, 0).length;
    const mtu = item(IPPROTO_IPV6, IPV6_PATHMTU, new Uint8Array(32)).length;
    expect(newControlMessage(0)).toEqual(new Uint8Array(0));
    expect(newControlMessage(flagTrafficClass | flagHopLimit)).toHaveLength(2 * number);
    expect(newControlMessage(flagDst | flagInterface)).toHaveLength(info);
    // The sender is told anyway.
    expect(newControlMessage(flagSrc)).toHaveLength(0);
    expect(newControlMessage(flagPathMTU | flagHopLimit)).toHaveLength(mtu + number);
  });

  it.each([-1, 64, 1.5, NaN, "1", null])("refuses %s, which is no flag", (cf) => {
    const code = typeof cf === "number" ? "ERR_OUT_OF_RANGE" : "ERR_INVALID_ARG_TYPE";
    expect(thrown(() => newControlMessage(cf as ControlFlags))).toMatchObject({ code });
  });
});
