import { randomInt } from "node:crypto";
import { type Addr, IPAddr, UDPAddr } from "../addr/index.js";
import { Errno, isClosed, NetError } from "../errors/index.js";
import {
  type ControlFlag,
  Echo,
  type ICMPNetwork,
  listenPacket,
  Message,
  type PacketConn,
  parseControl,
  type Protocol,
  protocolICMP,
  protocolIPv6ICMP,
} from "../icmp/index.js";
import { errorTypes } from "../icmp/error-message.js";
import { echoTypes } from "../icmp/types.js";
import { binding, constant } from "../internal/binding.js";
import { MAX_ERRORS } from "../internal/socket/error-queue.js";
import type { Control } from "../raw-conn.js";
import { assemble } from "../bpf/index.js";
import { type Answer, answerIn, answerInQueue } from "./answer.js";
import { answersTo } from "./filter.js";
import { PermissionError } from "./permission-error.js";

/** What an endpoint needs to know beside the target. */
export interface EndpointOptions {
  /** Payload bytes: how long an answer may be. */
  size: number;
  ttl: number | undefined;
  /** The local address, "" for any. */
  localAddr: string;
  /** The interface to be bound to, "" for any. */
  device: string;
  signal: AbortSignal | undefined;
}

// Room for an IPv4 header with options and an ICMP header, and for whatever a router sends back.
const HEADERS = 68;
const MIN_ROOM = 1500;
const CONTROL_ROOM = 512;
// Reads that fail one after the other, without a report that explains it, before it is for good.
const MAX_FAILURES = 16;

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

  private constructor(conn: PacketConn, target: IPAddr, { size, ttl }: EndpointOptions) {
    this.#conn = conn;
    this.protocol = conn.protocol;
    this.privileged = conn.privileged;
    this.id = this.privileged ? randomInt(0x10000) : (conn.localAddr as UDPAddr).port;
    this.#to = this.privileged ? target : new UDPAddr({ ip: target.ip, zone: target.zone });
    this.#p = new Uint8Array(Math.max(size + HEADERS, MIN_ROOM));
    if (ttl !== undefined) conn.setTTL(ttl);
    if (this.privileged) keepToOwn(conn, this.id);
    const wanted: ControlFlag[] = this.privileged ? ["timestamp", "ttl"] : ["timestamp", "ttl", "error"];
    for (const flag of wanted) tryControl(conn, flag);
  }

  /** Tries an unprivileged socket, then a raw one. Rejects with a PermissionError when neither is allowed, or an OpError. */
  static async open(target: IPAddr, options: EndpointOptions): Promise<Endpoint> {
    const isIPv4 = target.ip!.to4() !== null;
    const listening = { signal: options.signal, control: bindTo(options.device) };
    const listen = (network: ICMPNetwork) => listenPacket(network, options.localAddr, listening);
    const conn = await firstAllowed(
      () => listen(isIPv4 ? "udp4" : "udp6"),
      () => listen(isIPv4 ? `ip4:${protocolICMP}` : `ip6:${protocolIPv6ICMP}`),
    );
    try {
      return new Endpoint(conn, target, options);
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
      try {
        await this.#conn.writeStamped(packet, this.#to, stamp);
        return;
      } catch (error) {
        // Each report that was waiting may fail one more send.
        if (isClosed(error) || tries === MAX_FAILURES || this.#drain() === 0) throw error;
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
    return queued.length;
  }
}

const denied = new Set(["EPERM", "EACCES"]);
// A system without such sockets says so in one of these ways.
const absent = new Set(["EPROTONOSUPPORT", "ESOCKTNOSUPPORT", "EPROTOTYPE"]);

const codeOf = (error: unknown) => (error instanceof NetError ? error.code : "");

async function firstAllowed(
  unprivileged: () => Promise<PacketConn>,
  raw: () => Promise<PacketConn>,
): Promise<PacketConn> {
  try {
    return await unprivileged();
  } catch (error) {
    if (!denied.has(codeOf(error)) && !absent.has(codeOf(error))) throw error;
  }
  try {
    return await raw();
  } catch (error) {
    throw denied.has(codeOf(error)) ? new PermissionError(error as NetError) : error;
  }
}

// A raw socket gets all that comes to this host. What cannot be kept out is passed over when it is read.
function keepToOwn(conn: PacketConn, id: number): void {
  conn.setFilter([echoTypes(conn.protocol).reply, ...errorTypes(conn.protocol)]);
  try {
    conn.setBPF(assemble(answersTo(conn.protocol, id)));
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
  }
}

// An older system may lack one of them: then the value is simply not known.
function tryControl(conn: PacketConn, flag: ControlFlag): void {
  try {
    conn.setControlMessage([flag], true);
  } catch (error) {
    if (codeOf(error) !== "ENOPROTOOPT") throw error;
  }
}

function bindTo(device: string): Control | undefined {
  if (device === "") return undefined;
  return (_network, _address, raw) => {
    const { SO_BINDTODEVICE } = binding.constants;
    if (SO_BINDTODEVICE === undefined) throw new Errno("ENOPROTOOPT");
    raw.setsockopt(constant("SOL_SOCKET"), SO_BINDTODEVICE, Buffer.from(`${device}\0`));
  };
}
