// Go: x/net/icmp/interface.go (InterfaceInfo); RFC 5837
import { checkFields } from "../addr/arguments.js";
import { IPAddr } from "../addr/index.js";
import { checkInt, checkString, invalidArgType } from "../errors/index.js";
import type { Cursor } from "./cursor.js";
import type { Extension } from "./extension.js";
import { nameBytes, nameIn, objectOf, u16, u32 } from "./extension-object.js";
import { MessageError } from "./message-error.js";
import { type Protocol, protocolICMP } from "./types.js";

export const CLASS_INTERFACE_INFO = 2;

// The lower bits of the sub-type say what there is, in this order.
const INDEX = 8;
const ADDR = 4;
const NAME = 2;
const MTU = 1;
const ATTRIBUTES = 15;

const MAX_INT = 0xffffffff;
// A name begins with its length, which counts itself.
const MAX_NAME = 63;
// Address family numbers of IANA.
const AFI_IPV4 = 1;
const AFI_IPV6 = 2;

/** What a router tells of its interface. It is another host's, so it has no more than that. */
export interface RemoteInterface {
  /** Its number there; 0 when not told. */
  readonly index: number;
  /** Its name there; "" when not told. */
  readonly name: string;
  /** Its MTU in bytes; 0 when not told. */
  readonly mtu: number;
}

/** The fields of an {@link InterfaceInfo}; all may be left out. */
export interface InterfaceInfoFields {
  type?: number | undefined;
  interface?: Partial<RemoteInterface> | null | undefined;
  addr?: IPAddr | null | undefined;
}

/** An interface that a packet has to do with: RFC 5837. Go: icmp.InterfaceInfo. */
export class InterfaceInfo implements Extension {
  /** The object's class: 2. */
  readonly class = CLASS_INTERFACE_INFO;
  /**
   * The object's sub-type. Its upper two bits are the interface's role: 0x00 it came in by it, 0x40 by this part of it,
   * 0x80 it would have gone out by it, 0xc0 that is the next hop. The lower four say what is there: {@link marshal} makes
   * them of what it writes.
   */
  readonly type: number;
  /** Its number, name and MTU; null when nothing is told of them. */
  readonly interface: RemoteInterface | null;
  /** Its address, with its name for a zone in IPv6; null when it is not told. */
  readonly addr: IPAddr | null;

  /** Throws a TypeError or a RangeError for a field that does not fit. */
  constructor(fields: InterfaceInfoFields = {}) {
    const all = checkFields(fields, "an object { type, interface, addr }");
    const { addr = null } = all;
    this.type = checkInt("type", all.type ?? 0, 0, 0xff);
    this.interface = checkInterface(all.interface ?? null);
    if (addr !== null && !(addr instanceof IPAddr)) throw invalidArgType("addr", "an IPAddr or null", addr);
    this.addr = addr;
  }

  /** Encoded size in bytes. Go: InterfaceInfo.Len. */
  len(proto: Protocol): number {
    return this.marshal(proto).length;
  }

  /**
   * The encoded object: an address of the message's own family only, and no more than 63 bytes of a name.
   * Go: InterfaceInfo.Marshal.
   */
  marshal(proto: Protocol): Uint8Array {
    const { index = 0, name = "", mtu = 0 } = this.interface ?? {};
    const parts: [attribute: number, bytes: number[]][] = [
      [INDEX, index > 0 ? u32(index) : []],
      [ADDR, addrPart(proto, this.addr)],
      [NAME, name === "" ? [] : namePart(name)],
      [MTU, mtu > 0 ? u32(mtu) : []],
    ];
    const there = parts.filter(([, bytes]) => bytes.length > 0);
    const attributes = there.reduce((bits, [attribute]) => bits | attribute, 0);
    return objectOf(
      CLASS_INTERFACE_INFO,
      (this.type & ~ATTRIBUTES) | attributes,
      there.flatMap(([, bytes]) => bytes),
    );
  }
}

function checkInterface(given: unknown): RemoteInterface | null {
  if (given === null) return null;
  if (typeof given !== "object") throw invalidArgType("interface", "an object { index, name, mtu }", given);
  const { index = 0, name = "", mtu = 0 } = given as Partial<RemoteInterface>;
  return {
    index: checkInt("interface.index", index, 0, MAX_INT),
    name: checkString("interface.name", name),
    mtu: checkInt("interface.mtu", mtu, 0, MAX_INT),
  };
}

function addrPart(proto: Protocol, addr: IPAddr | null): number[] {
  const ip4 = addr?.ip?.to4() ?? null;
  if (proto === protocolICMP) return ip4 === null ? [] : [...u16(AFI_IPV4), 0, 0, ...ip4.bytes];
  return !addr?.ip || ip4 !== null ? [] : [...u16(AFI_IPV6), 0, 0, ...addr.ip.bytes];
}

function namePart(name: string): number[] {
  const bytes = nameBytes(name, MAX_NAME);
  const length = Math.ceil((1 + bytes.length) / 4) * 4;
  return [length, ...bytes, ...new Uint8Array(length - 1 - bytes.length)];
}

/** Reads the payload of an object of this class. Throws a MessageError when something that it announces is not there. */
export function readInterfaceInfo(type: number, payload: Cursor): InterfaceInfo {
  const has = (attribute: number) => (type & attribute) !== 0;
  const index = has(INDEX) ? payload.u32() : 0;
  const ip = has(ADDR) ? readAddr(payload) : null;
  const name = has(NAME) ? readName(payload) : "";
  const mtu = has(MTU) ? payload.u32() : 0;
  const zone = ip?.to4() === null ? name : "";
  return new InterfaceInfo({
    type,
    interface: has(INDEX | NAME | MTU) ? { index, name, mtu } : null,
    addr: has(ADDR) ? new IPAddr({ ip, zone }) : null,
  });
}

// An address of a family that is unknown is none, and where it would end is unknown too.
function readAddr(payload: Cursor) {
  const afi = payload.u16();
  payload.pass(2);
  if (afi === AFI_IPV4) return payload.ip(4);
  return afi === AFI_IPV6 ? payload.ip(16) : null;
}

/** A name with its length in front, which counts itself and is of whole words. */
export function readName(payload: Cursor): string {
  const length = payload.u8();
  if (length % 4 !== 0 || length < 4 || length > MAX_NAME + 1) throw new MessageError("invalid extension");
  return nameIn(payload.take(length - 1));
}
