// Programs of classic BPF: what they let in, where they send it, and which the kernel does not take.

import { describe, expect, it } from "vitest";
import {
  dialTCP,
  dialUDP,
  IPAddr,
  ListenConfig,
  listenUDP,
  type RawConn,
  type TCPConn,
  type TCPListener,
  UDPAddr,
  type UDPConn,
} from "rawconn";
import { Echo, listenPacket, Message, parseMessage } from "rawconn/icmp";
import {
  attachFilter,
  attachReusePortCBPF,
  detachFilter,
  detachReusePortBPF,
  getsockoptTCPInfo,
  IPPROTO_TCP,
  type RawInstruction,
  setsockoptInt,
  SO_LOCK_FILTER,
  SO_REUSEPORT,
  SOL_SOCKET,
  TCP_INFO,
} from "rawconn/syscall";
import { datagramSocket } from "../internal/raw.js";
import { disposeOf } from "../support/pair.js";
import { thrown } from "../support/outcome.js";
import { watch } from "../support/syscalls.js";

const RET = 0x06;
const LD_W_ABS = 0x20;
const LD_B_ABS = 0x30;
const JEQ = 0x15;

const ret = (k: number): RawInstruction => ({ op: RET, jt: 0, jf: 0, k });

/** Lets a datagram in that begins with this byte, behind eight of UDP's own; `length` of it. */
const beginningWith = (byte: number, length = 0xffffffff): RawInstruction[] => [
  { op: LD_B_ABS, jt: 0, jf: 0, k: 8 },
  { op: JEQ, jt: 0, jf: 1, k: byte },
  ret(length),
  ret(0),
];

describe.runIf(process.platform === "linux")("attachFilter", () => {
  const receiver = () => listenUDP("udp4", new UDPAddr({ ip: "127.0.0.1" }));

  /** Sends texts to a connection, and reads until the last one that is to come has come. */
  async function sent(to: UDPConn, texts: string[], last: string): Promise<string[]> {
    using from = await dialUDP("udp4", null, to.localAddr!);
    for (const text of texts) await from.write(text);
    const got: string[] = [];
    const p = new Uint8Array(16);
    while (got.at(-1) !== last) {
      const { n } = await to.readFrom(p);
      got.push(Buffer.from(p.subarray(0, n)).toString());
    }
    return got;
  }

  it("lets in what the program says, cut as it says, until it is detached", async () => {
    using conn = await receiver();
    const raw = conn.syscallConn();
    expect(await sent(conn, ["beer", "apple"], "apple")).toEqual(["beer", "apple"]);
    attachFilter(raw, beginningWith("a".charCodeAt(0)));
    expect(await sent(conn, ["apple", "beer", "ale"], "ale")).toEqual(["apple", "ale"]);
    raw.control((fd) => attachFilter(fd, beginningWith("b".charCodeAt(0), 8 + 3)));
    expect(await sent(conn, ["ale", "beer"], "bee")).toEqual(["bee"]);
    detachFilter(raw);
    expect(await sent(conn, ["beer", "apple"], "apple")).toEqual(["beer", "apple"]);
    expect(thrown(() => detachFilter(raw))).toMatchObject({ syscall: "setsockopt", code: "ENOENT" });
  });

  it("compares all 32 bits of an operand", async () => {
    using conn = await receiver();
    attachFilter(conn.syscallConn(), [
      { op: LD_W_ABS, jt: 0, jf: 0, k: 8 },
      { op: JEQ, jt: 0, jf: 1, k: Buffer.from("beer").readUInt32BE() },
      ret(99),
      ret(0),
    ]);
    expect(await sent(conn, ["deer", "beet", "bear", "beer"], "beer")).toEqual(["beer"]);
  });

  it("cannot be undone once it is locked, whatever rights one has", () => {
    using socket = datagramSocket();
    attachFilter(socket.fd, [ret(0)]);
    setsockoptInt(socket.fd, SOL_SOCKET, SO_LOCK_FILTER, 1);
    for (const undo of [() => detachFilter(socket.fd), () => attachFilter(socket.fd, [ret(1)])]) {
      const error = thrown(undo);
      expect(error).toMatchObject({ syscall: "setsockopt", code: "EPERM" });
      expect("hint" in error).toBe(false);
    }
  });

  it("refuses what the kernel would not run", () => {
    using socket = datagramSocket();
    const jumpsOut = { op: JEQ, jt: 9, jf: 9, k: 0 };
    for (const program of [[{ op: 0xffff, jt: 0, jf: 0, k: 0 }], [jumpsOut, ret(0)], [beginningWith(1)[0]]])
      expect(thrown(() => attachFilter(socket.fd, program))).toMatchObject({ code: "EINVAL" });
    attachFilter(socket.fd, Array<RawInstruction>(4096).fill(ret(1)));
  });

  it("refuses what is no program before the system is asked", () => {
    using calls = watch();
    const TYPE = "ERR_INVALID_ARG_TYPE";
    const RANGE = "ERR_OUT_OF_RANGE";
    const wrong: [unknown, string][] = [
      [undefined, TYPE],
      [new Uint8Array(8), TYPE],
      [[], RANGE],
      [Array<RawInstruction>(4097).fill(ret(0)), RANGE],
      [[null], TYPE],
      [Array(1), TYPE],
      [[{}], TYPE],
      [[{ ...ret(0), op: 65536 }], RANGE],
      [[{ ...ret(0), jt: 256 }], RANGE],
      [[{ ...ret(0), jf: -1 }], RANGE],
      [[ret(2 ** 32)], RANGE],
      [[ret(0.5)], RANGE],
    ];
    for (const [program, code] of wrong) {
      expect(thrown(() => attachFilter(0, program as RawInstruction[]))).toMatchObject({ code });
      expect(thrown(() => attachReusePortCBPF(0, program as RawInstruction[]))).toMatchObject({ code });
    }
    expect(thrown(() => attachFilter(0, [ret(0), { ...ret(0), jt: 256 }])).message).toContain(
      "program[1].jt",
    );
    expect(calls.calls).toEqual([]);
  });

  it.runIf(process.getuid?.() === 0)("(needs root) keeps every packet from a raw socket", async () => {
    // Addresses of loopback that nobody else pings.
    const [host, sender] = [1, 2].map((i) => `127.99.${process.pid & 255}.${i}`);
    let raw!: RawConn;
    const dropAll = (_network: string, _address: string, c: RawConn) => attachFilter((raw = c), [ret(0)]);
    using filtered = await listenPacket("ip4:icmp", host, { control: dropAll });
    using open = await listenPacket("ip4:icmp", host);
    using from = await listenPacket("ip4:icmp", sender);
    const p = new Uint8Array(128);
    const request = (seq: number) => new Message({ protocol: 1, type: 8, body: new Echo({ seq }) }).marshal();
    const next = async (conn: typeof open) => {
      const { n } = await conn.readFrom(p);
      const { body } = parseMessage(1, p.subarray(0, n));
      return body instanceof Echo ? body.seq : null;
    };
    await from.writeTo(request(1), new IPAddr({ ip: host }));
    expect(await next(open)).toBe(1);
    detachFilter(raw);
    await from.writeTo(request(2), new IPAddr({ ip: host }));
    // Had the first come through, it would stand before the second.
    expect(await next(filtered)).toBe(2);
  });
});

