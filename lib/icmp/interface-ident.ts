// Go: x/net/icmp/interface.go (InterfaceIdent); RFC 8335 section 2.1
import { checkFields } from "../addr/arguments.js";
import { checkInt, checkString, outOfRange } from "../errors/index.js";
import { checkBytes } from "../internal/poll/buffers.js";
import { EMPTY } from "./body.js";
import type { Cursor } from "./cursor.js";
import type { Extension } from "./extension.js";
import { nameBytes, nameIn, objectOf, u16, u32 } from "./extension-object.js";
import { MessageError } from "./message-error.js";

export const CLASS_INTERFACE_IDENT = 3;

const BY_NAME = 1;
const BY_INDEX = 2;
const BY_ADDRESS = 3;
const MAX_BYTES = 255;

/** The fields of an {@link InterfaceIdent}; all but the type may be left out. */
export interface InterfaceIdentFields {
  type: number;
  name?: string | undefined;
  index?: number | undefined;
  afi?: number | undefined;
  addr?: Uint8Array | undefined;
}

/** The interface that an extended echo request asks about: RFC 8335. Go: icmp.InterfaceIdent. */
export class InterfaceIdent implements Extension {
  /** The object's class: 3. */
  readonly class = CLASS_INTERFACE_IDENT;
  /** What it is named by: 1 its name, 2 its number, 3 its address. */
  readonly type: number;
  /** Its name there; up to 255 bytes of it are sent. */
  readonly name: string;
  /** Its number there: 32 bits. */
  readonly index: number;
  /** The family of its address, by IANA's numbers: 1 IPv4, 2 IPv6, 16389 a MAC of 48 bits, ... */
  readonly afi: number;
  /** Its address: at most 255 bytes. */
  readonly addr: Uint8Array;

  /** Throws a TypeError or a RangeError for a field that does not fit. */
  constructor(fields: InterfaceIdentFields) {
    const all = checkFields(fields, "an object { type, name, index, afi, addr }");
    const { name = "", addr = EMPTY } = all;
    this.type = checkInt("type", all.type, 0, 0xff);
    this.name = checkString("name", name);
    this.index = checkInt("index", all.index ?? 0, 0, 0xffffffff);
    this.afi = checkInt("afi", all.afi ?? 0, 0, 0xffff);
    checkBytes("addr", addr);
    if (addr.length > MAX_BYTES) throw outOfRange("addr.length", `at most ${MAX_BYTES}`, addr.length);
    this.addr = addr;
  }

  /** Encoded size in bytes. Go: InterfaceIdent.Len. */
  len(): number {
    return this.marshal().length;
  }

  /** The encoded object: what the type says, and nothing else. Go: InterfaceIdent.Marshal. */
  marshal(): Uint8Array {
    return objectOf(CLASS_INTERFACE_IDENT, this.type, this.#payload());
  }

  #payload(): number[] {
    const { type, name, index, afi, addr } = this;
    if (type === BY_NAME) return nameBytes(name, MAX_BYTES);
    if (type === BY_INDEX) return u32(index);
    return type === BY_ADDRESS ? [...u16(afi), addr.length, 0, ...addr] : [];
  }
}

/** Reads the payload of an object of this class. Throws a MessageError: `invalid extension`. */
export function readInterfaceIdent(type: number, payload: Cursor): InterfaceIdent {
  if (type === BY_NAME) return new InterfaceIdent({ type, name: nameIn(payload.rest()) });
  if (type !== BY_INDEX && type !== BY_ADDRESS) return new InterfaceIdent({ type });
  if (payload.left < 4) throw new MessageError("invalid extension");
  if (type === BY_INDEX) return new InterfaceIdent({ type, index: payload.u32() });
  const [afi, length] = [payload.u16(), payload.u8()];
  payload.pass(1);
  // Its padding belongs to it.
  if (Math.ceil(length / 4) * 4 > payload.left) throw new MessageError("invalid extension");
  return new InterfaceIdent({ type, afi, addr: payload.take(length).slice() });
}
