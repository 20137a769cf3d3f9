// Go: net/fd_posix.go, net/fd_unix.go
import { binding } from "../binding.js";
import type { Addr } from "../../addr/index.js";
import { ErrClosed, OpError, SyscallError } from "../../errors/index.js";
import { FD } from "../poll/fd.js";
import { AcceptOp } from "../poll/ops.js";
import { stopLingering } from "../poll/linger.js";
import { READ } from "../poll/poller.js";
import { AF_INET, AF_UNIX, type Codec, familyOf, localAddrOf, remoteAddrOf } from "./sockaddr.js";
import { type Offload, offloadOf } from "./offload.js";
import type { Names, Senders } from "./senders.js";
import { packInet, unpackInet } from "./sockaddr-inet.js";

/** What kind of socket a NetFD is: the same for a listener and all it accepts. */
export interface SocketKind {
  /** The network as the caller named it; without the protocol of raw IP. */
  readonly net: string;
  readonly family: number;
  readonly sotype: number;
  /** What its socket addresses mean. */
  readonly codec: Codec;
  /** Whether it carries a stream of bytes. */
  readonly stream: boolean;
  /** Whether zero bytes mean its end: not where a packet may be empty. */
  readonly ends: boolean;
}

function decodePacked(packed: number, codec: Codec): Addr | null {
  const address = unpackInet(packed);
  return codec.decode(address, 0, address.length);
}

/**
 * An FD that knows its network and its two addresses, and makes an OpError of every failure: the one place
 * where that is done.
 */
export class NetFD extends FD {
  readonly kind: SocketKind;
  /** Whether it accepts; then errors name the address it listens on. */
  listening = false;
  /** Whom packets came from lately; made with the first one. */
  declare senders?: Senders;
  /** The same for addresses that are not of IPv4, of batches. */
  declare names?: Names;
  /** Of UDP: what it sends and receives as one; made with the first batch, or before it is shared. Null for other sockets. */
  declare offload?: Offload | null;
  /** Whether close(2) might wait for bytes to go. */
  declare lingers?: boolean;
  // Null until connected; a listener has none. An accepted IPv4 peer is a number until somebody asks: most servers
  // never do, and the objects would be a quarter of what a connection weighs.
  #raddr: Addr | number | null = null;
  // Asked of the kernel when first needed, at the latest before close.
  #laddr: Addr | null | undefined;

  constructor(fd: number, kind: SocketKind) {
    // A read of a Unix stream stops behind what came with rights, and where the sender's credentials change.
    super(fd, kind.stream, kind.ends, kind.stream && kind.family !== AF_UNIX);
    this.kind = kind;
  }

  /** The local address; it can still be asked for after close. */
  get laddr(): Addr | null {
    this.#laddr ??= this.fd < 0 ? null : localAddrOf(this.fd, this.kind.codec);
    return this.#laddr;
  }

  set laddr(addr: Addr | null | undefined) {
    this.#laddr = addr;
  }

  /** The remote address, or null. */
  get raddr(): Addr | null {
    if (typeof this.#raddr === "number") this.#raddr = decodePacked(this.#raddr, this.kind.codec);
    return this.#raddr;
  }

  set raddr(addr: Addr | null) {
    this.#raddr = addr;
  }

  override wrap(op: string, cause: Error, n?: number, addr: Addr | null = this.raddr): Error {
    // Dialing knows more than its descriptor does: the dialer tells the story. Bad arguments tell their own.
    if (op === "dial") return cause;
    if (cause instanceof TypeError || cause instanceof RangeError)
      return n === undefined ? cause : Object.assign(cause, { n });
    if (this.listening) return this.wrapLocal(op, cause);
    const fields = { op, net: this.kind.net, source: this.laddr, addr, cause };
    return new OpError(n === undefined ? fields : { ...fields, n });
  }

  /** The same for what concerns this end alone: deadlines, buffers, the bare descriptor, listeners. */
  wrapLocal(op: string, cause: Error): Error {
    return new OpError({ op, net: this.kind.net, addr: this.laddr, cause });
  }

  /** Waits for a connection. `make` builds what the caller gets, in the same turn; `end` is for {@link AcceptOp}. */
  accept<T>(make: (fd: NetFD) => T, signal?: AbortSignal, end?: T): Promise<T> {
    const accepted = (number: number, peer: Uint8Array) => {
      const fd = new NetFD(number, this.kind);
      // It has inherited that.
      if (this.lingers) fd.lingers = true;
      fd.#raddr = familyOf(peer, 0) === AF_INET ? packInet(peer) : this.#peerOf(number, peer);
      return make(fd);
    };
    const op = new AcceptOp<T>(this, accepted, end);
    return this.start(READ, op, signal);
  }

  // An address of Unix is as long as the kernel says, which accept does not.
  #peerOf(fd: number, peer: Uint8Array): Addr | null {
    const { codec, family } = this.kind;
    return family === AF_UNIX ? remoteAddrOf(fd, codec) : codec.decode(peer, 0, peer.length);
  }

  override close(): void {
    this.flush();
    if (this.closing) throw this.wrap("close", ErrClosed);
    void this.laddr;
    if (this.lingers) stopLingering(this.fd);
    super.close();
  }

  override detach(): number {
    this.flush();
    if (this.closing) throw this.wrap("file", ErrClosed);
    void this.laddr;
    if (this.lingers) stopLingering(this.fd);
    const number = super.detach();
    if (number < 0) throw this.wrap("file", new SyscallError("fcntl", number));
    return number;
  }

  /** A duplicate of the descriptor, nobody's yet. */
  dup(): number {
    this.uncork();
    if (this.closing) throw this.wrap("file", ErrClosed);
    offloadOf(this)?.part(this);
    const copy = binding.dup(this.fd);
    if (copy < 0) throw this.wrap("file", new SyscallError("dup", copy));
    this.shared = true;
    return copy;
  }

  /** As Go names the file of a connection. */
  override toString(): string {
    return `${this.kind.net}:${this.laddr?.toString() ?? ""}->${this.raddr?.toString() ?? ""}`;
  }

  /** shutdown(2) of one direction. */
  shutdown(how: number): void {
    this.flush();
    if (this.closing) throw this.wrap("close", ErrClosed);
    const result = binding.shutdown(this.fd, how);
    if (result < 0) throw this.wrap("close", new SyscallError("shutdown", result));
  }

  /** Lends the number, as every FD does; what is done with it may end that datagrams come joined. */
  override borrow<T>(use: (fd: number) => T): T {
    try {
      return super.borrow(use);
    } finally {
      if (!this.closing) this.offload?.lent(this);
    }
  }

  /** Sets or asks something that cannot wait; failures become OpErrors `set`. */
  set<T>(call: (fd: number) => T): T {
    try {
      return this.borrow(call);
    } catch (error) {
      throw this.wrap("set", error as Error);
    }
  }

  /** The same for what concerns this end alone. */
  useLocal<T>(op: string, call: (fd: number) => T): T {
    try {
      return this.borrow(call);
    } catch (error) {
      throw this.wrapLocal(op, error as Error);
    }
  }
}