describe.runIf(process.platform === "linux")("attachReusePortCBPF", () => {
  const queued = (raw: RawConn) => getsockoptTCPInfo(raw, IPPROTO_TCP, TCP_INFO).unacked;

  async function two(): Promise<{ listeners: TCPListener[]; raws: RawConn[] } & Disposable> {
    const control = (_network: string, _address: string, c: RawConn) =>
      setsockoptInt(c, SOL_SOCKET, SO_REUSEPORT, 1);
    const sharing = new ListenConfig({ control, multipathTCP: false });
    const first = await sharing.listen("tcp", "127.0.0.1:0");
    const listeners = [first, await sharing.listen("tcp", first.addr!.toString())];
    const raws = listeners.map((listener) => listener.syscallConn());
    return { listeners, raws, [Symbol.dispose]: () => disposeOf(...listeners) };
  }

  it("sends every connection to the listener whose number it returns", async () => {
    using sharing = await two();
    const { listeners, raws } = sharing;
    const conns: TCPConn[] = [];
    const dialSome = async () => {
      for (let i = 0; i < 8; i++) conns.push(await dialTCP("tcp", null, listeners[0].addr!));
    };
    // Accepting waits for connections that are still on their way; then there is none left for the other listener.
    const acceptAll = async (listener: TCPListener) => {
      for (let i = 0; i < 8; i++) conns.push(await listener.accept());
    };
    attachReusePortCBPF(raws[0], [ret(1)]);
    await dialSome();
    await acceptAll(listeners[1]);
    // The program is of the group: any of its sockets may change it.
    attachReusePortCBPF(raws[1], [ret(0)]);
    await dialSome();
    await acceptAll(listeners[0]);
    expect(raws.map(queued)).toEqual([0, 0]);
    detachReusePortBPF(raws[0]);
    expect(thrown(() => detachReusePortBPF(raws[0]))).toMatchObject({ code: "ENOENT" });
    disposeOf(...conns);
  });

  it("is refused by a socket that shares no port", () => {
    using socket = datagramSocket();
    expect(thrown(() => attachReusePortCBPF(socket.fd, [ret(0)]))).toMatchObject({ code: "EINVAL" });
    expect(thrown(() => detachReusePortBPF(socket.fd))).toMatchObject({ code: "EINVAL" });
  });
});
