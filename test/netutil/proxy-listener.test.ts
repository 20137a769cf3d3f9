import { describe, expect, it } from "vitest";
import {
  type Addr,
  type Deadline,
  dial,
  Dialer,
  dialUnix,
  ErrClosed,
  listen,
  listenUnix,
  TCPAddr,
  type TCPConn,
  type TCPListener,
  UnixAddr,
} from "rawconn";
import { readFull } from "rawconn/io";
import { parsePrefix } from "rawconn/netip";
import {
  type ProxiedConn,
  proxyDialer,
  proxyHeaderOf,
  proxyListener,
  type ProxyListenerOptions,
  serve,
  writeProxyHeader,
} from "rawconn/netutil";
import { uniqueName } from "../support/kinds.js";
import { outcomeAfter, rejection, thrown } from "../support/outcome.js";
import { disposeOf } from "../support/pair.js";

const everybody = { trusted: () => true };
const make = async (options: ProxyListenerOptions) =>
  proxyListener(await listen("tcp", "127.0.0.1:0"), options);
const dialTo = (listener: { addr: Addr | null }) => dial("tcp", String(listener.addr));
const line = "PROXY TCP4 192.0.2.1 198.51.100.7 1234 443\r\n";

async function text(conn: TCPConn, length: number): Promise<string> {
  const p = new Uint8Array(length);
  await readFull(conn, p);
  return Buffer.from(p).toString();
}

