import type { FD } from "../internal/poll/fd.js";
import { SendMsgOp } from "../internal/poll/message.js";

/** sendmsg(2), with a call right before it: a send that had to wait left when it was tried last, not when it was asked. */
export class StampedSendOp extends SendMsgOp {
  readonly #stamp: () => void;

  constructor(fd: FD, p: Uint8Array, address: Uint8Array, stamp: () => void) {
    super(fd, p, null, address);
    this.#stamp = stamp;
  }

  override attempt(): boolean {
    this.#stamp();
    return super.attempt();
  }
}
