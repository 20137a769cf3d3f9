// Go: net/netip/netip.go (parseIPv4Fields, parseIPv6), net/ip.go (IP.String)
//
// Text to numbers and back, without any class. Every character is read once and nothing is allocated
// while scanning: reading the characters is already half of what a parse costs.

/** The longest text that can be IPv4: `255.255.255.255`. */
const longestIPv4 = 15;

const dot = 46;
const zero = 48;
const colon = 58;
const lastHexLetter = 102;

/** The value of each ASCII hex digit, -1 for every other character. */
const hexValue = new Int8Array(128).fill(-1);
for (let v = 0; v < 16; v++) {
  const digit = v.toString(16);
  hexValue[digit.charCodeAt(0)] = v;
  hexValue[digit.toUpperCase().charCodeAt(0)] = v;
}

/**
 * The least last octet that may be written with so many digits: fewer means a leading zero, which some readers
 * take for octal.
 */
const leastOctet = Uint8Array.of(0, 0, 10, 100);

// The eight groups of the last scan. Not exported: V8 takes for a constant only what a module keeps to itself.
const groups = new Uint16Array(8);

/** The word that begins at a group of the address that the last successful {@link scanIPv6} read. */
export function scannedWord(group: number): number {
  return (groups[group]! << 16) | groups[group + 1]!;
}

/**
 * What {@link explainIPv4} found, or the last {@link scanIPv6} that failed: the reason in the words of Go's netip, and
 * where the text begins that could not be read, -1 when that is no one place. It is what Go meets first.
 */
export const failure = { reason: "", at: -1 };

function fail(reason: string, at = -1): false {
  failure.reason = reason;
  failure.at = at;
  return false;
}

/**
 * Reads `s[from, to)` as dotted decimal.
 * Returns the address as a signed 32-bit number, which V8 hands over without a box; null when the text is anything else.
 */
export function scanIPv4(s: string, from: number, to: number): number | null {
  if (to - from > longestIPv4) return null;
  let word = 0;
  let i = from;
  // Three octets with a dot, then the last one. Nobody can predict whether an octet has two digits or three, and a
  // branch predicted wrongly costs as much as reading three characters: masks choose instead.
  for (let dots = 0; dots < 3; dots++) {
    if (to - i < 3) return null;
    let octet = s.charCodeAt(i) - zero;
    if (octet >>> 0 > 9) return null;
    const second = s.charCodeAt(++i) - zero;
    if (second !== dot - zero) {
      if (second >>> 0 > 9 || octet === 0 || to - i < 3) return null;
      octet = octet * 10 + second;
      const third = s.charCodeAt(++i) - zero;
      const isDigit = ~(third >> 31); // all ones, or none for a dot
      octet += isDigit & (octet * 9 + third);
      i -= isDigit;
      if (third > 9 || octet > 255 || i >= to || s.charCodeAt(i) !== dot) return null;
    }
    word = (word << 8) | octet;
    i++;
  }
  const digits = to - i;
  if (digits > 3) return null;
  const hundreds = (s.charCodeAt(to - 3) - zero) & ((2 - digits) >> 31);
  const tens = (s.charCodeAt(to - 2) - zero) & ((1 - digits) >> 31);
  const ones = s.charCodeAt(to - 1) - zero;
  if (hundreds >>> 0 > 9 || tens >>> 0 > 9 || ones >>> 0 > 9) return null;
  const last = hundreds * 100 + tens * 10 + ones;
  return last > 255 || last < leastOctet[digits]! ? null : (word << 8) | last;
}

/** Puts into {@link failure} why `s[from, to)` is no IPv4 address. */
export function explainIPv4(s: string, from: number, to: number): false {
  let dots = 0;
  let start = from;
  for (let i = from; i <= to; i++) {
    if (i < to && isDecimal(s.charCodeAt(i))) continue;
    if (i - start > 1 && s.charCodeAt(start) === zero) return fail("IPv4 field has octet with leading zero");
    if (Number(s.slice(start, i)) > 255) return fail("IPv4 field has value >255");
    if (i === to) break;
    if (s.charCodeAt(i) !== dot) return fail("unexpected character", i);
    if (i === start || i === to - 1) return fail("IPv4 field must have at least one digit", i);
    if (dots === 3) return fail("IPv4 address too long");
    dots++;
    start = i + 1;
  }
  return fail("IPv4 address too short");
}

function isDecimal(c: number): boolean {
  return c >= zero && c <= zero + 9;
}

/**
 * Reads `s[from, to)` as an IPv6 address of RFC 4291 section 2.2, without a zone.
 * Returns whether it is one. Its value is then in {@link scannedWord}; otherwise why it is none is in {@link failure}.
 */
