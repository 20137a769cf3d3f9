// Ways for TCP to fail, and what Go says of each: one row a way. The key is the call as it would be written in Go.

import {
  type Addr,
  dial,
  Dialer,
  dialTCP,
  listen,
  ListenConfig,
  type RawConn,
  TCPAddr,
  TCPConn,
  TCPListener,
  UDPAddr,
} from "rawconn";
import { rejection, thrown, turn } from "../support/outcome.js";
import { type Pair, pair, refusingAddress } from "../support/pair.js";

/** What a way to fail has to work with. Ports go by these names in the texts. */
export interface Scene extends Pair {
  /** Where nobody listens. It goes by the name 127.0.0.1:CLOSEDPORT, and is another address, to be mixed up with none. */
  closed: string;
  /** What a hook was given of the client. */
  raw: RawConn;
}

/** What came of it: an error, `"EOF"` at the end of a stream, or null. */
export type Outcome = Error | "EOF" | null;

/** A way to fail, and what it is to come to. Errors that are no OpError have no `chain` of several. */
export interface Scenario {
  fail: (scene: Scene) => Promise<Outcome> | Outcome;
  text: string | null;
  code?: string;
  source?: string;
  addr?: string;
  chain?: string;
}

/** A scene with its own listener, connection and closed port. */
export async function scene(): Promise<Scene> {
  const closed = await refusingAddress();
  let raw!: RawConn;
  const dialer = new Dialer({ control: (_network, _address, conn) => void (raw = conn) });
  return Object.assign(await pair("tcp", dialer), { closed, raw });
}

/** Puts names in the place of the ports of a scene. */
export function named({ closed, client, listener }: Scene, text: string): string {
  return text
    .replaceAll(closed, "127.0.0.1:CLOSEDPORT")
    .replaceAll(`[::1]:${closed.split(":")[1]}`, "[::1]:CLOSEDPORT")
    .replaceAll(String(listener.addr), "127.0.0.1:LISTENPORT")
    .replaceAll(String(client.localAddr), "127.0.0.1:EPHEMERAL");
}

const p = () => new Uint8Array(16);
const portOf = (address: string) => Number(address.split(":")[1]);
const none = async (promise: Promise<unknown>): Promise<null> => (await promise, null);
const eof = async (promise: Promise<number | null>): Promise<Outcome> =>
  (await promise) === null ? "EOF" : null;
const fails = (promise: Promise<unknown>) => rejection<Error>(promise);
const to = (network: string, address: string) => fails(dial(network, address));

async function reset({ client, server }: Scene): Promise<void> {
  server.setLinger(0);
  server.close();
  await rejection(client.read(p()));
}

const udpAddr = new UDPAddr();
const withLocal =
  (localAddr: Addr) =>
  ({ closed }: Scene) =>
    fails(new Dialer({ localAddr }).dial("tcp", closed));
const past = { now: 1 };

const ADDRESS = { code: "ERR_ADDRESS", chain: "OpError > AddrError" };
const UNKNOWN = { code: "ERR_UNKNOWN_NETWORK", chain: "OpError > UnknownNetworkError" };
const sentinel = (code: string) => ({ code, chain: "OpError > SentinelError" });
const errno = (code: string) => ({ code, chain: "OpError > SyscallError" });
const BOTH = { source: "tcp|127.0.0.1:EPHEMERAL", addr: "tcp|127.0.0.1:LISTENPORT" };
const NOWHERE = { addr: "tcp|127.0.0.1:CLOSEDPORT" };
const LISTENER = { addr: "tcp|127.0.0.1:LISTENPORT" };
const CONN = "tcp 127.0.0.1:EPHEMERAL->127.0.0.1:LISTENPORT";
const CLOSED = "use of closed network connection";
const ZERO = { text: "invalid argument", code: "EINVAL" };

/** Closes the client, and then fails. */
const afterClose =
  (fail: (conn: TCPConn) => Promise<Outcome> | Outcome) =>
  ({ client }: Scene) => {
    client.close();
    return fail(client);
  };

