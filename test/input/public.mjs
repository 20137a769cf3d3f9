// Everything that `rawconn` exports, as it is called with weird values: a label, what to call, and arguments that make sense.
// None of the calls leaves this host, looks up a name, or adopts a descriptor that is somebody else's.

import { openSync } from "node:fs";
import * as rawconn from "rawconn";
import { addrPortFrom, addrFrom4 } from "rawconn/netip";
import * as ip from "./public-ip.mjs";
import * as packets from "./public-packets.mjs";

/** @typedef {[label: string, call: Function, ...usual: (() => unknown)[]]} Call */

const { IPAddr, TCPAddr, UDPAddr, UnixAddr, Dialer, ListenConfig } = rawconn;

const tcpAddr = () => new TCPAddr({ ip: "127.0.0.1" });
const udpAddr = () => new UDPAddr({ ip: "127.0.0.1" });
const nobody = { ip: "127.0.0.1", port: 1 };
let names = 0;
/** @param {"unix" | "unixgram" | "unixpacket"} [net] */
const unixAddr = (net) => new UnixAddr({ name: `@rawconn-fuzz-${process.pid}-${names++}`, net });
const addrPort = () => addrPortFrom(addrFrom4(Uint8Array.of(127, 0, 0, 1)), 1);
const none = () => null;
const object = () => ({});
const local = () => "127.0.0.1:1";

/** @type {Call[]} */
const dialing = [
  ["dial", rawconn.dial, () => "tcp", local, object],
  // The type says that it must be one; so does this.
  ["dial with a signal", (/** @type {never} */ signal) => rawconn.dial("tcp", local(), { signal }), none],
  ["dial udp", rawconn.dial, () => "udp", local, object],
  ["dial unix", rawconn.dial, () => "unix", () => "@rawconn-fuzz-nobody", object],
  ["dialTimeout", rawconn.dialTimeout, () => "tcp", local, () => 100],
  ["dialTCP", rawconn.dialTCP, () => "tcp", none, () => new TCPAddr(nobody), object],
  ["dialUDP", rawconn.dialUDP, () => "udp", none, () => new UDPAddr(nobody), object],
  ["dialIP", rawconn.dialIP, () => "ip4:icmp", none, none, object],
  ["dialUnix", rawconn.dialUnix, () => "unixgram", unixAddr, unixAddr, object],
  ["Dialer.dial", new Dialer().dial.bind(new Dialer()), () => "tcp", local, object],
];

const config = new ListenConfig();
/** @type {Call[]} */
const listening = [
  ["listen", rawconn.listen, () => "tcp", () => "127.0.0.1:nonsense"],
  ["listenTCP", rawconn.listenTCP, () => "tcp5", tcpAddr],
  ["listenUDP", rawconn.listenUDP, () => "udp", udpAddr],
  ["listenMulticastUDP", rawconn.listenMulticastUDP, () => "udp4", none, none],
  ["listenIP", rawconn.listenIP, () => "ip4:", none],
  ["listenUnix", rawconn.listenUnix, () => "unix", unixAddr],
  ["listenUnixgram", rawconn.listenUnixgram, () => "unixgram", () => unixAddr("unixgram")],
  ["listenPacket", rawconn.listenPacket, () => "ip4:", () => ""],
  ["ListenConfig.listen", config.listen.bind(config), () => "tcp", () => "", object],
  ["ListenConfig.listenPacket", config.listenPacket.bind(config), () => "udp", () => "127.0.0.1:0", object],
];

// With a weird network, or with weird options: a weird host would be looked up.
/** @type {Call[]} */
const resolving = ["resolveTCPAddr", "resolveUDPAddr", "resolveIPAddr"].map((name) => {
  const resolve = Reflect.get(rawconn, name);
  const address = name === "resolveIPAddr" ? "127.0.0.1" : local();
  return [
    name,
    (/** @type {unknown} */ network, /** @type {unknown} */ options) => resolve(network, address, options),
    () => "",
    object,
  ];
});

