// Go: net/tcpsock.go, net/tcpsockopt_posix.go
import type { TCPAddr } from "./addr/index.js";
import { Conn, fdOf } from "./conn.js";
import { checkBoolean, checkDuration, checkInt } from "./errors/index.js";
import { constant } from "./internal/binding.js";
import type { File } from "./file.js";
import type { NetFD } from "./internal/socket/net-fd.js";
import { options, setBytes, setInt, tryGetBytes, tryGetInt, trySetInt } from "./internal/socket/options.js";
import type { Writer } from "./limited-reader.js";
import { type AcceptOptions, Listener } from "./listener.js";
import type { RawConn } from "./raw-conn.js";
import { copyFrom, copyTo, type Source } from "./transfer.js";
import { applyKeepAlive, checkKeepAlive, type KeepAliveConfig, keepAliveSeconds } from "./tcp-keepalive.js";

const SHUT_RD = constant("SHUT_RD");
const SHUT_WR = constant("SHUT_WR");

/** What listening and dialing ask for beyond Go's defaults; both prepare their connections alike. */
export interface TCPDefaults {
  /** Keep-alive to set on the connection; null leaves the system's. */
  readonly keepAlive: KeepAliveConfig | null;
}

/**
 * Sets them on a connection, or on a listener for its connections to inherit. As in Go, an option that the system
 * refuses costs nobody the connection.
 */
export function prepare(fd: number, { keepAlive }: TCPDefaults): void {
  trySetInt(fd, options.noDelay, 1);
  if (keepAlive !== null) applyKeepAlive(fd, keepAlive, trySetInt);
}

/** A TCP connection. Go: net.TCPConn. */
export class TCPConn extends Conn {
  /** @internal A connection with what Go sets on each: no delay, and keep-alive. */
  static open(fd: NetFD, defaults: TCPDefaults): TCPConn {
    prepare(fd.fd, defaults);
    return new TCPConn(fd);
  }

  /** @internal The same, of one whose listener was prepared: then it has inherited them all, or none. */
  static inherit(fd: NetFD, defaults: TCPDefaults): TCPConn {
    return tryGetInt(fd.fd, options.noDelay) === 1 ? new TCPConn(fd) : TCPConn.open(fd, defaults);
  }

  override get localAddr(): TCPAddr | null {
    return this.bound as TCPAddr | null;
  }

  override get remoteAddr(): TCPAddr | null {
    return this.peer as TCPAddr | null;
  }

  /**
   * Shuts the reading side: reads then end as at the end of the stream. Throws an OpError `close`.
   * Go: TCPConn.CloseRead; shutdown(2).
   */
  closeRead(): void {
    this.fd.shutdown(SHUT_RD);
  }

  /**
   * Shuts the writing side, so that the peer reads to the end; this side can still read. Throws an OpError `close`.
   * Go: TCPConn.CloseWrite; shutdown(2).
   */
  closeWrite(): void {
    this.fd.shutdown(SHUT_WR);
  }

  /**
   * Copies from `r` until it ends, and resolves the number of bytes. From a TCPConn, a stream UnixConn, an open file
   * (`FileHandle` of node:fs/promises, from where it stands) or a LimitedReader of either, the bytes stay inside the kernel
   * on Linux. Rejects with an OpError `readfrom` around the failure, whose `n` tells how many bytes went.
   * Go: TCPConn.ReadFrom; splice(2), sendfile(2).
   */
  async readFrom(r: Source): Promise<number> {
    return copyFrom(this.fd, r, this, streamOf);
  }

  /**
   * Copies to `w` until the connection ends, and resolves the number of bytes. To a TCPConn or a stream UnixConn the bytes
   * stay inside the kernel on Linux. Rejects with an OpError `writeto` around the failure, whose `n` tells how many went.
   * Go: TCPConn.WriteTo; splice(2).
   */
  async writeTo(w: Writer): Promise<number> {
    return copyTo(this.fd, w, this, streamOf);
  }

