// What accept(2) may fail with, and what must come of it.

import { dial, isTemporary, listen, type TCPListener } from "rawconn";
import { describe, expect, it } from "vitest";
import type { binding } from "#lib/internal/binding.js";
import { type ErrnoName, errno } from "#lib/errors/index.js";
import { end, message, saying, start } from "../life/child.js";
import { codeOf, outcome, turn } from "../poll/pair.js";
import { failing, failingAlways, failingTimes, withFault } from "./inject.js";

/** Connects, and accepts what the listener gives; both ends are closed again. */
async function visit(listener: TCPListener): Promise<string> {
  const [near, far] = await Promise.all([dial("tcp", listener.addr!.toString()), listener.accept()]);
  const same = near.localAddr!.toString() === far.remoteAddr!.toString();
  near.close();
  far.close();
  return same ? "served" : "someone else";
}

describe.each(["EMFILE", "ENFILE"] as const)("%s", (name) => {
  it("is a temporary error, and the client stays for the next accept", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const dialing = dial("tcp", listener.addr!.toString());
    await withFault({ accept: failing(name, name) }, async () => {
      for (let tries = 0; tries < 2; tries++) {
        const ended = await outcome(listener.accept());
        expect(ended).toMatchObject({
          error: { code: name, op: "accept", syscall: "accept4", errno: -errno(name) },
        });
        expect("error" in ended && isTemporary(ended.error)).toBe(true);
      }
    });
    using near = await dialing;
    using far = await listener.accept();
    expect(far.remoteAddr!.toString()).toBe(near.localAddr!.toString());
  });
});

describe.runIf(process.platform === "linux")("a process without descriptors left", () => {
  it("gets a temporary error of each call that needs one, serves the rest later, and leaks none", async () => {
    const child = start("descriptors.mjs", [], { descriptors: 112 });
    const ended = end(child);
    const { port, clients } = await message<{ port: number; clients: number }>(child);
    const conns = await Promise.all(Array.from({ length: clients }, () => dial("tcp", `127.0.0.1:${port}`)));
    expect(await ended).toEqual(
      saying({
        full: true,
        inAccept: { code: "EMFILE", op: "accept", syscall: "accept4", temporary: true },
        again: { code: "EMFILE", op: "accept", syscall: "accept4", temporary: true },
        inDial: { code: "EMFILE", op: "dial", syscall: "socket", temporary: true },
        inListen: { code: "EMFILE", op: "listen", syscall: "socket", temporary: true },
        left: 0,
      }),
    );
    for (const conn of conns) conn.close();
  });

  it("is told so when there is none for the poller, and can wait later", async () => {
    const ended = await end(start("no-poller.mjs", [], { descriptors: 112 }));
    expect(ended).toEqual(saying({ name: "OpError", code: "EMFILE", op: "accept" }));
  });
});

// accept(2), "Error handling": what Linux passes on from the network, and what a firewall may forbid.
const LOST: ErrnoName[] = [
  "ECONNABORTED",
  "ENETDOWN",
  "EPROTO",
  "ENOPROTOOPT",
  "EHOSTDOWN",
  "ENONET",
  "EHOSTUNREACH",
  "EOPNOTSUPP",
  "ENETUNREACH",
  "EPERM",
];

describe("a client that was lost before it was accepted", () => {
  it.each(LOST)("by %s is skipped", async (name) => {
    using listener = await listen("tcp", "127.0.0.1:0");
    await withFault({ accept: failing(name, name, name) }, async () => {
      expect(await visit(listener)).toBe("served");
    });
  });

  it("is skipped also when the accept waits already", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const accepting = listener.accept();
    await turn();
    await withFault({ accept: failing("ECONNABORTED", "EPROTO") }, async () => {
      using near = await dial("tcp", listener.addr!.toString());
      using far = await accepting;
      expect(far.remoteAddr!.toString()).toBe(near.localAddr!.toString());
    });
  });

  it("of many hundreds is skipped a bounded number of times a turn", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    let calls = 0;
    let most = 0;
    const count = () => {
      most = Math.max(most, calls);
      calls = 0;
      counting = setImmediate(count);
    };
    let counting = setImmediate(count);
    const lost = failingTimes<typeof binding.accept>(1000, "ECONNABORTED");
    const counted = (real: typeof binding.accept) => {
      const accept = lost(real);
      return (fd: number, address: Uint8Array) => {
        calls++;
        return accept(fd, address);
      };
    };
    await withFault({ accept: counted }, async () => {
      expect(await visit(listener)).toBe("served");
    });
    clearImmediate(counting);
    expect(most).toBeGreaterThan(1);
    // In a turn a listener may be told of twice: by the call and by an event; and it may have given way before.
    expect(most).toBeLessThanOrEqual(3 * 64);
  });

  it("again and again keeps neither timers out nor close", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    await withFault({ accept: failingAlways("ECONNABORTED") }, async () => {
      const accepting = codeOf(listener.accept());
      await new Promise((resolve) => {
        setTimeout(resolve, 1);
      });
      listener.setDeadline(Date.now() + 10);
      expect(await accepting).toBe("ERR_DEADLINE");
      listener.setDeadline(null);
      const closing = codeOf(listener.accept());
      await turn();
      listener.close();
      expect(await closing).toBe("ERR_CLOSED");
    });
  });
});

it("an error that never ends is no lost client's, and is told", async () => {
  using listener = await listen("tcp", "127.0.0.1:0");
  await withFault({ accept: failingAlways("EOPNOTSUPP") }, async () => {
    expect(await codeOf(listener.accept())).toBe("EOPNOTSUPP");
  });
  expect(await visit(listener)).toBe("served");
});

describe("another error", () => {
  it.each(["ENOBUFS", "ENOMEM", "EINVAL", "EFAULT"] as const)(
    "such as %s is told, and the listener goes on",
    async (name) => {
      using listener = await listen("tcp", "127.0.0.1:0");
      await withFault({ accept: failing(name) }, async () => {
        expect(await codeOf(listener.accept())).toBe(name);
      });
      expect(await visit(listener)).toBe("served");
    },
  );

  it("ends one of several accepts that wait, and not the others", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const accepts = [outcome(listener.accept()), outcome(listener.accept())];
    await turn();
    await withFault({ accept: failing("ENOMEM") }, async () => {
      using near = await dial("tcp", listener.addr!.toString());
      expect(await accepts[0]).toMatchObject({ error: { code: "ENOMEM" } });
      const second = await accepts[1];
      if (!("value" in second)) throw second.error;
      expect(second.value.remoteAddr!.toString()).toBe(near.localAddr!.toString());
      second.value.close();
    });
  });

  it("throws in a loop over the listener, and a new loop goes on", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const loop = async () => {
      for await (const conn of listener) {
        conn.close();
        return "served";
      }
      return "ended";
    };
    await withFault({ accept: failing("EMFILE") }, async () => {
      expect(await codeOf(loop())).toBe("EMFILE");
    });
    const [near, end] = await Promise.all([dial("tcp", listener.addr!.toString()), loop()]);
    near.close();
    expect(end).toBe("served");
  });
});
