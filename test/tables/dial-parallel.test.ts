// Happy Eyeballs: who starts when, who wins, and what becomes of the loser. RFC 8305.

import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { CanceledError, ErrTimeout, OpError } from "rawconn";
import { dialParallel, dialSerial, type Racer } from "#lib/dial-parallel.js";
import type { Limit } from "#lib/internal/socket/socket.js";
import { outcomeAfter, rejection, SLACK, timed, turn } from "../support/outcome.js";
import { asGo } from "./as-go.js";

const forever: Limit = { deadline: Infinity };
const HOUR = 3600_000;
const DELAY = 40;

interface RaceRow {
  primaries: string[];
  fallbacks: string[];
  refused_network: "tcp4" | "tcp6" | null;
  ok: boolean;
  min_elapsed: "0" | "FallbackDelay";
}

/** A racer without sockets: SLOW never answers, addresses of the refused family fail at once, others connect. */
class Fake implements Racer<string, string> {
  readonly log: string[] = [];
  constructor(readonly refused: string | null = null) {}

  attempt = (addr: string, { deadline, signal }: Limit): Promise<string> => {
    this.log.push(`attempt ${addr}`);
    if (addr.startsWith("SLOW")) return silence(deadline, signal);
    const network = addr.includes(":") ? "tcp6" : "tcp4";
    return this.refused === network
      ? Promise.reject(this.refuse(addr, new Error("refused")))
      : Promise.resolve(addr);
  };
  refuse = (addr: string, cause: Error) =>
    new OpError({ op: "dial", net: "tcp", addr: { network: "tcp", toString: () => addr }, cause });
  discard = (conn: string) => void this.log.push(`discard ${conn}`);
}

function silence(deadline: number, signal: AbortSignal | undefined): Promise<string> {
  return new Promise((_, reject) => {
    const timer =
      deadline === Infinity ? undefined : setTimeout(() => reject(ErrTimeout), deadline - Date.now());
    signal?.addEventListener("abort", () => (clearTimeout(timer), reject(new CanceledError(signal.reason))));
  });
}

const race = (
  r: Racer<string, string>,
  { primaries, fallbacks }: Pick<RaceRow, "primaries" | "fallbacks">,
  delay: number,
  limit = forever,
) => dialParallel(r, primaries, fallbacks, limit, delay);

async function runRace({ primaries, fallbacks, refused_network, ok, min_elapsed }: RaceRow): Promise<void> {
  const addrs = primaries.flatMap((addr) =>
    addr.endsWith("1000 times") ? Array<string>(1000).fill("::1") : addr,
  );
  const delay = min_elapsed === "0" ? HOUR : DELAY;
  const { value, elapsed } = await timed(() =>
    race(new Fake(refused_network), { primaries: addrs, fallbacks }, delay).catch((error: Error) => error),
  );
  if (ok) expect([...addrs, ...fallbacks]).toContain(value);
  else expect(value).toBeInstanceOf(Error);
  expect(elapsed).toBeGreaterThan(min_elapsed === "0" ? -1 : DELAY - 1);
  expect(elapsed).toBeLessThan((min_elapsed === "0" ? 0 : DELAY) + SLACK);
  const aborted = race(new Fake(refused_network), { primaries: addrs, fallbacks }, delay, {
    deadline: Infinity,
    signal: AbortSignal.timeout(5),
  });
  expect(
    await outcomeAfter(
      SLACK,
      aborted.then(
        () => "settled",
        () => "settled",
      ),
    ),
  ).toBe("settled");
}

const raceRows: RaceRow[] = [
  { primaries: ["127.0.0.1"], fallbacks: [], refused_network: null, ok: true, min_elapsed: "0" },
  { primaries: ["::1"], fallbacks: [], refused_network: null, ok: true, min_elapsed: "0" },
  {
    primaries: ["::1", "127.0.0.1"],
    fallbacks: ["SLOW4"],
    refused_network: "tcp4",
    ok: true,
    min_elapsed: "0",
  },
  { primaries: ["127.0.0.1", "::1"], fallbacks: [], refused_network: "tcp4", ok: true, min_elapsed: "0" },
  { primaries: ["127.0.0.1"], fallbacks: ["::1"], refused_network: "tcp4", ok: true, min_elapsed: "0" },
  { primaries: ["127.0.0.1"], fallbacks: ["SLOW6"], refused_network: null, ok: true, min_elapsed: "0" },
  { primaries: ["SLOW4"], fallbacks: ["::1"], refused_network: null, ok: true, min_elapsed: "FallbackDelay" },
  {
    primaries: ["SLOW4", "SLOW6"],
    fallbacks: ["::1", "127.0.0.1"],
    refused_network: "tcp6",
    ok: true,
    min_elapsed: "FallbackDelay",
  },
  {
    primaries: ["127.0.0.1"],
    fallbacks: ["127.0.0.2"],
    refused_network: "tcp4",
    ok: false,
    min_elapsed: "0",
  },
  { primaries: [], fallbacks: [], refused_network: null, ok: false, min_elapsed: "0" },
  {
    primaries: ["::1 repeated 1000 times"],
    fallbacks: [],
    refused_network: null,
    ok: true,
    min_elapsed: "0",
  },
];
const sayRace = ({ primaries, fallbacks, refused_network, ok }: RaceRow) =>
  `[${primaries}] against [${fallbacks}], ${refused_network ?? "nothing"} refused: ${ok ? "connects" : "fails"}`;

