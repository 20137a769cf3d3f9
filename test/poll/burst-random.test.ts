// Everything that writes, in any order, on a connection whose reader takes its time: what arrives is what each of them
// says that it sent, one after the other as they were called.

import { type FileHandle, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { LimitedReader, type TCPConn } from "rawconn";
import { afterAll, beforeAll, expect, it } from "vitest";
import { errno } from "#lib/errors/index.js";
import { binding } from "#lib/internal/binding.js";
import { poller } from "#lib/internal/poll/poller.js";
import { taking } from "./bursts.js";
import { fdOf, outcome, pair, turn } from "./pair.js";
import { Dice } from "./script.js";

const STEPS = 1000;
const FILE = 4 << 20;

let folder: string;
let content: Buffer;
beforeAll(async () => {
  const dice = new Dice(1);
  content = Buffer.from(Uint32Array.from({ length: FILE / 4 }, () => dice.roll(2 ** 32)).buffer);
  folder = await mkdtemp(join(tmpdir(), "rawconn-"));
  await writeFile(join(folder, "noise"), content);
});
afterAll(() => rm(folder, { recursive: true }));

const twice: string[] = [];
process.on("multipleResolves", (type, _promise, value) => twice.push(`${type} ${inspect(value)}`));

const met = { files: 0, parts: 0 };

/** One operation: its bytes, or how many of the file from where that stands, and how many of them went. */
interface Sent {
  bytes: Uint8Array | null;
  n: number | null;
}

/** One connection, and all that was begun on it. */
class Writer {
  readonly sent: Sent[] = [];
  readonly faults: string[] = [];
  readonly #conn: TCPConn;
  readonly #file: FileHandle;
  readonly #dice: Dice;
  #late = 0;

  constructor(conn: TCPConn, file: FileHandle, dice: Dice) {
    this.#conn = conn;
    this.#file = file;
    this.#dice = dice;
  }

  step(): void {
    const what = this.#dice.roll(100);
    if (what < 70) this.#follow(this.#bytes(), (bytes) => this.#conn.write(bytes));
    else if (what < 76) this.#follow(this.#bytes(), (bytes) => this.#conn.writev(this.#cut(bytes)));
    else if (what < 82) this.#raw(this.#bytes());
    else if (what < 85) this.#sendFile();
    else if (what < 86) this.#hurry();
    else if (what < 96) this.#conn.syscallConn().control(() => {});
    if (this.#late-- === 0) this.#conn.setWriteDeadline(null);
  }

  // For a few steps only, or all the rest would be late.
  #hurry(): void {
    this.#conn.setWriteDeadline(Date.now() + this.#dice.roll(4));
    this.#late = this.#dice.roll(10);
  }

  #bytes(): Uint8Array {
    const length = this.#dice.roll([1, 10, 3000, 100_000][this.#dice.roll(4)]);
    const at = this.#dice.roll(FILE - length);
    return content.subarray(at, at + length);
  }

  #cut(bytes: Uint8Array): Uint8Array[] {
    const at = this.#dice.roll(bytes.length + 1);
    return [bytes.subarray(0, at), new Uint8Array(0), bytes.subarray(at)];
  }

  #sendFile(): void {
    const length = this.#dice.roll(50_000);
    this.#follow(null, () => this.#conn.readFrom(new LimitedReader(this.#file, length)));
  }

  #raw(bytes: Uint8Array): void {
    const sent: Sent = { bytes, n: 0 };
    this.sent.push(sent);
    const writing = this.#conn.syscallConn().write((fd) => {
      while (sent.n! < bytes.length) {
        const n = binding.send(fd, bytes, sent.n!);
        if (n === -errno("EAGAIN")) return false;
        sent.n! += n;
      }
      return true;
    });
    void outcome(writing).then((ended) => this.#note(ended));
  }

  #follow(bytes: Uint8Array | null, begin: (bytes: Uint8Array) => Promise<number>): void {
    const sent: Sent = { bytes, n: null };
    this.sent.push(sent);
    void outcome(begin(bytes ?? content)).then((ended) => {
      if (sent.n !== null) this.faults.push("it ended twice");
      sent.n = "value" in ended ? ended.value : ended.error.n!;
      if ("value" in ended && bytes !== null && ended.value !== bytes.length)
        this.faults.push(`${ended.value} of ${bytes.length} bytes are not all`);
      this.#note(ended);
    });
  }

  #note(ended: Awaited<ReturnType<typeof outcome>>): void {
    if ("error" in ended && ended.error.code !== "ERR_DEADLINE") this.faults.push(String(ended.error));
  }
}

/** Reads slowly, until the end. */
async function readAll(conn: TCPConn, dice: Dice): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const p = new Uint8Array(1 + dice.roll(dice.roll(4) === 0 ? 100 : 200_000));
    const n = await conn.read(p);
    if (n === null) return Buffer.concat(parts);
    parts.push(p.subarray(0, n));
    if (dice.roll(3) === 0) await turn();
  }
}

/** What must arrive, if each has sent what it says. */
function expected(sent: readonly Sent[]): Buffer {
  let at = 0;
  return Buffer.concat(
    sent.map(({ bytes, n }) => {
      if (bytes !== null) return bytes.subarray(0, n!);
      return content.subarray(at, (at += n!));
    }),
  );
}

it.each([
  [1, Infinity],
  [20_261_121, Infinity],
  [3, 700],
])("any order of writes, from seed %i, of which the kernel takes %d bytes a call", async (seed, perCall) => {
  using ends = await pair();
  const dice = new Dice(seed);
  const file = await open(join(folder, "noise"));
  ends.near.setWriteBuffer(20_000);
  const writer = new Writer(ends.near, file, dice);
  const reading = readAll(ends.far, new Dice(seed));
  {
    using _ = perCall === Infinity ? null : taking({ perCall });
    for (let step = 0; step < STEPS; step++) {
      if (dice.roll(20) === 0) poller.turn = dice.roll(4);
      writer.step();
      const pause = dice.roll(10);
      if (pause === 0) await turn();
      else if (pause === 1) await Promise.resolve();
      // Not more waits than a reader could take in a while.
      if (poller.waiting[fdOf(ends.near).slot * 2 + 1] !== null && dice.roll(4) === 0) await turn();
    }
    ends.near.setWriteDeadline(null);
    while (writer.sent.some(({ n }) => n === null)) await turn();
    await ends.near.write("");
  }
  ends.near.closeWrite();
  const got = await reading;
  await file.close();
  const wanted = expected(writer.sent);
  expect(writer.faults).toEqual([]);
  expect(got.length).toBe(wanted.length);
  expect(got.equals(wanted)).toBe(true);
  expect(twice).toEqual([]);
  for (const { bytes, n } of writer.sent) {
    if (bytes === null && n! > 0) met.files++;
    if (bytes !== null && n! > 0 && n! < bytes.length) met.parts++;
  }
});

it("met what it was made for: files in the line, and writes that were cut short", () => {
  expect(met.files).toBeGreaterThan(10);
  expect(met.parts).toBeGreaterThan(0);
});
