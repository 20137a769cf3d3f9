import { performance } from "node:perf_hooks";
import { asError } from "../../errors/index.js";
import { type Addr, addrFromSlice } from "../../netip/index.js";
import type { ErrorAnswer } from "../answer.js";
import { describe } from "../describe.js";
import { Run } from "../run.js";
import { resolveTarget } from "../target.js";
import { checkTargets, Feed, type FeedWatcher, type Host, type Targets } from "./feed.js";
import { Line } from "./line.js";
import { type SweepOptions, type SweepSettings, sweepSettingsOf } from "./options.js";
import { Pace } from "./pace.js";
import type { Range } from "./range.js";
import type { SweepResult } from "./results.js";
import { type SweepStatistics, SweepTally } from "./tally.js";
import type { Wire } from "./wire.js";
import { Wires } from "./wires.js";

// Requests between two looks for answers: no more than a small receive buffer has room for.
const BURST = 64;
// How long one turn may send before the event loop has its own, in milliseconds.
const TURN = 5;
// How long to wait when the socket has no room, in milliseconds.
const PAUSE = 1;
// Results that wait for a reader before nothing more is sent.
const MAX_UNREAD = 65536;

/**
 * Echo requests to any number of hosts: an async iterable of results, in batches as they come, which can be read once.
 *
 * Nothing is opened before the first batch is asked for. Leaving a `for await` loop ends the sweep, and so does disposing
 * of it. Whoever reads slowly is waited for: with 65536 results unread, nothing more is sent.
 */
export class Sweep extends Run<SweepResult[]> {
  readonly #settings: SweepSettings;
  readonly #targets: Targets;
  readonly #tally = new SweepTally();
  readonly #feed: Feed;
  readonly #line: Line;
  readonly #pace: Pace;
  readonly #wires: Wires;
  #batch: SweepResult[] = [];
  #pausedUntil = 0;
  #started = false;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;

