// Texts that are no address, no network, no service: an OpError that names them, and not one socket.

import { describe, expect, it } from "vitest";
import { dial, listen } from "rawconn";
import { rejection } from "../support/outcome.js";
import { watch } from "../support/syscalls.js";

describe("an address that is none is told as an OpError, and costs no socket:", () => {
  it.each([
    ["127.0.0.1", "ERR_ADDRESS"],
    ["127.0.0.1:65536", "ERR_ADDRESS"],
    ["127.0.0.1:-1", "ERR_ADDRESS"],
    ["127.0.0.1:1:1", "ERR_ADDRESS"],
    ["::1:1", "ERR_ADDRESS"],
    ["[::1]", "ERR_ADDRESS"],
    ["[::1:1", "ERR_ADDRESS"],
    ["::1]:1", "ERR_ADDRESS"],
    ["[127.0.0.1]1", "ERR_ADDRESS"],
    ["127.0.0.1:0x50", "ERR_DNS"],
    ["127.0.0.1:8 0", "ERR_DNS"],
    ["127.0.0.1:nosuchservice", "ERR_DNS"],
    ["127.0.0.1:1e3", "ERR_DNS"],
    ["127.1:1", "ERR_DNS"],
    ["0x7f000001:1", "ERR_DNS"],
    ["2130706433:1", "ERR_DNS"],
    ["256.256.256.256:1", "ERR_DNS"],
    ["1.2.3:1", "ERR_DNS"],
    ["127.0.0.1 :1", "ERR_DNS"],
    [" 127.0.0.1:1", "ERR_DNS"],
    ["a b:1", "ERR_DNS"],
    ["%lo:1", "ERR_DNS"],
    [`${"a".repeat(300)}:1`, "ERR_DNS"],
    ["127.0.0.1:99999999999999999999", "ERR_ADDRESS"],
  ])("%j: %s", async (address, code) => {
    using calls = watch();
    for (const call of [() => dial("tcp", address), () => listen("tcp", address)]) {
      expect(await rejection(call())).toMatchObject({
        name: "OpError",
        net: "tcp",
        source: null,
        addr: null,
        code,
      });
    }
    expect(calls.count("socket")).toBe(0);
  });

  it.each(["", "TCP", "tcp5", "tcp ", "udp5", "unixx", "ip", "ip4", "tcp4:6", "constructor", "__proto__"])(
    "the network %j",
    async (network) => {
      using calls = watch();
      for (const call of [
        () => dial(network, "127.0.0.1:1"),
        () => listen(network as "tcp", "127.0.0.1:0"),
      ]) {
        expect(await rejection(call())).toMatchObject({
          name: "OpError",
          net: network,
          code: "ERR_UNKNOWN_NETWORK",
        });
      }
      expect(calls.count("socket")).toBe(0);
    },
  );

  it.each(["constructor", "__proto__", "toString"])("the service and the protocol %s", async (name) => {
    expect(await rejection(dial("tcp", `127.0.0.1:${name}`))).toMatchObject({ code: "ERR_DNS" });
    expect(await rejection(dial(`ip4:${name}`, "127.0.0.1"))).toMatchObject({ code: "ERR_ADDRESS" });
  });
});
