// Ways to come by a socket, by the name that Go's table gives them.

import {
  type Addr,
  type Conn,
  dial,
  Dialer,
  type DialerFields,
  interfaceByName,
  listen,
  ListenConfig,
  type Listener,
  listenMulticastUDP,
  listenPacket,
  resolveUDPAddr,
} from "rawconn";
import { disposeOf } from "../support/pair.js";
import { tempDir } from "../support/temp-dir.js";

/** A connection, a packet endpoint or a listener. */
export type Handle = Conn | Listener<Conn>;

/** A socket, and what else had to be made for it. */
export interface Made extends Disposable {
  handle: Handle;
  /** Puts the table's names in the place of folders and of names that would meet those of other tests. */
  named: (text: string) => string;
}

/** The folder and the name that a call may need, in the place of those of the table. */
interface Place {
  dir: string;
  others: Disposable[];
}

const ABSTRACT = "@sockdef-abstract";
const OWN = `${ABSTRACT}-${process.pid}`;

const dialers: Record<string, DialerFields> = {
  "Dialer{KeepAlive: -1}": { keepAlive: -1 },
  "Dialer{KeepAliveConfig: {Enable: true, Idle: 5s, Interval: 3s, Count: 7}}": {
    keepAliveConfig: { enable: true, idle: 5000, interval: 3000, count: 7 },
  },
  "Dialer{KeepAliveConfig: {Enable: true, Idle: -1, Interval: -1, Count: -1}}": {
    keepAliveConfig: { enable: true, idle: -1, interval: -1, count: -1 },
  },
  "Dialer{KeepAlive: -1, KeepAliveConfig: {Enable: true}}": {
    keepAlive: -1,
    keepAliveConfig: { enable: true },
  },
};

/** Makes what a row of the table is about. */
export async function make(made: string): Promise<Made> {
  const folder = tempDir();
  const place: Place = { dir: folder.path, others: [] };
  const named = (text: string) => text.replaceAll(folder.path, "DIR").replaceAll(OWN, ABSTRACT);
  try {
    const handle = await handleOf(made, place);
    return { handle, named, [Symbol.dispose]: () => disposeOf(handle, ...place.others, folder) };
  } catch (error) {
    disposeOf(...place.others, folder);
    throw error;
  }
}

async function handleOf(made: string, place: Place): Promise<Handle> {
  if (made in dialers) return ofConnection("dialed", "tcp", "127.0.0.1:0", place, new Dialer(dialers[made]));
  const [, group] = /^ListenMulticastUDP\(udp, lo, (.*)\)$/.exec(made) ?? [];
  if (group !== undefined)
    return listenMulticastUDP("udp", interfaceByName("lo"), await resolveUDPAddr("udp", group));
  const [, plain] = /^ListenConfig\.SetMultipathTCP\(false\)\.Listen tcp (.*)$/.exec(made) ?? [];
  if (plain !== undefined) return new ListenConfig({ multipathTCP: false }).listen("tcp", plain);
  const [, client, tcpAddress] = /^(Dial\(tcp\) to|accepted from) a listener on "(.*)"$/.exec(made) ?? [];
  if (tcpAddress !== undefined)
    return ofConnection(client.startsWith("Dial") ? "dialed" : "accepted", "tcp", tcpAddress, place);
  const [, accepted, call, network, where] = /^(accepted on )?(\w+)\("([^"]+)", "([^"]*)"\)$/.exec(made)!;
  const address = where.replace("DIR", place.dir).replace(ABSTRACT, OWN);
  if (accepted !== undefined) return ofConnection("accepted", network, address, place);
  if (call === "Listen") return listen(network, address);
  if (call === "ListenPacket") return listenPacket(network, address);
  return network.startsWith("unix")
    ? ofConnection("dialed", network, address, place)
    : dial(network, address);
}

/** One end of a connection; the other, and the listener, are kept. */
async function ofConnection(
  end: "dialed" | "accepted",
  network: string,
  address: string,
  { others }: Place,
  dialer = new Dialer(),
): Promise<Handle> {
  const listener = await listen(network, address);
  others.push(listener);
  const [client, server] = await Promise.all([
    dialer.dial(network, String(listener.addr)),
    listener.accept() as Promise<Conn>,
  ]);
  others.push(end === "dialed" ? server : client);
  return end === "dialed" ? client : server;
}

/** The names of a socket: its class, and its two addresses as `network|text`, with a word for the port that was chosen. */
export function namesOf({ handle, named }: Made): {
  localAddr: string | null;
  remoteAddr: string | null;
  goType: string;
} {
  const told = (addr: Addr | null) =>
    addr && `${addr.network}|${named(String(addr)).replace(/:\d\d+$/, ":EPHEMERAL")}`;
  const isListener = "addr" in handle;
  return {
    localAddr: told(isListener ? handle.addr : handle.localAddr),
    remoteAddr: told(isListener ? null : handle.remoteAddr),
    goType: `*net.${handle.constructor.name}`,
  };
}
