// Any script of reads, writes, deadlines and closes comes to what a model of the rules says, operation by operation.

import * as fc from "fast-check";
import { expect, it } from "vitest";
import { pipe, type PipeConn } from "rawconn";
import { turn } from "../support/outcome.js";

/** One step at one of the ends. `passed` sets a deadline in the past or clears it. */
type Step =
  | { do: "read" | "write"; end: 0 | 1; length: number }
  | { do: "deadline"; end: 0 | 1; side: "reads" | "writes"; passed: boolean }
  | { do: "close"; end: 0 | 1 }
  | { do: "turn" };

/** How an operation ended: its bytes or number, an error's code with `n`, or `waits`. */
interface Operation {
  end: string;
}

interface Read extends Operation {
  room: number;
}

interface Write extends Operation {
  bytes: number[];
  n: number;
}

/** One direction by the book: two lists, and what is the matter with either end. */
class Model {
  reads: Read[] = [];
  writes: Write[] = [];
  late = { reads: false, writes: false };
  closed = { reader: false, writer: false };

  read(room: number): Operation {
    const read = { end: "waits", room };
    this.reads.push(read);
    this.#settle();
    return read;
  }

  write(bytes: number[]): Operation {
    const write = { end: "waits", bytes, n: 0 };
    this.writes.push(write);
    this.#settle();
    return write;
  }

  close(which: "reader" | "writer"): void {
    this.closed[which] = true;
    this.#settle();
  }

  setLate(side: "reads" | "writes", passed: boolean): void {
    if (!this.closed.reader && !this.closed.writer) this.late[side] = passed;
    this.#settle();
  }

  #settle(): void {
    const { reader, writer } = this.closed;
    if (reader) this.#endReads("ERR_CLOSED_PIPE");
    else if (writer) this.#endReads("null");
    else if (this.late.reads) this.#endReads("ERR_DEADLINE");
    if (reader || writer) this.#endWrites("ERR_CLOSED_PIPE");
    else if (this.late.writes) this.#endWrites("ERR_DEADLINE");
    const [read] = this.reads;
    const [write] = this.writes;
    if (read === undefined || write === undefined) return;
    const part = write.bytes.slice(write.n, write.n + read.room);
    write.n += part.length;
    read.end = part.join();
    this.reads.shift();
    if (write.n === write.bytes.length) this.writes.shift()!.end = String(write.n);
    this.#settle();
  }

  #endReads(end: string): void {
    for (const read of this.reads.splice(0)) read.end = end;
  }

  #endWrites(code: string): void {
    for (const write of this.writes.splice(0)) write.end = `${code} n=${write.n}`;
  }
}

/** Follows a real operation. */
function follow(promise: Promise<number | null>, tell: (n: number) => string, isWrite: boolean): Operation {
  const operation = { end: "waits" };
  promise.then(
    (n) => (operation.end = n === null ? "null" : tell(n)),
    ({ code, n }: { code: string; n?: number }) => (operation.end = isWrite ? `${code} n=${n}` : code),
  );
  return operation;
}

const read = (conn: PipeConn, length: number) => {
  const p = new Uint8Array(length);
  return follow(conn.read(p), (n) => p.subarray(0, n).join(), false);
};
const write = (conn: PipeConn, bytes: number[]) => follow(conn.write(Uint8Array.from(bytes)), String, true);

function setDeadline(conn: PipeConn, side: "reads" | "writes", t: number | null): void {
  try {
    if (side === "reads") conn.setReadDeadline(t);
    else conn.setWriteDeadline(t);
  } catch (error) {
    expect(error).toMatchObject({ code: "ERR_CLOSED_PIPE" });
  }
}

/** Runs a script on a pipe and on its model; how the operations ended, in order. */
async function play(script: Step[]): Promise<{ real: string[]; expected: string[] }> {
  const ends = pipe();
  // Named for the end that reads.
  const models = [new Model(), new Model()];
  const real: Operation[] = [];
  const expected: Operation[] = [];
  let byte = 0;
  for (const step of script) {
    if (step.do === "turn") {
      await turn();
      continue;
    }
    const conn = ends[step.end];
    const [incoming, outgoing] = [models[step.end], models[1 - step.end]];
    if (step.do === "read") {
      real.push(read(conn, step.length));
      expected.push(incoming.read(step.length));
    } else if (step.do === "write") {
      const bytes = Array.from({ length: step.length }, () => byte++ & 255);
      real.push(write(conn, bytes));
      expected.push(outgoing.write(bytes));
    } else if (step.do === "deadline") {
      setDeadline(conn, step.side, step.passed ? 1 : null);
      (step.side === "reads" ? incoming : outgoing).setLate(step.side, step.passed);
    } else {
      conn.close();
      incoming.close("reader");
      outgoing.close("writer");
    }
  }
  // Long lines are served in several turns.
  for (let turns = 0; turns < 1 + script.length / 100; turns++) await turn();
  return { real: real.map(({ end }) => end), expected: expected.map(({ end }) => end) };
}

const end = fc.constantFrom<(0 | 1)[]>(0, 1);
const length = fc.oneof(fc.constant(0), fc.nat(4), fc.nat(40));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({ do: fc.constantFrom<("read" | "write")[]>("read", "write"), end, length }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("deadline" as const),
      end,
      side: fc.constantFrom<("reads" | "writes")[]>("reads", "writes"),
      passed: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ do: "turn" as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("close" as const), end }) },
);

it("short scripts of everything", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (script) => {
      const { real, expected } = await play(script);
      expect(real).toEqual(expected);
    }),
    { numRuns: 1000 },
  );
});

it("long scripts of reads and writes alone, over many turns of the loop", async () => {
  const exchange = fc.record({
    do: fc.constantFrom<("read" | "write")[]>("read", "write"),
    end,
    length: fc.integer({ min: 0, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(exchange, { minLength: 600, maxLength: 2000, size: "max" }), async (script) => {
      const { real, expected } = await play(script);
      expect(real).toEqual(expected);
    }),
    { numRuns: 10 },
  );
});
