// Descriptors as control data of a Unix socket: unix(7), SCM_RIGHTS.

import { constant } from "#lib/internal/binding.js";
import { controlItems } from "#lib/internal/socket/control.js";

/** Control data that gives these descriptors to the peer. */
export function rights(fds: readonly number[]): Uint8Array {
  const oob = new Uint8Array(16 + fds.length * 4);
  const view = new DataView(oob.buffer);
  view.setBigUint64(0, BigInt(oob.length), true);
  view.setInt32(8, constant("SOL_SOCKET"), true);
  view.setInt32(12, 1 /* SCM_RIGHTS */, true);
  for (const [i, fd] of fds.entries()) view.setInt32(16 + i * 4, fd, true);
  return oob;
}

/** The descriptors in control data. */
export function rightsIn(oob: Uint8Array): number[] {
  return [...controlItems(oob)].flatMap(({ data }) => {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    return Array.from({ length: Math.floor(data.byteLength / 4) }, (_, i) => view.getInt32(i * 4, true));
  });
}
