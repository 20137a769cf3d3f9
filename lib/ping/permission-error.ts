import { NetError, pingGroupCommand, setcapCommand } from "../errors/index.js";

/** No kind of ICMP socket may be opened here. Code `EPERM` or `EACCES`; the message names both ways out. */
export class PermissionError extends NetError {
  override readonly name = "PermissionError";
  /** What the kernel said to the attempt at a raw socket. */
  readonly code: string;

  constructor(cause: NetError) {
    super(
      `no ICMP socket may be opened (${cause.code}): admit your group to net.ipv4.ping_group_range with ` +
        `\`${pingGroupCommand}\`, or give Node the capability cap_net_raw with \`${setcapCommand()}\``,
      { cause },
    );
    this.code = cause.code;
  }
}
