// A file into a connection, inside the kernel: readFrom over sendfile(2).

import { execFileSync } from "node:child_process";
import {
  appendFile,
  type FileHandle,
  mkdtemp,
  open,
  readFile,
  rm,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LimitedReader, type Source, type TCPConn } from "rawconn";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { errno } from "#lib/errors/index.js";
import type { binding } from "#lib/internal/binding.js";
import { poller, WRITE } from "#lib/internal/poll/poller.js";
import { failing, failingAlways, withFault } from "../faults/inject.js";
import { codeOf, fdOf, fill, outcome, readFull, turn } from "../poll/pair.js";
import { rejection } from "../support/outcome.js";
import { watch } from "../support/syscalls.js";
import { ends, type Ends, hash, noise, readAll } from "./ends.js";

const SIZE = 300_000;
const content = noise(SIZE);
let folder: string;
let path: string;
let files: FileHandle[];
let conns: Ends<TCPConn>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rawconn-"));
});
afterAll(() => rm(folder, { recursive: true }));

beforeEach(async () => {
  files = [];
  path = join(folder, "file");
  await writeFile(path, content);
  conns = await ends("tcp");
});
afterEach(async () => {
  conns[Symbol.dispose]();
  for (const file of files) await file.close();
});

async function opened(from = path, flags = "r"): Promise<FileHandle> {
  const file = await open(from, flags);
  files.push(file);
  return file;
}

/** Where a file stands: what is read from there is what it holds there. */
async function placeOf(file: FileHandle): Promise<number> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(SIZE + 1));
  const place = SIZE - bytesRead;
  expect(buffer.subarray(0, bytesRead).equals(content.subarray(place))).toBe(true);
  return place;
}

/** Sends, shuts, and tells what arrived. */
async function sent(source: Source): Promise<{ n: number; got: Buffer }> {
  const reading = readAll(conns.far);
  const n = await conns.near.readFrom(source);
  conns.near.closeWrite();
  return { n, got: await reading };
}

/** Begins to send to a full connection; how many bytes fill it. */
async function heldUp(source: Source): Promise<{ sending: ReturnType<typeof outcome>; filled: number }> {
  const filled = fill(conns.near);
  const sending = outcome(conns.near.readFrom(source));
  while (poller.waiting[fdOf(conns.near).slot * 2 + WRITE] === null) await turn();
  return { sending, filled };
}

