// What Node tells of interfaces, in our terms: what macOS must do with, and any system can.

import { networkInterfaces, type NetworkInterfaceInfo } from "node:os";
import { describe, expect, it } from "vitest";
import { flagLoopback, flagRunning, flagUp } from "rawconn";
import { addrsOf, linksOf, system } from "#lib/internal/socket/interfaces-darwin.js";
import { system as own } from "#lib/internal/socket/interfaces.js";
import { thrown } from "../../support/outcome.js";

const lo: NetworkInterfaceInfo = {
  address: "127.0.0.1",
  netmask: "255.0.0.0",
  family: "IPv4",
  mac: "00:00:00:00:00:00",
  internal: true,
  cidr: "127.0.0.1/8",
};
const en: NetworkInterfaceInfo = {
  address: "fe80::1",
  netmask: "ffff:ffff:ffff:ffff::",
  family: "IPv6",
  mac: "02:00:00:00:00:01",
  internal: false,
  cidr: "fe80::1/64",
  scopeid: 4,
};

describe("what Node tells", () => {
  it("becomes interfaces that are up", () => {
    const links = linksOf({ lo: [lo], nosuch: [en, en], none: [], gone: undefined });
    expect(links.map(({ hardwareAddr, ...rest }) => ({ ...rest, mac: hardwareAddr?.toString() }))).toEqual([
      { index: 1, name: "lo", mtu: 0, flags: flagUp | flagLoopback | flagRunning, mac: undefined },
      { index: 0, name: "nosuch", mtu: 0, flags: flagUp | flagRunning, mac: "02:00:00:00:00:01" },
    ]);
  });

  it("becomes addresses with their masks", () => {
    const addrs = addrsOf({ lo: [lo], nosuch: [en], gone: undefined });
    expect(addrs.map(({ index, value }) => [index, value.toString(), value.mask.length])).toEqual([
      [1, "127.0.0.1/8", 4],
      [0, "fe80::1/64", 16],
    ]);
  });

  it("agrees with the system itself, as far as it goes", () => {
    const known = networkInterfaces();
    const byNumber = new Map(own.links().map((link) => [link.index, link]));
    for (const link of linksOf(known)) {
      const { name, hardwareAddr, flags } = byNumber.get(link.index)!;
      expect({ name: link.name, mac: String(link.hardwareAddr) }).toEqual({
        name,
        mac: String(hardwareAddr),
      });
      expect(flags & link.flags).toBe(link.flags);
    }
    const texts = (addrs: ReturnType<typeof own.addrs>) =>
      addrs.map(({ index, value }) => `${index} ${value}`);
    expect(texts(own.addrs())).toEqual(expect.arrayContaining(texts(addrsOf(known))));
  });

  it("has no groups, and says so", () => {
    expect(thrown(system.groups)).toMatchObject({ code: "EOPNOTSUPP" });
  });
});
