import { performance } from "node:perf_hooks";
import type { IPAddr } from "../../addr/index.js";
import { checkString } from "../../errors/index.js";
import { HostRun } from "../host-run.js";
import { Pacer } from "../pacer.js";
import { roundTrip } from "../statistics.js";
import { realtime } from "./clock.js";
import type { TraceEvent } from "./events.js";
import { Hops } from "./hops.js";
import type { TraceHop } from "./hop.js";
import { meaningOf } from "./meaning.js";
import { openProber } from "./open-prober.js";
import { type TraceOptions, type TraceSettings, traceSettingsOf } from "./options.js";
import { Patience } from "./patience.js";
import type { Answer, Probe, Prober } from "./probe.js";
import { ByHop, ByRound, type Schedule, type Step } from "./schedule.js";

/**
 * The way to a target, hop by hop: an async iterable of what happens, which can be read once.
 *
 * Nothing is opened before {@link open}, or the first event is asked for. The run ends with the hop where the path ends,
 * or the last one asked for. Leaving a `for await` loop ends it too, and so does disposing of it. Whoever reads slowly is
 * waited for: with 4096 events unread, nothing more is sent.
 */
export class Trace extends HostRun<TraceEvent, Prober> {
  readonly #settings: TraceSettings;
  readonly #hops: Hops;
  readonly #schedule: Schedule;
  readonly #pacer: Pacer | null;
  // In the order of sending.
  readonly #waiting = new Map<number, Probe>();
  readonly #patience: Patience;
  #reached = false;
  #made = 0;
  #sent = 0;
  #expiry: NodeJS.Timeout | undefined;
  // The turn of the event loop in which the next probe may leave.
  #turn: NodeJS.Immediate | undefined;

  /** Made by {@link trace}. */
  constructor(target: string, options: TraceOptions = {}) {
    checkString("target", target);
    const settings = traceSettingsOf(options);
    super(target, settings);
    this.#settings = settings;
    const { firstHop, maxHop, queries, interval } = this.#settings;
    this.#hops = new Hops(firstHop, maxHop, queries);
    this.#patience = new Patience(this.#settings, this.#hops);
    if (interval === null) {
      this.#schedule = new ByHop(firstHop, queries);
      this.#pacer = null;
    } else {
      const rounds = new ByRound(firstHop, queries);
      this.#schedule = rounds;
      this.#pacer = new Pacer(interval, () => this.#again(rounds));
    }
  }

  /** The hops that are known so far, in order; the array is another one each time, and what is in it lives. */
  get hops(): TraceHop[] {
    return this.#hops.known();
  }

  /** Whether the target itself has answered. */
  get reached(): boolean {
    return this.#reached;
  }

  /**
   * The next event; the first call opens the run and begins to send. Rejects as {@link open}; with `ABORT_ERR`; with
   * an OpError when no probe at all could be sent.
   */
  override next(): Promise<IteratorResult<TraceEvent, void>> {
    // There may be room again for what a probe brings.
    this.#pump();
    return super.next();
  }

  protected override openSender(to: IPAddr): Promise<Prober> {
    return openProber(to, this.#settings);
  }

  protected override start(): void {
    this.sender!.listen((answer) => this.#take(answer)).catch((error: Error) => this.end(error));
    this.#pacer?.start();
    this.#pump();
  }

  protected override release(): void {
    this.#pacer?.stop();
    clearTimeout(this.#expiry);
    clearImmediate(this.#turn);
    this.#waiting.clear();
    super.release();
  }

  #again(rounds: ByRound): void {
    if (!rounds.again()) this.#pacer!.stop();
    this.#pump();
  }

  // Sends what may be sent now.
  #pump(): void {
    if (!this.started) return;
    while (this.#mayPump) {
      const step = this.#schedule.next(this.#hops.last);
      if (step === null) break;
      void this.#send(step);
      if (this.sender?.oneByOne) this.#turn = setImmediate(() => this.#nextTurn());
    }
    this.#expect();
  }

  get #mayPump(): boolean {
    const isHeld = this.ended || this.#turn !== undefined || this.events.full;
    return !isHeld && this.#waiting.size < this.#settings.parallel;
  }

  #nextTurn(): void {
    this.#turn = undefined;
    this.#pump();
  }

