import { performance } from "node:perf_hooks";
import type { IP, IPAddr } from "../addr/index.js";
import { checkString } from "../errors/index.js";
import { binding, constant } from "../internal/binding.js";
import type { Answer, EchoAnswer, ErrorAnswer } from "./answer.js";
import { describe } from "./describe.js";
import { Endpoint } from "./endpoint.js";
import type { PingEvent, ReplyEvent } from "./events.js";
import { HostRun } from "./host-run.js";
import { type PingOptions, type Settings, settingsOf } from "./options.js";
import { Pacer } from "./pacer.js";
import { Payload } from "./payload.js";
import { type Request, Requests } from "./requests.js";
import { roundTrip, type Statistics, Tally } from "./statistics.js";

// The clock of the kernel's timestamps.
const CLOCK_REALTIME = constant("CLOCK_REALTIME");
const realtime = () => binding.clock_gettime(CLOCK_REALTIME);

const ICMP_HEADER = 8;
// How many requests may wait for room in the socket.
const MAX_SENDING = 64;

/**
 * A run of echo requests to one target: an async iterable of what happens, which can be read once.
 *
 * Nothing is opened before {@link open}, or the first event is asked for. Leaving a `for await` loop ends the run, and
 * so does disposing of it. Whoever reads slowly is waited for: with 4096 events unread, nothing more is sent.
 */
export class Ping extends HostRun<PingEvent, Endpoint> {
  readonly #settings: Settings;
  readonly #tally = new Tally();
  readonly #requests = new Requests();
  readonly #payload: Payload;
  readonly #pacer: Pacer;
  // Requests on their way into the socket: more than one where they come fast, or its buffer is full.
  #sending = 0;
  #expiry: NodeJS.Timeout | undefined;
  #deadline: NodeJS.Timeout | undefined;

  /** Made by {@link ping}. */
  constructor(target: string, options: PingOptions = {}) {
    checkString("target", target);
    const settings = settingsOf(options);
    super(target, settings);
    this.#settings = settings;
    const { size, pattern, interval, adaptive } = this.#settings;
    this.#payload = new Payload(size, pattern);
    this.#pacer = new Pacer(interval, () => this.#next(), adaptive);
  }

  /** The figures so far; the object is the same for the whole run, and lives. */
  get statistics(): Statistics {
    return this.#tally;
  }

  /** The identifier of the requests; null before the run is open. */
  get id(): number | null {
    return this.sender?.id ?? null;
  }

  protected override openSender(to: IPAddr): Promise<Endpoint> {
    return Endpoint.open(to, this.#settings);
  }

  protected override start(): void {
    const { deadline, preload, count } = this.#settings;
    this.sender!.listen((answer) => this.#take(answer)).catch((error: Error) => this.end(error));
    if (deadline !== Infinity) this.#deadline = setTimeout(() => afterReads(() => this.end(null)), deadline);
    for (let i = 1; i < Math.min(preload, count); i++) this.#next();
    this.#pacer.start();
  }

  protected override release(): void {
    this.#pacer.stop();
    clearTimeout(this.#expiry);
    clearTimeout(this.#deadline);
    super.release();
  }

  // Sends a request, when its time has come.
  #next(): void {
    // Requests that wait to go out, or a reader that does not come: this step is left out.
    if (this.#sending >= MAX_SENDING || this.events.full) return;
    const request = this.#requests.add(performance.now());
    this.#tally.transmitted++;
    if (this.#requests.made >= this.#settings.count) this.#pacer.stop();
    this.events.push({ type: "sent", seq: request.seq });
    this.#expect();
    void this.#send(request);
  }

  async #send(request: Request): Promise<void> {
    this.#sending++;
    try {
      await this.sender!.send(
        request.seq,
        this.#payload.of(request.number),
        () => (request.sent = realtime()),
      );
    } catch (error) {
      if (this.ended) return;
      this.#tally.sendErrors++;
      this.events.push({ type: "send-error", seq: request.seq, error: error as Error });
      this.#settle(request);
    } finally {
      this.#sending--;
    }
  }

  #take(answer: Answer): void {
    if (this.ended || answer.echo.id !== this.sender!.id) return;
    const request = this.#requests.find(answer.echo.seq);
    if (request === undefined) return;
    if (answer.kind === "echo") this.#takeEcho(request, answer);
    else this.#takeError(request, answer);
  }

  #takeEcho(request: Request, { from, echo, ttl, at, route }: EchoAnswer): void {
    if (!this.#mayAnswer(from.ip!) || !this.#payload.isAnswer(request.number, echo.data)) return;
    const type = request.answered ? "duplicate" : "reply";
    const rtt = roundTrip((at ?? realtime()) - request.sent, performance.now() - request.made);
    request.answered = true;
    this.#tally[type === "reply" ? "received" : "duplicates"]++;
    this.#tally.time(rtt);
    const event: ReplyEvent = {
      type,
      seq: request.seq,
      addr: from,
      bytes: ICMP_HEADER + echo.data.length,
      ttl,
      rtt,
      ...(route === null ? {} : { route }),
    };
    if (type === "duplicate") return this.events.offer(event);
    this.events.push(event);
    this.#pacer.hurry();
    this.#settle(request);
  }

  #takeError(request: Request, { from, report, to, echo }: ErrorAnswer): void {
    const described = describe(report);
    if (described === null || !to.equal(this.addr!.ip) || !this.#payload.isQuote(request.number, echo.data))
      return;
    this.#tally.errors++;
    const { type: icmpType, code: icmpCode } = report;
    this.events.offer({ type: "error", seq: request.seq, addr: from, icmpType, icmpCode, ...described });
    if (described.reason !== "redirect") this.#settle(request);
  }

  // One address is answered by itself; a group, or everybody on a link, by whoever is there.
  #mayAnswer(ip: IP): boolean {
    const target = this.addr!.ip!;
    return this.#settings.broadcast || target.isMulticast() || ip.equal(target);
  }

  // A request waits no longer.
  #settle(request: Request): void {
    this.#requests.settle(request);
    if (this.#requests.made >= this.#settings.count && this.#requests.waiting === 0) this.end(null);
  }

  // Sets the timer for the oldest request, unless it is set.
  #expect(): void {
    const { timeout } = this.#settings;
    const oldest = this.#requests.oldest;
    if (timeout === Infinity || this.#expiry !== undefined || oldest === undefined) return;
    const left = Math.max(oldest.made + timeout - performance.now(), 0);
    this.#expiry = setTimeout(() => afterReads(() => this.#expire()), left);
  }

  #expire(): void {
    this.#expiry = undefined;
    if (this.ended) return;
    const due = performance.now() - this.#settings.timeout;
    for (
      let oldest = this.#requests.oldest;
      oldest !== undefined && oldest.made <= due;
      oldest = this.#requests.oldest
    ) {
      this.events.push({ type: "timeout", seq: oldest.seq });
      this.#settle(oldest);
    }
    if (!this.ended) this.#expect();
  }
}

// Timers come before the sockets in a turn of the event loop, so after a blocked one an answer that was there in time
// would be called missing.
function afterReads(call: () => void): void {
  setImmediate(call);
}

/**
 * Pings a host, by name or address: `for await (const event of ping("::1", { count: 3 })) ...`. It tries an
 * unprivileged ICMP socket first and a raw one second. Round-trip times are those of the kernel's clock, right also
 * when the event loop is late. Throws a TypeError or a RangeError for an option that makes no sense.
 */
export function ping(target: string, options?: PingOptions): Ping {
  return new Ping(target, options);
}
