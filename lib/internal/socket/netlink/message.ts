// Go: syscall/netlink_linux.go; netlink(7), rtnetlink(7)
import { littleEndian } from "../sockaddr.js";
import { numbers } from "./constants.js";
import { Reader } from "./reader.js";

// struct nlmsghdr, struct nlattr
const HEADER = 16;
const ATTRIBUTE_HEADER = 4;
// The two bits above say how an attribute is packed.
const ATTRIBUTE_TYPE = 0x3fff;

/** A message of netlink. `body` is a view. */
export interface Message {
  readonly type: number;
  readonly flags: number;
  readonly seq: number;
  /** The port to which it was sent. */
  readonly port: number;
  readonly body: Uint8Array;
}

/** A request for a whole table, of no family in particular; its body is a struct of zeros, so many bytes long. */
export function dumpRequest(type: number, seq: number, bodyLength: number): Uint8Array {
  const request = new Uint8Array(HEADER + bodyLength);
  const view = new DataView(request.buffer);
  view.setUint32(0, request.length, littleEndian);
  view.setUint16(4, type, littleEndian);
  view.setUint16(6, numbers.NLM_F_REQUEST | numbers.NLM_F_DUMP, littleEndian);
  view.setUint32(8, seq, littleEndian);
  return request;
}

/** The messages in a datagram, one after the other. Throws `netlinkrib` when a length makes no sense. */
export function* messages(datagram: Uint8Array): Generator<Message, void, void> {
  const reader = new Reader(datagram, "netlinkrib");
  do {
    const length = reader.u32();
    const type = reader.u16();
    const flags = reader.u16();
    const seq = reader.u32();
    const port = reader.u32();
    yield { type, flags, seq, port, body: reader.take(length - HEADER) };
    reader.align();
  } while (reader.left > 0);
}

/**
 * The attributes that are left, of the types that are wanted, by type; the last one of a type wins. Throws
 * `parsenetlinkrouteattr` likewise.
 */
export function attributes(reader: Reader, wanted: readonly number[]): Map<number, Uint8Array> {
  const found = new Map<number, Uint8Array>();
  while (reader.left > 0) {
    const length = reader.u16() - ATTRIBUTE_HEADER;
    const type = reader.u16() & ATTRIBUTE_TYPE;
    // A link has forty of them and more.
    if (wanted.includes(type)) found.set(type, reader.take(length));
    else reader.pass(length);
    reader.align();
  }
  return found;
}
