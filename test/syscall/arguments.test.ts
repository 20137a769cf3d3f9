// Bad input: an error with a code that says what was expected, before the system is asked.

import { describe, expect, it } from "vitest";
import * as syscall from "rawconn/syscall";
import { weird } from "../input/weird.mjs";
import { thrown } from "../support/outcome.js";
import { watch } from "../support/syscalls.js";

const { SOL_SOCKET, SO_TYPE } = syscall;
// No descriptor has this number.
const fd = 1 << 29;
const option = [fd, SOL_SOCKET, SO_TYPE];
const right = { header: { len: 20, level: SOL_SOCKET, type: syscall.SCM_RIGHTS }, data: new Uint8Array(4) };
const program = [{ op: 6, jt: 0, jf: 0, k: 0 }];

/** Every function, with arguments that make sense but for the descriptor. */
const usual: Record<string, unknown[]> = {
  attachFilter: [fd, program],
  attachReusePortCBPF: [fd, program],
  cmsgLen: [4],
  cmsgSpace: [4],
  detachFilter: [fd],
  detachReusePortBPF: [fd],
  getsockoptBytes: [...option, 4],
  getsockoptICMPv6Filter: option,
  getsockoptInet4Addr: option,
  getsockoptInt: option,
  getsockoptLinger: option,
  getsockoptString: option,
  getsockoptTCPInfo: option,
  getsockoptTimeval: option,
  getsockoptUcred: option,
  getsockoptUint64: option,
  parseSocketControlMessage: [new Uint8Array(4)],
  parseUnixCredentials: [right],
  parseUnixRights: [right],
  setsockoptByte: [...option, 1],
  setsockoptBytes: [...option, new Uint8Array(4)],
  setsockoptICMPv6Filter: [...option, { data: new Uint32Array(8) }],
  setsockoptIPMreq: [...option, { multiaddr: "239.0.0.1" }],
  setsockoptIPMreqn: [...option, { multiaddr: "239.0.0.1" }],
  setsockoptIPv6Mreq: [...option, { multiaddr: "ff02::1" }],
  setsockoptInet4Addr: [...option, "127.0.0.1"],
  setsockoptInt: [...option, 1],
  setsockoptLinger: [...option, { onoff: 1, linger: 1 }],
  setsockoptString: [...option, "text"],
  setsockoptTimeval: [...option, 1],
  setsockoptUint64: [...option, 1n],
  unixCredentials: [{ pid: 1, uid: 1, gid: 1 }],
  unixRights: [1, 2],
};

function call(name: string, args: unknown[]): unknown {
  return (Reflect.get(syscall, name) as (...args: unknown[]) => unknown)(...args);
}

describe("the functions of rawconn/syscall", () => {
  it("are all tried here", () => {
    const functions = Object.entries(syscall).filter(([, value]) => typeof value === "function");
    expect(functions.map(([name]) => name).sort()).toEqual(Object.keys(usual).sort());
  });

  it.each(Object.keys(usual))("%s throws errors with a code, whatever it is given", (name) => {
    const places = usual[name].length;
    for (const [odd, make] of Object.entries(weird)) {
      for (let place = 0; place < places; place++) {
        try {
          call(name, usual[name].with(place, make()));
        } catch (error) {
          // What a weird value throws by itself is its own affair.
          if (/^hostile|proxy that has been revoked$/.test((error as Error).message)) continue;
          expect([odd, place, error]).toEqual([
            odd,
            place,
            expect.objectContaining({ code: expect.any(String) }),
          ]);
        }
      }
    }
  });
});

