// Options of plain types: one engine, over a descriptor that is lent or a RawConn.

import { describe, expect, it } from "vitest";
import { Dialer, listen, ListenConfig, type RawConn, type TCPConn } from "rawconn";
import {
  type Conn,
  type Descriptor,
  getsockoptBytes,
  getsockoptInt,
  getsockoptLinger,
  getsockoptString,
  getsockoptUint64,
  IPPROTO_IP,
  IPPROTO_TCP,
  IP_MULTICAST_TTL,
  setsockoptByte,
  setsockoptBytes,
  setsockoptInt,
  setsockoptLinger,
  setsockoptString,
  setsockoptUint64,
  SO_BINDTODEVICE,
  SO_COOKIE,
  SO_LINGER,
  SO_MARK,
  SO_MAX_PACING_RATE,
  SO_PRIORITY,
  SO_RCVBUF,
  SO_REUSEPORT,
  SO_TYPE,
  SOCK_STREAM,
  SOL_SOCKET,
  TCP_CONGESTION,
  TCP_NODELAY,
  TCP_NOTSENT_LOWAT,
  TCP_USER_TIMEOUT,
} from "rawconn/syscall";
import { constant } from "#lib/internal/binding.js";
import { datagramSocket, streamSocket, withFile } from "../internal/raw.js";
import { thrown } from "../support/outcome.js";
import { replace, watch } from "../support/syscalls.js";
import { dialWith } from "./hooked.js";

const linux = process.platform === "linux";

describe("an option", () => {
  type Row = [name: string, set: (c: Descriptor) => void, get: (c: Descriptor) => unknown, value: unknown];
  const rows: Row[] = [
    [
      "SO_PRIORITY",
      (c) => setsockoptInt(c, SOL_SOCKET, SO_PRIORITY, 5),
      (c) => getsockoptInt(c, SOL_SOCKET, SO_PRIORITY),
      5,
    ],
    [
      "SO_MAX_PACING_RATE",
      (c) => setsockoptUint64(c, SOL_SOCKET, SO_MAX_PACING_RATE, 1n << 33n),
      (c) => getsockoptUint64(c, SOL_SOCKET, SO_MAX_PACING_RATE),
      1n << 33n,
    ],
    [
      "TCP_USER_TIMEOUT",
      (c) => setsockoptInt(c, IPPROTO_TCP, TCP_USER_TIMEOUT, 12345),
      (c) => getsockoptInt(c, IPPROTO_TCP, TCP_USER_TIMEOUT),
      12345,
    ],
    [
      "TCP_CONGESTION",
      (c) => setsockoptString(c, IPPROTO_TCP, TCP_CONGESTION, "reno"),
      (c) => getsockoptString(c, IPPROTO_TCP, TCP_CONGESTION),
      "reno",
    ],
    [
      "TCP_NOTSENT_LOWAT",
      (c) => setsockoptBytes(c, IPPROTO_TCP, TCP_NOTSENT_LOWAT, Uint8Array.of(4, 3, 2, 1)),
      (c) => [...getsockoptBytes(c, IPPROTO_TCP, TCP_NOTSENT_LOWAT)],
      [4, 3, 2, 1],
    ],
    [
      "SO_LINGER",
      (c) => setsockoptLinger(c, SOL_SOCKET, SO_LINGER, { onoff: 1, linger: 0 }),
      (c) => getsockoptLinger(c, SOL_SOCKET, SO_LINGER),
      { onoff: 1, linger: 0 },
    ],
  ];

  it.runIf(linux).each(rows)(
    "%s is set in one line before connect, and read after",
    async (_name, set, get, value) => {
      const plain = await dialWith(() => {});
      expect(get(plain.raw)).not.toEqual(value);
      plain[Symbol.dispose]();
      using lent = await dialWith((c) => c.control((fd) => set(fd)));
      expect(get(lent.raw)).toEqual(value);
      expect(lent.raw.control((fd) => get(fd))).toEqual(value);
      using direct = await dialWith(set);
      expect(get(direct.raw)).toEqual(value);
    },
  );
});

