// The typed methods of a Dialer and of a ListenConfig: addresses instead of text, and the fields count all the same.

import { describe, expect, it } from "vitest";
import {
  type Addr,
  type Control,
  Dialer,
  type DialOptions,
  type IPAddr,
  ListenConfig,
  TCPAddr,
  UDPAddr,
  type UnixAddr,
} from "rawconn";
import { rejection } from "./support/outcome.js";
import { ownAddr, rawNetwork, refused } from "./support/raw-ip.js";
import { freshAddr } from "./support/unix.js";

/** What such a method gives, as far as these tests are concerned. */
type Made = Disposable & { addr?: Addr | null; localAddr?: Addr | null; remoteAddr?: Addr | null };

interface Kind {
  /** What a hook is told. */
  network: string;
  listen: (config: ListenConfig) => Promise<Made>;
  dial: (dialer: Dialer, to: Addr, dialing?: DialOptions) => Promise<Made>;
}

const local = { ip: "127.0.0.1" };
const kinds: Record<string, Kind> = {
  TCP: {
    network: "tcp4",
    listen: (config) => config.listenTCP("tcp", new TCPAddr(local)),
    dial: (dialer, to, dialing) => dialer.dialTCP("tcp", null, to as TCPAddr, dialing),
  },
  UDP: {
    network: "udp4",
    listen: (config) => config.listenUDP("udp", new UDPAddr(local)),
    dial: (dialer, to, dialing) => dialer.dialUDP("udp", null, to as UDPAddr, dialing),
  },
  IP: {
    network: "ip4",
    listen: (config) => config.listenIP(rawNetwork(4), ownAddr(1)),
    dial: (dialer, to, dialing) => dialer.dialIP(rawNetwork(4), null, to as IPAddr, dialing),
  },
  Unix: {
    network: "unix",
    listen: (config) => config.listenUnix("unix", freshAddr("unix")),
    dial: (dialer, to, dialing) => dialer.dialUnix("unix", null, to as UnixAddr, dialing),
  },
  Unixgram: {
    network: "unixgram",
    listen: (config) => config.listenUnixgram("unixgram", freshAddr("unixgram")),
    dial: (dialer, to, dialing) => dialer.dialUnix("unixgram", null, to as UnixAddr, dialing),
  },
};
const possible = Object.entries(kinds).filter(([name]) => name !== "IP" || refused === null);

const addrOf = (made: Made) => (made.addr ?? made.localAddr)!;

describe.each(possible)("dial%s and its listener", (_, { network, listen, dial }) => {
  it("meet at the address, and run the hooks of their owners", async () => {
    const networks: string[] = [];
    const control: Control = (name) => void networks.push(name);
    using there = await listen(new ListenConfig({ control }));
    using conn = await dial(new Dialer({ control }), addrOf(there));
    expect(String(conn.remoteAddr)).toBe(String(addrOf(there)));
    expect(networks).toEqual([network, network]);
  });

  it("keep to the limits of the Dialer, and to a signal", async () => {
    using there = await listen(new ListenConfig());
    const late = dial(new Dialer({ timeout: -1 }), addrOf(there));
    expect(await rejection(late)).toMatchObject({ op: "dial", code: "ERR_TIMEOUT" });
    const aborted = dial(new Dialer(), addrOf(there), { signal: AbortSignal.abort() });
    expect(await rejection(aborted)).toMatchObject({ op: "dial", code: "ABORT_ERR" });
  });

  it("look at fields that were changed since", async () => {
    using there = await listen(new ListenConfig());
    const dialer = new Dialer();
    dialer.timeout = Number.NaN;
    expect(await rejection(dial(dialer, addrOf(there)))).toMatchObject({ code: "ERR_OUT_OF_RANGE" });
    const config = new ListenConfig();
    config.control = 5 as unknown as Control;
    expect(await rejection(listen(config))).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
  });
});
