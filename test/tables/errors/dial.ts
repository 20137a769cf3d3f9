// Ways for dialing to fail, and what Go says of each: one row a way.

import {
  type Addr,
  dial,
  Dialer,
  dialIP,
  dialTCP,
  dialUDP,
  dialUnix,
  IPAddr,
  listen,
  listenPacket,
  TCPAddr,
  UDPAddr,
  UnixAddr,
  type UnixNetwork,
} from "rawconn";
import { thrown } from "../../support/outcome.js";
import { refusingAddress } from "../../support/pair.js";
import { tempDir } from "../../support/temp-dir.js";
import {
  ADDRESS,
  errno,
  fails,
  MISSING,
  PAST,
  sentinel,
  type Stage,
  staged,
  to,
  UNKNOWN,
} from "./scenario.js";

interface Scene extends Stage {
  /** Where nobody listens. It goes by the name 127.0.0.1:CLOSEDPORT, and is another address, to be mixed up with none. */
  closed: string;
  /** A folder for sockets. It goes by the name DIR. */
  dir: string;
}

async function stage(): Promise<Scene> {
  const closed = await refusingAddress();
  const folder = tempDir();
  const named = (text: string) =>
    text
      .replaceAll(closed, "127.0.0.1:CLOSEDPORT")
      .replaceAll(`[::1]:${portOf(closed)}`, "[::1]:CLOSEDPORT")
      .replaceAll(folder.path, "DIR");
  return { closed, dir: folder.path, named, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

const portOf = (address: string) => Number(address.split(":")[1]);
const withLocal =
  (localAddr: Addr) =>
  ({ closed }: Scene) =>
    fails(new Dialer({ localAddr }).dial("tcp", closed));

const nope = (network: string) => {
  throw new Error(`nope ${network}`);
};
const HOOK = { code: "ERR_HOOK", chain: "OpError > Error" };
const NOWHERE = { addr: "tcp|127.0.0.1:CLOSEDPORT" };
const NOBODY = { addr: "udp|127.0.0.1:CLOSEDPORT" };
const MISSING_FILE = { addr: "unix|DIR/missing" };
const LONG = "x".repeat(120);

/** Every way for dialing to fail. */
export const dialing = staged<Scene>(stage, {
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
    ...MISSING,
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
    fail: ({ closed }) => fails(new Dialer({ deadline: PAST }).dial("tcp", closed)),
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
    fail: withLocal(new UDPAddr()),
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
    ...MISSING,
  },
  "DialTCP with port 65536": {
    // Here such an address cannot even be made.
    fail: () => thrown<Error>(() => new TCPAddr({ ip: "127.0.0.1", port: 65536 })),
    text: "Expected an integer from 0 to 65535 for port but received 65536",
    code: "ERR_OUT_OF_RANGE",
  },

  'Dial("unix", "")': { fail: () => to("unix", ""), text: "dial unix: missing address", ...MISSING },
  'Dial("udp", "127.0.0.1:-1")': {
    fail: () => to("udp", "127.0.0.1:-1"),
    text: "dial udp: address -1: invalid port",
    ...ADDRESS,
  },
  ...Object.fromEntries(
    (["unix", "unixgram", "unixpacket"] as const).map((network) => [
      `Dial("${network}", "DIR/missing")`,
      {
        fail: ({ dir }: Scene) => to(network, `${dir}/missing`),
        text: `dial ${network} DIR/missing: connect: no such file or directory`,
        ...errno("ENOENT"),
        addr: `${network}|DIR/missing`,
      },
    ]),
  ),
  [`Dial("unix", "DIR/${LONG}")`]: {
    fail: ({ dir }) => to("unix", `${dir}/${LONG}`),
    text: `dial unix DIR/${LONG}: connect: invalid argument`,
    ...errno("EINVAL"),
    addr: `unix|DIR/${LONG}`,
  },
  'Dial("unix") to a file that nobody listens on': {
    fail: async ({ dir }) => {
      const listener = await listen("unix", `${dir}/missing`);
      listener.setUnlinkOnClose(false);
      listener.close();
      return to("unix", `${dir}/missing`);
    },
    text: "dial unix DIR/missing: connect: connection refused",
    ...errno("ECONNREFUSED"),
    ...MISSING_FILE,
  },
  'Dial("unix") to a unixgram socket': {
    fail: async ({ dir }) => {
      using _ = await listenPacket("unixgram", `${dir}/missing`);
      return await to("unix", `${dir}/missing`);
    },
    text: "dial unix DIR/missing: connect: protocol wrong type for socket",
    ...errno("EPROTOTYPE"),
    ...MISSING_FILE,
  },
  "Dialer{Deadline: past}.Dial unix": {
    fail: ({ dir }) => fails(new Dialer({ deadline: PAST }).dial("unix", `${dir}/missing`)),
    text: "dial unix DIR/missing: i/o timeout",
    ...sentinel("ERR_TIMEOUT"),
    ...MISSING_FILE,
  },
  "Dialer{Deadline: past}.Dial udp": {
    fail: ({ closed }) => fails(new Dialer({ deadline: PAST }).dial("udp", closed)),
    text: "dial udp 127.0.0.1:CLOSEDPORT: i/o timeout",
    ...sentinel("ERR_TIMEOUT"),
    ...NOBODY,
  },
  "Dialer.DialContext with cancelled context, udp": {
    fail: ({ closed }) => fails(dial("udp", closed, { signal: AbortSignal.abort("enough") })),
    text: "dial udp 127.0.0.1:CLOSEDPORT: operation was canceled",
    code: "ABORT_ERR",
    chain: "OpError > CanceledError",
    ...NOBODY,
  },
  "Dialer.DialContext with cancelled context, host name": {
    fail: () => fails(dial("tcp", "name.invalid:80", { signal: AbortSignal.abort("enough") })),
    text: "dial tcp: lookup name.invalid: operation was canceled",
    code: "ABORT_ERR",
    chain: "OpError > DNSError > CanceledError",
  },
  "Dialer{LocalAddr: unixgram addr}.Dial unix": {
    fail: ({ dir }) =>
      fails(
        new Dialer({ localAddr: new UnixAddr({ name: "x", net: "unixgram" }) }).dial(
          "unix",
          `${dir}/missing`,
        ),
      ),
    text: "dial unix: address x: mismatched local address type",
    ...ADDRESS,
  },
  "Dialer{LocalAddr: unassigned address}.Dial udp": {
    fail: ({ closed }) =>
      fails(new Dialer({ localAddr: new UDPAddr({ ip: "192.0.2.1" }) }).dial("udp", closed)),
    text: "dial udp 192.0.2.1:0->127.0.0.1:CLOSEDPORT: bind: cannot assign requested address",
    ...errno("EADDRNOTAVAIL"),
    source: "udp|192.0.2.1:0",
    ...NOBODY,
  },
  "Dialer{LocalAddr: name in a missing folder}.Dial unix": {
    fail: ({ dir }) =>
      fails(new Dialer({ localAddr: new UnixAddr({ name: `${dir}/no/x` }) }).dial("unix", `${dir}/missing`)),
    text: "dial unix DIR/no/x->DIR/missing: bind: no such file or directory",
    ...errno("ENOENT"),
    source: "unix|DIR/no/x",
    ...MISSING_FILE,
  },
  "Dialer.Control returns an error, udp": {
    fail: ({ closed }) => fails(new Dialer({ control: nope }).dial("udp", closed)),
    text: "dial udp 127.0.0.1:CLOSEDPORT: nope udp4",
    ...HOOK,
    ...NOBODY,
  },
  "Dialer.Control returns an error, unix": {
    fail: ({ dir }) => fails(new Dialer({ control: nope }).dial("unix", `${dir}/missing`)),
    text: "dial unix DIR/missing: nope unix",
    ...HOOK,
    ...MISSING_FILE,
  },
  "DialUDP with nil raddr": {
    fail: () => fails(dialUDP("udp", null, null as unknown as UDPAddr)),
    text: "dial udp: missing address",
    ...MISSING,
  },
  "DialUDP with nil raddr and laddr": {
    fail: () => fails(dialUDP("udp", new UDPAddr({ ip: "127.0.0.1", port: 9 }), null as unknown as UDPAddr)),
    text: "dial udp 127.0.0.1:9: missing address",
    ...MISSING,
    source: "udp|127.0.0.1:9",
  },
  "DialIP with network udp": {
    fail: () => fails(dialIP("udp" as "ip:1", null, new IPAddr({ ip: "127.0.0.1" }))),
    text: "dial udp 127.0.0.1: unknown network udp",
    ...UNKNOWN,
    addr: "ip|127.0.0.1",
  },
  "DialIP with network ip4": {
    fail: () => fails(dialIP("ip4" as "ip4:1", null, new IPAddr({ ip: "127.0.0.1" }))),
    text: "dial ip4 127.0.0.1: unknown network ip4",
    ...UNKNOWN,
    addr: "ip|127.0.0.1",
  },
  'Dial("ip", "127.0.0.1")': {
    fail: () => to("ip", "127.0.0.1"),
    text: "dial ip: unknown network ip",
    ...UNKNOWN,
  },
  'Dial("ip4:", "127.0.0.1")': {
    fail: () => to("ip4:", "127.0.0.1"),
    text: "dial ip4:: unknown IP protocol specified",
    ...ADDRESS,
  },
  "DialIP with nil raddr": {
    fail: () => fails(dialIP("ip4:icmp", null, null as unknown as IPAddr)),
    text: "dial ip4:icmp: missing address",
    ...MISSING,
  },
  "DialUnix with nil raddr": {
    fail: () => fails(dialUnix("unix", null, null)),
    text: "dial unix: missing address",
    ...MISSING,
  },
  "DialUnix unixgram with nil for both": {
    fail: () => fails(dialUnix("unixgram", null, null)),
    text: "dial unixgram: missing address",
    ...MISSING,
  },
  "DialUnix with network tcp": {
    fail: () => fails(dialUnix("tcp" as UnixNetwork, null, null)),
    text: "dial tcp: unknown network tcp",
    ...UNKNOWN,
  },
  "DialUDP with network tcp": {
    fail: () => fails(dialUDP("tcp" as "udp", null, new UDPAddr({ ip: "127.0.0.1", port: 9 }))),
    text: "dial tcp 127.0.0.1:9: unknown network tcp",
    ...UNKNOWN,
    addr: "udp|127.0.0.1:9",
  },
});
