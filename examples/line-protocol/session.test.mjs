// Tests of a protocol, without a network: a pipe has two ends in memory, and each is a connection with all that one has.
//
//     node --test examples/line-protocol/

import assert from "node:assert/strict";
import test from "node:test";
import { pipe } from "rawconn";
import { Scanner } from "rawconn/io";
import { converse } from "./session.mjs";

/**
 * A client whose server is at the other end of a pipe.
 * @param {(say: (line: string) => Promise<string>, session: Promise<void>) => Promise<void>} f
 */
async function withClient(f) {
  const [client, server] = pipe();
  // A pipe holds nothing: a write waits for the read at the other end. A test that hangs would tell nothing, so it may not.
  client.setDeadline(Date.now() + 2000);
  const session = converse(server, () => new Date(0)).finally(() => server.close());
  const answers = new Scanner(client)[Symbol.asyncIterator]();
  try {
    await f(async (line) => {
      await client.write(`${line}\n`);
      const { done, value } = await answers.next();
      return done ? "(end)" : value;
    }, session);
  } finally {
    client.close();
    await session.catch(() => {});
  }
}

test("echoes a text as it is, spaces and all", () =>
  withClient(async (say) => assert.equal(await say("echo  two  words "), " two  words ")));

test("tells the time", () =>
  withClient(async (say) => assert.equal(await say("TIME"), "1970-01-01T00:00:00.000Z")));

test("does not know what it does not know, and goes on", () =>
  withClient(async (say) => {
    assert.equal(await say("DANCE now"), "? DANCE");
    assert.equal(await say("ECHO on"), "on");
  }));

test("says goodbye and ends", () =>
  withClient(async (say, session) => {
    assert.equal(await say("QUIT"), "bye");
    await session;
  }));
