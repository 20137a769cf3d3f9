import { describe, expect, it } from "vitest";
import { dialTCP, ErrClosed, listenTCP, TCPAddr, TCPConn, TCPListener } from "rawconn";
import { type Acceptor, limitListener, LimitListener } from "rawconn/netutil";
import { collected } from "./collected.js";
import { outcomeAfter, rejection, thrown } from "../support/outcome.js";
import { disposeOf } from "../support/pair.js";

const here = { ip: "127.0.0.1", port: 0 };

/** A listener of TCP with a limit, and clients for it. */
async function limited(n: number) {
  const listener = limitListener(await listenTCP("tcp4", new TCPAddr(here)), n);
  const open: Disposable[] = [listener];
  return {
    listener,
    dial: async () => {
      const conn = await dialTCP("tcp4", null, listener.addr as TCPAddr);
      open.push(conn);
      return conn;
    },
    accept: async () => {
      const conn = await listener.accept();
      open.push(conn);
      return conn;
    },
    [Symbol.dispose]: () => disposeOf(...open),
  };
}

/** What stands in for a connection, and counts its closing. */
class Fake {
  closed = 0;
  close(): void {
    this.closed++;
  }
}

/** A listener that does what a test tells it. */
function scripted(accept: () => Promise<Fake>): Acceptor<Fake> {
  return { addr: null, accept, close: () => {} };
}

describe("a listener with a limit", () => {
  it("accepts no more than so many connections, and the next when one is closed", async () => {
    using lab = await limited(2);
    for (let i = 0; i < 4; i++) await lab.dial();
    const [first, second] = [await lab.accept(), await lab.accept()];
    const third = lab.accept();
    const fourth = lab.accept();
    expect(await outcomeAfter(30, third)).toBe("pending");
    first.close();
    expect(await third).toBeInstanceOf(TCPConn);
    expect(await outcomeAfter(30, fourth)).toBe("pending");
    second[Symbol.dispose]();
    expect(await fourth).toBeInstanceOf(TCPConn);
  });

  it("gives a slot back once, however often a connection is closed", async () => {
    using lab = await limited(1);
    for (let i = 0; i < 3; i++) await lab.dial();
    const first = await lab.accept();
    first.close();
    expect(thrown(() => first.close())).toMatchObject({ code: "ERR_CLOSED" });
    const second = await lab.accept();
    expect(await outcomeAfter(30, lab.accept())).toBe("pending");
    second.close();
  });

  it("gives it back when accepting fails, or closing does", async () => {
    let calls = 0;
    const listener = limitListener(
      scripted(() =>
        ++calls % 2 === 1 ? Promise.reject(new Error(`no ${calls}`)) : Promise.resolve(new Fake()),
      ),
      1,
    );
    expect((await rejection<Error>(listener.accept())).message).toBe("no 1");
    const conn = await listener.accept();
    conn.close();
    expect((await rejection<Error>(listener.accept())).message).toBe("no 3");
    const stubborn = Object.assign(new Fake(), {
      close: () => {
        throw new Error("not yet");
      },
    });
    const other = limitListener(
      scripted(() => Promise.resolve(stubborn)),
      1,
    );
    const held = await other.accept();
    const next = other.accept();
    expect(thrown<Error>(() => held.close()).message).toBe("not yet");
    expect(await next).toBe(stubborn);
  });

  it("serves those who wait in turn", async () => {
    const listener = limitListener(
      scripted(() => Promise.resolve(new Fake())),
      1,
    );
    const first = await listener.accept();
    const order: number[] = [];
    const waiting = [1, 2, 3].map(async (i) => {
      const conn = await listener.accept();
      order.push(i);
      conn.close();
    });
    first.close();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
  });

  it("gives that of a connection back which everybody has forgotten", async () => {
    let accepted = 0;
    const listener = limitListener(
      scripted(async () => (accepted++, new Fake())),
      1,
    );
    await (async () => void (await listener.accept()))();
    let next: Fake | null = null;
    void listener.accept().then((conn) => (next = conn));
    await collected(() => next !== null);
    expect(accepted).toBe(2);
  });

  it("sends away who waits for a slot when it is closed, and tells as the listener does", async () => {
    using lab = await limited(1);
    await lab.dial();
    await lab.accept();
    const waiting = [lab.listener.accept(), lab.listener.accept()];
    lab.listener.close();
    for (const promise of [...waiting, lab.listener.accept()])
      expect(await rejection(promise)).toMatchObject({ code: "ERR_CLOSED", op: "accept" });
    expect(thrown(() => lab.listener.close())).toMatchObject({ code: "ERR_CLOSED" });
    lab.listener[Symbol.dispose]();
  });

  it("closes what slips through after it was closed", async () => {
    const late = [new Fake(), new Fake()];
    let calls = 0;
    const listener = limitListener(
      scripted(() => (calls < late.length ? Promise.resolve(late[calls++]) : Promise.reject(ErrClosed))),
      1,
    );
    listener.close();
    expect(await rejection(listener.accept())).toBe(ErrClosed);
    expect(late.map(({ closed }) => closed)).toEqual([1, 1]);
  });

  it("waits no longer when its signal aborts, and loses no slot by it", async () => {
    using lab = await limited(1);
    for (let i = 0; i < 2; i++) await lab.dial();
    const first = await lab.accept();
    const controller = new AbortController();
    const waiting = lab.listener.accept({ signal: controller.signal });
    const next = lab.accept();
    controller.abort();
    expect(await rejection(waiting)).toMatchObject({ code: "ABORT_ERR" });
    expect(await rejection(lab.listener.accept({ signal: AbortSignal.abort() }))).toMatchObject({
      code: "ABORT_ERR",
    });
    first.close();
    expect(await next).toBeInstanceOf(TCPConn);
  });

  it("is a loop of connections, until it is closed", async () => {
    using lab = await limited(1);
    for (let i = 0; i < 3; i++) await lab.dial();
    let count = 0;
    for await (const conn of lab.listener) {
      conn.close();
      if (++count === 3) lab.listener.close();
    }
    expect(count).toBe(3);
    expect(lab.listener).toBeInstanceOf(LimitListener);
  });

  it("tells in the loop what else goes wrong", async () => {
    const listener = limitListener(
      scripted(() => Promise.reject(new Error("no more"))),
      1,
    );
    const loop = async () => {
      for await (const conn of listener) conn.close();
    };
    expect((await rejection<Error>(loop())).message).toBe("no more");
    await using closing = listener;
    expect(closing.addr).toBeNull();
  });

  it("accepts nothing with a limit of 0", async () => {
    using lab = await limited(0);
    await lab.dial();
    const accepting = lab.listener.accept();
    expect(await outcomeAfter(30, accepting)).toBe("pending");
    lab.listener.close();
    expect(await rejection(accepting)).toMatchObject({ code: "ERR_CLOSED" });
  });

  it.each<[unknown, unknown, string]>([
    [null, 1, "ERR_INVALID_ARG_TYPE"],
    [{}, 1, "ERR_INVALID_ARG_TYPE"],
    [new TCPListener(), -1, "ERR_OUT_OF_RANGE"],
    [new TCPListener(), 0.5, "ERR_OUT_OF_RANGE"],
    [new TCPListener(), "1", "ERR_INVALID_ARG_TYPE"],
  ])("is not made of %s and %j", (l, n, code) => {
    expect(thrown(() => limitListener(l as never, n as never))).toMatchObject({ code });
  });
});
