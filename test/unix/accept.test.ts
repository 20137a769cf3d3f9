// What accepting on a Unix socket gives, by each of its names.

import { expect, it } from "vitest";
import { dial, ErrWriteToConnected, listen, UnixConn } from "rawconn";
import { outcome } from "../poll/pair.js";

it.each(["unix", "unixpacket"] as const)(
  "accept, acceptUnix and the loop of %s give UnixConns",
  async (network) => {
    using listener = await listen(network, "");
    const name = listener.addr!.name;
    using first = await dial(network, name);
    using second = await dial(network, name);
    using third = await dial(network, name);
    using a = await listener.accept();
    using b = await listener.acceptUnix();
    for await (const c of listener) {
      for (const conn of [a, b, c]) expect(conn).toBeInstanceOf(UnixConn);
      expect(await third.write("x")).toBe(1);
      expect(await c.read(new Uint8Array(4))).toBe(1);
      c.close();
      break;
    }
    for (const conn of [first, second, a, b]) expect(conn.remoteAddr!.net).toBe(network);
  },
);

it("a connected stream refuses another address with the error that has a name", async () => {
  using listener = await listen("unix", "");
  using conn = await dial("unix", listener.addr!.name);
  const ended = await outcome(conn.writeTo("x", listener.addr!));
  expect("error" in ended && ended.error.cause).toBe(ErrWriteToConnected);
});