const dialing: Record<string, Scenario> = {
  'Dial("tcp", "127.0.0.1:CLOSEDPORT")': {
    fail: ({ closed }) => to("tcp", closed),
    text: "dial tcp 127.0.0.1:CLOSEDPORT: connect: connection refused",
    ...errno("ECONNREFUSED"),
    ...NOWHERE,
  },
  'Dial("tcp4", "127.0.0.1:CLOSEDPORT")': {
    fail: ({ closed }) => to("tcp4", closed),
    text: "dial tcp4 127.0.0.1:CLOSEDPORT: connect: connection refused",
    ...errno("ECONNREFUSED"),
    ...NOWHERE,
  },
  'Dial("tcp", "[::1]:CLOSEDPORT")': {
    fail: ({ closed }) => to("tcp", `[::1]:${portOf(closed)}`),
    text: "dial tcp [::1]:CLOSEDPORT: connect: connection refused",
    ...errno("ECONNREFUSED"),
    addr: "tcp|[::1]:CLOSEDPORT",
  },
  'Dial("tcp6", "127.0.0.1:80")': {
    fail: () => to("tcp6", "127.0.0.1:80"),
    text: "dial tcp6: address 127.0.0.1: no suitable address found",
    ...ADDRESS,
  },
  'Dial("tcp6", "[::ffff:127.0.0.1]:80")': {
    fail: () => to("tcp6", "[::ffff:127.0.0.1]:80"),
    text: "dial tcp6: address ::ffff:127.0.0.1: no suitable address found",
    ...ADDRESS,
  },
  'Dial("tcp", "127.0.0.1")': {
    fail: () => to("tcp", "127.0.0.1"),
    text: "dial tcp: address 127.0.0.1: missing port in address",
    ...ADDRESS,
  },
  'Dial("tcp", "")': {
    fail: () => to("tcp", ""),
    text: "dial tcp: missing address",
    ...sentinel("ERR_MISSING_ADDRESS"),
  },
  'Dial("tcp", "127.0.0.1:65536")': {
    fail: () => to("tcp", "127.0.0.1:65536"),
    text: "dial tcp: address 65536: invalid port",
    ...ADDRESS,
  },
  'Dial("tcp", "127.0.0.1:nosuchservice")': {
    fail: () => to("tcp", "127.0.0.1:nosuchservice"),
    text: "dial tcp: lookup tcp/nosuchservice: unknown port",
    code: "ERR_DNS",
    chain: "OpError > DNSError",
  },
  'Dial("foo", "")': { fail: () => to("foo", ""), text: "dial foo: unknown network foo", ...UNKNOWN },
  'Dial("tcp:80", "127.0.0.1")': {
    fail: () => to("tcp:80", "127.0.0.1"),
    text: "dial tcp:80: unknown network tcp:80",
    ...UNKNOWN,
  },
  'Dial("ip4:nosuch", "127.0.0.1")': {
    fail: () => to("ip4:nosuch", "127.0.0.1"),
    text: "dial ip4:nosuch: address nosuch: unknown IP protocol specified",
    ...ADDRESS,
  },
  'Dial("ip4:icmp", "::1")': {
    fail: () => to("ip4:icmp", "::1"),
    text: "dial ip4:icmp: address ::1: no suitable address found",
    ...ADDRESS,
  },
  "Dialer{Timeout: 1ns}.Dial tcp": {
    fail: ({ closed }) => fails(new Dialer({ timeout: 1e-6 }).dial("tcp", closed)),
    text: "dial tcp 127.0.0.1:CLOSEDPORT: i/o timeout",
    ...sentinel("ERR_TIMEOUT"),
    ...NOWHERE,
  },
  "Dialer{Deadline: past}.Dial tcp": {
    fail: ({ closed }) => fails(new Dialer({ deadline: past.now }).dial("tcp", closed)),
    text: "dial tcp 127.0.0.1:CLOSEDPORT: i/o timeout",
    ...sentinel("ERR_TIMEOUT"),
    ...NOWHERE,
  },
  "Dialer.DialContext with cancelled context, tcp literal address": {
    fail: ({ closed }) => fails(dial("tcp", closed, { signal: AbortSignal.abort("enough") })),
    text: "dial tcp 127.0.0.1:CLOSEDPORT: operation was canceled",
    code: "ABORT_ERR",
    chain: "OpError > CanceledError",
    ...NOWHERE,
  },
  "Dialer{LocalAddr: *UDPAddr}.Dial tcp": {
    fail: withLocal(udpAddr),
    text: "dial tcp: address :0: mismatched local address type",
    ...ADDRESS,
  },
  "Dialer{LocalAddr: [::1]:0}.Dial tcp to IPv4 literal": {
    fail: withLocal(new TCPAddr({ ip: "::1" })),
    text: "dial tcp: address [::1]:0: no suitable address found",
    ...ADDRESS,
  },
  "Dialer{LocalAddr: unassigned address}.Dial tcp": {
    fail: withLocal(new TCPAddr({ ip: "192.0.2.1" })),
    text: "dial tcp 192.0.2.1:0->127.0.0.1:CLOSEDPORT: bind: cannot assign requested address",
    ...errno("EADDRNOTAVAIL"),
    source: "tcp|192.0.2.1:0",
    ...NOWHERE,
  },
  "Dialer.Control returns an error, tcp": {
    fail: ({ closed }) => {
      const control = (network: string) => {
        throw new Error(`nope ${network}`);
      };
      return fails(new Dialer({ control }).dial("tcp", closed));
    },
    text: "dial tcp 127.0.0.1:CLOSEDPORT: nope tcp4",
    code: "ERR_HOOK",
    chain: "OpError > Error",
    ...NOWHERE,
  },
  "DialTCP with nil raddr": {
    fail: () => fails(dialTCP("tcp", null, null as unknown as TCPAddr)),
    text: "dial tcp: missing address",
    ...sentinel("ERR_MISSING_ADDRESS"),
  },
  "DialTCP with port 65536": {
    // Here such an address cannot even be made.
    fail: () => thrown<Error>(() => new TCPAddr({ ip: "127.0.0.1", port: 65536 })),
    text: "Expected an integer from 0 to 65535 for port but received 65536",
    code: "ERR_OUT_OF_RANGE",
  },
};

