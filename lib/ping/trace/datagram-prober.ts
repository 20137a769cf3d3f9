import { type Addr, IPAddr } from "../../addr/index.js";
import { isClosed } from "../../errors/index.js";
import { parseControl, protocolICMP, protocolIPv6ICMP } from "../../icmp/index.js";
import { MAX_ERRORS, type QueuedError } from "../../internal/socket/error-queue.js";
import type { Payload } from "../payload.js";
import { realtime } from "./clock.js";
import type { Format } from "./format.js";
import { labelsIn } from "./mpls.js";
import type { Answer, Ends, Probe, Prober } from "./probe.js";
import type { Peer, ProbeSocket } from "./probe-socket.js";
import { reportIn } from "./report.js";
import { ttlControl } from "./socket-options.js";

// Room for all that a target may answer to a probe of any length.
const ROOM = 0x10000;
const CONTROL_ROOM = 512;
// Reads or sends that fail one after the other, without a report that explains it, before it is for good.
const MAX_FAILURES = 16;

/** Sends probes by one socket, UDP or ICMP. */
export class DatagramProber implements Prober {
  readonly oneByOne = false;
  readonly #socket: ProbeSocket;
  readonly #format: Format;
  readonly #ends: Ends;
  readonly #payload: Payload;
  // By what they are known on the wire.
  readonly #probes = new Map<number, Probe>();
  readonly #p = new Uint8Array(ROOM);
  readonly #oob = new Uint8Array(CONTROL_ROOM);
  #take: (answer: Answer) => void = () => {};
  // How many were told so far, about whatever.
  #reports = 0;
  // The last one sent so far, which others wait for.
  #line: Promise<void> = Promise.resolve();

  constructor(socket: ProbeSocket, format: Format, ends: Ends, payload: Payload) {
    this.#socket = socket;
    this.#format = format;
    this.#ends = ends;
    this.#payload = payload;
  }

  get privileged(): boolean {
    return this.#socket.privileged;
  }

  get localAddr(): Addr | null {
    return this.#socket.localAddr;
  }

  async listen(take: (answer: Answer) => void): Promise<void> {
    this.#take = take;
    for (let failures = 0; failures < MAX_FAILURES;) {
      try {
        await this.#receive();
        failures = 0;
      } catch (error) {
        if (isClosed(error)) return;
        const drained = this.#drain();
        failures = drained > 0 ? 0 : failures + 1;
        if (failures === MAX_FAILURES) throw error;
        // The rest of the queue, or another try: not before the loop had its turn.
        if (drained === 0 || drained === MAX_ERRORS) await new Promise(setImmediate);
      }
    }
  }

  isFree(number: number): boolean {
    return !this.#probes.has(this.#format.keyOf(number));
  }

  // One that a report has failed goes again before its successors do: else those for the first hops would come last, to
  // a target that answers a few of them and no more for a while.
  send(probe: Probe): Promise<void> {
    this.#probes.set(this.#format.keyOf(probe.number), probe);
    const sent = this.#line.then(() => this.#send(probe));
    this.#line = sent.catch(() => {});
    return sent;
  }

  async #send(probe: Probe): Promise<void> {
    const key = this.#format.keyOf(probe.number);
    // By now the path may be known to end before it.
    if (this.#probes.get(key) !== probe) return;
    const packet = this.#format.packet(key, this.#payload.of(probe.number));
    const oob = ttlControl(this.#ends.family, probe.ttl);
    for (let tries = 1; ; tries++) {
      const reports = this.#reports;
      try {
        await this.#socket.send(packet, oob, this.#format.to(key), () => (probe.sent = realtime()));
        return;
      } catch (error) {
        this.#drain();
        // Each report that came may fail one more send, which has nothing to do with it; and one may have been taken
        // from the queue right before the kernel set the error for it. What is really wrong is so the next time, too.
        const isOld = tries === 1 || this.#reports > reports;
        if (isClosed(error) || !isOld || tries === MAX_FAILURES) throw error;
      }
    }
  }

  check(): void {
    while (this.#drain() === MAX_ERRORS);
  }

  forget(probe: Probe): void {
    const key = this.#format.keyOf(probe.number);
    if (this.#probes.get(key) === probe) this.#probes.delete(key);
  }

  close(): void {
    this.#socket[Symbol.dispose]();
  }

  async #receive(): Promise<void> {
    const { n, oobn, addr } = await this.#socket.readMsg(this.#p, this.#oob);
    if (!addr || !this.#isTarget(addr)) return;
    const trail = this.#format.answered(this.#p.subarray(0, n), addr);
    const probe = trail && this.#probes.get(trail.key);
    if (!probe || Number.isNaN(probe.sent)) return;
    if (trail.payload !== null && !this.#payload.isAnswer(probe.number, trail.payload)) return;
    const { ttl, timestamp } = parseControl(this.#oob.subarray(0, oobn));
    const from = new IPAddr({ ip: addr.ip, zone: addr.zone });
    this.#take({ probe, from, report: null, at: timestamp, ttl, mpls: [] });
  }

  // Empties the error queue, or takes as much of it as one turn may; how many entries that were.
  #drain(): number {
    const queued = this.#socket.errors();
    for (const entry of queued) this.#takeEntry(entry);
    return queued.length;
  }

  #takeEntry(entry: QueuedError<Addr>): void {
    const report = reportIn(entry);
    if (report !== null) this.#reports++;
    if (report === null || !this.#isTarget(entry.addr as Peer | null)) return;
    // An IPv6 socket is told nothing of IPv4, and the other way round.
    if (report.protocol !== (this.#ends.family === 4 ? protocolICMP : protocolIPv6ICMP)) return;
    const trail = this.#format.quoted(entry);
    const probe = trail && this.#probes.get(trail.key);
    if (!probe || Number.isNaN(probe.sent)) return;
    const end = entry.extensionsAt || entry.data.length;
    if (trail.payload !== null && !this.#payload.isQuote(probe.number, trail.payload.subarray(0, end)))
      return;
    const { offender: from, timestamp: at, ttl } = entry;
    const mpls = labelsIn(report.protocol, entry.data, entry.extensionsAt);
    this.#take({ probe, from, report, at, ttl, mpls });
  }

  #isTarget(addr: Peer | null): boolean {
    return addr !== null && addr.ip !== null && addr.ip.equal(this.#ends.target.ip);
  }
}
