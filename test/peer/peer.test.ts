// Go at the other end, in both directions and over every kind of socket: what each says, hears and sees of the other.

import { createHash } from "node:crypto";
import {
  type Conn,
  dial,
  Dialer,
  File,
  fileListener,
  IPAddr,
  listen,
  listenPacket,
  type PacketConn,
  type TCPConn,
  TCPListener,
  type UDPAddr,
  UnixAddr,
} from "rawconn";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeOf, fdOf, readFull } from "../poll/pair.js";
import { kinds, uniqueName } from "../support/kinds.js";
import { disposeOf } from "../support/pair.js";
import { rights, rightsIn } from "../support/rights.js";
import { Compiled, noGo } from "./peer.js";

const has = (name: string) => kinds.some((kind) => kind.name === name);

/** As many messages as the peer counts, of every length and content. */
const MESSAGES = Array.from({ length: 200 }, (_, i) => Buffer.alloc(1 + ((i * 37) % 1200), i));
const BYTES = MESSAGES.reduce((sum, { length }) => sum + length, 0);
const HASH = createHash("sha256").update(Buffer.concat(MESSAGES)).digest("hex");
const PATIENCE = 10_000;

const HIGH = 1 + ((process.pid >> 8) % 254);
const LOW = process.pid & 255;

/** A network: where to bind on either side, and where to dial from. */
interface Network {
  network: string;
  /** How many bytes stand in front of a message that is read. */
  header: number;
  bind: () => string;
  from: () => string;
}

const host = (network: string, address: string): Network => ({
  network,
  header: 0,
  bind: () => address,
  from: () => "",
});
const STREAMS: Network[] = [
  host("tcp4", "127.0.0.1:0"),
  ...(has("tcp6") ? [host("tcp6", "[::1]:0")] : []),
  { network: "unix", header: 0, bind: uniqueName, from: () => "" },
  { network: "unixpacket", header: 0, bind: uniqueName, from: () => "" },
];
const PACKETS: Network[] = [
  host("udp4", "127.0.0.1:0"),
  ...(has("udp6") ? [host("udp6", "[::1]:0")] : []),
  // An answer needs a name to go to.
  { network: "unixgram", header: 0, bind: uniqueName, from: uniqueName },
  ...(has("ip4")
    ? [
        {
          network: "ip4:253",
          header: 20,
          bind: () => `127.${HIGH}.${LOW}.253`,
          from: () => `127.${HIGH}.${LOW}.254`,
        },
      ]
    : []),
];
const named = (networks: Network[]) => networks.map((network) => [network.network, network] as const);

/** Sends every message, and checks that it comes back before the next. */
async function ask(conn: Conn, header: number): Promise<string> {
  conn.setDeadline(Date.now() + PATIENCE);
  const sum = createHash("sha256");
  const p = Buffer.alloc(1 << 16);
  for (const message of MESSAGES) {
    await conn.write(message);
    for (let got = 0; got < message.length;) {
      const n = await conn.read(p);
      if (n === null) throw new Error("the peer ended");
      got += n - header;
      sum.update(p.subarray(header, n));
    }
  }
  return sum.digest("hex");
}

/** Gives back what comes until the peer is done. */
async function echo(conn: Conn): Promise<string> {
  conn.setDeadline(Date.now() + PATIENCE);
  const sum = createHash("sha256");
  const p = Buffer.alloc(1 << 16);
  for (let n; (n = await conn.read(p)) !== null;) {
    sum.update(p.subarray(0, n));
    await conn.write(p.subarray(0, n));
  }
  return sum.digest("hex");
}

/** Where one dials from: an address of the network's own kind. */
function dialer(network: string, from: string): Dialer {
  if (from === "") return new Dialer();
  const localAddr =
    network === "unixgram" ? new UnixAddr({ name: from, net: "unixgram" }) : new IPAddr({ ip: from });
  return new Dialer({ localAddr });
}

