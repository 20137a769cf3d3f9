// A small HTTP server by hand, to see what there is to it: lines up to an empty one, a body as long as announced, and the
// same connection for the next request.
//
//     node examples/http-server.mjs [ADDRESS]
//     curl -d hello http://127.0.0.1:8080/path

import { listen } from "rawconn";
import { readFull, Reader } from "rawconn/io";

/** Limits are part of the protocol: who sends more is no client of ours. */
const MAX_HEADERS = 100;
const MAX_BODY = 1 << 20;
const IDLE = 30_000;

/** What is said to a request that is not one, and the end of the connection. */
class BadRequest extends Error {
  /** @param {string} status */
  constructor(status) {
    super(status);
    this.status = status;
  }
}

/** @param {Reader} reader */
async function line(reader) {
  const found = await reader.readLine();
  // One that does not fit into the buffer of 4 KiB is too long for us.
  if (found?.isPrefix) throw new BadRequest("431 Request Header Fields Too Large");
  return found && Buffer.from(found.line).toString("latin1");
}

/**
 * The next request; null when the client is done.
 * @param {Reader} reader
 */
async function readRequest(reader) {
  const first = await line(reader);
  if (first === null) return null;
  const [, method = "", target = "", version = ""] = /^(\S+) (\S+) HTTP\/(1\.[01])$/.exec(first) ?? [];
  if (method === "") throw new BadRequest("400 Bad Request");
  const headers = new Map();
  for (;;) {
    const header = await line(reader);
    if (header === "") break;
    const [, name, value] = /^([^\s:]+):[ \t]*(.*?)[ \t]*$/.exec(header ?? "") ?? [];
    // Two lengths are two opinions on where the next request begins, and somebody before us may have another one.
    if (name === undefined || (name.toLowerCase() === "content-length" && headers.has("content-length")))
      throw new BadRequest("400 Bad Request");
    headers.set(name.toLowerCase(), value);
    if (headers.size > MAX_HEADERS) throw new BadRequest("431 Request Header Fields Too Large");
  }
  const body = await readBody(reader, headers);
  const wish = (headers.get("connection") ?? "").toLowerCase();
  return { method, target, body, keepAlive: version === "1.1" ? wish !== "close" : wish === "keep-alive" };
}

/**
 * @param {Reader} reader
 * @param {Map<string, string>} headers
 */
async function readBody(reader, headers) {
  if (headers.has("transfer-encoding")) throw new BadRequest("501 Not Implemented");
  const length = headers.get("content-length") ?? "0";
  if (!/^\d+$/.test(length)) throw new BadRequest("400 Bad Request");
  if (Number(length) > MAX_BODY) throw new BadRequest("413 Content Too Large");
  const body = Buffer.alloc(Number(length));
  await readFull(reader, body);
  return body;
}

/**
 * Head and body in one write: two would be two packets.
 * @param {import("rawconn").TCPConn} conn
 * @param {string} status
 * @param {string} text
 * @param {boolean} keepAlive
 */
const respond = (conn, status, text, keepAlive) =>
  conn.write(
    `HTTP/1.1 ${status}\r\ncontent-type: text/plain; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(text)}\r\nconnection: ${keepAlive ? "keep-alive" : "close"}\r\n\r\n${text}`,
  );

/** @param {import("rawconn").TCPConn} conn */
async function serve(conn) {
  const reader = new Reader(conn);
  try {
    for (;;) {
      conn.setDeadline(Date.now() + IDLE);
      const request = await readRequest(reader);
      if (request === null) return;
      const { method, target, body, keepAlive } = request;
      await respond(conn, "200 OK", `${method} ${target} ${body.length} bytes\n`, keepAlive);
      if (!keepAlive) return;
    }
  } catch (error) {
    if (error instanceof BadRequest)
      await respond(conn, error.status, `${error.status}\n`, false).catch(() => {});
    else console.error(String(error));
  } finally {
    conn.close();
  }
}

const listener = await listen("tcp", process.argv[2] ?? "127.0.0.1:8080");
console.log(`listening on ${String(listener.addr)}`);
for await (const conn of listener) void serve(conn);
