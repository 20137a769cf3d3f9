import { NetError, pingGroupCommand, setcapCommand } from "../errors/index.js";

/** No ICMP socket of a kind that would do may be opened here. Code `EPERM` or `EACCES`; the message names the ways out. */
export class PermissionError extends NetError {
  override readonly name = "PermissionError";
  /** What the kernel said to the attempt at a raw socket. */
  readonly code: string;

  /** @param raw whether nothing but a raw socket would do, so that an unprivileged one is no way out */
  constructor(cause: NetError, raw = false) {
    const kind = raw ? "raw ICMP" : "ICMP";
    const admit = `admit your group to net.ipv4.ping_group_range with \`${pingGroupCommand}\`, or `;
    super(
      `no ${kind} socket may be opened (${cause.code}): ${raw ? "" : admit}` +
        `give Node the capability cap_net_raw with \`${setcapCommand()}\``,
      { cause },
    );
    this.code = cause.code;
  }
}
