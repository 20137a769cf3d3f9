// Credentials beside messages: who sent it, as the kernel knows. unix(7) SO_PASSCRED

import { getegid, geteuid, pid } from "node:process";
import { describe, expect, it } from "vitest";
import { dialUnix, type UnixConn } from "rawconn";
import { constant } from "#lib/internal/binding.js";
import {
  arrived,
  closeAll,
  ints,
  intsOf,
  item,
  itemLength,
  rights,
  SCM_CREDENTIALS,
  SO_PASSCRED,
  SOL_SOCKET,
} from "../support/control-data.js";
import { rejection } from "../support/outcome.js";
import { disposeOf } from "../support/pair.js";
import { unixgram, unixPair } from "../support/unix.js";

const MSG_CTRUNC = constant("MSG_CTRUNC");
const none = new Uint8Array(0);
const own = [pid, geteuid!(), getegid!()];

/** Two ends, the second of which asks who sends. */
interface Ends extends Disposable {
  from: UnixConn;
  to: UnixConn;
}

async function asking(network: string): Promise<Ends> {
  if (network === "unixgram") {
    const to = await unixgram();
    const from = await dialUnix("unixgram", null, to.localAddr);
    return ask({ from, to, [Symbol.dispose]: () => disposeOf(from, to) });
  }
  const { client, server, listener } = await unixPair(network as "unix");
  return ask({
    from: client,
    to: server,
    [Symbol.dispose]: () => disposeOf(client, server, listener),
  });
}

function ask(ends: Ends): Ends {
  ends.to.syscallConn().setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
  return ends;
}

async function take(from: UnixConn, space = 256) {
  const oob = new Uint8Array(space);
  const { n, oobn, flags } = (await from.readMsgUnix(new Uint8Array(8), oob))!;
  const control = oob.subarray(0, oobn);
  return {
    n,
    who: intsOf(control, SCM_CREDENTIALS),
    fds: arrived(control),
    cut: (flags & MSG_CTRUNC) !== 0,
  };
}

describe.each(["unix", "unixpacket", "unixgram"])("through %s", (network) => {
  it("every message tells process, user and group of its sender, without his doing", async () => {
    using ends = await asking(network);
    await ends.from.write("abc");
    expect(await take(ends.to)).toEqual({ n: 3, who: own, fds: [], cut: false });
  });

  it("nothing is told that was not asked for", async () => {
    using ends = await asking(network);
    ends.to.syscallConn().setsockopt(SOL_SOCKET, SO_PASSCRED, 0);
    await ends.from.write("abc");
    expect(await take(ends.to)).toEqual({ n: 3, who: [], fds: [], cut: false });
  });

  it("what the sender says of himself goes if it is true", async () => {
    using ends = await asking(network);
    const said = item(SOL_SOCKET, SCM_CREDENTIALS, ints(...own));
    expect(await ends.from.writeMsgUnix("x", said, null)).toEqual({ n: 1, oobn: said.length });
    expect((await take(ends.to)).who).toEqual(own);
    // No process has this number, whatever the sender may do.
    const lie = item(SOL_SOCKET, SCM_CREDENTIALS, ints(0x7ffffffe, own[1], own[2]));
    const error = await rejection(ends.from.writeMsgUnix("x", lie, null));
    expect(error).toMatchObject({ op: "write", syscall: "sendmsg" });
    expect(["EPERM", "ESRCH"]).toContain(error.code);
  });

  it("descriptors come beside them", async () => {
    using ends = await asking(network);
    await ends.from.writeMsgUnix("x", rights(1, 2), null);
    const { who, fds, cut } = await take(ends.to);
    expect({ who, count: fds.length, cut }).toEqual({ who: own, count: 2, cut: false });
    closeAll(fds);
  });

  it("the end is the end, with or without room for credentials", async () => {
    using ends = await asking(network);
    await ends.from.write("last");
    expect(await take(ends.to)).toMatchObject({ n: 4, who: own });
    ends.from.close();
    // Datagrams have no end.
    if (network === "unixgram") return;
    for (const space of [256, 0, 256])
      expect(await ends.to.readMsgUnix(new Uint8Array(8), new Uint8Array(space))).toBeNull();
    expect(await ends.to.readFrom(new Uint8Array(8))).toBeNull();
  });

  it("what has no room is cut, and told so; a plain read does not mind", async () => {
    using ends = await asking(network);
    for (let i = 0; i < 4; i++) await ends.from.writeMsgUnix("x", none, null);
    // A stream would join what is alike: one read for each byte.
    const oob = new Uint8Array(itemLength(4));
    const { n, flags } = (await ends.to.readMsgUnix(new Uint8Array(1), oob))!;
    expect({ n, cut: (flags & MSG_CTRUNC) !== 0 }).toEqual({ n: 1, cut: true });
    expect(await ends.to.read(new Uint8Array(1))).toBe(1);
    expect((await ends.to.readFrom(new Uint8Array(1)))!.n).toBe(1);
    expect(await take(ends.to)).toMatchObject({ n: 1, who: own });
  });
});
