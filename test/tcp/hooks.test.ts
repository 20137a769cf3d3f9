// What is set up before a socket is bound or connected: the local address, and the caller's own hook.

import { fstatSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type Addr,
  type AddrError,
  type Control,
  Dialer,
  listen,
  ListenConfig,
  type RawConn,
  TCPAddr,
  UDPAddr,
  UnixAddr,
} from "rawconn";
import { binding, constant } from "#lib/internal/binding.js";
import { stack } from "#lib/internal/socket/probe.js";
import { outcomeAfter, rejection, root, thrown, turn } from "../support/outcome.js";
import { blackHole, connected, hasIPv6, refusingAddress } from "../support/pair.js";
import { watch } from "../support/syscalls.js";
import { hasVectors, rows } from "../support/vectors.js";

const SO_RCVBUF = constant("SO_RCVBUF");
const SOL_SOCKET = constant("SOL_SOCKET");

interface LocalRow {
  network: "tcp" | "tcp4" | "tcp6";
  remote_ip: string;
  local_addr: { type: string; ip: string | null } | null;
  error: string | null;
}

const row = (
  network: LocalRow["network"],
  remote_ip: string,
  local: string | null,
  error: string | null,
): LocalRow => ({
  network,
  remote_ip,
  local_addr: local === null ? null : { type: local.split("|")[0], ip: local.split("|")[1] || null },
  error,
});
const WRONG = "mismatched local address type";
const NONE = "no suitable address found";

const localRows: LocalRow[] = [
  ...(["tcp", "tcp4"] as const).flatMap((network) => [
    row(network, "127.0.0.1", null, null),
    row(network, "127.0.0.1", "TCP|", null),
    row(network, "127.0.0.1", "TCP|0.0.0.0", null),
    row(network, "127.0.0.1", "TCP|127.0.0.1", null),
    row(network, "127.0.0.1", "TCP|127.0.0.2", null),
    row(network, "127.0.0.1", "TCP|::1", NONE),
    row(network, "127.0.0.1", "UDP|", WRONG),
  ]),
  row("tcp4", "::1", null, NONE),
  row("tcp6", "127.0.0.1", null, NONE),
  ...(["tcp", "tcp6"] as const).flatMap((network) => [
    row(network, "::1", null, null),
    row(network, "::1", "TCP|", null),
    row(network, "::1", "TCP|0.0.0.0", null),
    row(network, "::1", "TCP|::", null),
    row(network, "::1", "TCP|::1", null),
    row(network, "::1", "TCP|127.0.0.1", NONE),
    row(network, "::1", "Unix|", WRONG),
  ]),
  row("tcp", "127.0.0.1", "TCP|::", null),
];

function localAddrOf({ local_addr }: LocalRow): Addr | null {
  if (local_addr === null) return null;
  const { type, ip } = local_addr;
  if (type === "TCP") return new TCPAddr({ ip });
  return type === "UDP" ? new UDPAddr({ ip }) : new UnixAddr();
}

async function dialFrom(row: LocalRow): Promise<void> {
  const { network, remote_ip, error } = row;
  const localAddr = localAddrOf(row);
  const host = remote_ip.includes(":") ? "[::1]" : "127.0.0.1";
  using listener = await listen("tcp", `${host}:0`);
  const dialing = new Dialer({ localAddr }).dial(network, listener.addr!.toString());
  if (error === null) {
    using conn = await dialing;
    expect(conn.localAddr!.port).toBeGreaterThan(0);
    const ip = row.local_addr?.ip;
    if (ip && ip !== "::" && ip !== "0.0.0.0") expect(String(conn.localAddr!.ip)).toBe(ip);
  } else {
    const failure = await rejection(dialing);
    expect(failure).toMatchObject({
      op: "dial",
      net: network,
      source: null,
      addr: null,
      code: "ERR_ADDRESS",
    });
    expect((root(failure) as AddrError).err).toBe(error);
  }
}

const say = ({ network, remote_ip, local_addr, error }: LocalRow) =>
  `${network} to ${remote_ip} from ${local_addr && `${local_addr.type} ${local_addr.ip}`}: ${error ?? "connects"}`;
const possible = ({ remote_ip, local_addr }: LocalRow) =>
  (hasIPv6 || remote_ip !== "::1") &&
  (stack().mapped || remote_ip !== "127.0.0.1" || local_addr?.ip !== "::");

describe("the local address of a dialer", () => {
  it.each(localRows.filter(possible).map((row) => [say(row), row] as const))("%s", (_, row) => dialFrom(row));
});

describe.skipIf(!hasVectors)("the local address of a dialer, as Go", () => {
  const all = hasVectors
    ? rows<LocalRow>("dialer_local_addr", ({ network }) => /^tcp[46]?$/.test(network))
    : [];
  it.each(all.filter(possible).map((row) => [say(row), row] as const))("%s", (_, row) => dialFrom(row));
});

it("an address and a port to dial from are both kept", async () => {
  using listener = await listen("tcp", "127.0.0.1:0");
  const port = Number((await refusingAddress("127.0.0.3")).split(":")[1]);
  const localAddr = new TCPAddr({ ip: "127.0.0.3", port });
  using conn = await new Dialer({ localAddr }).dial("tcp", listener.addr!.toString());
  expect(String(conn.localAddr)).toBe(String(localAddr));
});

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
    expect(calls.calls.map(({ name }) => name)).toEqual(["socket", "getsockname", "close"]);
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
    let go!: () => void;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const wish = new AbortController();
    using calls = watch();
    const aborted = rejection(
      new Dialer({ control: () => gate }).dial("tcp", hole.address, { signal: wish.signal }),
    );
    const late = rejection(new Dialer({ control: () => gate, timeout: 10 }).dial("tcp", hole.address));
    await turn();
    wish.abort();
    await outcomeAfter(20, late);
    go();
    expect(await aborted).toMatchObject({ code: "ABORT_ERR" });
    expect(await late).toMatchObject({ code: "ERR_TIMEOUT" });
    expect(calls.count("close")).toBe(2);
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
      expect(thrown(() => raw.setsockopt(SOL_SOCKET, SO_RCVBUF, new Uint8Array(513)))).toMatchObject({
        code: "EINVAL",
      });
    };
    using _ = await new Dialer({ control }).dial("tcp", listener.addr!.toString());
    expect(refusal).toMatchObject({ op: "raw-control", syscall: "setsockopt", code: "ENOPROTOOPT" });
  });
});
