// TLS over connections without a descriptor: what was said arrives whole, and each direction ends by itself.

import { once } from "node:events";
import https from "node:https";
import { describe, expect, it } from "vitest";
import { pipe, type TCPConn } from "rawconn";
import { httpsAgent, serve, type StreamConn, tlsClient, tlsServer } from "rawconn/node";
import { makeCertificates } from "../support/certificates.js";
import { rejection, turn } from "../support/outcome.js";
import { pair } from "../support/pair.js";
import { pattern, readAll } from "./bytes.js";
import { custom, only } from "./conns.js";

const { ca, server: identity } = makeCertificates();
const trusting = { ca, servername: "localhost" };
const bytes = pattern(200_000);

/** Both ends of TLS. */
async function shaken(near: StreamConn, far: StreamConn) {
  const listener = tlsServer(only(far), identity);
  const client = tlsClient(near, trusting);
  const server = await listener.accept();
  listener.close();
  return { client, server };
}

/** Everything until the end, by a reader who leaves the rest lying for some turns of the event loop each time. */
async function readSlowly(conn: Pick<StreamConn, "read">): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let p = Buffer.alloc(5000), n; (n = await conn.read(p)) !== null;) {
    pieces.push(Buffer.from(p.subarray(0, n)));
    for (let i = 0; i < 5; i++) await turn();
  }
  return Buffer.concat(pieces);
}

const carriers: [string, (near: TCPConn, far: TCPConn) => Promise<[StreamConn, StreamConn]>][] = [
  ["TLS", async (near, far) => shaken(near, far).then(({ client, server }) => [client, server])],
  ["a connection of one's own", async (near, far) => [custom(near), custom(far)]],
];

describe.each(carriers)("TLS over %s", (_, carry) => {
  it("ends when its reader has taken all, not when the carrier ends", async () => {
    using ends = await pair();
    const { client, server } = await shaken(...(await carry(ends.client, ends.server)));
    client.closeWrite();
    expect(await server.read(Buffer.alloc(1))).toBe(null);
    const heard = readSlowly(client);
    await server.write(bytes);
    server.close();
    expect((await heard).equals(bytes)).toBe(true);
    if (!client.socket.closed) await once(client.socket, "close");
    expect((await rejection(ends.client.write("x"))).code).toBe("ERR_CLOSED");
  });
});

it("TLS over a pipe ends one direction, and then the other, and then the pipe", async () => {
  const [near, far] = pipe();
  const { client, server } = await shaken(near, far);
  await client.write("request");
  client.closeWrite();
  expect((await readAll(server)).toString()).toBe("request");
  const heard = readSlowly(client);
  await server.write(bytes);
  server.closeWrite();
  expect((await heard).equals(bytes)).toBe(true);
  for (const { socket } of [client, server]) if (!socket.closed) await once(socket, "close");
  for (const end of [near, far]) expect((await rejection(end.write("x"))).code).toBe("ERR_CLOSED_PIPE");
});

it("an end without a word of TLS reads as one with it, as the documentation says: Node does not tell", async () => {
  using ends = await pair();
  const { client, server } = await shaken(ends.client, custom(ends.server));
  await server.write("half of it");
  ends.server.closeWrite();
  expect((await readAll(client)).toString()).toBe("half of it");
  client.close();
  server.close();
});

it("an answer over https arrives whole, although the server has closed long since", async () => {
  using ends = await pair();
  const server = https.createServer(identity, (_, response) => {
    response.setHeader("Connection", "close").end(bytes);
  });
  const listener = only(custom(ends.server));
  const serving = serve(listener, server);
  const agent = httpsAgent({ dial: async () => custom(ends.client) }, trusting);
  const [response] = await once(https.get({ agent, host: "localhost" }), "response");
  const pieces: Buffer[] = [];
  for await (const piece of response) {
    pieces.push(piece);
    for (let i = 0; i < 50; i++) await turn();
  }
  expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  listener.close();
  await serving;
});

it.each(["in the handshake", "after it"])("a write of the carrier that fails %s closes it", async (when) => {
  using ends = await pair();
  const near = custom(ends.client);
  const failing = () => Promise.reject(Object.assign(new Error("no more"), { code: "EIO" }));
  if (when === "in the handshake") near.write = failing;
  const client = tlsClient(near, trusting);
  const listener = tlsServer(only(custom(ends.server)), identity);
  const accepting = listener.accept();
  if (when === "after it") await client.handshake();
  near.write = failing;
  expect((await rejection(client.write("x"))).code).toBe("EIO");
  expect((await rejection(ends.client.write("x"))).code).toBe("ERR_CLOSED");
  listener.close();
  await accepting.then(
    (server) => server.close(),
    () => {},
  );
});