describe("a file", () => {
  it("goes whole, and never through here", async () => {
    using calls = watch();
    const { n, got } = await sent(await opened());
    expect([n, hash(got)]).toEqual([SIZE, hash(content)]);
    expect(calls.count("sendfile")).toBeGreaterThan(0);
    expect(calls.count("send") + calls.count("writev")).toBe(0);
  });

  it("goes from where it stands", async () => {
    const file = await opened();
    await file.read(Buffer.alloc(100_000));
    const { n, got } = await sent(file);
    expect([n, got.equals(content.subarray(100_000))]).toEqual([200_000, true]);
  });

  it.each([
    [0, 0],
    [1, 1],
    [SIZE - 1, SIZE - 1],
    [SIZE, SIZE],
    [SIZE + 1, SIZE],
    [Number.MAX_SAFE_INTEGER, SIZE],
  ])("of which %i bytes are asked for gives %i, and stands behind them", async (limit, moved) => {
    const file = await opened();
    const reader = new LimitedReader(file, limit);
    const { n, got } = await sent(reader);
    expect([n, reader.n, got.equals(content.subarray(0, moved))]).toEqual([moved, limit - moved, true]);
    expect(await placeOf(file)).toBe(moved);
  });

  it("goes in parts", async () => {
    const file = await opened();
    const reading = readAll(conns.far);
    const parts: number[] = [];
    for (const part of [1, 99_999, 150_000, 150_000])
      parts.push(await conns.near.readFrom(new LimitedReader(file, part)));
    conns.near.closeWrite();
    expect(parts).toEqual([1, 99_999, 150_000, 50_000]);
    expect(hash(await reading)).toBe(hash(content));
  });

  it("of many MiB goes in several calls", async () => {
    const big = noise((9 << 20) + 5);
    await writeFile(join(folder, "big"), big);
    const { n, got } = await sent(await opened(join(folder, "big")));
    expect([n, hash(got)]).toEqual([big.length, hash(big)]);
  });

  it("without a byte ends at once", async () => {
    await writeFile(join(folder, "empty"), "");
    expect(await conns.near.readFrom(await opened(join(folder, "empty")))).toBe(0);
  });

  it("of which nothing is asked for waits for nobody", async () => {
    fill(conns.near);
    const file = await opened();
    expect(await conns.near.readFrom(new LimitedReader(file, 0))).toBe(0);
    conns.near.close();
    expect(await conns.near.readFrom(new LimitedReader(file, 0))).toBe(0);
  });

  it("keeps its place among the writes of the same turn", async () => {
    const file = await opened();
    const all = [
      conns.near.write("before"),
      conns.near.readFrom(file),
      conns.near.write("between"),
      conns.near.readFrom(new LimitedReader(await opened(), 4)),
      conns.near.write("after"),
    ];
    const length = 6 + SIZE + 7 + 4 + 5;
    const got = await readFull(conns.far, length);
    expect(await Promise.all(all)).toEqual([6, SIZE, 7, 4, 5]);
    const wanted = ["before", content, "between", content.subarray(0, 4), "after"];
    expect(got.equals(Buffer.concat(wanted.map((part) => Buffer.from(part))))).toBe(true);
  });

  it("that grows while it goes is sent to its new end", async () => {
    const { sending, filled } = await heldUp(await opened());
    await appendFile(path, "more");
    const got = await readFull(conns.far, filled + SIZE + 4);
    expect(await sending).toEqual({ value: SIZE + 4 });
    expect(got.toString("latin1", filled + SIZE)).toBe("more");
  });

  it("that is cut while it goes ends there", async () => {
    const { sending, filled } = await heldUp(await opened());
    await truncate(path, 1000);
    const got = await readFull(conns.far, filled + 1000);
    expect(await sending).toEqual({ value: 1000 });
    expect(got.subarray(filled).equals(content.subarray(0, 1000))).toBe(true);
  });
});

describe("sending a file that is cut short", () => {
  it("by the write deadline tells how far it came; file and connection go on from there", async () => {
    await writeFile(path, noise(32 << 20));
    const file = await opened();
    const reader = new LimitedReader(file, 30 << 20);
    conns.near.setWriteDeadline(Date.now() + 30);
    const error = await rejection(conns.near.readFrom(reader));
    const addresses = `${conns.near.localAddr!.toString()}->${conns.near.remoteAddr!.toString()}`;
    expect(error).toMatchObject({
      op: "readfrom",
      code: "ERR_DEADLINE",
      message: `readfrom tcp ${addresses}: i/o timeout`,
    });
    expect(error.n).toBeGreaterThan(0);
    expect(reader.n).toBe((30 << 20) - error.n!);
    conns.near.setWriteDeadline(null);
    const reading = readAll(conns.far);
    expect(await conns.near.readFrom(reader)).toBe((30 << 20) - error.n!);
    conns.near.closeWrite();
    expect(hash(await reading)).toBe(hash(noise(30 << 20)));
  });

  it("by close", async () => {
    const { sending, filled } = await heldUp(await opened());
    conns.near.close();
    expect(await sending).toMatchObject({ error: { op: "readfrom", code: "ERR_CLOSED", n: 0 } });
    expect((await readAll(conns.far)).length).toBe(filled);
    expect(await placeOf(files[0])).toBe(0);
  });

  it("by a reset", async () => {
    const { sending } = await heldUp(await opened());
    conns.far.setLinger(0);
    conns.far.close();
    expect(await sending).toMatchObject({ error: { code: "ECONNRESET", syscall: "sendfile", n: 0 } });
  });

  // Also one that would have meant, at the beginning, that this file cannot be sent.
  it.each(["EIO", "EINVAL"] as const)("by an error of the disk (%s)", async (code) => {
    let calls = 0;
    type SendFile = typeof binding.sendfile;
    const once: (real: SendFile) => SendFile = (real) => (to, from, offset, length) =>
      calls++ === 0 ? real(to, from, offset, Math.min(length, 1000)) : -errno(code);
    const file = await opened();
    await withFault({ sendfile: once }, async () => {
      expect(await outcome(conns.near.readFrom(file))).toMatchObject({
        error: { op: "readfrom", code, syscall: "sendfile", n: 1000 },
      });
    });
    expect(await placeOf(file)).toBe(1000);
  });

  it("by closing the file: its number is another file's by then, and none of that goes", async () => {
    const file = await open(path);
    const { fd } = file;
    const { sending, filled } = await heldUp(file);
    await file.close();
    await writeFile(join(folder, "secret"), Buffer.alloc(SIZE, "!"));
    const secret = await opened(join(folder, "secret"));
    expect(secret.fd).toBe(fd);
    await readFull(conns.far, filled);
    expect(await sending).toMatchObject({ error: { code: "EBADF", syscall: "sendfile", n: 0 } });
    await conns.near.write("next");
    expect((await readFull(conns.far, 4)).toString()).toBe("next");
  });

  it("before it begins, since the file is closed", async () => {
    const file = await open(path);
    await file.close();
    expect(await codeOf(conns.near.readFrom(file))).toBe("EBADF");
  });
});

