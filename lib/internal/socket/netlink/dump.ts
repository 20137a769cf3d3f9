// Go: syscall/netlink_linux.go (NetlinkRIB); netlink(7), rtnetlink(7)
import { binding } from "../../binding.js";
import { SyscallError } from "../../../errors/index.js";
import { numbers } from "./constants.js";
import { dumpRequest, type Message, messages } from "./message.js";
import { Reader } from "./reader.js";

/** A table of the kernel. */
export interface Table {
  /** The type of the message that asks for it. */
  readonly request: number;
  /** The type of the messages that have a row each. */
  readonly row: number;
  /** How long the struct is that such messages begin with. */
  readonly bodyLength: number;
}

const SEQ = 1;
// The kernel fills at most 32 KB at a time. Shared, since nothing is left in it when a call returns: making it anew would
// cost more than the answer.
const ROOM = 65_536;
let room: Uint8Array | null = null;
const MAX_TRIES = 16;

// struct sockaddr_nl: the family, padding, the port, groups. The port of the kernel is 0.
const ADDRESS_LENGTH = 12;
const PORT = 4;

/**
 * All rows of a table, each as `read` makes it of the message's body, which it must not keep. The kernel answers within the calls, so nothing
 * waits. A table that changes meanwhile is asked for again, a few times. Throws a SyscallError: `netlinkrib` with what
 * the kernel said, `EINVAL` for an answer that makes no sense, `EINTR` when the table never stood still.
 */
export function dump<Row>(table: Table, read: (body: Uint8Array) => Row): Row[] {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const rows = attempt(table, read);
    if (rows !== null) return rows;
  }
  throw new SyscallError("netlinkrib", "EINTR");
}

/** The rows, or null when the table changed while they were read. */
function attempt<Row>(table: Table, read: (body: Uint8Array) => Row): Row[] | null {
  const fd = required(binding.socket(numbers.AF_NETLINK, numbers.SOCK_RAW, numbers.NETLINK_ROUTE));
  try {
    const port = connect(fd);
    required(binding.send(fd, dumpRequest(table.request, SEQ, table.bodyLength), 0));
    return collect(fd, port, table, read);
  } finally {
    binding.close(fd);
  }
}

/** Lets nobody but the kernel send to this socket. Returns its port. */
function connect(fd: number): number {
  const address = new Uint8Array(ADDRESS_LENGTH);
  new Uint16Array(address.buffer, 0, 1)[0] = numbers.AF_NETLINK;
  required(binding.connect(fd, address));
  required(binding.getsockname(fd, address));
  return new Uint32Array(address.buffer, PORT, 1)[0]!;
}

function collect<Row>(fd: number, port: number, table: Table, read: (body: Uint8Array) => Row): Row[] | null {
  const rows: Row[] = [];
  room ??= new Uint8Array(ROOM);
  let changed = false;
  for (;;) {
    const n = required(binding.recv(fd, room));
    // A datagram that fills the room may have been longer.
    if (n === ROOM) throw new SyscallError("netlinkrib", "EMSGSIZE");
    for (const message of messages(room.subarray(0, n))) {
      if (message.seq !== SEQ || message.port !== port) throw new SyscallError("netlinkrib", "EINVAL");
      changed ||= (message.flags & numbers.NLM_F_DUMP_INTR) !== 0;
      if (message.type === numbers.NLMSG_ERROR)
        throw new SyscallError("netlinkrib", resultOf(message) || "EINVAL");
      if (message.type === numbers.NLMSG_DONE) {
        required(resultOf(message));
        return changed ? null : rows;
      }
      if (message.type === table.row) rows.push(read(message.body));
    }
  }
}

/** The last message begins with zero, or with minus errno. */
function resultOf({ body }: Message): number {
  return new Reader(body, "netlinkrib").i32();
}

function required(result: number): number {
  if (result < 0) throw new SyscallError("netlinkrib", result);
  return result;
}
