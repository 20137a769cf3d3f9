// Ways for a connection in memory to fail, and what Go says of each: one row a way.

import { pipe, type PipeConn } from "rawconn";
import { DEADLINE, eof, fails, p, PAST, type Stage, staged } from "./scenario.js";

interface Scene extends Stage {
  near: PipeConn;
  far: PipeConn;
}

async function stage(): Promise<Scene> {
  const [near, far] = pipe();
  return { near, far, named: (text) => text, [Symbol.dispose]: () => (near.close(), far.close()) };
}

const ENDED = { text: "io: read/write on closed pipe", code: "ERR_CLOSED_PIPE" };

/** Every way for a connection in memory to fail. */
export const pipes = staged<Scene>(stage, {
  "Pipe Write with past deadline": {
    fail: ({ near }) => (near.setWriteDeadline(PAST), fails(near.write("x"))),
    text: "write pipe: i/o timeout",
    ...DEADLINE,
  },
  "Pipe Read with past deadline": {
    fail: ({ near }) => (near.setReadDeadline(PAST), fails(near.read(p()))),
    text: "read pipe: i/o timeout",
    ...DEADLINE,
  },
  "Pipe Read after remote Close": {
    fail: ({ near, far }) => (far.close(), eof(near.read(p()))),
    text: "EOF",
  },
  "Pipe Write after remote Close": {
    fail: ({ near, far }) => (far.close(), fails(near.write("x"))),
    ...ENDED,
  },
  "Pipe Read after local Close": { fail: ({ near }) => (near.close(), fails(near.read(p()))), ...ENDED },
  "Pipe Write after local Close": { fail: ({ near }) => (near.close(), fails(near.write("x"))), ...ENDED },
  "Pipe Close twice": { fail: ({ near }) => (near.close(), near.close(), null), text: null },
});