describe("what cannot be sent inside the kernel is copied", () => {
  it.each(["EINVAL", "ENOSYS", "EOPNOTSUPP"] as const)("where sendfile(2) says %s", async (code) => {
    const reader = new LimitedReader(await opened(), SIZE - 1);
    await withFault({ sendfile: failingAlways(code) }, async () => {
      const { n, got } = await sent(reader);
      expect([n, reader.n, got.equals(content.subarray(0, SIZE - 1))]).toEqual([SIZE - 1, 0, true]);
    });
    expect(await placeOf(files[0])).toBe(SIZE - 1);
  });

  it("such as a pipe", async () => {
    const fifo = join(folder, "fifo");
    execFileSync("mkfifo", [fifo]);
    const [from, to] = await Promise.all([opened(fifo, "r"), open(fifo, "w")]);
    const writing = to.write(content).then(() => to.close());
    const { n, got } = await sent(from);
    await writing;
    expect([n, hash(got)]).toEqual([SIZE, hash(content)]);
  });

  it("such as what the kernel makes up as it is read", async () => {
    const made = "/proc/sys/kernel/ostype";
    const { n, got } = await sent(await opened(made));
    expect(got.toString()).toBe(await readFile(made, "utf8"));
    expect(n).toBe(got.length);
  });

  it("and a directory cannot even be read", async () => {
    const error = await rejection(conns.near.readFrom(await opened(folder)));
    expect(error).toMatchObject({ name: "OpError", op: "readfrom", code: "EISDIR", n: 0 });
  });

  it("but not what merely has to wait", async () => {
    const file = await opened();
    await withFault({ sendfile: failing("EAGAIN") }, async () => {
      using calls = watch();
      const reading = readFull(conns.near, SIZE);
      // This end was never watched: the first look at it tells that it is ready.
      expect(await conns.far.readFrom(file)).toBe(SIZE);
      expect((await reading).equals(content)).toBe(true);
      expect(calls.count("send")).toBe(0);
    });
  });
});

describe("a kernel that sends", () => {
  it("a few bytes at a time sends all of them, in order", async () => {
    type SendFile = typeof binding.sendfile;
    const few: (real: SendFile) => SendFile = (real) => (to, from, offset, length) =>
      real(to, from, offset, Math.min(length, 997));
    const file = await opened();
    await withFault({ sendfile: few }, async () => {
      const { n, got } = await sent(file);
      expect([n, hash(got)]).toEqual([SIZE, hash(content)]);
    });
  });
});
