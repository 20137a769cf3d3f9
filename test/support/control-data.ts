// Control data as cmsg(3) lays it out: put together and taken apart, for what travels beside a message.

import { binding, constant } from "#lib/internal/binding.js";
import { controlItems } from "#lib/internal/socket/control.js";

const HEADER = constant("CMSG_HEADER");
const ALIGN = constant("CMSG_ALIGN");

export const SOL_SOCKET = constant("SOL_SOCKET");
// unix(7): what the system's headers call so.
export const SCM_RIGHTS = 1;
export const SCM_CREDENTIALS = 2;
export const SO_PASSCRED = 16;

/** Bytes of one item with so many bytes of data; the padding behind it counts if another follows. */
export const itemLength = (length: number) => HEADER + length;

/** One item of control data. */
export function item(level: number, type: number, data: Uint8Array): Uint8Array {
  const length = itemLength(data.length);
  const bytes = new Uint8Array(Math.ceil(length / ALIGN) * ALIGN);
  const view = new DataView(bytes.buffer);
  // The length is as wide as the system likes; no machine of ours is big-endian.
  if (HEADER === 16) view.setBigUint64(0, BigInt(length), true);
  else view.setUint32(0, length, true);
  view.setInt32(HEADER - 8, level, true);
  view.setInt32(HEADER - 4, type, true);
  bytes.set(data, HEADER);
  return bytes;
}

/** Numbers as C ints. */
export const ints = (...values: number[]) => new Uint8Array(Int32Array.from(values).buffer);

/** The item that takes descriptors along. */
export const rights = (...fds: number[]) => item(SOL_SOCKET, SCM_RIGHTS, ints(...fds));

/** The C ints of all items of a type. */
export function intsOf(oob: Uint8Array, type: number): number[] {
  return [...controlItems(oob)]
    .filter((one) => one.level === SOL_SOCKET && one.type === type)
    .flatMap(({ data }) => [...new Int32Array(data.slice(0, data.length & ~3).buffer)]);
}

/** The descriptors that arrived. They are the receiver's to close. */
export const arrived = (oob: Uint8Array) => intsOf(oob, SCM_RIGHTS);

/** Closes descriptors by their numbers. */
export function closeAll(fds: readonly number[]): void {
  for (const fd of fds) binding.close(fd);
}