const listening: Record<string, Scenario> = {
  'Listen("tcp", "127.0.0.1:LISTENPORT")': {
    fail: ({ listener }) => fails(listen("tcp", listener.addr!.toString())),
    text: "listen tcp 127.0.0.1:LISTENPORT: bind: address already in use",
    ...errno("EADDRINUSE"),
    ...LISTENER,
  },
  'Listen("tcp4", "[::1]:0")': {
    fail: () => fails(listen("tcp4", "[::1]:0")),
    text: "listen tcp4: address ::1: no suitable address found",
    ...ADDRESS,
  },
  'Listen("tcp", "192.0.2.1:0")': {
    fail: () => fails(listen("tcp", "192.0.2.1:0")),
    text: "listen tcp 192.0.2.1:0: bind: cannot assign requested address",
    ...errno("EADDRNOTAVAIL"),
    addr: "tcp|192.0.2.1:0",
  },
  'Listen("ip4:icmp", "127.0.0.1")': {
    fail: () => fails(new ListenConfig().listen("ip4:icmp" as "tcp", "127.0.0.1")),
    text: "listen ip4:icmp 127.0.0.1: address 127.0.0.1: unexpected address type",
    ...ADDRESS,
    addr: "ip|127.0.0.1",
  },
  "TCPListener.Accept pending when listener is closed": {
    fail: async ({ listener }) => {
      const accepting = fails(listener.accept());
      await turn();
      listener.close();
      return accepting;
    },
    text: `accept tcp 127.0.0.1:LISTENPORT: ${CLOSED}`,
    ...sentinel("ERR_CLOSED"),
    ...LISTENER,
  },
  "TCPListener.Accept after Close": {
    fail: ({ listener }) => (listener.close(), fails(listener.accept())),
    text: `accept tcp 127.0.0.1:LISTENPORT: ${CLOSED}`,
    ...sentinel("ERR_CLOSED"),
    ...LISTENER,
  },
  "TCPListener.SetDeadline after Close": {
    fail: ({ listener }) => (listener.close(), thrown<Error>(() => listener.setDeadline(past.now))),
    text: CLOSED,
    code: "ERR_CLOSED",
  },
  "new(TCPListener).Close": { fail: () => thrown<Error>(() => new TCPListener().close()), ...ZERO },
};

