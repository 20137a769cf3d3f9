// What a socket says of its own address, whatever a hook did to it before it had one.

import { dial, Dialer, joinHostPort, listen, ListenConfig } from "rawconn";
import { describe, expect, it } from "vitest";
import type { Control } from "rawconn";
import { hasIPv6 } from "../support/pair.js";

/** Fails, and goes on: an option that some systems have. */
const curious: Control = (_network, _address, raw) => {
  expect(() => raw.setsockopt(1, 9999, 1)).toThrow("setsockopt");
};

describe("a hook that met an error before the socket had an address", () => {
  it("does not keep a listener from knowing its port", async () => {
    using listener = await new ListenConfig({ control: curious }).listen("tcp", "127.0.0.1:0");
    expect(listener.addr!.toString()).toMatch(/^127\.0\.0\.1:[1-9]\d*$/);
  });

  it("does not keep a connection from knowing where it comes from", async () => {
    using listener = await new ListenConfig({ control: curious }).listen("tcp", "127.0.0.1:0");
    using near = await new Dialer({ control: curious }).dial("tcp", listener.addr!.toString());
    using far = await listener.accept();
    expect(near.localAddr!.toString()).toBe(far.remoteAddr!.toString());
    expect(far.localAddr!.toString()).toBe(near.remoteAddr!.toString());
  });
});

describe("an accepted connection", () => {
  it.each([
    ["tcp", "127.0.0.1:0", "127.0.0.1"],
    ["tcp", ":0", "127.0.0.1"],
    ["tcp4", ":0", "127.0.0.2"],
    ...(hasIPv6
      ? ([
          ["tcp", "[::1]:0", "::1"],
          ["tcp", ":0", "::1"],
          ["tcp6", ":0", "::1"],
        ] as const)
      : []),
  ] as const)(
    "of a listener on %s %s knows by which address it was reached: %s",
    async (network, address, host) => {
      using listener = await listen(network, address);
      using near = await dial("tcp", joinHostPort(host, String(listener.addr!.port)));
      // Asked after close, which is the last moment to find out.
      const far = await listener.accept();
      far.close();
      expect(String(far.localAddr)).toBe(joinHostPort(host, String(listener.addr!.port)));
      expect([far.localAddr, far.remoteAddr].map(String)).toEqual(
        [near.remoteAddr, near.localAddr].map(String),
      );
    },
  );
});

describe("close of a connection that is to linger", () => {
  it("does not hold up the event loop while the peer reads nothing", async () => {
    using listener = await new ListenConfig().listen("tcp", "127.0.0.1:0");
    const near = await new Dialer().dial("tcp", listener.addr!.toString());
    using far = await listener.accept();
    near.setLinger(10);
    const writing = near.write(new Uint8Array(20e6)).catch((error: { code: string }) => error.code);
    await new Promise(setImmediate);
    const before = performance.now();
    near.close();
    // Not a matter of speed: close(2) itself would wait for ten seconds.
    expect(performance.now() - before).toBeLessThan(5000);
    expect(await writing).toBe("ERR_CLOSED");
    expect(await far.read(new Uint8Array(16))).toBe(16);
  });
});