// With weird options: a weird name would be looked up, and one of these no server is ever asked for (RFC 7686).
const HIDDEN = "weird.onion";
/** @type {Call[]} */
const looking = [
  ...["lookupCNAME", "lookupHost", "lookupIP", "lookupMX", "lookupNS", "lookupTXT"].map((name) => {
    const lookup = Reflect.get(rawconn, name);
    return /** @type {Call} */ ([name, (/** @type {unknown} */ options) => lookup(HIDDEN, options), object]);
  }),
  [
    "lookupAddr",
    (/** @type {unknown} */ options) => rawconn.lookupAddr("no address", /** @type {never} */ (options)),
    object,
  ],
  [
    "lookupSRV",
    (/** @type {unknown} */ service, /** @type {unknown} */ options) =>
      rawconn.lookupSRV(/** @type {never} */ (service), "tcp", HIDDEN, /** @type {never} */ (options)),
    () => "http",
    object,
  ],
  ["lookupPort", rawconn.lookupPort, () => "tcp", () => "http", object],
];

// A number may be a descriptor, which these do not keep: 0 is standard input.
/** @type {Call[]} */
const files = ["fileConn", "fileListener", "filePacketConn"].map((name) => [
  name,
  Reflect.get(rawconn, name),
  () => 0x7fffffff,
]);

/** @type {Call[]} */
const plain = [
  ["cidrMask", rawconn.cidrMask, () => 8, () => 32],
  ["interfaceAddrs", rawconn.interfaceAddrs],
  ["interfaceByIndex", rawconn.interfaceByIndex, () => 1],
  ["interfaceByName", rawconn.interfaceByName, () => "lo"],
  ["interfaces", rawconn.interfaces],
  ["ipv4", rawconn.ipv4, () => 1, () => 2, () => 3, () => 4],
  ["ipv4Mask", rawconn.ipv4Mask, () => 255, () => 0, () => 0, () => 0],
  ["isClosed", rawconn.isClosed, () => rawconn.ErrClosed],
  ["isTemporary", rawconn.isTemporary, () => rawconn.ErrTimeout],
  ["isTimeout", rawconn.isTimeout, () => rawconn.ErrTimeout],
  ["joinHostPort", rawconn.joinHostPort, () => "::1", () => 1],
  ["listenFds", rawconn.listenFds],
  ["parseCIDR", rawconn.parseCIDR, () => "10.0.0.0/8"],
  ["parseIP", rawconn.parseIP, () => "::1"],
  ["parseMAC", rawconn.parseMAC, () => "00:00:5e:00:53:01"],
  ["pipe", rawconn.pipe],
  ["resolveUnixAddr", rawconn.resolveUnixAddr, () => "unix", () => "/nowhere"],
  ["splitHostPort", rawconn.splitHostPort, local],
  ["tcpAddrFromAddrPort", rawconn.tcpAddrFromAddrPort, addrPort],
  ["udpAddrFromAddrPort", rawconn.udpAddrFromAddrPort, addrPort],
];

// What makes objects of classes that have no constructor of the user's.
/** @type {Call[]} */
const making = [
  ["IP.from", rawconn.IP.from.bind(rawconn.IP), () => new Uint8Array(4)],
  ["IP.unmarshalText", rawconn.IP.unmarshalText.bind(rawconn.IP), () => "::1"],
  ["IPMask.from", rawconn.IPMask.from.bind(rawconn.IPMask), () => new Uint8Array(4)],
  ["HardwareAddr.from", rawconn.HardwareAddr.from.bind(rawconn.HardwareAddr), () => new Uint8Array(6)],
];

/** All functions. */
export const functions = [
  ...dialing,
  ...listening,
  ...resolving,
  ...looking,
  ...files,
  ...plain,
  ...making,
  ...ip.functions,
  ...packets.functions,
];

/** All classes that a user makes objects of. @type {[name: string, ...usual: (() => unknown)[]][]} */
export const classes = [
  ["Buffers", () => [new Uint8Array(1)]],
  ["Dialer", object],
  ["Flags", () => 1],
  ["IPAddr", object],
  ["IPNet", () => ({ ip: rawconn.ipv4(10, 0, 0, 0), mask: rawconn.cidrMask(8, 32) })],
  ["LimitedReader", () => ({ read: () => Promise.resolve(null) }), () => 1],
  ["ListenConfig", object],
  ["MessageBatch", () => ({ messages: 4, size: 64 })],
  ["Resolver", object],
  ["TCPAddr", object],
  ["UDPAddr", object],
  ["UnixAddr", object],
];

