// cmsg(3): as internal/socket/control.ts, for a hundred thousand messages a second
import { binding, constant } from "../../internal/binding.js";
import { littleEndian } from "../../internal/socket/sockaddr.js";

const HEADER = constant("CMSG_HEADER");
const LENGTH_SIZE = HEADER - 8;
const ALIGN = constant("CMSG_ALIGN");

const { SOL_SOCKET, SO_TIMESTAMPNS, IPPROTO_IP, IP_TTL } = binding.constants;
const { IPPROTO_IPV6, IPV6_HOPLIMIT } = binding.constants;

/** What the kernel told beside a message. One object serves them all: each is read before the next. */
export class Arrival {
  /** When it arrived, in microseconds since 1970; null when the kernel did not say. */
  at: number | null = null;
  /** TTL or hop limit; null when the kernel did not say. */
  ttl: number | null = null;

  /** Reads the control data between two offsets. It ends at the first header that does not fit. */
  read(view: DataView, from: number, to: number): void {
    this.at = null;
    this.ttl = null;
    for (let at = from; at + HEADER <= to;) {
      // The low word of the length: control data is never longer than that can tell.
      const length = view.getUint32(littleEndian ? at : at + LENGTH_SIZE - 4, littleEndian);
      if (length < HEADER || length > to - at) return;
      this.#take(view, at, length - HEADER);
      at += Math.ceil(length / ALIGN) * ALIGN;
    }
  }

  #take(view: DataView, at: number, size: number): void {
    const level = view.getInt32(at + LENGTH_SIZE, littleEndian);
    const type = view.getInt32(at + LENGTH_SIZE + 4, littleEndian);
    const data = at + HEADER;
    if (level === SOL_SOCKET && type === SO_TIMESTAMPNS && size >= 16) {
      this.at = int64(view, data) * 1e6 + int64(view, data + 8) / 1e3;
    } else if (size >= 4 && isTTL(level, type)) {
      this.ttl = view.getUint32(data, littleEndian) & 0xff;
    }
  }
}

function isTTL(level: number, type: number): boolean {
  return (level === IPPROTO_IP && type === IP_TTL) || (level === IPPROTO_IPV6 && type === IPV6_HOPLIMIT);
}

// Without a BigInt in between.
function int64(view: DataView, at: number): number {
  const low = view.getUint32(littleEndian ? at : at + 4, littleEndian);
  const high = view.getInt32(littleEndian ? at + 4 : at, littleEndian);
  return high * 2 ** 32 + low;
}