const connected: Record<string, Scenario> = {
  "TCPConn.Read with past read deadline": {
    fail: ({ client }) => (client.setReadDeadline(past.now), fails(client.read(p()))),
    text: `read ${CONN}: i/o timeout`,
    ...sentinel("ERR_DEADLINE"),
    ...BOTH,
  },
  "TCPConn.Read of zero bytes with past read deadline": {
    fail: ({ client }) => (client.setReadDeadline(past.now), none(client.read(new Uint8Array()))),
    text: null,
  },
  "TCPConn.Write with past write deadline": {
    fail: ({ client }) => (client.setWriteDeadline(past.now), fails(client.write("x"))),
    text: `write ${CONN}: i/o timeout`,
    ...sentinel("ERR_DEADLINE"),
    ...BOTH,
  },
  "TCPConn.Write of zero bytes with past write deadline": {
    fail: ({ client }) => (client.setWriteDeadline(past.now), fails(client.write(""))),
    text: `write ${CONN}: i/o timeout`,
    ...sentinel("ERR_DEADLINE"),
    ...BOTH,
  },
  "TCPConn.Read pending when the same conn is closed": {
    fail: async ({ client }) => {
      const reading = fails(client.read(p()));
      await turn();
      client.close();
      return reading;
    },
    text: `read ${CONN}: ${CLOSED}`,
    ...sentinel("ERR_CLOSED"),
    ...BOTH,
  },
  "TCPConn.Read after Close": {
    fail: afterClose((conn) => fails(conn.read(p()))),
    text: `read ${CONN}: ${CLOSED}`,
    ...sentinel("ERR_CLOSED"),
    ...BOTH,
  },
  "TCPConn.Read of zero bytes after Close": {
    fail: afterClose((conn) => fails(conn.read(new Uint8Array()))),
    text: `read ${CONN}: ${CLOSED}`,
    ...sentinel("ERR_CLOSED"),
    ...BOTH,
  },
  "TCPConn.Close twice": {
    fail: afterClose((conn) => thrown<Error>(() => conn.close())),
    text: `close ${CONN}: ${CLOSED}`,
    ...sentinel("ERR_CLOSED"),
    ...BOTH,
  },
  "TCPConn.SetDeadline after Close": {
    fail: afterClose((conn) => thrown<Error>(() => conn.setDeadline(past.now))),
    text: `set tcp 127.0.0.1:EPHEMERAL: ${CLOSED}`,
    ...sentinel("ERR_CLOSED"),
    addr: "tcp|127.0.0.1:EPHEMERAL",
  },
  "TCPConn.SetNoDelay after Close": {
    fail: afterClose((conn) => thrown<Error>(() => conn.setNoDelay(true))),
    text: `set ${CONN}: ${CLOSED}`,
    ...sentinel("ERR_CLOSED"),
    ...BOTH,
  },
  "TCPConn.CloseRead after Close": {
    fail: afterClose((conn) => thrown<Error>(() => conn.closeRead())),
    text: `close ${CONN}: ${CLOSED}`,
    ...sentinel("ERR_CLOSED"),
    ...BOTH,
  },
  "TCPConn.CloseWrite after Close": {
    fail: afterClose((conn) => thrown<Error>(() => conn.closeWrite())),
    text: `close ${CONN}: ${CLOSED}`,
    ...sentinel("ERR_CLOSED"),
    ...BOTH,
  },
  "RawConn.Control after Close": {
    fail: ({ client, raw }) => (client.close(), thrown<Error>(() => raw.control(() => {}))),
    text: `raw-control tcp 127.0.0.1:EPHEMERAL: ${CLOSED}`,
    ...sentinel("ERR_CLOSED"),
    addr: "tcp|127.0.0.1:EPHEMERAL",
  },
  "TCPConn.Read after peer closed (EOF)": {
    fail: ({ client, server }) => (server.close(), eof(client.read(p()))),
    text: "EOF",
  },
  "TCPConn.Write after peer reset was read": {
    fail: async (scene) => (await reset(scene), fails(scene.client.write("x"))),
    text: `write ${CONN}: write: broken pipe`,
    ...errno("EPIPE"),
    ...BOTH,
  },
  "TCPConn.Write after CloseWrite": {
    fail: ({ client }) => (client.closeWrite(), fails(client.write("x"))),
    text: `write ${CONN}: write: broken pipe`,
    ...errno("EPIPE"),
    ...BOTH,
  },
  "TCPConn.CloseWrite twice": {
    fail: ({ client }) => (client.closeWrite(), client.closeWrite(), null),
    text: null,
  },
  "TCPConn.Read after CloseRead": {
    fail: ({ client }) => (client.closeRead(), eof(client.read(p()))),
    text: "EOF",
  },
  "new(TCPConn).Read": { fail: () => fails(new TCPConn().read(p())), ...ZERO },
  "new(TCPConn).Close": { fail: () => thrown<Error>(() => new TCPConn().close()), ...ZERO },
  "new(TCPConn).SetDeadline": {
    fail: () => thrown<Error>(() => new TCPConn().setDeadline(past.now)),
    ...ZERO,
  },
};

/** Every way to fail. */
export const scenarios: Record<string, Scenario> = { ...dialing, ...listening, ...connected };
