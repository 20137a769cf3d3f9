import { setImmediate } from "node:timers/promises";
import { AddrError, invalidArgType } from "../../errors/index.js";
import type { Addr } from "../../netip/index.js";
import { parseRange, type Range, rangeOf } from "./range.js";

/** Where the targets of a sweep come from. */
export type Targets = string | Iterable<string> | AsyncIterable<string>;

/** Throws a TypeError for what cannot be targets. */
export function checkTargets(targets: unknown): Targets {
  const isList = typeof targets === "object" && targets !== null;
  if (
    typeof targets === "string" ||
    (isList && (Symbol.iterator in targets || Symbol.asyncIterator in targets))
  )
    return targets as Targets;
  throw invalidArgType("targets", "a string, or an iterable of strings", targets);
}

/** One address of a sweep, and how it stands with it in this round. */
export class Host {
  /** The target that stands for it, as it was given. */
  readonly target: string;
  readonly addr: Addr;
  /** 1 for the first. */
  readonly round: number;
  /** How many requests were sent to it. */
  attempts = 0;
  /** Whether it is known how it went. */
  over = false;
  /** Whether it answered. */
  alive = false;

  constructor(target: string, addr: Addr, round: number) {
    this.target = target;
    this.addr = addr;
    this.round = round;
  }
}

/** What a feed tells those who take from it. */
export interface FeedWatcher {
  /** Whether such addresses are wanted. */
  suits(range: Range): boolean;
  /** Looks a name up. */
  lookUp(name: string): Promise<Addr>;
  /** Before the first address of a range is given out. Never rejects. */
  prepare(range: Range): Promise<void>;
  /** There is more to take, or there will be nothing any more. */
  more(): void;
  /** Whether so much was told that was not read yet that no more should be found. */
  isFull(): boolean;
  /** This name has no address. */
  unresolved(target: string, error: Error): void;
}

// How many names are looked up at a time.
const MAX_LOOKUPS = 64;
// How many ranges are read ahead: what nobody has asked for yet need not be read.
const AHEAD = 1024;

/** Reads targets, as many as are needed, and gives out their addresses one by one: once, or once in each round. */
export class Feed {
  /** How many addresses there are so far. */
  size = 0;
  readonly #watcher: FeedWatcher;
  // Whether there is another round, which begins with the first range again.
  readonly #keeps: boolean;
  readonly #ranges: Range[] = [];
  // Where the round stands: the range, and the address in it that is next.
  #at = 0;
  #done = 0;
  #addr: Addr | null = null;
  #round = 1;
  #exhausted = false;
  #stopped = false;
  #lookups = 0;
  #wake: (() => void) | null = null;

  /** @param keeps whether there is more than one round */
  constructor(keeps: boolean, watcher: FeedWatcher) {
    this.#keeps = keeps;
    this.#watcher = watcher;
  }

  /** Whether all targets were read. */
  get exhausted(): boolean {
    return this.#exhausted;
  }

  /** Whether there is an address to take. */
  get ready(): boolean {
    return this.#at < this.#ranges.length;
  }

  /** Whether this round has given out everything. */
  get roundOver(): boolean {
    return this.#exhausted && this.#at === this.#ranges.length;
  }

  /** The next address of this round; null when there is none, or none yet. */
  take(): Host | null {
    const range = this.#ranges[this.#at];
    if (range === undefined) return null;
    const addr = this.#addr ?? range.first;
    this.#done++;
    if (this.#done < range.size) {
      this.#addr = addr.next();
    } else {
      this.#addr = null;
      this.#done = 0;
      this.#at++;
      this.#forget();
      this.resume();
    }
    return new Host(range.target, addr, this.#round);
  }

  /** Begins the next round with the first target. */
  again(): void {
    this.#at = 0;
    this.#round++;
  }

  /** Reads the targets to their end, unless it is stopped. Rejects as the iterable does, or for what is no string. */
  async read(targets: Targets): Promise<void> {
    let read = 0;
    for await (const target of typeof targets === "string" ? [targets] : targets) {
      if (this.#stopped) return;
      if (typeof target !== "string") throw invalidArgType("target", "a string", target);
      await this.#add(target);
      // A list that is at hand must not keep the rest of the loop waiting.
      if (++read % AHEAD === 0) await setImmediate();
      while (!this.#stopped && this.#isAhead) await this.#room();
    }
    while (!this.#stopped && this.#lookups > 0) await this.#room();
    this.#exhausted = true;
    this.#watcher.more();
  }

  /** Nothing more is read. */
  stop(): void {
    this.#stopped = true;
    this.resume();
  }

  async #add(target: string): Promise<void> {
    const range = parseRange(target);
    if (range === null) void this.#lookUp(target);
    else if (this.#watcher.suits(range)) await this.#push(range);
    else this.#watcher.unresolved(target, new AddrError("no suitable address found", target));
  }

  async #push(range: Range): Promise<void> {
    await this.#watcher.prepare(range);
    this.#ranges.push(range);
    this.size += range.size;
    this.#watcher.more();
  }

  async #lookUp(name: string): Promise<void> {
    this.#lookups++;
    try {
      const addr = await this.#watcher.lookUp(name);
      if (!this.#stopped) await this.#push(rangeOf(name, addr));
    } catch (error) {
      if (!this.#stopped) this.#watcher.unresolved(name, error as Error);
    } finally {
      this.#lookups--;
      this.resume();
    }
  }

  get #isAhead(): boolean {
    const isFull = this.#lookups >= MAX_LOOKUPS || this.#ranges.length - this.#at >= AHEAD;
    return isFull || this.#watcher.isFull();
  }

  #forget(): void {
    if (this.#keeps || this.#at < AHEAD) return;
    this.#ranges.splice(0, this.#at);
    this.#at = 0;
  }

  #room(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  /** There may be room for more. */
  resume(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}