  async #send({ ttl, query }: Step): Promise<void> {
    const probe: Probe = { number: this.#number(), ttl, query, made: performance.now(), sent: NaN };
    this.#waiting.set(probe.number, probe);
    this.#hops.at(ttl).statistics.transmitted++;
    try {
      await this.sender!.send(probe);
      this.#sent++;
    } catch (error) {
      if (!this.#waiting.delete(probe.number)) return;
      // There is no way there at all: no further probe would tell anything else.
      if (this.#sent === 0) return this.end(error as Error);
      this.#hops.at(ttl).statistics.sendErrors++;
      this.events.push({ type: "send-error", ttl, query, error: error as Error });
      this.#settle(probe);
    }
  }

  // The next number that is free: far fewer probes are waited for at a time than can be told apart.
  #number(): number {
    do this.#made++;
    while (!this.sender!.isFree(this.#made));
    return this.#made;
  }

  #take({ probe, from, report, at, ttl: replyTTL, mpls }: Answer): void {
    const meaning = meaningOf(report);
    if (meaning === null || !this.#waiting.delete(probe.number)) return;
    const { ttl, query } = probe;
    const rtt = roundTrip((at ?? realtime()) - probe.sent, performance.now() - probe.made);
    this.#sent++;
    this.#hops.at(ttl).answered(from, rtt);
    const { type: icmpType = null, code: icmpCode = null } = report ?? {};
    const mtu = meaning.reason === "packet-too-big" ? report!.mtu : null;
    const reply = { ttl, query, addr: from, rtt, icmpType, icmpCode, mtu, replyTTL, mpls };
    this.events.push({ type: "reply", ...reply, ...meaning });
    if (meaning.reason === "reached") this.#reached = true;
    if (meaning.reason !== "time-exceeded") this.#endAt(ttl);
    this.#settle(probe);
  }

  // The path ends at a hop: what was sent beyond it has reached the same place, and tells nothing of the way.
  #endAt(ttl: number): void {
    if (!this.#hops.endAt(ttl)) return;
    for (const probe of this.#waiting.values()) {
      if (probe.ttl <= ttl) continue;
      this.#waiting.delete(probe.number);
      this.sender!.forget(probe);
    }
  }

  // Nothing more is expected of a probe.
  #settle(probe: Probe): void {
    this.sender!.forget(probe);
    this.#hops.at(probe.ttl).statistics.settled++;
    for (let hop = this.#hops.tell(); hop !== null; hop = this.#hops.tell()) {
      this.events.push({ type: "hop", hop });
    }
    if (this.#hops.allTold) this.end(null);
    else this.#pump();
  }

  // Sets the timer for the probe that is given up next.
  #expect(): void {
    clearTimeout(this.#expiry);
    if (this.ended || this.#waiting.size === 0) return;
    const due = Math.min(...Array.from(this.#waiting.values(), (probe) => this.#patience.due(probe)));
    // Timers come before the sockets in a turn of the event loop, so after a blocked one an answer that was there in
    // time would be called missing.
    const expire = () => void setImmediate(() => this.#expire());
    this.#expiry = setTimeout(expire, Math.max(due - performance.now(), 0));
  }

  #expire(): void {
    if (this.ended) return;
    this.sender!.check();
    const now = performance.now();
    for (const probe of this.#waiting.values()) {
      if (this.#patience.due(probe) > now || !this.#waiting.delete(probe.number)) continue;
      this.events.push({ type: "timeout", ttl: probe.ttl, query: probe.query });
      this.#settle(probe);
    }
    this.#expect();
  }
}

/**
 * Finds the way to a host: `for await (const event of trace("192.0.2.1")) if (event.type === "hop") ...`. UDP and TCP
 * probes need no rights, ICMP ones what a ping needs. Times are those of the kernel's clock, right also when the event
 * loop is late, except where a TCP target refuses. Throws a TypeError or a RangeError for an option that makes no sense.
 */
export function trace(target: string, options?: TraceOptions): Trace {
  return new Trace(target, options);
}
