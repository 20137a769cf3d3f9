// Ways for listening to fail, and what Go says of each: one row a way.

import { existsSync } from "node:fs";
import {
  IPAddr,
  listen,
  ListenConfig,
  listenIP,
  listenMulticastUDP,
  listenPacket,
  listenUnix,
  listenUnixgram,
  type TCPListener,
  UDPAddr,
  type UDPConn,
  UnixAddr,
  type UnixListener,
  listenUDP,
} from "rawconn";
import { disposeOf } from "../../support/pair.js";
import { tempDir } from "../../support/temp-dir.js";
import { ADDRESS, errno, fails, MISSING, type Stage, staged, UNKNOWN } from "./scenario.js";

interface Scene extends Stage {
  listener: TCPListener;
  packets: UDPConn;
  /** On DIR/s. */
  unix: UnixListener;
  /** A folder for sockets. It goes by the name DIR. */
  dir: string;
}

async function stage(): Promise<Scene> {
  const folder = tempDir();
  const { path: dir } = folder;
  const listener = await listen("tcp", "127.0.0.1:0");
  const packets = await listenPacket("udp", "127.0.0.1:0");
  const unix = await listen("unix", `${dir}/s`);
  const named = (text: string) =>
    text
      .replaceAll(String(listener.addr), "127.0.0.1:LISTENPORT")
      .replaceAll(String(packets.localAddr), "127.0.0.1:LISTENPORT")
      .replaceAll(dir, "DIR");
  return {
    listener,
    packets,
    unix,
    dir,
    named,
    [Symbol.dispose]: () => disposeOf(listener, packets, unix, folder),
  };
}

const nope = (network: string) => {
  throw new Error(`nope ${network}`);
};
const HOOK = { code: "ERR_HOOK", chain: "OpError > Error" };
const group = new UDPAddr({ ip: "224.0.0.251" });
const LONG = "x".repeat(120);
const LISTENER = { addr: "tcp|127.0.0.1:LISTENPORT" };