describe("a race of", () => {
  it.each(raceRows.map((row) => [sayRace(row), row] as const))("%s", (_, row) => runRace(row));
});

asGo<RaceRow>("dial_parallel", { nameOf: sayRace, run: runRace });

describe("a race", () => {
  it("shares one listener on a signal with all others, and leaves none", async () => {
    const over = new AbortController();
    const { signal } = over;
    const families = { primaries: ["SLOW4"], fallbacks: ["SLOW6"] };
    const races = Array.from({ length: 20 }, () =>
      rejection(race(new Fake(), families, HOUR, { deadline: Infinity, signal })),
    );
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    over.abort();
    for (const error of await Promise.all(races)) expect(error).toBeInstanceOf(Error);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  it("starts the fallbacks after the delay, not before", async () => {
    const fake = new Fake();
    const racing = race(fake, { primaries: ["SLOW6"], fallbacks: ["127.0.0.1"] }, DELAY);
    await turn();
    expect(fake.log).toEqual(["attempt SLOW6"]);
    expect(await racing).toBe("127.0.0.1");
    expect(fake.log).toEqual(["attempt SLOW6", "attempt 127.0.0.1"]);
  });

  it("never starts them when the primaries were fast enough", async () => {
    const fake = new Fake();
    expect(await race(fake, { primaries: ["::1"], fallbacks: ["127.0.0.1"] }, DELAY)).toBe("::1");
    await outcomeAfter(2 * DELAY, new Promise(() => {}));
    expect(fake.log).toEqual(["attempt ::1"]);
  });

  it("tells the primaries' error when both sides fail, whoever failed first", async () => {
    const fake = new Fake();
    fake.attempt = (addr) =>
      addr === "first"
        ? outcomeAfter(20, new Promise(() => {})).then(() => Promise.reject(new Error(addr)))
        : Promise.reject(new Error(addr));
    expect((await rejection(race(fake, { primaries: ["first"], fallbacks: ["second"] }, 1))).message).toBe(
      "first",
    );
  });

  it("discards the connection that comes second", async () => {
    const fake = new Fake();
    let late!: () => void;
    fake.attempt = (addr) =>
      addr === "late" ? new Promise((resolve) => (late = () => resolve(addr))) : Promise.resolve(addr);
    expect(await race(fake, { primaries: ["late"], fallbacks: ["quick"] }, 1)).toBe("quick");
    late();
    await turn();
    expect(fake.log).toEqual(["discard late"]);
  });

  it("aborts whoever still runs when it is decided", async () => {
    const fake = new Fake();
    const signals: (AbortSignal | undefined)[] = [];
    const { attempt } = fake;
    fake.attempt = (addr, limit) => (signals.push(limit.signal), attempt(addr, limit));
    await race(fake, { primaries: ["SLOW6"], fallbacks: ["127.0.0.1"] }, 1);
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true]);
  });

  it("that is aborted ends with the caller's reason, and listens no longer", async () => {
    const wish = new AbortController();
    const racing = rejection(
      race(new Fake(), { primaries: ["SLOW6"], fallbacks: ["SLOW4"] }, 1, {
        deadline: Infinity,
        signal: wish.signal,
      }),
    );
    await outcomeAfter(5, racing);
    const reason = new Error("enough");
    wish.abort(reason);
    expect((await racing).cause).toBe(reason);
  });

  it("ends at its deadline, on both sides", async () => {
    const limit = { deadline: Date.now() + 30 };
    expect(await rejection(race(new Fake(), { primaries: ["SLOW6"], fallbacks: ["SLOW4"] }, 1, limit))).toBe(
      ErrTimeout,
    );
    expect(Date.now()).toBeGreaterThanOrEqual(limit.deadline);
  });
});

describe("dialing one after the other", () => {
  it("tells the first error, which tells the most", async () => {
    const fake = new Fake("tcp4");
    const error = await rejection(dialSerial(fake, ["127.0.0.1", "127.0.0.2"], forever));
    expect(error.message).toBe("dial tcp 127.0.0.1: refused");
    expect(fake.log).toHaveLength(2);
  });

  it("stops at the deadline, and at an abort", async () => {
    const fake = new Fake();
    expect((await rejection(dialSerial(fake, ["::1"], { deadline: Date.now() }))).cause).toBe(ErrTimeout);
    expect(
      (await rejection(dialSerial(fake, ["::1"], { deadline: Infinity, signal: AbortSignal.abort() }))).cause,
    ).toMatchObject({ code: "ABORT_ERR" });
    expect(fake.log).toEqual([]);
  });

  it("gives a silent address its share of the time, and the next one the rest", async () => {
    const fake = new Fake();
    const deadlines: number[] = [];
    fake.attempt = (addr, { deadline }) => (deadlines.push(deadline), Promise.reject(new Error(addr)));
    const now = Date.now();
    await rejection(dialSerial(fake, ["a", "b", "c"], { deadline: now + 30_000 }));
    expect(deadlines.map((at) => Math.round((at - now) / 1000))).toEqual([10, 15, 30]);
  });
});
