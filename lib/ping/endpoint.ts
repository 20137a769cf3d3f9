import { randomInt } from "node:crypto";
import { type Addr, IPAddr, UDPAddr } from "../addr/index.js";
import { isClosed } from "../errors/index.js";
import { Echo, Message, type PacketConn, parseControl, type Protocol, protocolICMP } from "../icmp/index.js";
import { echoTypes } from "../icmp/types.js";
import { MAX_ERRORS } from "../internal/socket/error-queue.js";
import { type Answer, answerIn, answerInQueue } from "./answer.js";
import { askForRoute } from "./route.js";
import { keepToOwn, openSocket, type SocketSettings } from "./socket.js";

// Room for an IPv4 header with options and an ICMP header, and for whatever a router sends back.
const HEADERS = 68;
const MIN_ROOM = 1500;
const CONTROL_ROOM = 512;
// Reads that fail one after the other, without a report that explains it, before it is for good.
const MAX_FAILURES = 16;

/** What an endpoint needs to know beside the target. */
export interface EndpointSettings extends SocketSettings {
  /** Payload bytes: how long an answer may be. */
  readonly size: number;
  /** The identifier of the requests; undefined for any. */
  readonly id: number | undefined;
  readonly recordRoute: boolean;
}

/** A socket that sends echo requests to one target, and hands on what may be the answers. */
export class Endpoint {
  readonly protocol: Protocol;
  /** Whether it is a raw socket. */
  readonly privileged: boolean;
  /** The identifier of its requests: chosen by the kernel, or at random. */
  readonly id: number;
  readonly #conn: PacketConn;
  readonly #to: UDPAddr | IPAddr;
  readonly #p: Uint8Array;
  readonly #oob = new Uint8Array(CONTROL_ROOM);
  #take: (answer: Answer) => void = () => {};
  // How many entries of the error queue were taken so far.
  #drained = 0;

  private constructor(conn: PacketConn, target: IPAddr, { size, id }: EndpointSettings) {
    this.#conn = conn;
    this.protocol = conn.protocol;
    this.privileged = conn.privileged;
    this.id = this.privileged ? (id ?? randomInt(0x10000)) : (conn.localAddr as UDPAddr).port;
    this.#to = this.privileged ? target : new UDPAddr({ ip: target.ip, zone: target.zone });
    this.#p = new Uint8Array(Math.max(size + HEADERS, MIN_ROOM));
    if (this.privileged) keepToOwn(conn, this.id);
  }

  /** Tries an unprivileged socket, then a raw one. Rejects with a PermissionError when neither is allowed, or an OpError. */
  static async open(target: IPAddr, settings: EndpointSettings): Promise<Endpoint> {
    const { id, recordRoute } = settings;
    const raw = id !== undefined || recordRoute;
    const conn = await openSocket(target.ip!.to4() === null ? 6 : 4, settings, { raw });
    try {
      if (recordRoute) askForRoute(conn);
      return new Endpoint(conn, target, settings);
    } catch (error) {
      conn.close();
      throw error;
    }
  }

  /** Where the requests come from. */
  get localAddr(): Addr | null {
    return this.#conn.localAddr;
  }

  /**
   * Sends a request; `stamp` is called right before. Rejects with an OpError `write`.
   * A report on an earlier request fails the next send: it is handed on, and the send made again.
   */
  async send(seq: number, data: Uint8Array, stamp: () => void): Promise<void> {
    const body = new Echo({ id: this.id, seq, data });
    const packet = new Message({
      protocol: this.protocol,
      type: echoTypes(this.protocol).request,
      body,
    }).marshal();
    for (let tries = 1; ; tries++) {
      const drained = this.#drained;
      try {
        await this.#conn.writeStamped(packet, this.#to, stamp);
        return;
      } catch (error) {
        // Each report that was waiting may fail one more send; another one may have taken it from the queue meanwhile, right
        // before the kernel set the error for it. What is really wrong is so the next time, too.
        if (!isClosed(error)) this.#drain();
        const isOld = tries === 1 || this.#drained !== drained;
        if (isClosed(error) || tries === MAX_FAILURES || !isOld) throw error;
      }
    }
  }

  /** Hands every answer to `take`, until the endpoint is closed. Rejects when reading keeps failing. */
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

  close(): void {
    this.#conn[Symbol.dispose]();
  }

  async #receive(): Promise<void> {
    const { n, oobn, addr } = await this.#conn.readMsg(this.#p, this.#oob);
    if (!addr?.ip) return;
    const answer = answerIn({
      protocol: this.protocol,
      withHeader: this.privileged && this.protocol === protocolICMP,
      bytes: this.#p.subarray(0, n),
      from: addr instanceof IPAddr ? addr : new IPAddr({ ip: addr.ip, zone: addr.zone }),
      control: parseControl(this.#oob.subarray(0, oobn)),
    });
    if (answer !== null) this.#take(answer);
  }

  // Empties the error queue, or takes as much of it as one turn may; how many entries that were.
  #drain(): number {
    if (this.privileged) return 0;
    const queued = this.#conn.readErrors();
    for (const entry of queued) {
      const answer = answerInQueue(this.protocol, entry);
      if (answer !== null) this.#take(answer);
    }
    this.#drained += queued.length;
    return queued.length;
  }
}
