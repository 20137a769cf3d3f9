// What a caller's own hook may do before a socket is bound or connected.

import { fstatSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Control, Dialer, listen, ListenConfig, type RawConn, TCPAddr } from "rawconn";
import { binding, constant } from "#lib/internal/binding.js";
import { outcomeAfter, rejection, thrown, turn } from "../support/outcome.js";
import { blackHole, connected, hasIPv6, refusingAddress } from "../support/pair.js";
import { watch } from "../support/syscalls.js";

const SO_RCVBUF = constant("SO_RCVBUF");
const SOL_SOCKET = constant("SOL_SOCKET");

describe("a control hook", () => {
  const told = () => {
    const calls: [string, string][] = [];
    const control: Control = (network, address) => void calls.push([network, address]);
    return { calls, control };
  };

  it.each([
    ["tcp", ":0", "tcp6", ":0"],
    ["tcp4", ":0", "tcp4", ":0"],
    ["tcp6", ":0", "tcp6", ":0"],
    ["tcp", "127.0.0.1:0", "tcp4", "127.0.0.1:0"],
    ["tcp", "[::1]:0", "tcp6", "[::1]:0"],
    ["tcp4", "localhost:0", "tcp4", "127.0.0.1:0"],
  ] as const)("of listening on %s %j is told %s %j", async (network, address, concrete, final) => {
    if (concrete === "tcp6" && !hasIPv6) return;
    const { calls, control } = told();
    using _ = await new ListenConfig({ control }).listen(network, address);
    expect(calls).toEqual([[concrete, final]]);
  });

  it.each([
    ["tcp", "127.0.0.1", "tcp4"],
    ["tcp4", "127.0.0.1", "tcp4"],
    ["tcp", "::1", "tcp6"],
    ["tcp6", "::1", "tcp6"],
  ] as const)("of dialing %s to %s is told %s and the address", async (network, ip, concrete) => {
    if (ip === "::1" && !hasIPv6) return;
    using listener = await listen(network, new TCPAddr({ ip }).toString());
    const { calls, control } = told();
    using _ = await new Dialer({ control }).dial(network, listener.addr!.toString());
    expect(calls).toEqual([[concrete, listener.addr!.toString()]]);
  });

  it("runs on a socket that is neither bound nor connected", async () => {
    const ports: number[] = [];
    const control: Control = (_network, _address, raw) =>
      raw.control((fd) => {
        const address = Buffer.alloc(128);
        expect(binding.getsockname(fd, address)).toBeGreaterThan(0);
        expect(binding.getpeername(fd, new Uint8Array(128))).toBeLessThan(0);
        ports.push(address.readUInt16BE(2));
      });
    using listener = await new ListenConfig({ control }).listen("tcp", "127.0.0.1:0");
    const localAddr = new TCPAddr({ ip: "127.0.0.1" });
    using conn = await new Dialer({ control, localAddr }).dial("tcp", listener.addr!.toString());
    expect(ports).toEqual([0, 0]);
    expect(conn.localAddr!.port).toBeGreaterThan(0);
  });

  it("sets options that hold from the first packet on", async () => {
    const control: Control = (_network, _address, raw) => raw.setsockopt(SOL_SOCKET, SO_RCVBUF, 12345);
    using listener = await new ListenConfig({ control }).listen("tcp", "127.0.0.1:0");
    using ends = await connected(listener, () =>
      new Dialer({ control }).dial("tcp", listener.addr!.toString()),
    );
    const size = new Int32Array(1);
    for (const conn of [ends.client, ends.server]) {
      const { fd } = (conn as unknown as { fd: { fd: number } }).fd;
      binding.getsockopt(fd, SOL_SOCKET, SO_RCVBUF, new Uint8Array(size.buffer));
      expect(size[0]).toBe(2 * 12345);
    }
  });

  it("runs once for every address that is tried", async () => {
    const { calls, control } = told();
    const port = Number((await refusingAddress("127.0.0.1")).split(":")[1]);
    await rejection(new Dialer({ control, fallbackDelay: -1 }).dial("tcp", `[::]:${port}`));
    expect(calls).toEqual([
      ["tcp6", `[::]:${port}`],
      ["tcp4", `0.0.0.0:${port}`],
    ]);
  });

  const nope = new Error("nope");
  const fails: [string, Control][] = [
    [
      "throws",
      () => {
        throw nope;
      },
    ],
    [
      "rejects",
      async () => {
        throw nope;
      },
    ],
  ];

  it.each(fails)("that %s ends a dial, with its own error, and the socket is closed", async (_, control) => {
    using calls = watch();
    const error = await rejection(new Dialer({ control }).dial("tcp", "127.0.0.1:1"));
    expect(error.message).toBe("dial tcp 127.0.0.1:1: nope");
    expect(error).toMatchObject({ op: "dial", code: "ERR_HOOK", cause: nope });
    expect(calls.calls.map(({ name }) => name)).toEqual(["socket", "getsockname", "getsockopt", "close"]);
  });

  it.each(fails)(
    "that %s ends a listen, with its own error, and the socket is closed",
    async (_, control) => {
      using calls = watch();
      const error = await rejection(
        new ListenConfig({ control, multipathTCP: false }).listen("tcp", "127.0.0.1:0"),
      );
      expect(error.message).toBe("listen tcp 127.0.0.1:0: nope");
      expect(error).toMatchObject({ op: "listen", code: "ERR_HOOK", cause: nope });
      expect([calls.count("bind"), calls.count("listen"), calls.count("close")]).toEqual([0, 0, 1]);
    },
  );

  it("that throws an error with a code passes the code on", async () => {
    const control: Control = () => {
      throw Object.assign(new Error("no"), { code: "MY_CODE" });
    };
    expect(await rejection(new Dialer({ control }).dial("tcp", "127.0.0.1:1"))).toMatchObject({
      code: "MY_CODE",
    });
  });

  it.each([
    ["a string", "no"],
    ["null", null],
    ["undefined", undefined],
    ["a number", 5],
  ])("may fail with %s; what comes out is an OpError all the same", async (_, value) => {
    const control: Control = () => Promise.reject(value);
    const dialing = () => new Dialer({ control }).dial("tcp", "127.0.0.1:1");
    const listening = () => new ListenConfig({ control }).listen("tcp", "127.0.0.1:0");
    for (const failing of [dialing, listening]) {
      const error = await rejection(failing());
      expect(error).toMatchObject({ name: "OpError", code: "ERR_HOOK" });
      expect(error.message).toContain(String(value));
    }
  });

  it("that is asynchronous is waited for", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    let go!: () => void;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const dialing = new Dialer({ control: () => gate }).dial("tcp", listener.addr!.toString());
    expect(await outcomeAfter(20, dialing)).toBe("pending");
    go();
    using conn = await dialing;
    expect(conn.remoteAddr!.port).toBe(listener.addr!.port);
  });

  it("that is asynchronous does not outlive an abort or a timeout of its dial", async () => {
    using hole = await blackHole();
    let refuse!: (error: Error) => void;
    const gate = new Promise<void>((_, reject) => (refuse = reject));
    const control = () => gate;
    const wish = new AbortController();
    using calls = watch();
    const aborted = rejection(new Dialer({ control }).dial("tcp", hole.address, { signal: wish.signal }));
    const late = rejection(new Dialer({ control, timeout: 10 }).dial("tcp", hole.address));
    await turn();
    wish.abort();
    expect(await aborted).toMatchObject({ code: "ABORT_ERR" });
    expect(await late).toMatchObject({ code: "ERR_TIMEOUT" });
    // Nobody is left to hear of it.
    refuse(new Error("late"));
    await turn();
    // On a busy machine the second may be late before it has a socket.
    expect(calls.count("socket")).toBeGreaterThanOrEqual(1);
    expect(calls.count("close")).toBe(calls.count("socket"));
  });
});

