import { randomInt } from "node:crypto";
import { performance } from "node:perf_hooks";
import type { UDPAddr } from "../../addr/index.js";
import { fdOf } from "../../conn.js";
import { errno, isClosed, SyscallError } from "../../errors/index.js";
import { type PacketConn, type Protocol, protocolICMP } from "../../icmp/index.js";
import { echoTypes } from "../../icmp/types.js";
import { binding, constant } from "../../internal/binding.js";
import { sendFrom } from "../../internal/socket/batch.js";
import { BatchTable } from "../../internal/socket/batch-table.js";
import { receiveByLoop } from "../../internal/socket/batch-loop.js";
import { MAX_ERRORS, takeErrors } from "../../internal/socket/error-queue.js";
import { parseControl } from "../../internal/socket/control.js";
import type { NetFD } from "../../internal/socket/net-fd.js";
import { receiveInto } from "../../internal/socket/offload.js";
import { options as socketOptions, trySetInt } from "../../internal/socket/options.js";
import { ipCodec } from "../../internal/socket/sockaddr-inet.js";
import { addrFromSlice } from "../../netip/index.js";
import { answerIn, answerInQueue, type ErrorAnswer } from "../answer.js";
import { keepToOwn, openSocket, type SocketSettings } from "../socket.js";
import { roundTrip } from "../statistics.js";
import { Arrival } from "./arrival.js";
import type { Host } from "./feed.js";
import { COOKIE, folded, Requests, sumOf } from "./request.js";
import { Table } from "./table.js";

const EAGAIN = -errno("EAGAIN");
const ENOSYS = -errno("ENOSYS");
const ENOBUFS = -errno("ENOBUFS");
const CLOCK_REALTIME = constant("CLOCK_REALTIME");

const ICMP_HEADER = 8;
const MIN_IPV4_HEADER = 20;
const IPV4_TTL = 8;
const IPV4_PROTOCOL = 9;
// An IPv4 header with options and an ICMP header; and whatever a router sends back.
const HEADERS = 68;
const MIN_ROOM = 1500;
const CONTROL_ROOM = 128;
// Messages that one call takes, and bytes that there is room for in all.
const MESSAGES = 64;
const SLAB = 256 * 1024;
// Requests that one call sends: more are hardly cheaper, and when each of them has left is less well known.
const TOGETHER = 8;
// Messages that one drain takes before others have their turn.
const DRAIN = 1024;
// Calls that fail one after the other, without a report that explains it, before it is for good.
const MAX_FAILURES = 16;
// For the answers of a burst: what the system grants of it.
const RECEIVE_BUFFER = 4 * 1024 * 1024;

/** Who is told what went, and what came. */
export interface Taker {
  /** The request to this host has left. */
  sent(host: Host): void;
  /** It has not: the host cannot be reached from here, or nothing can. An OpError `write`. */
  refused(host: Host, error: Error): void;
  /** It has not: the socket has no room now. */
  held(host: Host): void;
  /** An answer, proved. `rtt` is milliseconds, `bytes` the size of the message. */
  reply(wire: Wire, seq: number, rtt: number, ttl: number | null, bytes: number): void;
  /** A node on the way reported on a request. */
  report(wire: Wire, seq: number, answer: ErrorAnswer): void;
}

/** The socket of one family: sends echo requests to any number of hosts, and finds out whose answers come. */
export class Wire {
  readonly protocol: Protocol;
  /** Whether it is a raw socket. */
  readonly privileged: boolean;
  /** The identifier of its requests: chosen by the kernel, or at random. */
  readonly id: number;
  readonly table = new Table();
  readonly #conn: PacketConn;
  readonly #fd: NetFD;
  readonly #taker: Taker;
  // Those that leave together next: as many as are ready, with their numbers and their hosts.
  readonly #requests: Requests;
  readonly #seqs: number[] = [];
  readonly #hosts: Host[] = [];
  readonly #replyType: number;
  // What came at once: the bytes, and beside them names and control data.
  readonly #batch: BatchTable;
  readonly #view: DataView;
  readonly #block: DataView;
  readonly #arrival = new Arrival();

