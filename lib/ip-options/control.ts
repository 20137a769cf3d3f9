// Go: x/net/ipv4/control.go, x/net/ipv6/control.go, x/net/internal/socket/cmsghdr.go; RFC 3542 section 6
import { checkInt, MessageError } from "../errors/index.js";
import { checkBytes } from "../internal/poll/buffers.js";
import { controlItems, controlSpace, encodeControl } from "../internal/socket/control.js";
import type { Option } from "../internal/socket/options.js";
import { littleEndian } from "../internal/socket/sockaddr.js";

/** One kind of control data: a row of a family's table, which asking, reading and writing all go by. */
export interface ControlKind<M> {
  /** The flags that ask for it. */
  readonly flags: number;
  /** The option that makes the kernel send it along. */
  readonly receive: Option;
  /** What the kernel calls it, within the family's level. */
  readonly type: number;
  /** The least bytes of data that make sense. */
  readonly length: number;
  /** Takes over what the kernel told. */
  read(message: M, data: DataView): void;
  /** Fills in what the kernel is to do; false when the message does not say. Absent for what is received only. */
  write?(message: M, data: DataView): boolean;
}

/** The kinds of a family, at its level. */
export interface ControlKinds<M> {
  readonly level: number;
  /** All the flags there are. */
  readonly flags: number;
  readonly kinds: readonly ControlKind<M>[];
}

/** A number of eight bits, which the kernel tells as a C int or as a single byte. */
export function numberIn(data: DataView): number {
  return data.byteLength < 4 ? data.getUint8(0) : data.getInt32(0, littleEndian) & 0xff;
}

/** Flags of a family, or the error that says so. */
export function checkFlags<M>({ flags }: ControlKinds<M>, cf: unknown): number {
  return checkInt("cf", cf, 0, flags);
}

/** Room for all that the flags ask for. */
export function controlRoom<M>(table: ControlKinds<M>, cf: number): Uint8Array {
  checkFlags(table, cf);
  const asked = table.kinds.filter(({ flags }) => (flags & cf) !== 0);
  return new Uint8Array(asked.reduce((sum, { length }) => sum + controlSpace(length), 0));
}

/** Control data that asks the kernel for what the message says; empty when that is nothing. */
export function marshalControl<M>({ level, kinds }: ControlKinds<M>, message: M): Uint8Array {
  const items: Uint8Array[] = [];
  for (const kind of kinds) {
    const data = new Uint8Array(kind.length);
    if (kind.write?.(message, new DataView(data.buffer)))
      items.push(encodeControl({ level, type: kind.type, data }));
  }
  return Buffer.concat(items);
}

/**
 * Reads control data into a message. What is of another level, unknown, or too short for its kind is passed over. Throws
 * a MessageError (`ERR_PARSE`) at a header whose length cannot be, since nothing behind it can be found.
 */
export function parseControl<M>({ level, kinds }: ControlKinds<M>, message: M, b: Uint8Array): void {
  checkBytes("b", b);
  const items = controlItems(b);
  for (let next = items.next(); ; next = items.next()) {
    if (next.done) {
      if (next.value) return;
      throw new MessageError("invalid control message");
    }
    const { level: itsLevel, type, data } = next.value;
    if (itsLevel !== level) continue;
    const kind = kinds.find((one) => one.type === type);
    if (kind !== undefined && data.length >= kind.length)
      kind.read(message, new DataView(data.buffer, data.byteOffset, data.byteLength));
  }
}
