// Go: net/unixsock.go (UnixListener)
import { lstatSync, unlinkSync } from "node:fs";
import type { UnixAddr } from "./addr/index.js";
import { checkBoolean } from "./errors/index.js";
import type { NetFD } from "./internal/socket/net-fd.js";
import { bytesOf } from "./internal/socket/unix-name.js";
import { type AcceptOptions, Listener } from "./listener.js";
import { UnixConn } from "./unix-conn.js";

/** Accepts connections of Unix domain sockets. Go: net.UnixListener. */
export class UnixListener extends Listener<UnixConn> {
  // The file that bind(2) made; null where there is none, or it is somebody else's to remove.
  readonly #file: SocketFile | null;
  #unlinks: boolean;

  /** @internal `owns` tells that this process bound it. */
  constructor(fd: NetFD | null = null, owns = false) {
    super(fd);
    const path = this.addr?.name ?? "";
    // "@" begins an abstract name, which is no file.
    this.#file = path === "" || path.startsWith("@") ? null : new SocketFile(path);
    this.#unlinks = owns;
  }

  override get addr(): UnixAddr | null {
    return this.bound as UnixAddr | null;
  }

  /** The same as {@link Listener.accept}. Go: UnixListener.AcceptUnix. */
  acceptUnix(accepting?: AcceptOptions): Promise<UnixConn> {
    return this.accept(accepting);
  }

  /**
   * Whether close removes the socket's file. By default it does where `listen` made it, and not for one that came as a
   * descriptor. Go: UnixListener.SetUnlinkOnClose.
   */
  setUnlinkOnClose(unlink: boolean): void {
    this.#unlinks = checkBoolean("unlink", unlink);
  }

  /**
   * Closes it at once, and removes its file first, unless that was replaced by another meanwhile. What waits rejects with
   * `ERR_CLOSED`; a second call throws `ERR_CLOSED`. Go: UnixListener.Close.
   */
  override close(): void {
    if (this.#unlinks && !this.fd.closing) this.#file?.unlink();
    super.close();
  }

  /** @internal */
  protected override opened(fd: NetFD): UnixConn {
    return new UnixConn(fd);
  }
}

/** A socket's place in the file system, told from a later one under the same path. */
class SocketFile {
  // As bytes, since a path may be no text.
  readonly #path: Buffer;
  readonly #identity: string | null;

  constructor(path: string) {
    this.#path = Buffer.from(bytesOf(path));
    this.#identity = identityOf(this.#path);
  }

  unlink(): void {
    if (this.#identity === null || identityOf(this.#path) !== this.#identity) return;
    try {
      unlinkSync(this.#path);
    } catch {
      // As in Go: a file that cannot be removed does not keep the listener open.
    }
  }
}

// Null for what cannot be asked as well: a way there that is barred by now, say.
function identityOf(path: Buffer): string | null {
  try {
    const stat = lstatSync(path, { bigint: true });
    return stat.isSocket() ? `${stat.dev}:${stat.ino}` : null;
  } catch {
    return null;
  }
}