  /** Whether small writes go at once; on by default. Throws an OpError `set`. Go: TCPConn.SetNoDelay; TCP_NODELAY. */
  setNoDelay(noDelay: boolean): void {
    const value = checkBoolean("noDelay", noDelay) ? 1 : 0;
    this.fd.set((fd) => setInt(fd, options.noDelay, value));
  }

  /**
   * What close does with bytes not yet sent: below zero they go in the background (the default), 0 drops them and
   * resets the connection. Above zero close(2) would wait so many seconds for them, and the whole event loop with it,
   * so close here takes that back first: they go in the background. Throws an OpError `set`.
   * Go: TCPConn.SetLinger; SO_LINGER.
   */
  setLinger(sec: number): void {
    checkInt("sec", sec, -0x80000000, 0x7fffffff);
    const value = new Uint8Array(new Int32Array(sec >= 0 ? [1, sec] : [0, 0]).buffer);
    this.fd.set((fd) => setBytes(fd, options.linger, value));
    this.fd.lingers = sec > 0;
  }

  /** Whether the system probes an idle peer. Throws an OpError `set`. Go: TCPConn.SetKeepAlive; SO_KEEPALIVE. */
  setKeepAlive(keepalive: boolean): void {
    const value = checkBoolean("keepalive", keepalive) ? 1 : 0;
    this.fd.set((fd) => setInt(fd, options.keepAlive, value));
  }

  /**
   * How long the connection is idle before the first probe, in milliseconds, rounded up to whole seconds.
   * 0 means 15 s, below zero leaves it. Does not switch probing on. Throws an OpError `set`.
   * Go: TCPConn.SetKeepAlivePeriod; TCP_KEEPIDLE.
   */
  setKeepAlivePeriod(d: number): void {
    const seconds = keepAliveSeconds(checkDuration("d", d));
    if (seconds === null) {
      this.fd.set(() => {});
      return;
    }
    this.fd.set((fd) => setInt(fd, options.keepIdle, seconds));
  }

  /** All of keep-alive at once. Throws an OpError `set`. Go: TCPConn.SetKeepAliveConfig. */
  setKeepAliveConfig(config: KeepAliveConfig): void {
    checkKeepAlive("config", config);
    this.fd.set((fd) => applyKeepAlive(fd, config, setInt));
  }

  /**
   * Whether Multipath TCP is in use, rather than the plain TCP it falls back to. Go: TCPConn.MultipathTCP; RFC 8684.
   */
  multipathTCP(): boolean {
    const info = new Uint8Array(64);
    return this.fd.useLocal("raw-control", (fd) => tryGetBytes(fd, options.mptcpInfo, info) >= 0);
  }
}

// Both ends of a splice have to be streams of ours.
function streamOf(end: unknown): NetFD | null {
  const fd = end instanceof Conn ? fdOf(end) : null;
  return fd !== null && fd.kind.stream ? fd : null;
}

/** Accepts TCP connections. Go: net.TCPListener. */
export class TCPListener extends Listener<TCPConn> {
  readonly #defaults: TCPDefaults;
  // Where it listens on one address, that is also the local address of all it accepts; unless others have had it in hand,
  // who may have made it transparent.
  #shared: TCPAddr | null;

  /** @internal */
  constructor(fd: NetFD | null = null, defaults: TCPDefaults = { keepAlive: null }, plain = true) {
    super(fd);
    this.#defaults = defaults;
    this.#shared = plain && this.addr?.ip?.isUnspecified() === false ? this.addr : null;
  }

  override get addr(): TCPAddr | null {
    return this.bound as TCPAddr | null;
  }

  override file(): File {
    this.#shared = null;
    return super.file();
  }

  override syscallConn(): RawConn {
    this.#shared = null;
    return super.syscallConn();
  }

  /** The same as {@link Listener.accept}. Go: TCPListener.AcceptTCP. */
  acceptTCP(accepting?: AcceptOptions): Promise<TCPConn> {
    return this.accept(accepting);
  }

  /** @internal */
  protected override opened(fd: NetFD): TCPConn {
    if (this.#shared !== null) fd.laddr = this.#shared;
    return TCPConn.inherit(fd, this.#defaults);
  }
}
