// Go: bufio/scan.go (SplitFunc, ScanBytes, ScanLines, ScanWords)
import { indexOfByte, NEWLINE, RETURN } from "./delimiter.js";

/** What a split function has found at the beginning of the bytes. */
export interface Split {
  /** How many bytes are done with. */
  advance: number;
  /** The token, mostly a part of those; null for none, and then the Scanner reads on. */
  token: Uint8Array | null;
  /** Whether this token is the last, whatever follows. Go: bufio.ErrFinalToken. */
  final?: boolean | undefined;
}

/**
 * Finds the next token at the beginning of `data`, which is never empty unless `atEOF`: then nothing will follow. Null
 * when that takes more bytes, or when there is nothing any more. What it throws ends the scan. Go: bufio.SplitFunc.
 */
export type SplitFunc = (data: Uint8Array, atEOF: boolean) => Split | null;

/** Each byte is a token. Go: bufio.ScanBytes. */
export const scanBytes: SplitFunc = (data) =>
  data.length === 0 ? null : { advance: 1, token: data.subarray(0, 1) };

/**
 * Each line is a token, without its end, `\n` or `\r\n`; the last one need not have an end. Go: bufio.ScanLines.
 */
export const scanLines: SplitFunc = (data, atEOF) => {
  const newline = indexOfByte(data, NEWLINE, 0, data.length);
  const end = newline >= 0 ? newline : data.length;
  if (newline < 0 && (!atEOF || end === 0)) return null;
  const token = data.subarray(0, end > 0 && data[end - 1] === RETURN ? end - 1 : end);
  return { advance: newline >= 0 ? newline + 1 : end, token };
};

/** Each word is a token: what stands between white space as Unicode has it, in UTF-8. Go: bufio.ScanWords. */
export const scanWords: SplitFunc = (data, atEOF) => {
  let start = 0;
  for (let width; (width = spaceAt(data, start)) > 0;) start += width;
  for (let end = start; end < data.length; end++) {
    const width = spaceAt(data, end);
    if (width > 0) return { advance: end + width, token: data.subarray(start, end) };
  }
  if (atEOF && start < data.length) return { advance: data.length, token: data.subarray(start) };
  return start === 0 ? null : { advance: start, token: null };
};

// Unicode's White_Space beyond ASCII, by the bytes of UTF-8.
const wide = new Set([0xc285, 0xc2a0, 0xe19a80, 0xe280a8, 0xe280a9, 0xe280af, 0xe2819f, 0xe38080]);

// How many bytes of white space begin there: 0 for none. One that is not all there is none yet.
function spaceAt(p: Uint8Array, i: number): number {
  const byte = p[i] ?? 0;
  if (byte < 0x80) return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) ? 1 : 0;
  if (byte === 0xc2) return wide.has((byte << 8) | (p[i + 1] ?? 0)) ? 2 : 0;
  if (byte < 0xe1 || byte > 0xe3) return 0;
  const code = (byte << 16) | ((p[i + 1] ?? 0) << 8) | (p[i + 2] ?? 0);
  return wide.has(code) || (code >= 0xe28080 && code <= 0xe2808a) ? 3 : 0;
}
