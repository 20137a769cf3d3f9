// Go: internal/poll/splice_linux.go; splice(2)
import { binding } from "../binding.js";
import { errno, SyscallError } from "../../errors/index.js";
import { Op } from "../poll/op.js";
import { EAGAIN } from "../poll/ops.js";
import { poller, READ, WRITE } from "../poll/poller.js";
import type { NetFD } from "./net-fd.js";
import { type Pipe, returnPipe, takePipe } from "./pipes.js";

/** A transfer on its way: what is still to come, and what waits in the pipe. */
interface Transfer {
  readonly to: NetFD;
  readonly pipe: Pipe;
  /** Bytes that may still be taken; Infinity for all. */
  left: number;
  /** Bytes in the pipe. */
  held: number;
  /** Bytes that have arrived. */
  written: number;
}

const EIO = -errno("EIO");

// Pipe to socket, as far as it goes: 0, or minus errno.
function drain(transfer: Transfer): number {
  while (transfer.held > 0) {
    transfer.to.neverBlock();
    const n = binding.splice(transfer.pipe.from, transfer.to.fd, transfer.held);
    // None at all, of bytes that are there, would be a loop without end.
    if (n <= 0) return n === 0 ? EIO : n;
    transfer.held -= n;
    transfer.written += n;
    poller.charge(n);
  }
  return 0;
}

// The half that reads, which writes too as long as the other side has room: then nobody has to be told in between.
class PumpOp extends Op<"ended" | "held"> {
  readonly #transfer: Transfer;

  constructor(from: NetFD, transfer: Transfer) {
    super(from);
    this.#transfer = transfer;
  }

  get name(): string {
    return "read";
  }

  attempt(): boolean {
    const transfer = this.#transfer;
    do {
      if (transfer.left === 0) return this.#end("ended");
      this.fd.neverBlock();
      const n = binding.splice(this.fd.fd, transfer.pipe.to, transfer.left);
      if (n === EAGAIN) {
        this.fd.notReady(READ);
        return false;
      }
      if (n < 0) {
        this.reject(new SyscallError("splice", n));
        return true;
      }
      if (n === 0) return this.#end("ended");
      transfer.left -= n;
      transfer.held = n;
      const result = transfer.to.mayTry(WRITE) ? drain(transfer) : EAGAIN;
      if (result === EAGAIN) return this.#end("held");
      // Told now, since the kernel tells of a reset once.
      if (result < 0) {
        this.reject(new SyscallError("splice", result));
        return true;
      }
    } while (poller.spend());
    return false;
  }

  override fail(cause: Error): void {
    this.reject(cause);
  }

  #end(how: "ended" | "held"): boolean {
    this.resolve(how);
    return true;
  }
}

// The half that writes what the other had to leave in the pipe.
class DrainOp extends Op<void> {
  readonly #transfer: Transfer;

  constructor(transfer: Transfer) {
    super(transfer.to);
    this.#transfer = transfer;
  }

  get name(): string {
    return "write";
  }

  attempt(): boolean {
    const result = drain(this.#transfer);
    if (result === EAGAIN) {
      this.fd.notReady(WRITE);
      return false;
    }
    if (result < 0) this.reject(new SyscallError("splice", result));
    else this.resolve();
    return true;
  }

  override fail(cause: Error): void {
    this.reject(cause);
  }
}

/**
 * Moves up to `limit` bytes from one stream socket to another inside the kernel, until the first ends. Resolves their
 * number, or null where the system or these sockets cannot. Rejects with a bare cause, whose bytes `onFailure` is told.
 */
export async function splice(
  to: NetFD,
  from: NetFD,
  limit: number,
  onFailure: (written: number) => void,
): Promise<number | null> {
  const pipe = takePipe();
  if (pipe === null) return null;
  const transfer: Transfer = { to, pipe, left: limit, held: 0, written: 0 };
  try {
    // At the limit nothing more is asked of the source, which may be closed by now.
    while (transfer.left > 0 && (await from.start(READ, new PumpOp(from, transfer))) === "held") {
      await to.start(WRITE, new DrainOp(transfer));
    }
    return transfer.written;
  } catch (error) {
    const { code } = error as SyscallError;
    if (transfer.written + transfer.held === 0 && (code === "EINVAL" || code === "ENOSYS")) return null;
    onFailure(transfer.written);
    throw error;
  } finally {
    returnPipe(pipe, transfer.held === 0);
  }
}
