// What keeps a process alive, and what does not: `loop.mjs CASE` ends by itself, or waits for its parent to connect.

import { Dialer, listen, pipe } from "rawconn";
import { pair } from "./echo.mjs";

const ignore = () => {};
const room = () => new Uint8Array(16);
const HOUR = 3_600_000;

/** @type {Record<string, () => Promise<unknown>>} */
const cases = {
  "an open listener": () => listen("tcp", "127.0.0.1:0"),

  "an accept that is not to": async () => {
    const listener = await listen("tcp", "127.0.0.1:0");
    listener.unref();
    listener.accept().catch(ignore);
  },

  "an accept that was told not to while it waited": async () => {
    const listener = await listen("tcp", "127.0.0.1:0");
    listener.accept().catch(ignore);
    listener.unref();
  },

  "accepts that were aborted": async () => {
    const listener = await listen("tcp", "127.0.0.1:0");
    const abort = new AbortController();
    for (let i = 0; i < 3; i++) listener.accept({ signal: abort.signal }).catch(ignore);
    abort.abort();
  },

  "idle connections": () => Promise.all(Array.from({ length: 10 }, pair)),

  "reads that are not to": async () => {
    const { near, far } = await pair();
    near.unref();
    for (let i = 0; i < 3; i++) near.read(room()).catch(ignore);
    // Back and forth: what counts is what was said last.
    far.read(room()).catch(ignore);
    far.unref().ref().ref().unref();
  },

  "a read whose connection is closed": async () => {
    const { near } = await pair();
    near.read(room()).catch(ignore);
    near.close();
  },

  "a read that is over": async () => {
    const { near, far } = await pair();
    const reading = near.read(room());
    await far.write("x");
    await reading;
  },

  "a line of reads that are over": async () => {
    const { near, far } = await pair();
    const reads = Array.from({ length: 5 }, () => near.read(new Uint8Array(1)));
    await far.write("12345");
    await Promise.all(reads);
  },

  "a deadline that nothing waits for": async () => {
    const { near } = await pair();
    near.setDeadline(Date.now() + HOUR);
  },

  "an unwaited-for read that began when others still waited": async () => {
    const { near, far } = await pair();
    const reading = near.read(room());
    far.unref();
    far.read(room()).catch(ignore);
    near.close();
    await reading.catch(ignore);
  },

  "a dial that ran out of time": async () => {
    const listener = await listen("tcp", "127.0.0.1:0");
    const abort = AbortSignal.timeout(20);
    await listener.accept({ signal: abort }).catch(ignore);
    await new Dialer({ timeout: 20 }).dial("tcp", String(listener.addr)).catch(ignore);
  },

  "a read and a write of a pipe that nobody will ever answer": async () => {
    const [a, b] = pipe();
    a.read(room()).catch(ignore);
    b.read(room()).catch(ignore);
    const [c] = pipe();
    c.write("x").catch(ignore);
  },

  "a deadline of a pipe that nothing waits for any more": async () => {
    const [a, b] = pipe();
    a.setDeadline(Date.now() + HOUR);
    await Promise.all([a.read(room()), b.write("x")]);
    await Promise.all([a.write("x"), b.read(room())]);
    b.setReadDeadline(Date.now() + HOUR);
    b.read(room()).catch(ignore);
    b.close();
  },

  "a read of a pipe whose deadline is not to": async () => {
    const [a] = pipe();
    a.setDeadline(Date.now() + HOUR);
    a.unref().read(room()).catch(ignore);
    a.write("x").catch(ignore);
    const [b] = pipe();
    b.setDeadline(Date.now() + HOUR);
    b.read(room()).catch(ignore);
    b.write("x").catch(ignore);
    b.unref();
  },

  // Those that do keep it alive, until what they wait for has come.
  "+ a read with a deadline": async () => {
    const { near } = await pair();
    near.setReadDeadline(Date.now() + 30);
    near.read(room()).catch((error) => console.log(error.code));
  },

  "+ an accept with a deadline": async () => {
    const listener = await listen("tcp", "127.0.0.1:0");
    listener.setDeadline(Date.now() + 30);
    listener.accept().catch((error) => console.log(error.code));
  },

  "+ a read of a pipe with a deadline": async () => {
    const [a] = pipe();
    a.unref().setReadDeadline(Date.now() + 30);
    a.read(room()).catch((error) => console.log(error.code));
    a.ref();
  },

  "+ a write of a pipe with a deadline set while it waits": async () => {
    const [a] = pipe();
    a.write("x").catch((error) => console.log(error.code));
    a.setWriteDeadline(Date.now() + 30);
  },

  "+ an accept": async () => {
    const listener = await listen("tcp", "127.0.0.1:0");
    void listener.accept().then(() => console.log("accepted"));
    process.send?.(listener.addr?.port);
  },

  "+ an accept that was told to again": async () => {
    const listener = await listen("tcp", "127.0.0.1:0");
    listener.unref();
    void listener.accept().then(() => console.log("accepted"));
    listener.ref();
    process.send?.(listener.addr?.port);
  },

  "+ an accept begun in the course of another": async () => {
    const listener = await listen("tcp", "127.0.0.1:0");
    void (async () => {
      await listener.accept();
      // Here the poller's batch is not over yet: it is told of both, and only the sum counts.
      const second = listener.accept();
      const abort = new AbortController();
      const third = listener.accept({ signal: abort.signal }).catch(ignore);
      abort.abort();
      await Promise.all([second, third]);
      console.log("accepted");
    })();
    process.send?.(listener.addr?.port);
  },
};

const name = process.argv[2];
if (name === undefined) console.log(JSON.stringify(Object.keys(cases)));
else await cases[name]?.();
