// Go: net/internal/socket (x/net), syscall.Recvmsg
import { binding } from "../binding.js";
import { SyscallError } from "../../errors/index.js";
import { asAsked, detached } from "./buffers.js";
import type { FD } from "./fd.js";
import { Op } from "./op.js";
import { EAGAIN } from "./ops.js";
import { READ, WRITE } from "./poller.js";

// The block that recvmsg and sendmsg share with native/msg.cc: four words, a socket address, control data.
// One for all, since it is read before the next call is made; as large as the kernel's own bound on control data
// is by default (net.core.optmem_max before 6.x).
const NAME = 16;
const NAME_ROOM = 128;
const CONTROL = NAME + NAME_ROOM;
const CONTROL_ROOM = 20480;
const block = new Uint8Array(CONTROL + CONTROL_ROOM);
const words = new Int32Array(block.buffer, 0, 4);
const control = block.subarray(CONTROL);

/** Turns a socket address into a typed one. */
export type Decoder<A> = (address: Uint8Array) => A | null;

/** What one message brought. */
export interface Received<A> {
  /** Bytes of the message in `p`. */
  n: number;
  /** Bytes of control data in `oob`. */
  oobn: number;
  /** `MSG_TRUNC`, `MSG_CTRUNC` and their kin. */
  flags: number;
  /** Where it came from; null when the kernel named nobody. */
  addr: A | null;
}

/** recvmsg(2), once. */
export class RecvMsgOp<A> extends Op<Received<A>> {
  get name(): string {
    return "read";
  }

  readonly #p: Uint8Array;
  readonly #oob: Uint8Array | null;
  readonly #flags: number;
  readonly #decode: Decoder<A>;
  readonly #length: number;
  readonly #oobLength: number;

  /** Without `oob` there is no control data; errors then name recvfrom(2), as in Go. */
  constructor(fd: FD, p: Uint8Array, oob: Uint8Array | null, flags: number, decode: Decoder<A>) {
    super(fd);
    this.#p = p;
    this.#oob = oob;
    this.#flags = flags;
    this.#decode = decode;
    this.#length = p.length;
    this.#oobLength = oob?.length ?? 0;
  }

  attempt(): boolean {
    const oob = this.#oob;
    const gone = shorter(this.#p, this.#length, oob, this.#oobLength);
    if (gone !== null) {
      this.fail(detached(gone));
      return true;
    }
    words[0] = NAME_ROOM;
    words[1] = Math.min(this.#oobLength, CONTROL_ROOM);
    const n = binding.recvmsg(this.fd.fd, this.#p, block, this.#flags);
    if (n === EAGAIN) {
      this.fd.notReady(READ);
      return false;
    }
    if (n < 0) {
      this.fail(new SyscallError(oob === null ? "recvfrom" : "recvmsg", n));
      return true;
    }
    const [nameLength, oobn, flags] = words as unknown as [number, number, number];
    if (oob !== null) oob.set(control.subarray(0, oobn));
    const addr = nameLength === 0 ? null : this.#decode(block.subarray(NAME, NAME + nameLength));
    this.resolve({ n, oobn, flags, addr });
    return true;
  }
}

/** sendmsg(2), once: a datagram goes whole or not at all. */
export class SendMsgOp extends Op<number> {
  get name(): string {
    return "write";
  }

  readonly #p: Uint8Array;
  readonly #oob: Uint8Array | null;
  readonly #address: Uint8Array | null;
  readonly #length: number;
  readonly #oobLength: number;

  constructor(fd: FD, p: Uint8Array, oob: Uint8Array | null, address: Uint8Array | null) {
    super(fd);
    this.#p = p;
    this.#oob = oob;
    this.#address = address;
    this.#length = p.length;
    this.#oobLength = oob?.length ?? 0;
  }

  attempt(): boolean {
    const gone = shorter(this.#p, this.#length, this.#oob, this.#oobLength);
    if (gone !== null) {
      this.fail(detached(gone));
      return true;
    }
    this.#fill();
    const n = binding.sendmsg(this.fd.fd, asAsked(this.#p, this.#length), block, 0);
    if (n === EAGAIN) {
      this.fd.notReady(WRITE);
      return false;
    }
    if (n < 0) this.fail(new SyscallError(this.#oob === null ? "sendto" : "sendmsg", n));
    else this.resolve(n);
    return true;
  }

  #fill(): void {
    words[0] = this.#address?.length ?? 0;
    words[1] = this.#oobLength;
    if (this.#address !== null) block.set(this.#address, NAME);
    if (this.#oob !== null) control.set(asAsked(this.#oob, this.#oobLength));
  }
}

// Which of the two was detached or cut since it was given, before a packet is lost to it.
function shorter(p: Uint8Array, length: number, oob: Uint8Array | null, oobLength: number): string | null {
  if (p.length < length) return "p";
  return oob !== null && oob.length < oobLength ? "oob" : null;
}

/** The most control data that one message may carry, in bytes. */
export const maxControl = CONTROL_ROOM;