describe("a proxy listener", () => {
  it("gives connections whose two ends are what the proxy says, and every byte behind the header", async () => {
    using listener = await make(everybody);
    using client = await dialTo(listener);
    await client.write(`${line}hello`);
    using conn = await listener.accept();
    expect([conn.remoteAddr!.toString(), conn.localAddr!.toString()]).toEqual([
      "192.0.2.1:1234",
      "198.51.100.7:443",
    ]);
    expect(conn.remoteAddr).toBeInstanceOf(TCPAddr);
    expect(await text(conn, 5)).toBe("hello");
    expect(proxyHeaderOf(conn)).toMatchObject({ version: 1, tlvs: [] });
    expect(proxyHeaderOf(client)).toBeNull();
  });

  it("leaves the ends alone when the proxy speaks for itself, and the deadline as it was", async () => {
    using listener = await make({ ...everybody, timeout: 300 });
    using client = await dialTo(listener);
    await client.write("PROXY UNKNOWN\r\n");
    using conn = await listener.accept();
    expect(conn.remoteAddr!.toString()).toBe(client.localAddr!.toString());
    expect(await outcomeAfter(320, conn.read(new Uint8Array(1)))).toBe("pending");
    await client.write("x");
  });

  it("asks for no header of those whom it does not trust, and takes every byte of theirs as it is", async () => {
    using listener = await make({ trusted: [parsePrefix("10.0.0.0/8"), parsePrefix("::1/128")] });
    using client = await dialTo(listener);
    await client.write("PROXY");
    using conn = await listener.accept();
    expect(conn.remoteAddr!.toString()).toBe(client.localAddr!.toString());
    expect([await text(conn, 5), proxyHeaderOf(conn)]).toEqual(["PROXY", null]);
    using other = await make({ trusted: [parsePrefix("127.0.0.0/8")] });
    using proxy = await dialTo(other);
    await proxy.write(line);
    using trusted = await other.accept();
    expect(trusted.remoteAddr!.toString()).toBe("192.0.2.1:1234");
  });

  it("skips those whose header does not come in time, is none, or ends early, and says why", async () => {
    const told: [string, string][] = [];
    using listener = await make({
      ...everybody,
      timeout: 500,
      onError: (error, addr) => void told.push([(error as { code?: string }).code!, addr!.network]),
    });
    const clients = await Promise.all([
      dialTo(listener),
      dialTo(listener),
      dialTo(listener),
      dialTo(listener),
    ]);
    await clients[0].write("PROXY TC");
    await clients[1].write("GET / HTTP/1.1\r\n\r\n");
    clients[2].closeWrite();
    const accepting = listener.accept();
    while (told.length < 3) await outcomeAfter(5, accepting);
    await clients[3].write("PROXY UNKNOWN\r\n").catch(() => {});
    using late = await dialTo(listener);
    await late.write(line);
    using conn = await accepting;
    expect(conn.remoteAddr).not.toBeNull();
    expect(told.slice(0, 3).map(String).sort()).toEqual([
      "ERR_DEADLINE,tcp",
      "ERR_PROXY_HEADER,tcp",
      "ERR_UNEXPECTED_EOF,tcp",
    ]);
    disposeOf(...clients);
  });

  it("lets no slow header keep another connection out", async () => {
    using listener = await make(everybody);
    const slow = await Promise.all(Array.from({ length: 20 }, () => dialTo(listener)));
    await Promise.all(slow.map((client) => client.write("PROXY ")));
    const accepting = listener.accept();
    using quick = await dialTo(listener);
    await quick.write(`${line}!`);
    using conn = await accepting;
    expect(await text(conn, 1)).toBe("!");
    // Those that come later are there, too.
    await slow[7].write("TCP4 192.0.2.9 198.51.100.7 9 443\r\n");
    using next = await listener.accept();
    expect(next.remoteAddr!.toString()).toBe("192.0.2.9:9");
    disposeOf(...slow);
  });

  it("closes what waits for its header when it is closed, and tells who waits", async () => {
    const listener = await make(everybody);
    using client = await dialTo(listener);
    await client.write("PROXY ");
    const accepting = rejection(listener.accept());
    await outcomeAfter(10, accepting);
    listener.close();
    expect(await accepting).toMatchObject({ op: "accept", code: "ERR_CLOSED" });
    expect(await outcomeAfter(1000, client.read(new Uint8Array(1)))).not.toBe("pending");
    expect(await rejection(listener.accept())).toMatchObject({ code: "ERR_CLOSED" });
  });

  it("closes what was accepted already when it is closed, and gives it to nobody", async () => {
    let known = 0;
    // The first is nobody's proxy. When it is given, the second has been taken from the queue.
    const listener = await make({ trusted: () => known++ > 0 });
    using first = await dialTo(listener);
    using second = await dialTo(listener);
    const closing = listener.accept().then((conn) => {
      listener.close();
      conn.close();
    });
    expect(await rejection(listener.accept())).toMatchObject({ code: "ERR_CLOSED" });
    await closing;
    expect([await first.read(new Uint8Array(1)), known]).toEqual([null, 1]);
    expect(await outcomeAfter(1000, second.read(new Uint8Array(1)))).toBeNull();
    expect(await rejection(listener.accept())).toMatchObject({ code: "ERR_CLOSED" });
  });

  it("gives nobody one that it has closed when the last of its header had come", async () => {
    const header = Buffer.from("PROXY UNKNOWN\r\n");
    const conn = {
      localAddr: null,
      remoteAddr: null,
      read: async (p: Uint8Array) => header.copy(p),
      setReadDeadline: (t: Deadline) => t === null && listener.close(),
      close: () => {},
    };
    let end: (error: Error) => void = () => {};
    const over = new Promise<never>((_, reject) => (end = reject));
    const accepts = [Promise.resolve<ProxiedConn>(conn), over];
    const inner = { addr: null, accept: () => accepts.shift() ?? over, close: () => end(ErrClosed) };
    const listener = proxyListener(inner, everybody);
    expect(await rejection(listener.accept())).toBe(ErrClosed);
    expect(await rejection(listener.accept())).toBe(ErrClosed);
  });

  it("gives up when the signal aborts, and has lost nobody", async () => {
    using listener = await make(everybody);
    const abort = new AbortController();
    const accepting = rejection(listener.accept({ signal: abort.signal }));
    using client = await dialTo(listener);
    await client.write("PROXY ");
    await outcomeAfter(10, accepting);
    abort.abort();
    expect(await accepting).toMatchObject({ op: "accept", code: "ABORT_ERR" });
    await client.write("UNKNOWN\r\n");
    await outcomeAfter(10, new Promise(() => {}));
    using conn = await listener.accept();
    expect(conn.remoteAddr!.toString()).toBe(client.localAddr!.toString());
    expect(await rejection(listener.accept({ signal: AbortSignal.abort() }))).toMatchObject({
      code: "ABORT_ERR",
    });
    expect(await rejection(listener.accept({ signal: 5 as never }))).toMatchObject({
      code: "ERR_INVALID_ARG_TYPE",
    });
  });

  it("is served as any other listener, also of Unix sockets", async () => {
    const listener = await listenUnix("unix", new UnixAddr({ name: uniqueName() }));
    await using server = serve(proxyListener(listener, everybody), async (conn) => {
      await conn.write(`${conn.remoteAddr!.network} ${conn.remoteAddr!.toString()}`);
    });
    using client = await dialUnix("unix", null, listener.addr);
    await client.write(line);
    const p = Buffer.alloc(64);
    const n = await readFull(client, p.subarray(0, 18));
    expect(p.toString("utf8", 0, n!)).toBe("tcp 192.0.2.1:1234");
    expect(await server.shutdown()).toBe(0);
  });

  it.each<[string, unknown]>([
    ["no options", null],
    ["nobody to trust", {}],
    ["networks that are text", { trusted: ["10.0.0.0/8"] }],
    ["no time", { ...everybody, timeout: "1" }],
    ["a header of nothing", { ...everybody, max: 1 }],
    ["no function", { ...everybody, onError: 1 }],
  ])("is not made of %s", (_, options) => {
    const listener = { accept() {}, close() {}, addr: null } as unknown as TCPListener;
    expect(thrown(() => proxyListener(listener, options as ProxyListenerOptions)).code).toMatch(
      /^ERR_(INVALID_ARG_TYPE|OUT_OF_RANGE)$/,
    );
  });
});