  /** Made by {@link sweep}. */
  constructor(targets: Targets, options: SweepOptions = {}) {
    checkTargets(targets);
    const settings = sweepSettingsOf(options);
    super(settings.signal);
    this.#targets = targets;
    this.#settings = settings;
    this.#pace = new Pace(this.#settings.rate);
    this.#wires = new Wires(this.#settings, {
      sent: (host) => this.#sent(host),
      refused: (host, error) => this.#refused(host, error),
      held: (host) => this.#held(host),
      reply: (wire, seq, rtt, ttl, bytes) => this.#reply(wire, seq, rtt, ttl, bytes),
      report: (wire, seq, answer) => this.#report(wire, seq, answer),
      drained: () => this.#schedule(),
      failed: (error) => this.end(error),
    });
    this.#feed = new Feed(this.#settings.count > 1, this.#watcher());
    this.#line = new Line(this.#feed, this.#settings);
  }

  /** The figures so far; the object is the same for the whole sweep, and lives. */
  get statistics(): SweepStatistics {
    return this.#tally;
  }

  /** Whether raw sockets are used, for want of unprivileged ones; null before the first is open. */
  get privileged(): boolean | null {
    return this.#wires.privileged;
  }

  /**
   * The next results, one at least; the first call opens sockets as they are needed and begins to send. Rejects with a
   * PermissionError (`EPERM`, `EACCES`) that says what to do when no ICMP socket is allowed; an OpError `listen`;
   * `ABORT_ERR`; what the iterable of targets rejects with; a TypeError for a target that is no string.
   */
  next(): Promise<IteratorResult<SweepResult[], void>> {
    if (!this.#started && !this.ended) this.#start();
    this.#flush();
    const result = this.events.next();
    // Its room may be what was waited for.
    if (!this.ended) this.#schedule();
    return result;
  }

  #start(): void {
    this.#started = true;
    try {
      this.heed();
    } catch (error) {
      this.end(error as Error);
      return;
    }
    this.#line.start(performance.now());
    this.#feed.read(this.#targets).catch((error: unknown) => this.end(asError(error)));
  }

  protected override end(error: Error | null): void {
    this.#flush();
    super.end(error);
  }

  protected override release(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#feed.stop();
    this.#wires.close();
  }

  #watcher(): FeedWatcher {
    return {
      suits: ({ first }) => this.#settings.family === 0 || this.#settings.family === familyOf(first),
      lookUp: async (name) => {
        const { ip, zone } = await resolveTarget(name, this.#settings);
        return addrFromSlice(ip!)!.unmap().withZone(zone);
      },
      prepare: (range) => this.#prepare(range),
      more: () => this.#more(),
      isFull: () => this.#batch.length >= MAX_UNREAD,
      unresolved: (target, error) => {
        this.#tally.unresolved++;
        this.#tell({ type: "unresolved", target, error });
        this.#flushSoon();
      },
    };
  }

  // The socket of a family is opened with the first range of it. Without one the sweep is over.
  async #prepare({ first }: Range): Promise<void> {
    try {
      await this.#wires.open(familyOf(first));
    } catch (error) {
      this.end(error as Error);
    }
  }

  #more(): void {
    if (this.ended) return;
    this.#tally.addresses = this.#feed.size;
    this.#tally.complete = this.#feed.exhausted;
    this.#schedule();
  }

  // Sends and takes answers by turns, as long as there is something to send and the turn is not over.
  #turn(): void {
    const start = performance.now();
    let now = start;
    do {
      this.#expire(now);
      const sent = this.#burst(now);
      this.#wires.drain();
      if (sent === 0) break;
      now = performance.now();
    } while (now - start < TURN && !this.ended);
  }

  // Sends what may be sent now, a burst at most; how many that were.
  #burst(now: number): number {
    let sent = 0;
    while (sent < BURST && !this.#mayNotSend(now) && this.#pace.due <= now) {
      const host = this.#line.next(now);
      if (host === null) break;
      const wire = this.#wires.of(familyOf(host.addr));
      if (wire.table.full) break;
      this.#line.pass();
      host.attempts++;
      wire.send(host, now);
      this.#pace.spend(now);
      sent++;
    }
    this.#wires.flush();
    return sent;
  }

  #mayNotSend(now: number): boolean {
    return this.ended || this.#pausedUntil > now || this.#batch.length >= MAX_UNREAD;
  }

  #sent(host: Host): void {
    if (host.attempts === 1) this.#tally.begun++;
    this.#tally.transmitted++;
  }

  #refused(host: Host, error: Error): void {
    this.#sent(host);
    this.#tally.sendErrors++;
    this.#tally.unreachable++;
    host.over = true;
    this.#tell({ type: "send-error", ...told(host), error });
  }

  // The socket has no room: it is the next one's turn when it may have.
  #held(host: Host): void {
    host.attempts--;
    this.#line.retry(host);
    this.#pausedUntil = performance.now() + PAUSE;
  }

  #reply(wire: Wire, seq: number, rtt: number, ttl: number | null, bytes: number): void {
    const host = wire.table.hostOf(seq)!;
    const isFirst = wire.table.answer(seq);
    // An answer to another attempt has come before, or it was given up.
    if (isFirst === host.over || (!isFirst && !host.alive)) return;
    host.over = true;
    host.alive = true;
    this.#tally[isFirst ? "received" : "duplicates"]++;
    this.#tally.time(rtt);
    // Any number of these may come from one who means harm.
    if (!isFirst && this.#batch.length >= MAX_UNREAD) return;
    const { target, addr, round, attempts } = host;
    this.#tell({ type: isFirst ? "reply" : "duplicate", target, addr, round, attempts, rtt, ttl, bytes });
  }

  #report(wire: Wire, seq: number, { from, report }: ErrorAnswer): void {
    const described = describe(report);
    // Of a redirected request the answer is still to come.
    if (described === null || described.reason === "redirect") return;
    this.#tally.errors++;
    const host = wire.table.hostOf(seq)!;
    wire.table.settle(seq);
    if (host.over) return;
    host.over = true;
    this.#tally.unreachable++;
    const { type: icmpType, code: icmpCode } = report;
    const who = from === null ? null : addrFromSlice(from.ip!)!.unmap().withZone(from.zone);
    this.#tell({ type: "unreachable", ...told(host), from: who, icmpType, icmpCode, ...described });
  }

  // What was waited for in vain gets another attempt, or is told.
  #expire(now: number): void {
    const { timeout, retries } = this.#settings;
    for (const { table } of this.#wires) {
      for (let host = table.expire(now - timeout); host !== null; host = table.expire(now - timeout)) {
        if (host.over) continue;
        if (host.attempts <= retries) {
          this.#line.retry(host);
        } else {
          host.over = true;
          this.#tally.silent++;
          this.#tell({ type: "timeout", ...told(host) });
        }
      }
    }
  }

  #tell(result: SweepResult): void {
    this.#batch.push(result);
  }

  // Hands over what there is when somebody waits for it.
  #flush(): void {
    if (this.#batch.length === 0 || this.ended) return;
    this.events.push(this.#batch);
    this.#batch = [];
    this.#feed.resume();
  }

  #flushSoon(): void {
    if (!this.ended) this.#schedule();
  }

  // Sees to it that the next thing to do is done in time. Comes at the end of all that changes what that is.
  #schedule(): void {
    if (this.ended) return;
    if (this.events.awaited) this.#flush();
    if (this.#isOver) {
      this.end(null);
      return;
    }
    const now = performance.now();
    const due = this.#dueAt(now);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (due <= now) {
      this.#immediate ??= setImmediate(() => this.#run());
      return;
    }
    if (due !== Infinity) this.#timer = setTimeout(() => this.#soon(), due - now);
    this.#wires.listen();
  }

  // Timers come before the sockets in a turn of the event loop, so after a blocked one an answer that was there in time
  // would be called missing: the turn begins behind them.
  #soon(): void {
    this.#immediate ??= setImmediate(() => this.#run());
  }

  #run(): void {
    this.#immediate = undefined;
    if (this.ended) return;
    try {
      this.#wires.drain();
      this.#turn();
    } catch (error) {
      this.end(asError(error));
    }
    this.#schedule();
  }

  // When something is to be done: to send, to give up waiting, to begin a round. Infinity when others have to move first.
  #dueAt(now: number): number {
    const due = this.#wires.oldest + this.#settings.timeout;
    if (this.#batch.length >= MAX_UNREAD) return due;
    const host = this.#line.first;
    const isFull = host !== null && this.#wires.of(familyOf(host.addr)).table.full;
    return isFull ? due : Math.min(due, Math.max(this.#line.dueAt(now), this.#pace.due, this.#pausedUntil));
  }

  get #isOver(): boolean {
    return this.#line.over && this.#wires.oldest === Infinity;
  }
}

function told({ target, addr, round, attempts }: Host) {
  return { target, addr, round, attempts };
}

function familyOf(addr: Addr): 4 | 6 {
  return addr.is4() ? 4 : 6;
}

/**
 * Pings many hosts at once: `for await (const results of sweep(["10.0.0.0/24", "example.org"])) ...`. Targets are
 * addresses, names, networks (`10.0.0.0/8`, whose addresses are made one by one as their turn comes, without the
 * network's own and the broadcast address) and ranges (`10.0.0.1-10.0.0.20`), from a list, or from an iterable that
 * is read no faster than needed. One socket per family serves all of them. It tries an unprivileged ICMP socket first
 * and a raw one second; what comes to a raw one for others the kernel drops. Round-trip times are those of the
 * kernel's clock, to some microseconds: up to 8 requests leave by one call, and each is taken to have needed its part
 * of it. A group or a broadcast address answers to nobody here: that is for `ping`. Throws a TypeError or a
 * RangeError for an option that makes no sense.
 */
export function sweep(targets: Targets, options?: SweepOptions): Sweep {
  return new Sweep(targets, options);
}