/**
 * Those that only the library makes objects of, with what stands for them in `handles`; errors; and what is no class that
 * an object could be of. File is among `handles`, since a number given to it is its own to close.
 */
const made =
  /^(Conn|Handle|Interface|Listener|MessageConn|PacketConn|RawConn|File)$|^(TCP|UDP|IP|Unix)(Conn|Listener)$|Error$|^Errno$/;

const left = Object.entries(rawconn)
  .filter(([name, value]) => {
    const called = functions.some(([label]) => label.split(/[ .]/, 1)[0] === name);
    return (
      typeof value === "function" && !called && !classes.some(([type]) => type === name) && !made.test(name)
    );
  })
  .map(([name]) => name);

/** The exports that nothing here calls: there should be none. */
export const forgotten = [...left, ...ip.forgotten, ...packets.forgotten];

function batchOfOne() {
  const batch = new rawconn.MessageBatch({ messages: 64, size: 64, oob: 64 });
  batch.push("one");
  return batch;
}

/** Values that have methods. @type {object[]} */
export const values = [
  rawconn.ipv4(127, 0, 0, 1),
  rawconn.ipv6loopback,
  rawconn.cidrMask(8, 32),
  rawconn.parseCIDR("10.0.0.0/8"),
  rawconn.parseMAC("00:00:5e:00:53:01"),
  rawconn.interfaceByName("lo"),
  new rawconn.Flags(1),
  tcpAddr(),
  udpAddr(),
  new IPAddr({ ip: "::1" }),
  unixAddr(),
  new rawconn.Buffers([new Uint8Array(1)]),
  batchOfOne(),
  new rawconn.LimitedReader({ read: () => Promise.resolve(null) }, 1),
  ...ip.values,
  ...packets.values,
].filter((value) => value !== null);

/** Why no raw socket can be had here; null when one can. */
const noRaw = await rawconn.listenIP("ip4:icmp", new IPAddr({ ip: "127.0.0.1" })).then(
  (conn) => (conn.close(), null),
  (error) => error.message,
);

/** Handles of every kind, open and zero. Whoever is at the other end keeps still. */
export async function handles() {
  const tcp = await rawconn.listen("tcp", "127.0.0.1:0");
  const unix = await rawconn.listenUnix("unix", unixAddr());
  const packets = await rawconn.listenUnix("unixpacket", unixAddr("unixpacket"));
  const unixgram = await rawconn.listenUnixgram("unixgram", unixAddr("unixgram"));
  const udp = await rawconn.listenUDP("udp", udpAddr());
  const open = [
    tcp,
    await rawconn.dialTCP("tcp", null, /** @type {rawconn.TCPAddr} */ (tcp.addr)),
    unix,
    await rawconn.dialUnix("unix", null, unix.addr),
    packets,
    await rawconn.dialUnix("unixpacket", null, packets.addr),
    unixgram,
    await rawconn.dialUnix("unixgram", null, unixgram.localAddr),
    udp,
    await rawconn.dialUDP("udp", null, /** @type {rawconn.UDPAddr} */ (udp.localAddr)),
    ...(noRaw === null ? [await rawconn.listenIP("ip4:253", new IPAddr({ ip: "127.0.0.1" }))] : []),
    ...(noRaw === null ? [await rawconn.dialIP("ip4:253", null, new IPAddr({ ip: "127.0.0.1" }))] : []),
  ];
  const zero = ["TCPConn", "TCPListener", "UDPConn", "UnixConn", "UnixListener", "IPConn"].map((name) =>
    Reflect.construct(Reflect.get(rawconn, name), []),
  );
  const file = new rawconn.File(openSync("/dev/null", "r"));
  const wrapped = await ip.handles(noRaw === null);
  return [
    ...open,
    ...open.map((handle) => handle.syscallConn()),
    ...zero,
    ...wrapped,
    ...rawconn.pipe(),
    file,
  ];
}