export function scanIPv6(s: string, from: number, to: number): boolean {
  let n = 0; // groups read
  let ellipsis = -1; // the group before which "::" stands
  let i = from;
  if (to - from >= 2 && s.charCodeAt(i) === colon && s.charCodeAt(i + 1) === colon) {
    ellipsis = 0;
    i += 2;
    if (i === to) return expand(0, 0);
  }
  while (n < 8) {
    const before = n;
    n = scanFullGroups(s, i, to, n);
    i += 5 * (n - before);
    const start = i;
    let group = 0;
    let c = i < to ? s.charCodeAt(i) : 0;
    while (c <= lastHexLetter) {
      const value = hexValue[c]!;
      if (value < 0) break;
      group = (group << 4) | value;
      if (++i === to) break;
      c = s.charCodeAt(i);
    }
    if (i - start > 4) return fail("each group must have 4 or less digits", start);
    if (i === start) return fail("each colon-separated field must have at least one digit", start);
    if (c === dot) return scanTail(s, start, to, n, ellipsis);
    groups[n++] = group;
    if (i === to) break;
    if (c !== colon) return fail("unexpected character, want colon", i);
    if (++i === to) return fail("colon must be followed by more characters", i - 1);
    if (s.charCodeAt(i) !== colon) continue;
    if (ellipsis >= 0) return fail("multiple :: in address", i);
    ellipsis = n;
    if (++i === to) break;
  }
  return i === to ? expand(n, ellipsis) : fail("trailing garbage after address", i);
}

/**
 * Reads from `i` on the groups of four digits with one colon behind them, but for the eighth; `n` are read before, and
 * the result is how many are then. Most groups of long texts are such, and without a loop over digits, whose end the
 * processor often predicts wrongly, they take a sixth less time.
 */
function scanFullGroups(s: string, i: number, to: number, n: number): number {
  let first = i < to ? s.charCodeAt(i) : 0; // each character is read once
  for (; n < 7 && to - i > 5; i += 5) {
    const group = fourDigits(first, s.charCodeAt(i + 1), s.charCodeAt(i + 2), s.charCodeAt(i + 3));
    if (group < 0 || s.charCodeAt(i + 4) !== colon) break;
    first = s.charCodeAt(i + 5);
    if (first === colon) break;
    groups[n++] = group;
  }
  return n;
}

/** The group of four hex digits; less than 0 when one of them is none. */
function fourDigits(a: number, b: number, c: number, d: number): number {
  if ((a | b | c | d) > 127) return -1;
  return (hexValue[a]! << 12) | (hexValue[b]! << 8) | (hexValue[c]! << 4) | hexValue[d]!;
}

/** Reads an IPv4 address that fills the last two of the eight groups, `n` of which are read. */
function scanTail(s: string, start: number, to: number, n: number, ellipsis: number): boolean {
  if (ellipsis < 0 && n !== 6)
    return fail("embedded IPv4 address must replace the final 2 fields of the address", start);
  if (n > 6) return fail("too many hex fields to fit an embedded IPv4 at the end of the address", start);
  const tail = scanIPv4(s, start, to);
  if (tail === null) return explainIPv4(s, start, to);
  groups[n] = tail >>> 16;
  groups[n + 1] = tail;
  return expand(n + 2, ellipsis);
}

/** Puts the zero groups that "::" stands for in place. False when there are too few groups, or no room for one. */
function expand(n: number, ellipsis: number): boolean {
  if (ellipsis < 0) return n === 8 || fail("address string too short");
  if (n === 8) return fail("the :: must expand to at least one field of zeros");
  // Loops, because copyWithin and fill cost more to call than these few groups to move.
  let to = 8;
  for (let from = n; from > ellipsis;) groups[--to] = groups[--from]!;
  while (to > ellipsis) groups[--to] = 0;
  return true;
}

// One table look-up per byte instead of a number-to-text conversion.
const decimal = Array.from({ length: 256 }, (_, byte) => String(byte));
const dotted = decimal.map((digits) => `${digits}.`);
const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16));
const twoHex = hex.map((digits) => digits.padStart(2, "0"));

/** Dotted decimal of a 32-bit address, signed or not. */
export function formatIPv4(word: number): string {
  const head = dotted[word >>> 24]! + dotted[(word >>> 16) & 255]!;
  return head + dotted[(word >>> 8) & 255]! + decimal[word & 255]!;
}

const shown = new Uint16Array(8);

/** The form of RFC 5952 section 4 of an address given as four 32-bit words, signed or not. */
export function formatIPv6(w0: number, w1: number, w2: number, w3: number): string {
  shown[0] = w0 >>> 16;
  shown[1] = w0;
  shown[2] = w1 >>> 16;
  shown[3] = w1;
  shown[4] = w2 >>> 16;
  shown[5] = w2;
  shown[6] = w3 >>> 16;
  shown[7] = w3;
  // "::" replaces the first of the longest runs of zero groups, but never a single one (section 4.2).
  let runStart = 8;
  let runLength = 1;
  for (let i = 0, start = 0; i < 8; i++) {
    if (shown[i] !== 0) start = i + 1;
    else if (i + 1 - start > runLength) {
      runStart = start;
      runLength = i + 1 - start;
    }
  }
  const head = joinGroups(0, runStart);
  return runStart === 8 ? head : head + "::" + joinGroups(runStart + runLength, 8);
}

/** All eight groups of an address given as four 32-bit words, signed or not, each with four digits. */
export function expandIPv6(w0: number, w1: number, w2: number, w3: number): string {
  const digits = [w0, w1, w2, w3].map((word) => (word >>> 0).toString(16).padStart(8, "0"));
  return digits.map((word) => `${word.slice(0, 4)}:${word.slice(4)}`).join(":");
}

function joinGroups(from: number, to: number): string {
  let text = "";
  for (let i = from; i < to; i++) {
    const group = shown[i]!;
    if (i > from) text += ":";
    text += group < 256 ? hex[group]! : hex[group >>> 8]! + twoHex[group & 255]!;
  }
  return text;
}