describe("SO_REUSEPORT", () => {
  const sharing = new ListenConfig({ control: (_n, _a, c) => setsockoptInt(c, SOL_SOCKET, SO_REUSEPORT, 1) });

  it("lets two listeners have one port, and without it they may not", async () => {
    using first = await sharing.listen("tcp", "127.0.0.1:0");
    const address = first.addr!.toString();
    using second = await sharing.listen("tcp", address);
    expect(second.addr!.port).toBe(first.addr!.port);
    await expect(listen("tcp", address)).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});

describe("getsockoptInt and setsockoptInt", () => {
  it("take every 32-bit number, signed or not", () => {
    using socket = datagramSocket();
    const written: number[] = [];
    using _ = replace("setsockopt", () => (_fd, _level, _name, value) => {
      written.push(new Int32Array((value as Uint8Array).slice().buffer)[0]);
      return 0;
    });
    for (const value of [0, -1, 2 ** 31, 2 ** 32 - 1, -(2 ** 31)])
      setsockoptInt(socket.fd, SOL_SOCKET, 1, value);
    expect(written).toEqual([0, -1, -(2 ** 31), -1, -(2 ** 31)]);
  });

  it("read a byte where the option is one", () => {
    using _ = replace("getsockopt", () => (_fd, _level, _name, value) => {
      (value as Uint8Array)[0] = 200;
      return 1;
    });
    expect(getsockoptInt(0, IPPROTO_IP, 1)).toBe(200);
  });

  it.runIf(linux)("refuse what is no int", () => {
    using socket = streamSocket();
    expect(thrown(() => getsockoptInt(socket.fd, SOL_SOCKET, SO_BINDTODEVICE))).toMatchObject({
      name: "SyscallError",
      message: "getsockopt: invalid argument",
    });
  });

  it("tell what the system refused, without a hint where no right is missing", () => {
    using socket = streamSocket();
    const get = thrown(() => getsockoptInt(socket.fd, SOL_SOCKET, 9999));
    expect(get).toMatchObject({
      name: "SyscallError",
      code: "ENOPROTOOPT",
      message: "getsockopt: protocol not available",
    });
    const set = thrown(() => setsockoptInt(socket.fd, SOL_SOCKET, 9999, 1));
    expect(set).toMatchObject({
      name: "SyscallError",
      code: "ENOPROTOOPT",
      message: "setsockopt: protocol not available",
    });
    expect("hint" in set).toBe(false);
    withFile((fd) =>
      expect(thrown(() => getsockoptInt(fd, SOL_SOCKET, SO_TYPE))).toMatchObject({ code: "ENOTSOCK" }),
    );
  });
});

describe("setsockoptByte", () => {
  it("gives the system one byte", () => {
    using socket = datagramSocket();
    setsockoptByte(socket.fd, IPPROTO_IP, IP_MULTICAST_TTL, 7);
    expect(getsockoptInt(socket.fd, IPPROTO_IP, IP_MULTICAST_TTL)).toBe(7);
  });
});

describe("getsockoptBytes", () => {
  it("gives as many as the option has, and no more than asked for", () => {
    using socket = streamSocket();
    expect(getsockoptBytes(socket.fd, SOL_SOCKET, SO_TYPE)).toHaveLength(4);
    expect(getsockoptBytes(socket.fd, SOL_SOCKET, SO_LINGER)).toEqual(new Uint8Array(8));
    expect(getsockoptBytes(socket.fd, SOL_SOCKET, SO_LINGER, 3)).toEqual(new Uint8Array(3));
    expect(getsockoptBytes(socket.fd, SOL_SOCKET, SO_TYPE, 0)).toEqual(new Uint8Array(0));
  });
});

describe.runIf(linux)("text and 64 bits", () => {
  it("end at the NUL, and are empty where there is none", () => {
    using socket = streamSocket();
    expect(getsockoptString(socket.fd, SOL_SOCKET, SO_BINDTODEVICE)).toBe("");
    setsockoptString(socket.fd, IPPROTO_TCP, TCP_CONGESTION, "cubic");
    expect(getsockoptString(socket.fd, IPPROTO_TCP, TCP_CONGESTION)).toBe("cubic");
    setsockoptString(socket.fd, IPPROTO_TCP, TCP_CONGESTION, "reno");
    expect(getsockoptString(socket.fd, IPPROTO_TCP, TCP_CONGESTION)).toBe("reno");
    const error = thrown(() => setsockoptString(socket.fd, IPPROTO_TCP, TCP_CONGESTION, "nonsense"));
    expect(error).toMatchObject({ code: "ENOENT" });
  });

  it("are whole where the option fills its room", () => {
    using _ = replace(
      "getsockopt",
      () => (_fd, _level, _name, value) => (value as Uint8Array).fill(97).length,
    );
    expect(getsockoptString(0, SOL_SOCKET, 1)).toBe("a".repeat(512));
  });

  it("keep all their bits, and each socket has a cookie of its own", () => {
    using one = streamSocket();
    using two = streamSocket();
    const cookie = getsockoptUint64(one.fd, SOL_SOCKET, SO_COOKIE);
    expect(cookie).toBeGreaterThan(0n);
    expect(getsockoptUint64(two.fd, SOL_SOCKET, SO_COOKIE)).not.toBe(cookie);
    setsockoptUint64(one.fd, SOL_SOCKET, SO_MAX_PACING_RATE, 0x1234_5678_9abcn);
    expect(getsockoptUint64(one.fd, SOL_SOCKET, SO_MAX_PACING_RATE)).toBe(0x1234_5678_9abcn);
    expect(thrown(() => getsockoptUint64(one.fd, SOL_SOCKET, SO_TYPE))).toMatchObject({ code: "EINVAL" });
  });
});

describe("a RawConn", () => {
  it("that is closed is refused, and the system is not asked", async () => {
    using dialed = await dialWith(() => {});
    const { raw, conn } = dialed;
    conn.close();
    using calls = watch();
    for (const use of [
      () => setsockoptInt(raw, IPPROTO_TCP, TCP_NODELAY, 1),
      () => getsockoptInt(raw, SOL_SOCKET, SO_TYPE),
      () => getsockoptString(raw, SOL_SOCKET, SO_TYPE),
    ])
      expect(thrown(use)).toMatchObject({ name: "OpError", op: "raw-control", code: "ERR_CLOSED" });
    expect(calls.count("setsockopt") + calls.count("getsockopt")).toBe(0);
  });

  it("is what every handle has to lend", async () => {
    using dialed = await dialWith(() => {});
    const handles: Conn[] = [dialed.conn, dialed.peer];
    expect(handles.map((handle) => getsockoptInt(handle.syscallConn(), SOL_SOCKET, SO_TYPE))).toEqual([
      SOCK_STREAM,
      SOCK_STREAM,
    ]);
  });

  it("of another copy of the library serves as well", () => {
    using socket = streamSocket();
    const other = { control: (f: (fd: number) => unknown) => f(socket.fd) } as unknown as RawConn;
    expect(getsockoptInt(other, SOL_SOCKET, SO_TYPE)).toBe(SOCK_STREAM);
  });

  it("has a hook's error say which option failed, and the dial fails with it", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const dialer = new Dialer({ control: (_n, _a, c) => setsockoptInt(c, SOL_SOCKET, 9999, 1) });
    const dialing: Promise<TCPConn> = dialer.dial("tcp", listener.addr!.toString());
    await expect(dialing).rejects.toMatchObject({ op: "dial", syscall: "setsockopt", code: "ENOPROTOOPT" });
  });
});

describe("the mark of a connection", () => {
  it.runIf(linux && process.getuid?.() === 0)("(needs root) may have all 32 bits", async () => {
    using dialed = await dialWith((c) => setsockoptInt(c, SOL_SOCKET, SO_MARK, 0xfedcba98));
    expect(getsockoptInt(dialed.raw, SOL_SOCKET, SO_MARK) >>> 0).toBe(0xfedcba98);
  });
});

describe("the room for a value", () => {
  it("is that of the waist", () => {
    using socket = streamSocket();
    const big = (n: number) =>
      setsockoptBytes(socket.fd, SOL_SOCKET, constant("SO_RCVBUF"), new Uint8Array(n));
    big(32_768);
    expect(thrown(() => big(32_769))).toMatchObject({ code: "EINVAL" });
    expect(getsockoptInt(socket.fd, SOL_SOCKET, SO_RCVBUF)).toBeGreaterThan(0);
  });
});
