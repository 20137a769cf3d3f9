// Ways for a bare descriptor to fail, and what Go says of each: one row a way.

import { type RawConn } from "rawconn";
import { thrown, turn } from "../../support/outcome.js";
import { type Pair, pair } from "../../support/pair.js";
import {
  CLOSED,
  CLOSING,
  DEADLINE,
  fails,
  type Outcome,
  PAST,
  type Stage,
  staged,
  ZERO,
} from "./scenario.js";

interface Scene extends Pair, Stage {
  /** Of the client. */
  raw: RawConn;
}

async function stage(): Promise<Scene> {
  const ends = await pair();
  const named = (text: string) =>
    text
      .replaceAll(String(ends.listener.addr), "127.0.0.1:LISTENPORT")
      .replaceAll(String(ends.client.localAddr), "127.0.0.1:EPHEMERAL");
  return Object.assign(ends, { raw: ends.client.syscallConn(), named });
}

const BOTH = { source: "tcp|127.0.0.1:EPHEMERAL", addr: "tcp|127.0.0.1:LISTENPORT" };
const CONN = "tcp 127.0.0.1:EPHEMERAL->127.0.0.1:LISTENPORT";

const afterClose =
  (fail: (raw: RawConn) => Promise<Outcome> | Outcome) =>
  ({ client, raw }: Scene) => {
    client.close();
    return fail(raw);
  };

const forbidden = () => {
  throw new Error("the callback ran");
};

/** Every way for a bare descriptor to fail. */
export const rawConn = staged<Scene>(stage, {
  "RawConn.Control after Close": {
    fail: afterClose((raw) => thrown<Error>(() => raw.control(forbidden))),
    text: `raw-control tcp 127.0.0.1:EPHEMERAL: ${CLOSED}`,
    ...CLOSING,
    addr: "tcp|127.0.0.1:EPHEMERAL",
  },
  "RawConn.Read after Close": {
    fail: afterClose((raw) => fails(raw.read(forbidden))),
    text: `raw-read ${CONN}: ${CLOSED}`,
    ...CLOSING,
    ...BOTH,
  },
  "RawConn.Write after Close": {
    fail: afterClose((raw) => fails(raw.write(forbidden))),
    text: `raw-write ${CONN}: ${CLOSED}`,
    ...CLOSING,
    ...BOTH,
  },
  "RawConn.Read pending when the conn is closed": {
    fail: async ({ client, raw }) => {
      const reading = fails(raw.read(() => false));
      await turn();
      client.close();
      return reading;
    },
    text: `raw-read ${CONN}: ${CLOSED}`,
    ...CLOSING,
    ...BOTH,
  },
  "RawConn.Read with past read deadline": {
    fail: ({ client, raw }) => (client.setReadDeadline(PAST), fails(raw.read(forbidden))),
    text: `raw-read ${CONN}: i/o timeout`,
    ...DEADLINE,
    ...BOTH,
  },
  "RawConn.Write with past write deadline": {
    fail: ({ client, raw }) => (client.setWriteDeadline(PAST), fails(raw.write(forbidden))),
    text: `raw-write ${CONN}: i/o timeout`,
    ...DEADLINE,
    ...BOTH,
  },
  "TCPListener.SyscallConn": {
    fail: ({ listener }) => (listener.syscallConn(), null),
    text: null,
  },
  "listener RawConn.Read": {
    fail: ({ listener }) => fails(listener.syscallConn().read(forbidden)),
    ...ZERO,
  },
  "listener RawConn.Write": {
    fail: ({ listener }) => fails(listener.syscallConn().write(forbidden)),
    ...ZERO,
  },
  "listener RawConn.Control": {
    fail: ({ listener }) => (listener.syscallConn().control(() => {}), null),
    text: null,
  },
});
