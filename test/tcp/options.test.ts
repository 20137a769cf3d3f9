// The options that were asked for. What a socket has when nobody asked for any is in test/tables.

import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Dialer, type KeepAliveConfig, ListenConfig, type TCPConn, type TCPListener } from "rawconn";
import { binding, constant } from "#lib/internal/binding.js";
import { errno } from "#lib/errors/index.js";
import { optionsOf, type Values } from "../support/options.js";
import { connected, descriptorOf, hasIPv6, intOption, pair } from "../support/pair.js";
import { replace, watch } from "../support/syscalls.js";

type Socket = TCPConn | TCPListener;

const procfs = (name: string) => `/proc/sys/net/${name}`;
const sysctl = (name: string) => Number(readFileSync(procfs(name), "utf8"));
const MPTCP = 262;
const hasMPTCP = existsSync(procfs("mptcp/enabled")) && sysctl("mptcp/enabled") === 1;
if (!hasMPTCP) console.log("MPTCP: net.mptcp.enabled is not 1 here, so listeners are plain TCP");
const system = {
  TCP_KEEPIDLE: sysctl("ipv4/tcp_keepalive_time"),
  TCP_KEEPINTVL: sysctl("ipv4/tcp_keepalive_intvl"),
  TCP_KEEPCNT: sysctl("ipv4/tcp_keepalive_probes"),
};

const v4 = "127.0.0.1:0";
const v6 = "[::1]:0";

describe("V6ONLY", () => {
  it.runIf(hasIPv6).each([
    ["tcp", "[::]:0", 0],
    ["tcp", ":0", 0],
    ["tcp6", "[::]:0", 1],
    ["tcp6", ":0", 1],
    ["tcp6", v6, 1],
  ] as const)("of %s %s is set explicitly to %i", async (network, address, value) => {
    using calls = watch();
    using listener = await new ListenConfig().listen(network, address);
    expect(intOption(listener, "IPPROTO_IPV6", "IPV6_V6ONLY")).toBe(value);
    const level = constant("IPPROTO_IPV6");
    expect(calls.calls.filter(({ name, args }) => name === "setsockopt" && args[1] === level)).toHaveLength(
      1,
    );
  });
});

describe("Multipath TCP", () => {
  it.runIf(hasMPTCP)("is used where both sides ask for it, and the connection says so", async () => {
    using ends = await pair("tcp", new Dialer({ multipathTCP: true }));
    expect([ends.client.multipathTCP(), ends.server.multipathTCP()]).toEqual([true, true]);
    await ends.client.write("over MPTCP");
    expect(await ends.server.read(new Uint8Array(64))).toBe(10);
  });

  it("is not used unless the dialer asks for it", async () => {
    using ends = await pair();
    expect([ends.client.multipathTCP(), ends.server.multipathTCP()]).toEqual([false, false]);
  });

  it("gives way to TCP where the kernel has none", async () => {
    using _ = replace(
      "socket",
      (real) =>
        (...args) =>
          args[2] === MPTCP ? -errno("EPROTONOSUPPORT") : real(...args),
    );
    using ends = await pair("tcp", new Dialer({ multipathTCP: true }));
    expect(intOption(ends.client, "SOL_SOCKET", "SO_PROTOCOL")).toBe(6);
    expect(intOption(ends.listener, "SOL_SOCKET", "SO_PROTOCOL")).toBe(6);
  });
});

const keepAliveOf = (socket: Socket) =>
  optionsOf(socket, ["SO_KEEPALIVE", "TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT"]);
const alive = (idle: number, interval: number, count: number): Values => ({
  SO_KEEPALIVE: 1,
  TCP_KEEPIDLE: idle,
  TCP_KEEPINTVL: interval,
  TCP_KEEPCNT: count,
});
const off = { SO_KEEPALIVE: 0, ...system };

