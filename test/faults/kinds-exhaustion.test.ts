// No descriptors, no memory, no buffers: for every kind of socket an error of one operation, after which it works as before.

import { dial, fileConn, isTemporary, listen, listenPacket } from "rawconn";
import { describe, expect, it } from "vitest";
import { errno } from "#lib/errors/index.js";
import { leaks, openDescriptors } from "../descriptors.js";
import { codeOf, fdOf, outcome, turn } from "../poll/pair.js";
import { clog, each, kinds, receive, uniqueName, unclog } from "../support/kinds.js";
import { eachWay, SENT, waysIn, waysOut } from "../support/operations.js";
import { type Faults, failing, failingAlways, withFault } from "./inject.js";

const hasRaw = kinds.some(({ name }) => name === "ip4");

/** Whatever makes a socket, and the operation that its error names. */
const OPENERS: [name: string, op: string, open: () => Promise<Disposable>][] = [
  ["dial tcp", "dial", () => dial("tcp", "127.0.0.1:1")],
  ["dial udp", "dial", () => dial("udp", "127.0.0.1:1")],
  ["dial unix", "dial", () => dial("unix", uniqueName())],
  ["dial unixgram", "dial", () => dial("unixgram", uniqueName())],
  ["dial unixpacket", "dial", () => dial("unixpacket", uniqueName())],
  ["listen tcp", "listen", () => listen("tcp", "127.0.0.1:0")],
  ["listen unix", "listen", () => listen("unix", uniqueName())],
  ["listen unixpacket", "listen", () => listen("unixpacket", uniqueName())],
  ["listen udp", "listen", () => listenPacket("udp", "127.0.0.1:0")],
  ["listen unixgram", "listen", () => listenPacket("unixgram", uniqueName())],
];
if (hasRaw) {
  OPENERS.push(["dial ip4", "dial", () => dial("ip4:253", "127.0.0.1")]);
  OPENERS.push(["listen ip4", "listen", () => listenPacket("ip4:253", "127.0.0.1")]);
}

describe.each(["EMFILE", "ENFILE"] as const)("%s", (name) => {
  it.each(OPENERS)("in %s is a temporary error", async (_what, op, open) => {
    // Twice, since TCP is tried as Multipath TCP first.
    await withFault({ socket: failing(name, name) }, async () => {
      const ended = await outcome(open());
      expect(ended).toMatchObject({ error: { code: name, op, syscall: "socket" } });
      expect("error" in ended && isTemporary(ended.error)).toBe(true);
    });
  });

  it.each(each((kind) => kind.listen !== null))(
    "in accept of %s leaves the client for the next",
    async (_name, kind) => {
      using listener = await kind.listen!();
      const { network } = listener.addr!;
      const dialing = dial(network === "tcp" ? kind.name : network, listener.addr!.toString());
      await withFault({ accept: failing(name) }, async () => {
        expect(await outcome(listener.accept())).toMatchObject({ error: { code: name, op: "accept" } });
      });
      using near = await dialing;
      using far = await listener.accept();
      await near.write("x");
      expect(await far.read(new Uint8Array(8))).toBe(1);
    },
  );

  it.each(each())("in file and fileConn leaves the connection as it was: %s", async (_name, kind) => {
    using ends = await kind.connect();
    await withFault({ dup: failing(name, name) }, () => {
      expect(() => ends.near.file()).toThrow(expect.objectContaining({ code: name, op: "file" }));
      expect(() => fileConn(fdOf(ends.near).fd)).toThrow(expect.objectContaining({ code: name }));
    });
    await ends.near.write("still");
    expect(String(await receive(kind, ends.far))).toBe("still");
  });
});

const waysBoth = eachWay(each(), (kind) => [...waysIn(kind), ...waysOut(kind)]);
const receives = (call: string) => call.startsWith("recv");

describe.each(["ENOBUFS", "ENOMEM"] as const)("%s", (name) => {
  it.each(waysBoth)("in %s rejects it, and the next one goes through", async (_what, kind, way) => {
    using ends = await kind.connect();
    if (receives(way.call)) await ends.far.write("x".repeat(SENT));
    const faults: Faults = { [way.call]: failing(name) };
    await withFault(faults, async () => {
      expect(await outcome(way.start(ends.near))).toMatchObject({ error: { code: name, name: "OpError" } });
    });
    expect(await way.start(ends.near)).toBe(SENT);
  });

  it.each(eachWay(each(), waysIn))("in %s that waited rejects it alone", async (_what, kind, way) => {
    using ends = await kind.connect();
    const waiting = [outcome(way.start(ends.near)), outcome(way.start(ends.near))];
    await turn();
    const faults: Faults = { [way.call]: failing(name) };
    await withFault(faults, async () => {
      await ends.far.write("x".repeat(SENT));
      expect(await waiting[0]).toMatchObject({ error: { code: name } });
    });
    expect(await waiting[1]).toEqual({ value: SENT });
  });

  it.each(
    eachWay(
      each((kind) => kind.waits),
      waysOut,
    ),
  )("in %s that waited is told, never waited for", async (_what, kind, way) => {
    using ends = await kind.connect();
    clog(ends.near);
    const writing = outcome(way.start(ends.near));
    await turn();
    const faults: Faults = { [way.call]: failing(name) };
    // Only what the library sends meets the fault: what wakes it is drained past it.
    await withFault(faults, async () => {
      unclog(ends.far);
      expect(await writing).toMatchObject({ error: { code: name } });
    });
    expect(await way.start(ends.near)).toBe(SENT);
  });

  it.each(each())("when %s is to be watched rejects what would wait", async (_name, kind) => {
    using ends = await kind.connect();
    // The dialing end may have waited for its connection; the other never has.
    await withFault({ add: failing(name) }, async () => {
      expect(await outcome(ends.far.read(new Uint8Array(64)))).toMatchObject({
        error: { code: name, syscall: "epoll_ctl" },
      });
    });
    const reading = receive(kind, ends.far);
    await turn();
    await ends.near.write("later");
    expect(String(await reading)).toBe("later");
  });
});

describe("EAGAIN that no event follows", () => {
  it.each(eachWay(each(), waysOut))("ends at the deadline: %s", async (_what, kind, way) => {
    using ends = await kind.connect();
    let calls = 0;
    const never = (): ((...args: never[]) => number) => () => {
      calls++;
      return -errno("EAGAIN");
    };
    ends.near.setWriteDeadline(Date.now() + 30);
    await withFault({ [way.call]: never }, async () => {
      expect(await codeOf(way.start(ends.near))).toBe("ERR_DEADLINE");
    });
    // Once by itself, and once more for the event that comes with being watched.
    expect(calls).toBeLessThanOrEqual(2);
  });

  it.each(eachWay(each(), waysIn))("ends at the deadline: %s", async (_what, kind, way) => {
    using ends = await kind.connect();
    await ends.far.write("x".repeat(SENT));
    ends.near.setReadDeadline(Date.now() + 30);
    await withFault({ [way.call]: failingAlways("EAGAIN") }, async () => {
      expect(await codeOf(way.start(ends.near))).toBe("ERR_DEADLINE");
    });
  });
});

describe("what could not be bound or connected", () => {
  it.each(OPENERS)("leaves nothing open: %s", async (_what, op, open) => {
    const before = openDescriptors()!;
    const call = op === "dial" ? "connect" : "bind";
    await withFault({ [call]: failing("ENOBUFS") }, async () => {
      expect(await outcome(open())).toMatchObject({ error: { code: "ENOBUFS", op, syscall: call } });
    });
    expect(leaks(before, openDescriptors()!)).toEqual([]);
  });
});
