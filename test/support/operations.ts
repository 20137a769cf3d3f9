// The ways to receive and to send that a connection of a kind has, so that one test can be held against all of them.

import { type Conn, type UDPConn, UnixConn } from "rawconn";
import type { Kind } from "./kinds.js";

/** An operation that may wait, and the function of the waist that it calls. */
export interface Way {
  readonly name: string;
  readonly call: "recv" | "recvmsg" | "send" | "sendmsg";
  /** Starts it. Resolves the number of bytes of a message, without what stands in front; null at the end. */
  readonly start: (conn: Conn) => Promise<number | null>;
}

const TEXT = "message";
/** How many bytes every way of sending sends. */
export const SENT = TEXT.length;

const bytesOf = (received: { n: number } | null) => received?.n ?? null;
const room = () => new Uint8Array(1024);
const none = new Uint8Array(0);

/** What has `readFrom` and its kin. */
type Receiver = UDPConn;

/** The ways to receive. */
export function waysIn(kind: Kind): Way[] {
  const plain: Way = {
    name: "read",
    call: "recv",
    start: async (conn) => {
      const n = await conn.read(room());
      return n === null ? null : n - kind.header;
    },
  };
  if (kind.name.startsWith("tcp")) return [plain];
  return [
    plain,
    {
      name: "readFrom",
      call: "recvmsg",
      start: async (conn) => bytesOf(await (conn as Receiver).readFrom(room())),
    },
    {
      name: "readMsg",
      call: "recvmsg",
      start: async (conn) => {
        const oob = new Uint8Array(64);
        const received =
          conn instanceof UnixConn
            ? await conn.readMsgUnix(room(), oob)
            : await (conn as Receiver).readMsg(room(), oob);
        return received === null ? null : received.n - kind.header;
      },
    },
  ];
}

/** The ways to send to the peer. */
export function waysOut(kind: Kind): Way[] {
  const plain: Way = { name: "write", call: "send", start: (conn) => conn.write(TEXT) };
  const message = async (conn: Conn) =>
    conn instanceof UnixConn
      ? (await conn.writeMsgUnix(TEXT, none, null)).n
      : (await (conn as UDPConn).writeMsg(TEXT, none, null)).n;
  const has = kind.name.startsWith("u");
  return has ? [plain, { name: "writeMsg", call: "sendmsg", start: message }] : [plain];
}

/** Every way of the kinds that are asked for, with the names of both in front, as `it.each` likes it. */
export function eachWay(
  kinds: readonly (readonly [string, Kind])[],
  ways: (kind: Kind) => Way[],
): [name: string, kind: Kind, way: Way][] {
  return kinds.flatMap(([name, kind]) =>
    ways(kind).map((way) => [`${way.name} of ${name}`, kind, way] as [string, Kind, Way]),
  );
}
