// The interfaces of the host that runs the tests, whichever they are. What cannot be had there stands in
// interface-network.test.ts.

import { networkInterfaces, type NetworkInterfaceInfo } from "node:os";
import { describe, expect, it } from "vitest";
import {
  flagLoopback,
  flagUp,
  Interface,
  interfaceAddrs,
  interfaceByIndex,
  interfaceByName,
  interfaces,
  IPAddr,
  IPNet,
} from "rawconn";
import { binding } from "#lib/internal/binding.js";
import { thrown } from "./support/outcome.js";

/** What a failed call says. */
const told = (call: () => unknown) => {
  const { name, op, net, source, addr, code, message } = thrown(call);
  return { name, op, net, source, addr, code, message };
};
const route = { name: "OpError", op: "route", net: "ip+net", source: null, addr: null };

describe("interfaces", () => {
  const all = interfaces();

  it("are found again by number and by name", () => {
    expect(all.length).toBeGreaterThan(0);
    for (const ifi of all) {
      expect(ifi).toBeInstanceOf(Interface);
      expect(ifi.index).toBe(binding.if_nametoindex(ifi.name));
      expect(interfaceByIndex(ifi.index)).toEqual(ifi);
      expect(interfaceByName(ifi.name)).toEqual(ifi);
    }
  });

  it("have a loopback, without a hardware address, with its own addresses", () => {
    const loopback = all.find(({ flags }) => flags.has(flagLoopback | flagUp))!;
    expect(loopback.hardwareAddr).toBeNull();
    expect(loopback.flags.toString()).toMatch(/^up\|loopback/);
    const addrs = loopback.addrs().map(String);
    expect(addrs).toContain("127.0.0.1/8");
    if (networkInterfaces()[loopback.name]?.some(({ family }) => family === "IPv6"))
      expect(addrs).toContain("::1/128");
  });

  it("have the addresses that Node knows of, and the hardware address", () => {
    for (const [name, infos = []] of Object.entries(networkInterfaces())) {
      const ifi = interfaceByName(name);
      expect(ifi.addrs().map(String).sort()).toEqual(infos.map(({ cidr }) => String(cidr)).sort());
      const [{ mac, internal }] = infos as [NetworkInterfaceInfo];
      // Node leaves out what is longer than a MAC.
      if ((ifi.hardwareAddr?.length ?? 6) === 6)
        expect(ifi.hardwareAddr?.toString() ?? "00:00:00:00:00:00").toBe(mac);
      expect(ifi.flags.has(flagLoopback)).toBe(internal);
    }
  });

  it("have together the addresses that interfaceAddrs gives", () => {
    const together = all.flatMap((ifi) => ifi.addrs());
    for (const addr of together) expect(addr).toBeInstanceOf(IPNet);
    expect(interfaceAddrs().map(String).sort()).toEqual(together.map(String).sort());
  });

  it.skipIf(process.platform === "darwin")("have groups of multicast, which are addresses of it", () => {
    const groups = all.flatMap((ifi) => ifi.multicastAddrs());
    expect(groups.length).toBeGreaterThan(0);
    for (const group of groups) {
      expect(group).toBeInstanceOf(IPAddr);
      expect(group.ip?.isMulticast()).toBe(true);
    }
  });
});

describe("an interface that is not there", () => {
  it.each([
    [-1, "ERR_INVALID_INTERFACE_INDEX", "invalid network interface index"],
    [0, "ERR_INVALID_INTERFACE_INDEX", "invalid network interface index"],
    [-(2 ** 31), "ERR_INVALID_INTERFACE_INDEX", "invalid network interface index"],
    [2 ** 31 - 1, "ERR_NO_SUCH_INTERFACE", "no such network interface"],
  ])("number %d: %s", (index, code, text) => {
    expect(told(() => interfaceByIndex(index))).toEqual({
      ...route,
      code,
      message: `route ip+net: ${text}`,
    });
  });

  it.each([
    ["", "ERR_INVALID_INTERFACE_NAME", "invalid network interface name"],
    ["l", "ERR_NO_SUCH_INTERFACE", "no such network interface"],
    ["LO", "ERR_NO_SUCH_INTERFACE", "no such network interface"],
    ["lo ", "ERR_NO_SUCH_INTERFACE", "no such network interface"],
    ["1", "ERR_NO_SUCH_INTERFACE", "no such network interface"],
    ["x".repeat(100_000), "ERR_NO_SUCH_INTERFACE", "no such network interface"],
  ])("name %j: %s", (name, code, text) => {
    expect(told(() => interfaceByName(name))).toEqual({
      ...route,
      code,
      message: `route ip+net: ${text}`,
    });
  });

  it.each<[() => unknown, string, string]>([
    [() => interfaceByIndex("1" as unknown as number), "TypeError", "ERR_INVALID_ARG_TYPE"],
    [() => interfaceByIndex(1.5), "RangeError", "ERR_OUT_OF_RANGE"],
    [() => interfaceByIndex(NaN), "RangeError", "ERR_OUT_OF_RANGE"],
    [() => interfaceByIndex(2 ** 32 + 1), "RangeError", "ERR_OUT_OF_RANGE"],
    [() => interfaceByName(1 as unknown as string), "TypeError", "ERR_INVALID_ARG_TYPE"],
    [() => interfaceByName("lo\0"), "TypeError", "ERR_INVALID_ARG_VALUE"],
  ])("and could not be: %s", (call, name, code) => {
    expect(call).toThrow(expect.objectContaining({ name, code }));
  });
});
