// Control messages: built, split, and sent; and what is none.

import { closeSync, fstatSync, openSync, readFileSync, writeSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dial, Errno, listen } from "rawconn";
import {
  cmsgLen,
  cmsgSpace,
  MSG_CTRUNC,
  parseSocketControlMessage,
  parseUnixCredentials,
  parseUnixRights,
  SCM_CREDENTIALS,
  SCM_RIGHTS,
  setsockoptInt,
  SO_PASSCRED,
  SOCK_SEQPACKET,
  type SocketControlMessage,
  SOL_SOCKET,
  unixCredentials,
  unixRights,
} from "rawconn/syscall";
import { constant } from "#lib/internal/binding.js";
import { encodeControl } from "#lib/internal/socket/control.js";
import { openDescriptors } from "../descriptors.js";
import { thrown } from "../support/outcome.js";
import { dialWith } from "./hooked.js";
import { receive, send, unixPair } from "./unix-pair.js";

const linux = process.platform === "linux";
const HEADER = constant("CMSG_HEADER");
const EINVAL = { name: "Errno", code: "EINVAL", message: "invalid argument" };

const join = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const strip = ({ header: { level, type }, data }: SocketControlMessage) => ({ level, type, data });

describe("cmsgLen and cmsgSpace", () => {
  it.runIf(linux && process.arch.endsWith("64"))("are those of cmsg(3)", () => {
    expect([0, 1, 4, 8, 9].map(cmsgLen)).toEqual([16, 17, 20, 24, 25]);
    expect([0, 1, 4, 8, 9].map(cmsgSpace)).toEqual([16, 24, 24, 24, 32]);
  });

  it("take numbers of bytes only", () => {
    for (const wrong of [-1, 0.5, NaN, Infinity, 2 ** 31]) {
      expect(thrown(() => cmsgLen(wrong))).toMatchObject({ name: "RangeError", code: "ERR_OUT_OF_RANGE" });
      expect(thrown(() => cmsgSpace(wrong))).toMatchObject({ name: "RangeError", code: "ERR_OUT_OF_RANGE" });
    }
  });
});

describe("parseSocketControlMessage", () => {
  const one = encodeControl({ level: 1, type: 2, data: Uint8Array.of(1, 2, 3) });
  const two = encodeControl({ level: 0, type: 8, data: new Uint8Array(0) });

  it("splits it, with the lengths its heads tell", () => {
    expect(parseSocketControlMessage(join(one, two, one))).toEqual([
      { header: { len: HEADER + 3, level: 1, type: 2 }, data: Uint8Array.of(1, 2, 3) },
      { header: { len: HEADER, level: 0, type: 8 }, data: new Uint8Array(0) },
      { header: { len: HEADER + 3, level: 1, type: 2 }, data: Uint8Array.of(1, 2, 3) },
    ]);
    expect(parseSocketControlMessage(new Uint8Array(0))).toEqual([]);
  });

  it("takes a last one without padding, and passes over less than a head, as Go does", () => {
    expect(parseSocketControlMessage(one.subarray(0, HEADER + 3))).toHaveLength(1);
    expect(parseSocketControlMessage(join(one, new Uint8Array(HEADER - 1).fill(255)))).toHaveLength(1);
  });

  it("refuses all of it when one length cannot be", () => {
    for (const wrong of [0, 1, HEADER - 1, one.length + 1, 0xffff]) {
      const broken = one.slice();
      broken[0] = wrong & 255;
      broken[1] = wrong >> 8;
      const error = thrown(() => parseSocketControlMessage(join(two, broken)));
      expect(error).toMatchObject(EINVAL);
      expect(error).toBeInstanceOf(Errno);
    }
    expect(thrown(() => parseSocketControlMessage(one.subarray(0, HEADER + 2)))).toMatchObject(EINVAL);
    const endless = one.slice().fill(255, 0, HEADER - 8);
    expect(thrown(() => parseSocketControlMessage(endless))).toMatchObject(EINVAL);
  });
});

