// Ways for copies and bursts to fail, and what Go says of each: one row a way.

import { Buffers, type Reader } from "rawconn";
import { type Pair, pair } from "../../support/pair.js";
import { CLOSED, CLOSING, fails, none, type Stage, staged } from "./scenario.js";

/** The server's side is the one that fails here. */
type Scene = Pair & Stage;

async function stage(): Promise<Scene> {
  const ends = await pair();
  const named = (text: string) =>
    text
      .replaceAll(String(ends.listener.addr), "127.0.0.1:LISTENPORT")
      .replaceAll(String(ends.client.localAddr), "127.0.0.1:EPHEMERAL");
  return Object.assign(ends, { named });
}

const CONN = "tcp 127.0.0.1:LISTENPORT->127.0.0.1:EPHEMERAL";
const BOTH = { source: "tcp|127.0.0.1:LISTENPORT", addr: "tcp|127.0.0.1:EPHEMERAL" };
const NESTED = { code: "ERR_CLOSED", chain: "OpError > OpError > SentinelError" };

/** One byte, and no more. */
function reader(): Reader {
  let left = 1;
  return { read: () => Promise.resolve(left-- > 0 ? 1 : null) };
}

/** Every way for copies and bursts to fail. */
export const copies = staged<Scene>(stage, {
  "TCPConn.ReadFrom(reader) right after peer closed": {
    fail: ({ client, server }) => (client.close(), none(server.readFrom(reader()))),
    text: null,
  },
  "TCPConn.ReadFrom(reader) after Close": {
    fail: ({ server }) => (server.close(), fails(server.readFrom(reader()))),
    text: `readfrom ${CONN}: write ${CONN}: ${CLOSED}`,
    ...NESTED,
    ...BOTH,
  },
  "TCPConn.WriteTo(writer) after Close": {
    fail: ({ server }) => (
      server.close(),
      fails(server.writeTo({ write: (p) => Promise.resolve(p.length) }))
    ),
    text: `writeto ${CONN}: read ${CONN}: ${CLOSED}`,
    ...NESTED,
    ...BOTH,
  },
  "Buffers.WriteTo(closed TCPConn)": {
    fail: ({ server }) => (server.close(), fails(new Buffers([Buffer.from("x")]).writeTo(server))),
    text: `writev ${CONN}: ${CLOSED}`,
    ...CLOSING,
    ...BOTH,
  },
});
