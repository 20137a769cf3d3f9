import { type Addr, TCPAddr } from "../../addr/index.js";
import { OpError, SyscallError } from "../../errors/index.js";
import { File } from "../../file.js";
import { binding, constant } from "../../internal/binding.js";
import { takeErrors } from "../../internal/socket/error-queue.js";
import { favoriteFamily } from "../../internal/socket/family.js";
import type { NetFD } from "../../internal/socket/net-fd.js";
import { options, trySetBytes, trySetInt } from "../../internal/socket/options.js";
import { connect } from "../../internal/socket/socket.js";
import { tcpCodec } from "../../internal/socket/sockaddr-inet.js";
import { named } from "../../making.js";
import { getsockoptTCPInfo } from "../../syscall/tcp-info.js";
import { realtime } from "./clock.js";
import { labelsIn } from "./mpls.js";
import type { TraceSettings } from "./options.js";
import type { Answer, Ends, Probe, Prober } from "./probe.js";
import { reportIn } from "./report.js";
import { prepare, setTTL } from "./socket-options.js";

const SOCK_STREAM = constant("SOCK_STREAM");
// struct linger { 1, 0 }: a reset in place of a farewell, and nothing left behind.
const RESET = new Uint8Array(Int32Array.of(1, 0).buffer);

/** A connection on its way. */
interface Attempt {
  readonly probe: Probe;
  readonly abort: AbortController;
  /** The socket, which tells what became of it even when it was closed for having failed. */
  file: File | null;
}

/**
 * Connects, by a socket for each probe. The kernel knows by addresses, ports and sequence number what comes back; it
 * repeats its packet after a second, so a longer time may be that much too long.
 */
export class TCPProber implements Prober {
  readonly privileged = false;
  readonly localAddr: Addr | null = null;
  // Of a refusal nobody else tells the time: who has refused is to be seen before the next connection is made.
  readonly oneByOne = true;
  readonly #ends: Ends;
  readonly #settings: TraceSettings;
  readonly #attempts = new Map<number, Attempt>();
  #take: (answer: Answer) => void = () => {};

  constructor(ends: Ends, settings: TraceSettings) {
    this.#ends = ends;
    this.#settings = settings;
  }

  async listen(take: (answer: Answer) => void): Promise<void> {
    this.#take = take;
  }

  // Each has a socket to itself.
  isFree(): boolean {
    return true;
  }

  async send(probe: Probe): Promise<void> {
    const attempt: Attempt = { probe, abort: new AbortController(), file: null };
    this.#attempts.set(probe.number, attempt);
    try {
      const fd = await this.#connect(attempt);
      const at = arrivalOf(fd, probe);
      trySetBytes(fd.fd, options.linger, RESET);
      fd.close();
      this.#answered(attempt, at);
    } catch (error) {
      if (this.#attempts.has(probe.number)) this.#failed(attempt, error as Error);
    } finally {
      this.#attempts.delete(probe.number);
      attempt.file?.[Symbol.dispose]();
    }
  }

  check(): void {}

  forget({ number }: Probe): void {
    const attempt = this.#attempts.get(number);
    this.#attempts.delete(number);
    attempt?.abort.abort();
  }

  close(): void {
    for (const { probe } of this.#attempts.values()) this.forget(probe);
  }

  // Everything up to connect(2) happens in one go, so that the time it is sent is right.
  #connect(attempt: Attempt): Promise<NetFD> {
    const { family, target, local } = this.#ends;
    const network = `tcp${family}`;
    const laddr = local && new TCPAddr({ ip: local.ip, zone: local.zone });
    const raddr = new TCPAddr({ ip: target.ip, zone: target.zone, port: this.#settings.port });
    const spec = {
      net: network,
      family: favoriteFamily(network, laddr, raddr),
      sotype: SOCK_STREAM,
      protocols: [0],
      codec: tcpCodec,
      local: laddr,
      remote: raddr,
    };
    const limit = { deadline: Infinity, signal: attempt.abort.signal };
    return named("dial", { network, laddr, raddr, control: undefined }, () =>
      connect(spec, limit, (fd) => this.#prepare(attempt, fd)),
    );
  }

  #prepare(attempt: Attempt, fd: number): void {
    const { family, local } = this.#ends;
    prepare(fd, family, this.#settings);
    setTTL(fd, family, attempt.probe.ttl);
    // Otherwise each takes a port of its own, whoever it connects to, and there are not so many.
    if (local !== null) trySetInt(fd, options.bindAddressNoPort, 1);
    const copy = binding.dup(fd);
    if (copy < 0) throw new SyscallError("dup", copy);
    attempt.file = new File(copy);
    attempt.probe.sent = realtime();
  }

  #answered({ probe }: Attempt, at: number | null): void {
    this.#take({ probe, from: this.#ends.target, report: null, at, ttl: null, mpls: [] });
  }

  // It was refused by the target, or a node on the way has told what became of it; all else is a failure to send.
  #failed(attempt: Attempt, error: Error): void {
    const { probe, file } = attempt;
    const queued = file === null ? [] : takeErrors(file.fd, tcpCodec);
    for (const entry of queued) {
      const report = reportIn(entry);
      if (report === null) continue;
      const mpls = labelsIn(report.protocol, entry.data, entry.extensionsAt);
      const { offender: from, timestamp: at, ttl } = entry;
      this.#take({ probe, from, report, at, ttl, mpls });
      return;
    }
    const code = error instanceof OpError ? error.code : "";
    if (code === "ECONNREFUSED") this.#answered(attempt, null);
    // The kernel gave up before we do: then there is no answer, as with every other kind of probe.
    else if (code !== "ETIMEDOUT") throw error;
  }
}

// As the kernel has timed it, which is not late when the event loop is; null where its packet had to be repeated.
function arrivalOf({ fd }: NetFD, { sent }: Probe): number | null {
  const { IPPROTO_TCP, TCP_INFO } = binding.constants;
  if (IPPROTO_TCP === undefined || TCP_INFO === undefined) return null;
  const { rtt, totalRetrans } = getsockoptTCPInfo(fd, IPPROTO_TCP, TCP_INFO);
  return rtt > 0 && totalRetrans === 0 ? sent + rtt : null;
}