const messages = fc.array(
  fc.record({
    level: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    type: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    data: fc.uint8Array({ maxLength: 40 }),
  }),
  { maxLength: 6 },
);

describe("whatever there is", () => {
  it("is split as it was built", () => {
    fc.assert(
      fc.property(messages, (items) => {
        const oob = join(...items.map(encodeControl));
        expect(oob.length).toBe(items.reduce((sum, { data }) => sum + cmsgSpace(data.length), 0));
        expect(parseSocketControlMessage(oob).map(strip)).toEqual(items);
      }),
    );
  });

  it("is EINVAL, or messages that lie inside it one after the other, and never more", () => {
    // Bytes of a message, some of them changed: pure noise would fail at the first length.
    const noise = fc.tuple(
      messages,
      fc.array(fc.tuple(fc.nat(400), fc.nat(255))),
      fc.nat(300),
      fc.uint8Array(),
    );
    fc.assert(
      fc.property(noise, ([items, changes, cut, tail]) => {
        const oob = join(...items.map(encodeControl), tail);
        for (const [at, value] of changes) oob[at % Math.max(oob.length, 1)] = value;
        const part = oob.subarray(0, oob.length - (cut % (oob.length + 1)));
        let end = part.byteOffset;
        try {
          for (const { header, data } of parseSocketControlMessage(part)) {
            expect(data.buffer).toBe(part.buffer);
            expect(data.byteOffset).toBeGreaterThanOrEqual(end + HEADER);
            expect(header.len).toBe(HEADER + data.length);
            end = data.byteOffset + data.length;
          }
          expect(end).toBeLessThanOrEqual(part.byteOffset + part.length);
        } catch (error) {
          expect(error).toMatchObject(EINVAL);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("parseUnixRights and parseUnixCredentials", () => {
  const of = (level: number, type: number, data: Uint8Array): SocketControlMessage => ({
    header: { len: HEADER + data.length, level, type },
    data,
  });

  it("read what was built", () => {
    const [rights] = parseSocketControlMessage(unixRights(0, 7, 2 ** 31 - 1));
    expect(rights.header).toEqual({ len: cmsgLen(12), level: SOL_SOCKET, type: SCM_RIGHTS });
    expect(parseUnixRights(rights)).toEqual([0, 7, 2 ** 31 - 1]);
    expect(parseUnixRights(parseSocketControlMessage(unixRights())[0])).toEqual([]);
    const ucred = { pid: 1, uid: 2 ** 32 - 1, gid: 3 };
    const [credentials] = parseSocketControlMessage(unixCredentials(ucred));
    expect(credentials.header).toEqual({ len: cmsgLen(12), level: SOL_SOCKET, type: SCM_CREDENTIALS });
    expect(parseUnixCredentials(credentials)).toEqual(ucred);
  });

  it("read data wherever it lies", () => {
    const odd = new Uint8Array(30).fill(9).subarray(1);
    odd.set(unixRights(5).subarray(HEADER, HEADER + 4), 2);
    expect(parseUnixRights(of(SOL_SOCKET, SCM_RIGHTS, odd.subarray(2, 6)))).toEqual([5]);
    expect(parseUnixCredentials(of(SOL_SOCKET, SCM_CREDENTIALS, odd.subarray(6, 18))).uid).toBe(0x09090909);
  });

  it("pass over half a descriptor, and refuse half of credentials", () => {
    expect(parseUnixRights(of(SOL_SOCKET, SCM_RIGHTS, new Uint8Array(7)))).toEqual([0]);
    expect(
      thrown(() => parseUnixCredentials(of(SOL_SOCKET, SCM_CREDENTIALS, new Uint8Array(11)))),
    ).toMatchObject(EINVAL);
  });

  it("refuse another message", () => {
    const data = new Uint8Array(12);
    for (const [level, type] of [
      [SOL_SOCKET, 77],
      [0, SCM_RIGHTS],
      [0, SCM_CREDENTIALS],
    ]) {
      expect(thrown(() => parseUnixRights(of(level, type, data)))).toMatchObject(EINVAL);
      expect(thrown(() => parseUnixCredentials(of(level, type, data)))).toMatchObject(EINVAL);
    }
  });
});

describe.runIf(linux)("over a Unix socket", () => {
  it("a descriptor arrives as another number of the same file, closed in children", () => {
    using pair = unixPair(SOCK_SEQPACKET);
    const file = openSync(new URL(import.meta.url), "r");
    expect(send(pair.near.fd, unixRights(file, file))).toBe(1);
    const { oob, flags } = receive(pair.far.fd, cmsgSpace(8));
    const fds = parseSocketControlMessage(oob).flatMap(parseUnixRights);
    expect(flags & MSG_CTRUNC).toBe(0);
    expect(new Set([file, ...fds]).size).toBe(3);
    for (const fd of fds) {
      expect(fstatSync(fd).ino).toBe(fstatSync(file).ino);
      expect(readFileSync(`/proc/self/fdinfo/${fd}`, "latin1")).toMatch(/^flags:\s*\d*2\d{6}$/m);
    }
    for (const fd of [file, ...fds]) closeSync(fd);
  });

  it("none is lost sight of, however short the room, and what is missing is told", () => {
    using pair = unixPair(SOCK_SEQPACKET);
    const sent = 5;
    const before = openDescriptors()!.size;
    for (let room = 0; room <= cmsgSpace(4 * sent) + 8; room++) {
      send(pair.near.fd, unixRights(...Array<number>(sent).fill(pair.near.fd)));
      const { oob, flags } = receive(pair.far.fd, room);
      const fds = parseSocketControlMessage(oob).flatMap(parseUnixRights);
      expect([room, openDescriptors()!.size]).toEqual([room, before + fds.length]);
      expect([room, (flags & MSG_CTRUNC) !== 0]).toEqual([room, fds.length < sent]);
      for (const fd of fds) closeSync(fd);
    }
  });

  it("253 descriptors are the most, and the kernel refuses one more", () => {
    using pair = unixPair(SOCK_SEQPACKET);
    expect(send(pair.near.fd, unixRights(...Array<number>(254).fill(0)))).toBe(-22);
    expect(send(pair.near.fd, unixRights(...Array<number>(253).fill(0)))).toBe(1);
    const fds = parseSocketControlMessage(receive(pair.far.fd, cmsgSpace(4 * 253)).oob).flatMap(
      parseUnixRights,
    );
    expect(fds).toHaveLength(253);
    for (const fd of fds) closeSync(fd);
  });

  it("a connection hands another one over, whole", async () => {
    using listener = await listen("unix", `@rawconn-${process.pid}-rights`);
    using near = await dial("unix", listener.addr!.toString());
    using far = await listener.accept();
    using dialed = await dialWith(() => {});
    const sending = dialed.raw.control((fd) => near.writeMsgUnix("x", unixRights(fd), null));
    const oob = new Uint8Array(cmsgSpace(4));
    const { n, oobn } = (await far.readMsgUnix(new Uint8Array(8), oob))!;
    expect([n, (await sending).oobn]).toEqual([1, oobn]);
    dialed.conn.close();
    const [fd] = parseSocketControlMessage(oob.subarray(0, oobn)).flatMap(parseUnixRights);
    // The same connection, under a number of its own: it speaks to the same peer.
    writeSync(fd, "still here");
    const p = new Uint8Array(16);
    expect(Buffer.from(p.subarray(0, (await dialed.peer.read(p))!)).toString()).toBe("still here");
    closeSync(fd);
  });

  it("credentials arrive where they are asked for", () => {
    using pair = unixPair(SOCK_SEQPACKET);
    setsockoptInt(pair.far.fd, SOL_SOCKET, SO_PASSCRED, 1);
    const ucred = { pid: process.pid, uid: process.getuid!(), gid: process.getgid!() };
    expect(send(pair.near.fd, unixCredentials(ucred))).toBe(1);
    const [message] = parseSocketControlMessage(receive(pair.far.fd, cmsgSpace(12)).oob);
    expect(parseUnixCredentials(message)).toEqual(ucred);
  });
});