describe.skipIf(noGo !== null)("Go", () => {
  let go: Compiled;
  beforeAll(() => {
    go = new Compiled();
  });
  afterAll(() => go?.[Symbol.dispose]());

  it.each(named([...STREAMS, ...PACKETS]))("echoes what we dial it for: %s", async (_name, kind) => {
    const { network, header, bind, from } = kind;
    const peer = go.run("listen", network, bind(), "echo");
    const bound = await peer.says();
    const conn = await dialer(network, from()).dial(network, bound.local);
    const connected = STREAMS.includes(kind) ? await peer.says() : null;
    expect(await ask(conn, header)).toBe(HASH);
    const [local, remote] = [String(conn.localAddr), String(conn.remoteAddr)];
    conn.close();
    const report = await peer.says();
    expect(report).toMatchObject({ bytes: BYTES, hash: HASH, error: "" });
    // Each sees the other as the other sees itself.
    expect({ local: report.local, remote: report.remote }).toEqual({ local: remote, remote: local });
    if (connected !== null) expect(connected).toMatchObject({ local: remote, remote: local });
    await peer.end();
  });

  it.each(named(STREAMS))("is echoed when it dials: %s", async (_name, { network, bind }) => {
    const listener = await listen(network, bind());
    const peer = go.run("dial", network, String(listener.addr), "ask");
    const conn = await listener.accept();
    const [local, remote] = [String(conn.localAddr), String(conn.remoteAddr)];
    expect(await peer.says()).toMatchObject({ local: remote, remote: local });
    expect(await echo(conn)).toBe(HASH);
    expect(await peer.says()).toMatchObject({ messages: 200, bytes: BYTES, hash: HASH, error: "" });
    disposeOf(conn, listener);
    await peer.end();
  });

  it.each(named(PACKETS))("is echoed when it sends packets: %s", async (_name, { network, bind, from }) => {
    const conn = (await listenPacket(network, bind())) as PacketConn<UDPAddr>;
    const peer = go.run("dial", network, String(conn.localAddr), "ask", from());
    const dialed = await peer.says();
    conn.setDeadline(Date.now() + PATIENCE);
    const p = Buffer.alloc(1 << 16);
    for (const message of MESSAGES) {
      const { n, addr } = await conn.readFrom(p);
      expect([n, String(addr)]).toEqual([message.length, dialed.local]);
      await conn.writeTo(p.subarray(0, n), addr!);
    }
    expect(dialed.remote).toBe(String(conn.localAddr));
    expect(await peer.says()).toMatchObject({ messages: 200, bytes: BYTES, hash: HASH, error: "" });
    conn.close();
    await peer.end();
  });

  it.each(named(STREAMS))("hears us out, and answers: %s", async (_name, { network, bind }) => {
    const peer = go.run("listen", network, bind(), "halves");
    const conn = (await dial(network, (await peer.says()).local)) as TCPConn;
    await peer.says();
    for (const message of MESSAGES) await conn.write(message);
    conn.closeWrite();
    expect(String(await readFull(conn, 6))).toBe("answer");
    expect(await conn.read(new Uint8Array(8))).toBe(null);
    expect(await peer.says()).toMatchObject({ bytes: BYTES, hash: HASH, error: "" });
    conn.close();
    await peer.end();
  });

  it("resets us by linger 0, and is reset by us", async () => {
    const slam = go.run("listen", "tcp4", "127.0.0.1:0", "reset");
    const conn = await dial("tcp4", (await slam.says()).local);
    await conn.write("x");
    expect(await codeOf(conn.read(new Uint8Array(8)))).toBe("ECONNRESET");
    conn.close();
    await slam.end();

    const victim = go.run("listen", "tcp4", "127.0.0.1:0", "read");
    const other = await dial("tcp4", (await victim.says()).local);
    const { local, remote } = await victim.says();
    other.setLinger(0);
    other.close();
    const error = `read tcp4 ${local}->${remote}: read: connection reset by peer`;
    expect((await victim.says()).error).toBe(error);
    await victim.end();
  });

  // Its words for what went wrong are ours, but for which end is which.
  it.each(named(STREAMS))("says of deadlines what we say: %s", async (_name, { network, bind }) => {
    for (const action of ["deadline", "past"] as const) {
      const peer = go.run("listen", network, bind(), action);
      const conn = await dial(network, (await peer.says()).local);
      const { local, remote } = await peer.says();
      const { error, timeout } = await peer.says();
      expect(timeout).toBe(true);
      conn.setDeadline(action === "past" ? 0 : Date.now() + 20);
      const failure = await (action === "past" ? conn.write("late") : conn.read(new Uint8Array(8))).then(
        () => "nothing",
        (thrown: Error) => thrown.message,
      );
      expect(failure.replace(/ \S+->\S+:/, ` ${local}->${remote}:`)).toBe(error);
      conn.close();
      await peer.end();
    }
  });

  it("gives us a listener, on which it is our guest", async () => {
    const peer = go.run("listen", "unix", uniqueName(), "give");
    const conn = await dial("unix", (await peer.says()).local);
    await peer.says();
    const oob = new Uint8Array(64);
    const { oobn } = (await conn.readMsgUnix(new Uint8Array(64), oob))!;
    const fds = rightsIn(oob.subarray(0, oobn));
    expect(fds).toHaveLength(1);
    using file = new File(fds[0]);
    const listener = fileListener(file);
    expect(listener).toBeInstanceOf(TCPListener);
    const guest = await listener.accept();
    await guest.write("welcome");
    expect((await peer.says()).error).toBe("");
    disposeOf(guest, listener, conn);
    await peer.end();
  });

  it("is given a packet socket of ours, and hears on it", async () => {
    using udp = await listenPacket("udp4", "127.0.0.1:0");
    const peer = go.run("listen", "unix", uniqueName(), "take");
    const conn = await dial("unix", (await peer.says()).local);
    await peer.says();
    await conn.writeMsgUnix("yours", rights([fdOf(udp).fd]), null);
    expect(String(await readFull(conn, 5))).toBe("taken");
    using sender = await dial("udp4", String(udp.localAddr));
    await sender.write("hello");
    expect(await peer.says()).toMatchObject({
      local: String(udp.localAddr),
      remote: String(sender.localAddr),
      bytes: 5,
      error: "",
    });
    // Both had it: here it works as before, although Go was free to change what belongs to both.
    await sender.write("again");
    expect((await udp.readFrom(new Uint8Array(8))).n).toBe(5);
    conn.close();
    await peer.end();
  });
});