/** Every way for listening to fail. */
export const listening = staged<Scene>(stage, {
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

  'Listen("udp", "127.0.0.1:0")': {
    fail: () => fails(listen("udp", "127.0.0.1:0")),
    text: "listen udp 127.0.0.1:0: address 127.0.0.1:0: unexpected address type",
    ...ADDRESS,
    addr: "udp|127.0.0.1:0",
  },
  'Listen("unixgram", "DIR/x")': {
    fail: ({ dir }) => fails(listen("unixgram", `${dir}/x`)),
    text: "listen unixgram DIR/x: address DIR/x: unexpected address type",
    ...ADDRESS,
    addr: "unixgram|DIR/x",
  },
  'ListenPacket("tcp", "127.0.0.1:0")': {
    fail: () => fails(listenPacket("tcp", "127.0.0.1:0")),
    text: "listen tcp 127.0.0.1:0: address 127.0.0.1:0: unexpected address type",
    ...ADDRESS,
    addr: "tcp|127.0.0.1:0",
  },
  'ListenPacket("unixpacket", "DIR/x")': {
    fail: ({ dir }) => fails(listenPacket("unixpacket", `${dir}/x`)),
    text: "listen unixpacket DIR/x: address DIR/x: unexpected address type",
    ...ADDRESS,
    addr: "unixpacket|DIR/x",
  },
  'ListenPacket("unix", "DIR/u0")': {
    // Go makes a socket of it that can neither accept nor send.
    fail: ({ dir }) => fails(listenPacket("unix", `${dir}/u0`)),
    text: "listen unix DIR/u0: address DIR/u0: unexpected address type",
    ...ADDRESS,
    addr: "unix|DIR/u0",
  },
  'ListenPacket("udp", "127.0.0.1")': {
    fail: () => fails(listenPacket("udp", "127.0.0.1")),
    text: "listen udp: address 127.0.0.1: missing port in address",
    ...ADDRESS,
  },
  'ListenPacket("udp", "127.0.0.1:LISTENPORT")': {
    fail: ({ packets }) => fails(listenPacket("udp", String(packets.localAddr))),
    text: "listen udp 127.0.0.1:LISTENPORT: bind: address already in use",
    ...errno("EADDRINUSE"),
    addr: "udp|127.0.0.1:LISTENPORT",
  },
  'ListenPacket("udp", "192.0.2.1:0")': {
    fail: () => fails(listenPacket("udp", "192.0.2.1:0")),
    text: "listen udp 192.0.2.1:0: bind: cannot assign requested address",
    ...errno("EADDRNOTAVAIL"),
    addr: "udp|192.0.2.1:0",
  },
  'ListenPacket("udp4", "[::1]:0")': {
    fail: () => fails(listenPacket("udp4", "[::1]:0")),
    text: "listen udp4: address ::1: no suitable address found",
    ...ADDRESS,
  },
  'Listen("unix", "DIR/s")': {
    fail: ({ dir }) => fails(listen("unix", `${dir}/s`)),
    text: "listen unix DIR/s: bind: address already in use",
    ...errno("EADDRINUSE"),
    addr: "unix|DIR/s",
  },
  [`Listen("unix", "DIR/${LONG}")`]: {
    fail: ({ dir }) => fails(listen("unix", `${dir}/${LONG}`)),
    text: `listen unix DIR/${LONG}: bind: invalid argument`,
    ...errno("EINVAL"),
    addr: `unix|DIR/${LONG}`,
  },
  "stat of unix socket path after listener Close": {
    fail: ({ dir, unix }) => {
      unix.close();
      return existsSync(`${dir}/s`) ? null : "stat DIR/s: no such file or directory";
    },
    text: "stat DIR/s: no such file or directory",
  },
  "stat of unixgram socket path after Close (not unlinked)": {
    fail: async ({ dir }) => {
      (await listenPacket("unixgram", `${dir}/g`)).close();
      return existsSync(`${dir}/g`) ? null : "stat DIR/g: no such file or directory";
    },
    text: null,
  },
  "ListenConfig.Control returns an error, udp": {
    fail: () => fails(new ListenConfig({ control: nope }).listenPacket("udp", "127.0.0.1:0")),
    text: "listen udp 127.0.0.1:0: nope udp4",
    ...HOOK,
    addr: "udp|127.0.0.1:0",
  },
  "ListenConfig.Control returns an error, unixgram": {
    fail: ({ dir }) => fails(new ListenConfig({ control: nope }).listenPacket("unixgram", `${dir}/x`)),
    text: "listen unixgram DIR/x: nope unixgram",
    ...HOOK,
    addr: "unixgram|DIR/x",
  },
  "ListenMulticastUDP with nil group": {
    fail: () => fails(listenMulticastUDP("udp", null, null as unknown as UDPAddr)),
    text: "listen udp: missing address",
    ...MISSING,
  },
  "ListenMulticastUDP with network tcp": {
    fail: () => fails(listenMulticastUDP("tcp" as "udp", null, group)),
    text: "listen tcp 224.0.0.251:0: unknown network tcp",
    ...UNKNOWN,
    addr: "udp|224.0.0.251:0",
  },
  "ListenIP with network tcp": {
    fail: () => fails(listenIP("tcp" as "ip:1", new IPAddr())),
    text: "listen tcp : unknown network tcp",
    ...UNKNOWN,
    addr: "ip|",
  },
  "ListenIP with network ip (no protocol)": {
    fail: () => fails(listenIP("ip" as "ip:1", new IPAddr())),
    text: "listen ip : unknown network ip",
    ...UNKNOWN,
    addr: "ip|",
  },
  "ListenUDP with network tcp": {
    fail: () => fails(listenUDP("tcp" as "udp", null)),
    text: "listen tcp: unknown network tcp",
    ...UNKNOWN,
  },
  "ListenUnix with nil address": {
    fail: () => fails(listenUnix("unix", null as unknown as UnixAddr)),
    text: "listen unix: missing address",
    ...MISSING,
  },
  "ListenUnixgram with nil address": {
    fail: () => fails(listenUnixgram("unixgram", null as unknown as UnixAddr)),
    text: "listen unixgram: missing address",
    ...MISSING,
  },
  "ListenUnix with an address of unixgram": {
    fail: async ({ dir }) => {
      (await listenUnix("unix", new UnixAddr({ name: `${dir}/x`, net: "unixgram" }))).close();
      return null;
    },
    text: null,
  },
  "ListenUnix with network unixgram": {
    fail: ({ dir }) => fails(listenUnix("unixgram" as "unix", new UnixAddr({ name: `${dir}/x` }))),
    text: "listen unixgram DIR/x: unknown network unixgram",
    ...UNKNOWN,
    addr: "unix|DIR/x",
  },
  "ListenUnixgram with network unix": {
    fail: ({ dir }) => fails(listenUnixgram("unix" as "unixgram", new UnixAddr({ name: `${dir}/x` }))),
    text: "listen unix DIR/x: unknown network unix",
    ...UNKNOWN,
    addr: "unix|DIR/x",
  },
});
