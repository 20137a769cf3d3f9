// RFC 4884 section 7: an object is its length, its class, its sub-type and a payload

export const u16 = (n: number) => [(n >>> 8) & 0xff, n & 0xff];
export const u32 = (n: number) => [...u16(n >>> 16), ...u16(n)];

/** An object with its header, filled up with zeros to whole words. */
export function objectOf(number: number, type: number, payload: readonly number[]): Uint8Array {
  const length = 4 + Math.ceil(payload.length / 4) * 4;
  const b = new Uint8Array(length);
  b.set([...u16(length), number, type]);
  b.set(payload, 4);
  return b;
}

/** The bytes of a name, no more than there may be; a character that is cut goes whole. */
export function nameBytes(name: string, most: number): number[] {
  const { written } = new TextEncoder().encodeInto(name, new Uint8Array(most));
  return [...Buffer.from(name).subarray(0, written)];
}

/** A name that is filled up with zeros: it ends at the first. What is no UTF-8 is replaced. */
export function nameIn(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString();
}
