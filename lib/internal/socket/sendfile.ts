// Go: internal/poll/sendfile_linux.go; sendfile(2)
import { binding } from "../binding.js";
import { errno, SyscallError } from "../../errors/index.js";
import { Op } from "../poll/op.js";
import { EAGAIN } from "../poll/ops.js";
import { poller, WRITE } from "../poll/poller.js";
import type { NetFD } from "./net-fd.js";

// As much as Go asks for at once.
const CHUNK = 4 << 20;

// What a file that is none of the kind that can be sent says.
const unable = new Set((["EINVAL", "ENOSYS", "EOPNOTSUPP"] as const).map((name) => -errno(name)));

/** What has the number of an open file, or -1 once that is closed: the number may be another file's then. */
export interface Numbered {
  readonly fd: number;
}

class SendFileOp extends Op<number | null> {
  readonly #file: Numbered;
  #left: number;
  #written = 0;
  readonly #onFailure: (written: number) => void;

  constructor(fd: NetFD, file: Numbered, limit: number, onFailure: (written: number) => void) {
    super(fd);
    this.#file = file;
    this.#left = limit;
    this.#onFailure = onFailure;
  }

  get name(): string {
    return "write";
  }

  attempt(): boolean {
    do {
      const n = this.#left === 0 ? 0 : this.#send();
      if (n === EAGAIN) {
        this.fd.notReady(WRITE);
        return false;
      }
      if (n < 0 && this.#written === 0 && unable.has(n)) this.resolve(null);
      else if (n < 0) this.fail(new SyscallError("sendfile", n));
      else if (n === 0) this.resolve(this.#written);
      if (n <= 0) return true;
      this.#written += n;
      this.#left -= n;
      poller.charge(n);
    } while (poller.spend());
    return false;
  }

  override fail(cause: Error): void {
    this.#onFailure(this.#written);
    this.reject(cause);
  }

  // From where the file stands, which moves on.
  #send(): number {
    this.fd.neverBlock();
    return binding.sendfile(this.fd.fd, this.#file.fd, -1, Math.min(this.#left, CHUNK));
  }
}

/**
 * Sends up to `limit` bytes of a file from where it stands, until it ends. Resolves their number, or null where that
 * file or system cannot. Rejects with a bare cause, whose bytes `onFailure` is told.
 */
export function sendFile(
  to: NetFD,
  file: Numbered,
  limit: number,
  onFailure: (written: number) => void,
): Promise<number | null> {
  return to.start(WRITE, new SendFileOp(to, file, limit, onFailure));
}