describe("what is wrong", () => {
  const TYPE = "ERR_INVALID_ARG_TYPE";
  const VALUE = "ERR_INVALID_ARG_VALUE";
  const RANGE = "ERR_OUT_OF_RANGE";
  const group = "239.0.0.1";

  it.each<[string, unknown[], string, string]>([
    ["getsockoptInt", ["3", 1, 1], TYPE, "a RawConn or a descriptor's number for fd"],
    ["getsockoptInt", [null, 1, 1], TYPE, "for fd but received null"],
    ["getsockoptInt", [{ control: 1 }, 1, 1], TYPE, "for fd"],
    ["getsockoptInt", [-1, 1, 1], RANGE, "for fd but received -1"],
    ["getsockoptInt", [fd, 0.5, 1], RANGE, "for level"],
    ["getsockoptInt", [fd, 1, "1"], TYPE, "for name"],
    ["getsockoptInt", [fd, 1, -2], RANGE, "for name"],
    ["getsockoptBytes", [fd, 1, 1, 32_769], RANGE, "an integer from 0 to 32768 for size"],
    ["setsockoptInt", [fd, 1, 1, true], TYPE, "for value"],
    ["setsockoptInt", [fd, 1, 1, 2 ** 32], RANGE, "for value"],
    ["setsockoptInt", [fd, 1, 1, -(2 ** 31) - 1], RANGE, "for value"],
    ["setsockoptByte", [fd, 1, 1, 256], RANGE, "for value"],
    ["setsockoptBytes", [fd, 1, 1, [1]], TYPE, "for value"],
    ["setsockoptUint64", [fd, 1, 1, 1], TYPE, "a bigint for value"],
    ["setsockoptUint64", [fd, 1, 1, -1n], RANGE, "for value but received -1"],
    ["setsockoptUint64", [fd, 1, 1, 1n << 64n], RANGE, "for value"],
    ["setsockoptString", [fd, 1, 1, "a\0b"], VALUE, "a string without NUL for value"],
    ["setsockoptLinger", [fd, 1, 1, null], TYPE, "an object { onoff, linger } for value"],
    ["setsockoptLinger", [fd, 1, 1, { onoff: true, linger: 1 }], TYPE, "for value.onoff"],
    ["setsockoptLinger", [fd, 1, 1, { onoff: 1, linger: -1 }], RANGE, "for value.linger"],
    ["setsockoptTimeval", [fd, 1, 1, "1"], TYPE, "for milliseconds"],
    ["setsockoptTimeval", [fd, 1, 1, -1], RANGE, "for milliseconds"],
    ["setsockoptTimeval", [fd, 1, 1, NaN], RANGE, "for milliseconds"],
    ["setsockoptTimeval", [fd, 1, 1, Infinity], RANGE, "for milliseconds"],
    ["setsockoptIPMreq", [fd, 1, 1, { multiaddr: "ff02::1" }], VALUE, "an IPv4 address for mreq.multiaddr"],
    ["setsockoptIPMreq", [fd, 1, 1, { multiaddr: "nonsense" }], VALUE, "for mreq.multiaddr"],
    ["setsockoptIPMreq", [fd, 1, 1, {}], TYPE, "an IP or its text for mreq.multiaddr"],
    ["setsockoptIPMreq", [fd, 1, 1, { multiaddr: group, interface: 1 }], TYPE, "for mreq.interface"],
    ["setsockoptIPMreqn", [fd, 1, 1, { multiaddr: group, ifindex: -1 }], RANGE, "for mreq.ifindex"],
    ["setsockoptIPMreqn", [fd, 1, 1, { address: "::1" }], VALUE, "for mreq.address"],
    ["setsockoptIPv6Mreq", [fd, 1, 1, { multiaddr: "x" }], VALUE, "an IPv6 address for mreq.multiaddr"],
    ["setsockoptIPv6Mreq", [fd, 1, 1, { multiaddr: "ff02::1", interface: "lo" }], TYPE, "for mreq.interface"],
    ["setsockoptInet4Addr", [fd, 1, 1, "::1"], VALUE, "for value"],
    ["setsockoptICMPv6Filter", [fd, 1, 1, { data: new Uint8Array(32) }], TYPE, "for filter.data"],
    ["setsockoptICMPv6Filter", [fd, 1, 1, { data: new Uint32Array(7) }], VALUE, "8 words for filter.data"],
    ["unixRights", [1, -1], RANGE, "for fds[1]"],
    ["unixCredentials", [{ pid: -1, uid: 0, gid: 0 }], RANGE, "for ucred.pid"],
    ["unixCredentials", [{ pid: 0, uid: 2 ** 32, gid: 0 }], RANGE, "for ucred.uid"],
    ["unixCredentials", [{ pid: 0, uid: 0 }], TYPE, "for ucred.gid"],
    ["parseUnixRights", [undefined], TYPE, "a SocketControlMessage for m"],
    ["parseUnixRights", [{ header: right.header, data: [1] }], TYPE, "for m.data"],
    ["parseSocketControlMessage", ["text"], TYPE, "for b"],
  ])("%s of %o is told, and the system is not asked", (name, args, code, text) => {
    using calls = watch();
    const error = thrown(() => call(name, args));
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(text);
    expect(calls.calls).toEqual([]);
  });
});
