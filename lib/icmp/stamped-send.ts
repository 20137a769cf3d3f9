import type { Addr } from "../addr/index.js";
import { SendMsgOp } from "../internal/socket/message.js";
import type { NetFD } from "../internal/socket/net-fd.js";

/**
 * sendmsg(2), with a call right before it, so that the time of that is the time of sending. A send that had to wait left
 * when it was tried last, not when it was asked.
 */
export class StampedSendOp extends SendMsgOp {
  readonly #stamp: () => void;

  constructor(fd: NetFD, p: Uint8Array, addr: Addr, stamp: () => void, oob: Uint8Array | null = null) {
    super(fd, p, oob, addr);
    this.#stamp = stamp;
  }

  protected override aboutToSend(): void {
    this.#stamp();
  }
}
