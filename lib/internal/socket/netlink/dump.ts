// Go: syscall/netlink_linux.go (NetlinkRIB); netlink(7), rtnetlink(7)
import { binding } from "../../binding.js";
import { SyscallError } from "../../../errors/index.js";
import { numbers } from "./constants.js";
import { dumpRequest, nextMessage } from "./message.js";
import { Reader } from "./reader.js";

/** A table of the kernel. */
export interface Table {
  /** The message that asks for it, with {@link SEQ}. */
  readonly request: Uint8Array;
  /** The type of the messages that have a row each. */
  readonly row: number;
}

const { AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, NLM_F_DUMP_INTR, NLMSG_ERROR, NLMSG_DONE } = numbers;

const SEQ = 1;
// The kernel fills at most 32 KB at a time. Shared, since nothing is left in it when a call returns: making it anew would
// cost more than the answer.
const ROOM = 65_536;
let room: { readonly bytes: Uint8Array; readonly view: DataView } | null = null;
const MAX_TRIES = 16;

// struct sockaddr_nl: the family, padding, the port, groups. The port of the kernel is 0.
const kernel = new Uint8Array(12);
new Uint16Array(kernel.buffer, 0, 1)[0] = AF_NETLINK;

/** The table of which one message asks for all and another one has a row; requests begin with a struct that long. */
export function table(request: number, row: number, bodyLength: number): Table {
  return { request: dumpRequest(request, SEQ, bodyLength), row };
}

/**
 * All rows of a table, each as `read` makes it of the message's body, which it must not keep. The kernel answers within
 * the calls, so nothing waits. A table that changes meanwhile is asked for again, a few times. Throws a SyscallError: `netlinkrib` with what
 * the kernel said, `EINVAL` for an answer that makes no sense, `EINTR` when the table never stood still.
 */
export function dump<Row>(of: Table, read: (body: Reader) => Row): Row[] {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const rows = attempt(of, read);
    if (rows !== null) return rows;
  }
  throw new SyscallError("netlinkrib", "EINTR");
}

/** The rows, or null when the table changed while they were read. */
function attempt<Row>(of: Table, read: (body: Reader) => Row): Row[] | null {
  const fd = required(binding.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
  try {
    // From then on nobody but the kernel can send to this socket, and it answers what was asked here.
    required(binding.connect(fd, kernel));
    required(binding.send(fd, of.request, 0));
    return collect(fd, of.row, read);
  } finally {
    binding.close(fd);
  }
}

function collect<Row>(fd: number, row: number, read: (body: Reader) => Row): Row[] | null {
  const rows: Row[] = [];
  const { bytes, view } = (room ??= makeRoom());
  let changed = false;
  for (;;) {
    const n = required(binding.recv(fd, bytes));
    // A datagram that fills the room may have been longer.
    if (n === ROOM) throw new SyscallError("netlinkrib", "EMSGSIZE");
    const datagram = new Reader(bytes, "netlinkrib", view, 0, n);
    do {
      const { type, flags, seq, body } = nextMessage(datagram);
      if (seq !== SEQ) throw new SyscallError("netlinkrib", "EINVAL");
      changed ||= (flags & NLM_F_DUMP_INTR) !== 0;
      if (type === NLMSG_ERROR) throw new SyscallError("netlinkrib", body.i32() || "EINVAL");
      if (type === NLMSG_DONE) {
        required(body.i32());
        return changed ? null : rows;
      }
      if (type === row) rows.push(read(body.part(body.left, "parsenetlinkrouteattr")));
    } while (datagram.left > 0);
  }
}

function makeRoom(): { bytes: Uint8Array; view: DataView } {
  const bytes = new Uint8Array(ROOM);
  return { bytes, view: new DataView(bytes.buffer) };
}

function required(result: number): number {
  if (result < 0) throw new SyscallError("netlinkrib", result);
  return result;
}
