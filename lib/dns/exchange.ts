// Go: net/dnsclient_unix.go (Resolver.exchange); RFC 1035 section 4.2, RFC 5966, RFC 7766
import { ErrClosed, ErrUnexpectedEOF } from "../errors/index.js";
import { onAbort } from "../internal/poll/aborts.js";
import type { Limit } from "../internal/socket/socket.js";
import { askByUDP } from "./packets.js";
import { MAX_MESSAGE, type Query } from "./query.js";
import { isTruncated, readReply, type Reply } from "./reply.js";
import type { DNSConfig } from "./system-files.js";
import { dialTCPServer, keepsPackets, type ResolverConn, type ResolverDial } from "./transport.js";
import { within } from "../internal/socket/within.js";

/** What a question depends on beside its name. */
export interface Asking {
  conf: DNSConfig;
  /** The caller's way to connect, instead of ours. */
  dial: ResolverDial | undefined;
  /** Whether a failure that may pass is one of the whole lookup. */
  strictErrors: boolean;
  limit: Limit;
}

/**
 * Asks one server once, by one network. Null is a packet that was cut, which is to be asked for by TCP. Rejects with a
 * bare cause; throws nothing.
 */
export function ask(
  query: Query,
  { conf, dial, limit: { deadline, signal } }: Asking,
  server: string,
  network: "udp" | "tcp",
): Promise<Reply | null> {
  const now = Date.now();
  const limit = { deadline: Math.min(now + conf.timeout, deadline), signal };
  if (dial !== undefined) return askThrough(dial, query, network, server, limit);
  return network === "udp" ? askByUDP(query, server, limit, now) : askByTCP(query, server, limit);
}

async function askByTCP(query: Query, server: string, limit: Limit): Promise<Reply | null> {
  return converse(await dialTCPServer(server, limit), query, "tcp", limit);
}

// A connection of the caller's making may heed neither deadline nor close, so ours is the last word; a little later,
// since its own error tells more.
const GRACE = 50;

async function askThrough(
  dial: ResolverDial,
  query: Query,
  network: "udp" | "tcp",
  server: string,
  limit: Limit,
): Promise<Reply | null> {
  const backstop = { deadline: limit.deadline + GRACE, signal: limit.signal };
  const conn = await dialed(dial, network, server, limit);
  const over = new AbortController();
  const asking = converse(conn, query, network, { deadline: limit.deadline, signal: over.signal });
  try {
    return await within(asking, backstop);
  } finally {
    // What waits for a connection that heeds no deadline ends with it.
    over.abort();
  }
}

// The caller's dial knows of a signal only, so the deadline becomes one.
async function dialed(
  dial: ResolverDial,
  network: "udp" | "tcp",
  server: string,
  limit: Limit,
): Promise<ResolverConn> {
  const over = new AbortController();
  const dialing = dial(network, server, { signal: over.signal });
  try {
    return await within(dialing, limit);
  } catch (error) {
    over.abort(error);
    // Whatever comes too late is nobody's.
    dialing.then(
      (late) => late.close(),
      () => {},
    );
    throw error;
  }
}

async function converse(
  conn: ResolverConn,
  query: Query,
  network: "udp" | "tcp",
  { deadline, signal }: Limit,
): Promise<Reply | null> {
  let open = true;
  const close = () => {
    const wasOpen = open;
    open = false;
    if (wasOpen) conn.close();
  };
  const abandon = () => {
    try {
      close();
    } catch {
      // Nobody is there any more to hear of it.
    }
  };
  const forget = signal === undefined ? undefined : onAbort(signal, abandon);
  try {
    if (signal?.aborted) throw ErrClosed;
    conn.setDeadline(deadline);
    const message = await (keepsPackets(conn) ? packets(conn, query) : stream(conn, query));
    // Where there was no room for it all, TCP has some; there, this is all there is.
    if (network === "udp" && isTruncated(message)) return null;
    const reply = readReply(message);
    if (reply === null) throw new Error("cannot unmarshal DNS message");
    return reply;
  } finally {
    forget?.();
    close();
  }
}

// Whatever is not the answer, or cannot be read, somebody else may have sent: the answer may yet come.
async function packets(conn: ResolverConn, query: Query): Promise<Uint8Array> {
  await conn.write(query.message);
  const buffer = new Uint8Array(MAX_MESSAGE);
  for (;;) {
    const n = await conn.read(buffer);
    if (n === null) throw ErrUnexpectedEOF;
    const message = buffer.subarray(0, n);
    if (query.isAnsweredBy(message) && (isTruncated(message) || readReply(message) !== null)) return message;
  }
}

async function stream(conn: ResolverConn, query: Query): Promise<Uint8Array> {
  await conn.write(query.framed);
  const prefix = await readFull(conn, new Uint8Array(2));
  const message = await readFull(conn, new Uint8Array((prefix[0]! << 8) | prefix[1]!));
  if (!query.isAnsweredBy(message)) throw new Error("invalid DNS response");
  return message;
}

async function readFull(conn: ResolverConn, bytes: Uint8Array): Promise<Uint8Array> {
  for (let at = 0; at < bytes.length;) {
    const n = await conn.read(bytes.subarray(at));
    if (n === null || n === 0) throw ErrUnexpectedEOF;
    at += n;
  }
  return bytes;
}