describe("a RawConn", () => {
  /** What a hook was given, kept although the connection is over. */
  async function kept(): Promise<RawConn> {
    using listener = await listen("tcp", "127.0.0.1:0");
    let raw!: RawConn;
    const dialer = new Dialer({ control: (_network, _address, conn) => void (raw = conn) });
    using conn = await dialer.dial("tcp", listener.addr!.toString());
    expect(raw.control((fd) => fd)).toBeGreaterThan(0);
    void conn;
    return raw;
  }

  it("lends the descriptor no longer once it is closed", async () => {
    const raw = await kept();
    let called = false;
    const error = thrown(() => raw.control(() => (called = true)));
    expect(error).toMatchObject({ op: "raw-control", code: "ERR_CLOSED" });
    expect(called).toBe(false);
    expect(thrown(() => raw.setsockopt(SOL_SOCKET, SO_RCVBUF, 1))).toMatchObject({
      op: "raw-control",
      code: "ERR_CLOSED",
    });
    expect(thrown(() => raw.getsockopt(SOL_SOCKET, SO_RCVBUF))).toMatchObject({
      op: "raw-control",
      code: "ERR_CLOSED",
    });
  });

  it("gives back what its callback returns, and throws what it throws", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const nope = new Error("nope");
    const control: Control = (_network, _address, raw) => {
      expect(raw.control(() => "result")).toBe("result");
      expect(
        thrown(() =>
          raw.control(() => {
            throw nope;
          }),
        ),
      ).toBe(nope);
    };
    using _ = await new Dialer({ control }).dial("tcp", listener.addr!.toString());
  });

  it("keeps the descriptor from being closed while it is lent", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    let raw!: RawConn;
    const conn = await new Dialer({ control: (_n, _a, r) => void (raw = r) }).dial(
      "tcp",
      listener.addr!.toString(),
    );
    const number = raw.control((fd) => {
      conn.close();
      expect(fstatSync(fd).isSocket()).toBe(true);
      expect(thrown(() => conn.close())).toMatchObject({ code: "ERR_CLOSED" });
      return fd;
    });
    expect(() => fstatSync(number)).toThrow("EBADF");
  });

  it("tells which option the system refused", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    let refusal: unknown;
    const control: Control = (_network, _address, raw) => {
      refusal = thrown(() => raw.setsockopt(SOL_SOCKET, 9999, 1));
      expect(thrown(() => raw.getsockopt(SOL_SOCKET, 9999))).toMatchObject({
        op: "raw-control",
        syscall: "getsockopt",
      });
      expect(thrown(() => raw.setsockopt(SOL_SOCKET, SO_RCVBUF, new Uint8Array(32_769)))).toMatchObject({
        code: "EINVAL",
      });
    };
    using _ = await new Dialer({ control }).dial("tcp", listener.addr!.toString());
    expect(refusal).toMatchObject({ op: "raw-control", syscall: "setsockopt", code: "ENOPROTOOPT" });
  });
});
