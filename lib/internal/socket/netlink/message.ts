// Go: syscall/netlink_linux.go; netlink(7), rtnetlink(7)
import { littleEndian } from "../sockaddr.js";
import { numbers } from "./constants.js";
import type { Reader } from "./reader.js";

// struct nlmsghdr, struct nlattr
const HEADER = 16;
const ATTRIBUTE_HEADER = 4;
// The two bits above say how an attribute is packed.
const ATTRIBUTE_TYPE = 0x3fff;

const NONE = -1;

type Found = Reader | undefined;

/** A message of netlink. */
export interface Message {
  readonly type: number;
  readonly flags: number;
  readonly seq: number;
  readonly body: Reader;
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

/** The next message of a datagram. Throws `netlinkrib` when its length makes no sense. */
export function nextMessage(datagram: Reader): Message {
  const length = datagram.u32();
  const type = datagram.u16();
  const flags = datagram.u16();
  const seq = datagram.u32();
  datagram.u32(); // the port to which it was sent, ours
  return { type, flags, seq, body: datagram.part(length - HEADER) };
}

/**
 * The attributes that are left, of up to three types; the last one of a type wins. Throws `parsenetlinkrouteattr`
 * likewise.
 */
export function attributes(reader: Reader, one: number, two: number, three = NONE): Found[] {
  let first: Found;
  let second: Found;
  let third: Found;
  while (reader.left > 0) {
    const length = reader.u16() - ATTRIBUTE_HEADER;
    const type = reader.u16() & ATTRIBUTE_TYPE;
    // A link has some forty of them, and a search for each would take longer than all the rest.
    if (type === one) first = reader.part(length);
    else if (type === two) second = reader.part(length);
    else if (type === three) third = reader.part(length);
    else reader.pass(length);
  }
  return [first, second, third];
}