describe("keep-alive of a Dialer and of a ListenConfig", () => {
  type Fields = { keepAlive?: number; keepAliveConfig?: KeepAliveConfig };
  const cases: [Fields, Values][] = [
    [{}, alive(15, 15, 9)],
    [{ keepAlive: 0 }, alive(15, 15, 9)],
    [{ keepAlive: 30_000 }, alive(30, 15, 9)],
    [{ keepAlive: 1 }, alive(1, 15, 9)],
    [{ keepAlive: 1001 }, alive(2, 15, 9)],
    [{ keepAlive: -1 }, off],
    [{ keepAlive: -0.5 }, off],
    [{ keepAliveConfig: {} }, alive(15, 15, 9)],
    [{ keepAliveConfig: { enable: false, idle: 5000 } }, alive(15, 15, 9)],
    [{ keepAlive: -1, keepAliveConfig: { enable: false } }, off],
    [{ keepAlive: -1, keepAliveConfig: { enable: true } }, alive(15, 15, 9)],
    [{ keepAlive: 30_000, keepAliveConfig: { enable: true, idle: 5000 } }, alive(5, 15, 9)],
    [{ keepAliveConfig: { enable: true, idle: 5000, interval: 3000, count: 7 } }, alive(5, 3, 7)],
    [{ keepAliveConfig: { enable: true, idle: 4999, interval: 1, count: 1 } }, alive(5, 1, 1)],
    [
      { keepAliveConfig: { enable: true, idle: -1, interval: 3000, count: 7 } },
      alive(system.TCP_KEEPIDLE, 3, 7),
    ],
    [
      { keepAliveConfig: { enable: true, idle: 5000, interval: -1, count: 7 } },
      alive(5, system.TCP_KEEPINTVL, 7),
    ],
    [
      { keepAliveConfig: { enable: true, idle: 5000, interval: 3000, count: -1 } },
      alive(5, 3, system.TCP_KEEPCNT),
    ],
    [
      { keepAliveConfig: { enable: true, idle: -1, interval: -1, count: -1 } },
      { SO_KEEPALIVE: 1, ...system },
    ],
  ];

  it.each(cases)("%j", async (fields, values) => {
    const listener = await new ListenConfig(fields).listen("tcp", v4);
    using ends = await connected(listener, () => new Dialer(fields).dial("tcp", listener.addr!.toString()));
    expect(keepAliveOf(ends.client)).toEqual(values);
    expect(keepAliveOf(ends.server)).toEqual(values);
  });

  describe("that the system refuses", () => {
    // Linux allows 32767 seconds at most.
    const fields = { keepAliveConfig: { enable: true, idle: 40_000_000 } };

    it("costs no connection", async () => {
      const listener = await new ListenConfig(fields).listen("tcp", v4);
      using ends = await connected(listener, () => new Dialer(fields).dial("tcp", listener.addr!.toString()));
      await ends.client.write("x");
      expect(await ends.server.read(new Uint8Array(1))).toBe(1);
    });

    it("leaves no descriptor open that nobody can close", async () => {
      using calls = watch();
      const listener = await new ListenConfig(fields).listen("tcp", v4);
      const made = await Promise.allSettled([
        listener.accept(),
        new Dialer(fields).dial("tcp", listener.addr!.toString()),
      ]);
      for (const result of made) if (result.status === "fulfilled") result.value.close();
      listener.close();
      const opened = calls.calls.filter(({ name, result }) => /^(socket|accept)$/.test(name) && result >= 0);
      expect(calls.count("close")).toBe(opened.length);
    });
  });
});

