// One call for all the characters: of strings that are joined, V8 makes one only when a Map needs it, and slowly.

/** Four characters, one for each byte of a word. */
export function key4(w: number): string {
  return String.fromCharCode(w >>> 24, (w >>> 16) & 255, (w >>> 8) & 255, w & 255);
}

/** Sixteen characters, one for each byte of four words. */
export function key16(w0: number, w1: number, w2: number, w3: number): string {
  return String.fromCharCode(
    w0 >>> 24,
    (w0 >>> 16) & 255,
    (w0 >>> 8) & 255,
    w0 & 255,
    w1 >>> 24,
    (w1 >>> 16) & 255,
    (w1 >>> 8) & 255,
    w1 & 255,
    w2 >>> 24,
    (w2 >>> 16) & 255,
    (w2 >>> 8) & 255,
    w2 & 255,
    w3 >>> 24,
    (w3 >>> 16) & 255,
    (w3 >>> 8) & 255,
    w3 & 255,
  );
}