  private constructor(conn: PacketConn, size: number, taker: Taker) {
    this.#conn = conn;
    this.#fd = fdOf(conn)!;
    this.#taker = taker;
    this.protocol = conn.protocol;
    this.privileged = conn.privileged;
    this.id = this.privileged ? randomInt(0x10000) : (conn.localAddr as UDPAddr).port;
    const { request, reply } = echoTypes(this.protocol);
    this.#replyType = reply;
    const together = Math.min(Math.max(Math.floor(SLAB / size), 1), TOGETHER);
    this.#requests = new Requests(together, this.#isIPv4, request, this.id, size, this.#hasHeader);
    const room = Math.max(size + HEADERS, MIN_ROOM);
    const messages = Math.min(Math.max(Math.floor(SLAB / room), 1), MESSAGES);
    this.#batch = new BatchTable(messages, room, CONTROL_ROOM, false);
    this.#view = new DataView(this.#batch.bytes.buffer);
    this.#block = new DataView(this.#batch.block.buffer);
    if (this.privileged) keepToOwn(conn, this.id);
    // The forced one is for the privileged; what is granted of either is enough to go on.
    trySetInt(this.#fd.fd, socketOptions.readBuffer, RECEIVE_BUFFER);
    trySetInt(this.#fd.fd, socketOptions.readBufferForce, RECEIVE_BUFFER);
  }

  /** Rejects with a PermissionError when no ICMP socket is allowed, or an OpError. */
  static async open(family: 4 | 6, size: number, settings: SocketSettings, taker: Taker): Promise<Wire> {
    const conn = await openSocket(family, settings);
    try {
      return new Wire(conn, size, taker);
    } catch (error) {
      conn.close();
      throw error;
    }
  }

  get #isIPv4(): boolean {
    return this.protocol === protocolICMP;
  }

  // Whether what comes begins with an IP header.
  get #hasHeader(): boolean {
    return this.privileged && this.#isIPv4;
  }

