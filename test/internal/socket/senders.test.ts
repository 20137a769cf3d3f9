// The table of late senders: an address is found again, and never taken for another.

import { expect, it } from "vitest";
import { UDPAddr } from "rawconn";
import { AF_INET, AF_INET6, sockaddr } from "#lib/internal/socket/sockaddr.js";
import { udpCodec } from "#lib/internal/socket/sockaddr-inet.js";
import { Names, Senders } from "#lib/internal/socket/senders.js";

/** Asks for the sender `ip:port`, some bytes into a larger array. */
function ask(senders: Senders, ip: string, port: number): UDPAddr {
  const address = sockaddr(udpCodec, AF_INET, new UDPAddr({ ip, port }));
  const block = new Uint8Array(64);
  block.set(address, 16);
  return senders.at(block, 16, address.length) as UDPAddr;
}

it("a sender that comes again is the same object", () => {
  const senders = new Senders(udpCodec);
  expect(ask(senders, "127.0.0.1", 5353)).toBe(ask(senders, "127.0.0.1", 5353));
});

it("nobody can change where a sender is answered", () => {
  const sender = ask(new Senders(udpCodec), "127.0.0.1", 5353);
  expect(() => Object.assign(sender, { port: 9 })).toThrow(TypeError);
  const named = sockaddr(udpCodec, AF_INET6, new UDPAddr({ ip: "::1", port: 5353 }));
  expect(Object.isFrozen(new Names(udpCodec).at(named, 0, named.length))).toBe(true);
});

it("thousands of senders, many to a place, are told apart in any order", () => {
  const senders = new Senders(udpCodec);
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 4096; i++) {
      // Ports and addresses that fall into one place after the other, and into the same.
      const [ip, port] = [`10.${i & 3}.${(i >> 2) & 3}.${i & 7}`, (i * 257) & 0xffff];
      expect(String(ask(senders, ip, port))).toBe(`${ip}:${port}`);
    }
  }
});

it("neither the port alone nor the address alone makes a sender", () => {
  const senders = new Senders(udpCodec);
  // All of them share a place.
  for (const [ip, port] of [
    ["127.0.1.2", 0x0102],
    ["127.0.1.2", 0x0201],
    ["127.0.2.1", 0x0201],
    ["126.0.2.1", 0x0201],
    ["126.1.0.2", 0x0102],
  ] as const)
    expect(String(ask(senders, ip, port))).toBe(`${ip}:${port}`);
});