describe("a proxy dialer", () => {
  it("begins each connection with a header", async () => {
    using listener = await make(everybody);
    const source = new TCPAddr({ ip: "2001:db8::1", port: 7 });
    const destination = new TCPAddr({ ip: "2001:db8::2", port: 8 });
    const tlvs = [{ type: 2, value: Buffer.from("example.com") }];
    const dialer = proxyDialer(new Dialer(), () => ({ source, destination, tlvs }));
    using client = await dialer.dial("tcp", listener.addr!.toString());
    await client.write("behind it");
    using conn = await listener.accept();
    expect(conn.remoteAddr!.toString()).toBe("[2001:db8::1]:7");
    expect(Buffer.from(proxyHeaderOf(conn)!.tlvs[0].value).toString()).toBe("example.com");
    expect(await text(conn, 9)).toBe("behind it");
  });

  it("tells its own ends unless told otherwise", async () => {
    using listener = await make(everybody);
    for (const version of [1, 2] as const) {
      using client = await dialTo(listener);
      await writeProxyHeader(client, { version });
      using conn = await listener.accept();
      expect(conn.remoteAddr!.toString()).toBe(client.localAddr!.toString());
      expect(proxyHeaderOf(conn)!.version).toBe(version);
      expect(proxyHeaderOf(conn)!.source).not.toBeNull();
    }
    const dialer = proxyDialer(new Dialer(), { source: null, destination: null });
    using client = await dialer.dial("tcp", listener.addr!.toString());
    using conn = await listener.accept();
    expect([proxyHeaderOf(conn)!.source, client.remoteAddr === null]).toEqual([null, false]);
  });

  it("leaves nothing open when the header cannot be said, or the dial fails", async () => {
    using listener = await make(everybody);
    const dialer = proxyDialer(new Dialer(), { source: null });
    expect(await rejection(dialer.dial("tcp", listener.addr!.toString()))).toMatchObject({
      code: "ERR_INVALID_ARG_VALUE",
    });
    expect(await rejection(dialer.dial("tcp", ""))).toMatchObject({ code: "ERR_MISSING_ADDRESS" });
    const refusing = proxyDialer(new Dialer(), (conn) => {
      conn.close();
      throw new Error("not to this one");
    });
    const refused = rejection<Error>(refusing.dial("tcp", listener.addr!.toString()));
    expect((await refused).message).toBe("not to this one");
    expect(thrown(() => proxyDialer({} as Dialer))).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
    expect(thrown(() => proxyDialer(new Dialer(), 5 as never))).toMatchObject({
      code: "ERR_INVALID_ARG_TYPE",
    });
  });
});