  /** Makes a request ready, which leaves with others, by the next {@link flush} at the latest. `now` is the monotonic clock. */
  send(host: Host, now: number): void {
    const { table } = this;
    const seq = table.add(host, now);
    const i = this.#hosts.length;
    host.addr.copyTo(table.words, seq * 4);
    this.#requests.address(i, table.words, seq * 4, host.addr.zone);
    this.#requests.number(i, seq, table.cookies);
    this.#seqs.push(seq);
    this.#hosts.push(host);
    if (i + 1 === this.#requests.table.messages) this.flush();
  }

  /** Sends what is ready, and tells of each request how that went. */
  flush(): void {
    const count = this.#hosts.length;
    this.#requests.table.begin(0, count);
    for (let from = 0; from < count;) {
      const n = this.#sendFrom(from);
      if (n === EAGAIN || n === ENOBUFS) {
        for (; from < count; from++) this.#taker.held(this.#unsent(from));
      } else if (n < 0) {
        const error = this.#fd.wrap("write", new SyscallError("sendmmsg", n));
        this.#taker.refused(this.#unsent(from++), error);
      } else {
        for (const end = from + n; from < end; from++) this.#taker.sent(this.#hosts[from]!);
      }
    }
    this.#seqs.length = this.#hosts.length = 0;
  }

  #unsent(i: number): Host {
    this.table.settle(this.#seqs[i]!);
    return this.#hosts[i]!;
  }

  // A report on an earlier request fails the next send: it is taken, and the send made again. In the midst of several it
  // only ends the call, and is told no other time.
  #sendFrom(from: number): number {
    const { table } = this.#requests;
    for (let tries = 0; ; tries++) {
      const start = binding.clock_gettime(CLOCK_REALTIME);
      const n = sendFrom(this.#fd, table, from, 0, 0);
      if (n > 0) this.#stamp(from, n, start);
      if (n > 0 && from + n < table.length) this.#takeErrors();
      if (n >= 0 || n === EAGAIN || tries === MAX_FAILURES) return n;
      if (this.#takeErrors() === 0 && tries > 0) return n;
    }
  }

  // Each took as long as the others to leave, as near as can be told without asking for the time before each.
  #stamp(from: number, n: number, start: number): void {
    const each = n === 1 ? 0 : (binding.clock_gettime(CLOCK_REALTIME) - start) / n;
    for (let i = 0; i < n; i++) this.table.sent(this.#seqs[from + i]!, start + i * each);
  }

  /** Reads for ever, until it is closed: everything that is there, each time something is. Rejects when it cannot. */
  async listen(after: () => void): Promise<void> {
    const raw = this.#conn.syscallConn();
    try {
      for (;;) {
        await raw.read(() => {
          const more = this.drain();
          after();
          return more;
        });
        // More was there than one turn takes.
        await new Promise(setImmediate);
      }
    } catch (error) {
      if (!isClosed(error)) throw error;
    }
  }

  /** Takes what is there. False when nothing is left, true when others are to have their turn first. */
  drain(): boolean {
    for (let taken = 0, failures = 0; taken < DRAIN;) {
      if (this.#fd.fd < 0) return true;
      const n = this.#receive();
      if (n === EAGAIN) return false;
      if (n < 0) {
        if (this.#takeErrors() === 0 && ++failures === MAX_FAILURES)
          throw this.#fd.wrap("read", new SyscallError("recvmmsg", n));
        continue;
      }
      failures = 0;
      taken += n;
      for (let i = 0; i < n; i++) this.#take(i);
      // What comes up short has come to the end; or, where there is an error queue, to an error that is told next.
      if (n < this.#batch.messages && this.privileged) return false;
    }
    return true;
  }

  #receive(): number {
    const batch = this.#batch;
    const n = receiveInto(this.#fd.fd, batch, 0, batch.messages, false);
    return n === ENOSYS ? receiveByLoop(this.#fd, batch, 0, 1) : n;
  }

  close(): void {
    this.#conn[Symbol.dispose]();
  }

  #take(i: number): void {
    const at = this.#batch.offset(i);
    const end = at + this.#batch.n(i);
    const begin = this.#begin(at, end);
    if (begin < 0) return;
    if (this.#batch.bytes[begin] === this.#replyType) this.#takeEcho(i, begin, end);
    else this.#takeMessage(i, at, end);
  }

  // Where the message begins; -1 when it is none that an answer could be.
  #begin(at: number, end: number): number {
    if (!this.#hasHeader) return end - at >= ICMP_HEADER ? at : -1;
    const { bytes } = this.#batch;
    const begin = at + (bytes[at]! & 0x0f) * 4;
    const fits = bytes[at]! >> 4 === 4 && begin - at >= MIN_IPV4_HEADER && begin + ICMP_HEADER <= end;
    return fits && bytes[at + IPV4_PROTOCOL] === protocolICMP ? begin : -1;
  }

  #takeEcho(i: number, begin: number, end: number): void {
    const view = this.#view;
    const batch = this.#batch;
    const seq = view.getUint16(begin + 6);
    if (view.getUint8(begin + 1) !== 0 || view.getUint16(begin + 4) !== this.id) return;
    if (!this.#isMine(seq, begin + ICMP_HEADER, end) || !this.#isFrom(seq, batch.nameOffset(i))) return;
    // A raw socket of IPv4 gets its packets before the kernel has looked at them.
    if (this.#hasHeader && folded(sumOf(view, begin, end)) !== 0xffff) return;
    const control = batch.controlOffset(i);
    this.#arrival.read(this.#block, control, control + batch.controlLength(i));
    const { at } = this.#arrival;
    const ttl = this.#hasHeader ? batch.bytes[batch.offset(i) + IPV4_TTL]! : this.#arrival.ttl;
    const wall = (at ?? binding.clock_gettime(CLOCK_REALTIME)) - this.table.sentAt(seq);
    const rtt = roundTrip(wall, performance.now() - this.table.madeAt(seq));
    this.#taker.reply(this, seq, rtt, ttl, end - begin);
  }

  // Whether that request was sent, and the payload between both offsets is its own.
  #isMine(seq: number, from: number, to: number): boolean {
    if (this.table.hostOf(seq) === null) return false;
    if (!this.#requests.hasCookie) return true;
    const { cookies } = this.table;
    const view = this.#view;
    return (
      to - from >= COOKIE &&
      view.getInt32(from) === cookies[seq * 2] &&
      view.getInt32(from + 4) === cookies[seq * 2 + 1]
    );
  }

  // Whether the host of that request is the one whose name stands there.
  #isFrom(seq: number, name: number): boolean {
    const { words } = this.table;
    const block = this.#block;
    if (this.#isIPv4) return block.getInt32(name + 4) === words[seq * 4];
    for (let i = 0; i < 4; i++) if (block.getInt32(name + 8 + 4 * i) !== words[seq * 4 + i]) return false;
    return true;
  }

  #takeMessage(i: number, at: number, end: number): void {
    const batch = this.#batch;
    const from = ipCodec.decode(batch.block, batch.nameOffset(i), batch.nameLength(i));
    if (from === null) return;
    const control = batch.controlOffset(i);
    const answer = answerIn({
      protocol: this.protocol,
      withHeader: this.#hasHeader,
      bytes: batch.bytes.subarray(at, end),
      from,
      control: parseControl(batch.block.subarray(control, control + batch.controlLength(i))),
    });
    if (answer?.kind === "error") this.#takeError(answer);
  }

  #takeError(answer: ErrorAnswer): void {
    const { to, echo } = answer;
    const host = this.table.hostOf(echo.seq);
    if (host === null || echo.id !== this.id) return;
    if (!addrFromSlice(to)!.unmap().equals(host.addr.withZone(""))) return;
    if (this.#isQuoted(echo.seq, echo.data)) this.#taker.report(this, echo.seq, answer);
  }

  // A report need not quote more than a header (RFC 792).
  #isQuoted(seq: number, data: Uint8Array): boolean {
    if (!this.#requests.hasCookie || data.length < COOKIE) return true;
    const { cookies } = this.table;
    const view = new DataView(data.buffer, data.byteOffset);
    return view.getInt32(0) === cookies[seq * 2] && view.getInt32(4) === cookies[seq * 2 + 1];
  }

  // Empties the error queue, or takes as much of it as one turn may; how many entries that were.
  #takeErrors(): number {
    if (this.privileged) return 0;
    const queued = takeErrors(this.#fd.fd, ipCodec);
    for (const entry of queued) {
      const answer = answerInQueue(this.protocol, entry);
      if (answer !== null) this.#takeError(answer);
    }
    return Math.min(queued.length, MAX_ERRORS);
  }
}
