import { describe, expect, it } from "vitest";
import { dialUDP, ListenConfig, listenUDP, type RawConn, UDPAddr, type UDPConn } from "rawconn";
import {
  ALUOpConstant,
  attach,
  detach,
  type Instruction,
  jumpEqual,
  JumpIf,
  LoadAbsolute,
  LoadConstant,
  LoadScratch,
  RawInstruction,
  regA,
  RetA,
  RetConstant,
  type Setter,
} from "rawconn/bpf";
import { type ICMPNetwork, listenPacket } from "rawconn/icmp";
import { getsockoptBytes, SO_GET_FILTER, SOL_SOCKET } from "rawconn/syscall";
import { refused } from "../support/raw-ip.js";
import { thrown } from "../support/outcome.js";
import { watch } from "../support/syscalls.js";

const UDP_HEADER = 8;

/** Lets datagrams in that begin with a letter. */
const beginningWith = (letter: string): Instruction[] => [
  new LoadAbsolute({ off: UDP_HEADER, size: 1 }),
  new JumpIf({ cond: jumpEqual, val: letter.charCodeAt(0), skipFalse: 1 }),
  new RetConstant({ val: 0xffffffff }),
  new RetConstant({ val: 0 }),
];

describe.runIf(process.platform === "linux")("attach", () => {
  const here = () => new UDPAddr({ ip: "127.0.0.1" });

  /** What comes through of these, the last of which does. */
  async function through(to: UDPConn, texts: string[]): Promise<string[]> {
    using from = await dialUDP("udp4", null, to.localAddr!);
    for (const text of texts) await from.write(text);
    const got: string[] = [];
    const p = new Uint8Array(16);
    while (got.at(-1) !== texts.at(-1)) {
      const { n } = await to.readFrom(p);
      got.push(Buffer.from(p.subarray(0, n)).toString());
    }
    return got;
  }

  it("keeps out what the program says, until it is detached", async () => {
    using conn = await listenUDP("udp4", here());
    attach(conn, beginningWith("a"));
    expect(await through(conn, ["ant", "bee", "ape"])).toEqual(["ant", "ape"]);
    attach(conn, beginningWith("b"));
    expect(await through(conn, ["ant", "bee"])).toEqual(["bee"]);
    detach(conn);
    expect(await through(conn, ["ant", "bee"])).toEqual(["ant", "bee"]);
    expect(thrown(() => detach(conn))).toMatchObject({ syscall: "setsockopt", code: "ENOENT" });
  });

  it("takes instructions that are assembled, in a control hook", async () => {
    const control = (_network: string, _address: string, raw: RawConn) =>
      attach(
        raw,
        beginningWith("a").map((instruction) => instruction.assemble()),
      );
    using conn = await new ListenConfig({ control }).listenPacket("udp4", "127.0.0.1:0");
    expect(await through(conn, ["bee", "ape"])).toEqual(["ape"]);
  });

  it.each([1, 60, 70, 512, 4096])("is read back whole by SO_GET_FILTER: %i instructions", async (count) => {
    using conn = await listenUDP("udp4", here());
    const read = (size?: number) => getsockoptBytes(conn.syscallConn(), SOL_SOCKET, SO_GET_FILTER, size);
    expect(read()).toHaveLength(0);
    const filler = new LoadConstant({ dst: regA, val: 0x41414141 });
    attach(conn, [...Array.from({ length: count - 1 }, () => filler), new RetConstant({ val: 7 })]);
    // Of each instruction the second half is its value.
    const words = new Uint32Array(read(32_768).buffer);
    const values = words.filter((_, i) => i % 2 === 1);
    expect([...values]).toEqual([...Array<number>(count - 1).fill(0x41414141), 7]);
    // Without room for one of them the kernel only counts.
    expect(read(7)).toHaveLength(0);
    if (count > 1) expect(thrown(() => read(count * 8 - 1))).toMatchObject({ code: "EINVAL" });
  });

  it.each<[string, Instruction[], string]>([
    ["an operation that it does not know", [new ALUOpConstant({ op: 0xb0, val: 0 }), new RetA()], "EINVAL"],
    ["a slot that was never written", [new LoadScratch({ dst: regA, n: 0 }), new RetA()], "EINVAL"],
    ["a program without an end", [new LoadConstant({ dst: regA, val: 1 })], "EINVAL"],
  ])("tells what the kernel does not take: %s", async (_, filter, code) => {
    using conn = await listenUDP("udp4", here());
    expect(thrown(() => attach(conn, filter))).toMatchObject({
      name: "SyscallError",
      syscall: "setsockopt",
      code,
    });
  });

  it("tells what is wrong before the system is asked", async () => {
    using conn = await listenUDP("udp4", here());
    using calls = watch();
    const wrong: [() => void, string][] = [
      [() => attach(conn, [new LoadAbsolute({ off: 0, size: 3 })]), "ERR_BPF"],
      [() => attach(conn, []), "ERR_OUT_OF_RANGE"],
      [() => attach(conn, "ret" as never), "ERR_INVALID_ARG_TYPE"],
      [() => attach(null as never, [new RetA()]), "ERR_INVALID_ARG_TYPE"],
      [() => attach({} as never, [new RetA()]), "ERR_INVALID_ARG_TYPE"],
      [() => detach(undefined as never), "ERR_INVALID_ARG_TYPE"],
    ];
    for (const [use, code] of wrong) expect(thrown(use)).toMatchObject({ code });
    expect(calls.calls).toEqual([]);
  });

  it("fails on what is closed", async () => {
    const conn = await listenUDP("udp4", here());
    conn.close();
    expect(thrown(() => attach(conn, [new RetA()]))).toMatchObject({ code: "ERR_CLOSED" });
    expect(thrown(() => detach(conn))).toMatchObject({ code: "ERR_CLOSED" });
  });
});

describe.runIf(process.platform === "linux" && refused === null)("setBPF of an ICMP endpoint", () => {
  it.each<[ICMPNetwork, string]>([
    ["ip4:icmp", "127.0.0.1"],
    ["ip6:ipv6-icmp", "::1"],
  ])("is that of a Setter: %s", async (network, address) => {
    using conn = await listenPacket(network, address);
    const setter: Setter = conn;
    setter.setBPF([new RawInstruction({ op: 0x06, jt: 0, jf: 0, k: 0 })]);
    detach(conn);
    expect(thrown(() => detach(conn))).toMatchObject({ code: "ENOENT" });
    expect(thrown(() => setter.setBPF([]))).toMatchObject({ code: "ERR_OUT_OF_RANGE" });
    conn.close();
    expect(thrown(() => setter.setBPF([new RetA().assemble()]))).toMatchObject({ code: "ERR_CLOSED" });
  });
});
