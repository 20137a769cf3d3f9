// What a callback of RawConn may do while it has the descriptor: throw, close, begin other operations, and not say whether
// it is done. And control, which waits for nobody.

import { fstatSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Conn, listen, type RawConn } from "rawconn";
import { binding, constant } from "#lib/internal/binding.js";
import { connectedKinds, type Ends } from "../support/ends.js";
import { outcomeAfter, rejection, thrown } from "../support/outcome.js";
import { socketPath } from "../support/unix.js";

const [SOL_SOCKET, SO_TYPE] = ["SOL_SOCKET", "SO_TYPE"].map(constant);
const nope = new Error("nope");

/** A RawConn's read whose callback is called at once, or only after it had to wait. */
const moments: [string, (ends: Ends, f: (fd: number) => boolean) => Promise<void>][] = [
  ["at once", async ({ conn, send }, f) => (await send("x"), conn.syscallConn().read(f))],
  [
    "after it waited",
    async ({ conn, send }, f) => {
      let calls = 0;
      const reading = conn.syscallConn().read((fd) => calls++ > 0 && f(fd));
      // Whatever becomes of it while the packet is on its way.
      reading.catch(() => {});
      await send("x");
      return reading;
    },
  ],
];

describe.each(connectedKinds.slice(0, 5))("on %s", (_network, ends) => {
  describe.each(moments)("a callback called %s", (_when, read) => {
    it("that throws fails its operation with just that, and no other", async () => {
      using both = await ends();
      const failing = read(both, () => {
        throw nope;
      });
      expect(await rejection<Error>(failing)).toBe(nope);
      expect(await both.conn.read(new Uint8Array(8))).toBe(1);
    });

    it("that throws what is no error fails it with an error", async () => {
      using both = await ends();
      const failing = read(both, () => {
        // oxlint-disable-next-line typescript/only-throw-error -- what a careless caller does
        throw "a string";
      });
      expect(await rejection<Error>(failing)).toBeInstanceOf(Error);
    });

    it.each([
      ["is done", true, undefined],
      ["is not", false, "ERR_CLOSED"],
    ])("that closes the connection and %s", async (_, done, code) => {
      using both = await ends();
      let number = -1;
      const reading = read(both, (fd) => {
        both.conn.close();
        number = fd;
        // Still open: it is lent.
        expect(fstatSync(fd).isSocket()).toBe(true);
        return done;
      });
      const ended: unknown = await reading.catch((error: { code?: string }) => error.code);
      expect(ended).toBe(code);
      expect(() => fstatSync(number)).toThrow("EBADF");
    });

    it("that closes and throws is told to have thrown", async () => {
      using both = await ends();
      const reading = read(both, () => {
        both.conn.close();
        throw nope;
      });
      expect(await rejection<Error>(reading)).toBe(nope);
    });

    it("that sets a deadline in the past and is done, is done", async () => {
      using both = await ends();
      await read(both, () => {
        both.conn.setReadDeadline(1);
        return true;
      });
      expect(await rejection(both.conn.read(new Uint8Array(8)))).toMatchObject({ code: "ERR_DEADLINE" });
    });

    it("that begins another read and waits on, keeps both in line", async () => {
      using both = await ends();
      let inner: Promise<number | null> | undefined;
      const outer = read(both, (fd) => {
        if (inner === undefined) {
          // Takes what is there, so that both have to wait.
          binding.recv(fd, new Uint8Array(8));
          inner = both.conn.read(new Uint8Array(8));
          return false;
        }
        return binding.recv(fd, new Uint8Array(8)) > 0;
      });
      expect(await outcomeAfter(20, outer)).toBe("pending");
      await both.send("y");
      await Promise.race([outer, inner!]);
      await both.send("y");
      await Promise.all([outer, inner]);
    });

    it("that does not say whether it is done is refused", async () => {
      using both = await ends();
      for (const answer of [undefined, 1, Promise.resolve(true)]) {
        const reading = read(both, () => answer as unknown as boolean);
        expect(await rejection<TypeError>(reading)).toMatchObject({
          name: "TypeError",
          code: "ERR_INVALID_ARG_TYPE",
        });
      }
    });
  });

  it("control runs beside a read that waits, and leaves it alone", async () => {
    using both = await ends();
    const reading = both.conn.read(new Uint8Array(8));
    const raw = both.conn.syscallConn();
    const type = raw.control((fd) => {
      expect(fstatSync(fd).isSocket()).toBe(true);
      return raw.getsockopt(SOL_SOCKET, SO_TYPE);
    });
    expect(type).toBeGreaterThan(0);
    expect(await outcomeAfter(5, reading)).toBe("pending");
    await both.send("x");
    expect(await reading).toBe(1);
  });

  it("control is refused after close, in either order of asking", async () => {
    using both = await ends();
    const before = both.conn.syscallConn();
    both.conn.close();
    let calls = 0;
    for (const raw of [before, both.conn.syscallConn()]) {
      const error = thrown(() => raw.control(() => calls++));
      expect(error).toMatchObject({ op: "raw-control", code: "ERR_CLOSED", addr: both.conn.localAddr });
      expect(thrown(() => raw.setsockopt(SOL_SOCKET, SO_TYPE, 1))).toMatchObject({ code: "ERR_CLOSED" });
      expect(thrown(() => raw.getsockopt(SOL_SOCKET, SO_TYPE))).toMatchObject({ code: "ERR_CLOSED" });
    }
    expect(calls).toBe(0);
  });

  it("every RawConn of a connection lends the same descriptor", async () => {
    using both = await ends();
    const numberOf = (raw: RawConn) => raw.control((fd) => fd);
    expect(numberOf(both.conn.syscallConn())).toBe(numberOf(both.conn.syscallConn()));
  });
});

it.each(["tcp", "unix"] as const)("control works on a listener of %s", async (network) => {
  using listener = await listen(network, network === "tcp" ? "127.0.0.1:0" : socketPath());
  const raw = listener.syscallConn();
  expect(raw.getsockopt(SOL_SOCKET, constant("SO_ACCEPTCONN"))).toBe(1);
  const accepting: Promise<Conn> = listener.accept();
  expect(raw.control((fd) => fstatSync(fd).isSocket())).toBe(true);
  listener.close();
  expect(await rejection(accepting)).toMatchObject({ op: "accept", code: "ERR_CLOSED" });
  expect(thrown(() => raw.control(() => {}))).toMatchObject({ code: "ERR_CLOSED", addr: listener.addr });
});