describe("keep-alive of a connection", () => {
  it("setKeepAlive switches it and leaves the times alone", async () => {
    using ends = await pair();
    ends.client.setKeepAlive(false);
    expect(keepAliveOf(ends.client)).toEqual({ ...alive(15, 15, 9), SO_KEEPALIVE: 0 });
    ends.client.setKeepAlive(true);
    expect(keepAliveOf(ends.client)).toEqual(alive(15, 15, 9));
  });

  it.each([
    [0, 15],
    [1, 1],
    [999.5, 1],
    [1000, 1],
    [1000.5, 2],
    [32_767_000, 32_767],
    [-1, 15],
  ])("setKeepAlivePeriod(%d) makes the idle time %i s, and nothing else", async (d, seconds) => {
    using ends = await pair();
    ends.client.setKeepAlivePeriod(d);
    expect(keepAliveOf(ends.client)).toEqual(alive(seconds, 15, 9));
    ends.client.setKeepAlive(false);
    ends.client.setKeepAlivePeriod(d);
    expect(keepAliveOf(ends.client).SO_KEEPALIVE).toBe(0);
  });

  it.each<[KeepAliveConfig, Values]>([
    [{ enable: true, idle: 7000, interval: 8000, count: 3 }, alive(7, 8, 3)],
    [{ enable: true }, alive(15, 15, 9)],
    [{ enable: true, idle: -1, interval: -1, count: -1 }, alive(15, 15, 9)],
  ])("setKeepAliveConfig(%j)", async (config, values) => {
    using ends = await pair();
    ends.client.setKeepAliveConfig(config);
    expect(keepAliveOf(ends.client)).toEqual(values);
  });

  it.each<KeepAliveConfig>([{}, { enable: false, idle: 7000, interval: 8000, count: 3 }])(
    "setKeepAliveConfig(%j), which does not enable, switches it off and leaves the times alone",
    async (config) => {
      using ends = await pair();
      ends.client.setKeepAliveConfig(config);
      expect(keepAliveOf(ends.client)).toEqual({ ...alive(15, 15, 9), SO_KEEPALIVE: 0 });
    },
  );

  it.each([
    [null, "config", "ERR_INVALID_ARG_TYPE"],
    [{ enable: 1 }, "config.enable", "ERR_INVALID_ARG_TYPE"],
    [{ idle: Number.NaN }, "config.idle", "ERR_OUT_OF_RANGE"],
    [{ interval: "15" }, "config.interval", "ERR_INVALID_ARG_TYPE"],
    [{ count: 1.5 }, "config.count", "ERR_OUT_OF_RANGE"],
  ])("setKeepAliveConfig(%j) names %s, and sets nothing", async (config, field, code) => {
    using ends = await pair();
    expect(() => ends.client.setKeepAliveConfig(config as KeepAliveConfig)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(` for ${field} but `) }),
    );
    expect(keepAliveOf(ends.client)).toEqual(alive(15, 15, 9));
  });

  it("a value that the system refuses is told as an OpError", async () => {
    using ends = await pair();
    expect(() => ends.client.setKeepAlivePeriod(40_000_000)).toThrow(
      expect.objectContaining({ op: "set", code: "EINVAL", syscall: "setsockopt" }),
    );
  });
});

describe("the other options of a connection", () => {
  it("setNoDelay", async () => {
    using ends = await pair();
    for (const value of [false, true]) {
      ends.client.setNoDelay(value);
      expect(intOption(ends.client, "IPPROTO_TCP", "TCP_NODELAY")).toBe(Number(value));
    }
  });

  it.each([
    [5, 1, 5],
    [0, 1, 0],
    [-1, 0, 0],
  ])("setLinger(%i) sets l_onoff %i and l_linger %i", async (sec, onoff, linger) => {
    using ends = await pair();
    ends.client.setLinger(sec);
    const value = new Int32Array(2);
    binding.getsockopt(
      descriptorOf(ends.client),
      constant("SOL_SOCKET"),
      constant("SO_LINGER"),
      new Uint8Array(value.buffer),
    );
    expect([...value]).toEqual([onoff, linger]);
  });

  it("setReadBuffer and setWriteBuffer, which Linux doubles", async () => {
    using ends = await pair();
    ends.client.setReadBuffer(10_000);
    ends.client.setWriteBuffer(20_000);
    expect(intOption(ends.client, "SOL_SOCKET", "SO_RCVBUF")).toBe(20_000);
    expect(intOption(ends.client, "SOL_SOCKET", "SO_SNDBUF")).toBe(40_000);
  });
});
