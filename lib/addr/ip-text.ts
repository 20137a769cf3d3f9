// Go: net/netip/netip.go (parseIPv4Fields, parseIPv6), net/ip.go (IP.String)
//
// Text to numbers and back, without any class. Every character is read once and nothing is allocated
// while scanning: reading the characters is already half of what a parse costs.

/** The longest text a scanner looks at: `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255`. */
const longestIPv6 = 45;

const dot = 46;
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
 * The least octet that may be written with so many digits: fewer means a leading zero, which some readers
 * take for octal. No octet has 0 or more than 3 digits.
 */
const leastOctet = new Int16Array(16).fill(256);
leastOctet.set([0, 10, 100], 1);

/** The eight groups of the last successful {@link scanIPv6}, valid until the next scan. */
export const groups = new Uint16Array(8);

/**
 * Reads `s[from, to)` as dotted decimal.
 * Returns the address as an unsigned 32-bit number, or -1 when the text is anything else.
 */
export function scanIPv4(s: string, from: number, to: number): number {
  const length = to - from;
  if (length < 7 || length > 15) return -1;
  let word = 0;
  let octet = 0;
  let dots = 0;
  let start = from;
  for (let i = from; i < to; i++) {
    const digit = s.charCodeAt(i) - 48;
    if (digit >>> 0 <= 9) {
      // "| 0" so that a long run of digits cannot turn this loop into floating point for good;
      // leastOctet refuses such a run whatever its value.
      octet = (octet * 10 + digit) | 0;
      continue;
    }
    if (digit !== dot - 48 || octet > 255 || octet < leastOctet[i - start]!) return -1;
    word = (word << 8) | octet;
    octet = 0;
    dots++;
    start = i + 1;
  }
  if (dots !== 3 || octet > 255 || octet < leastOctet[to - start]!) return -1;
  return ((word << 8) | octet) >>> 0;
}

/**
 * Reads `s[from, to)` as an IPv6 address of RFC 4291 section 2.2, without a zone.
 * Returns whether it is one; its value is then in {@link groups}.
 */
export function scanIPv6(s: string, from: number, to: number): boolean {
  if (to - from < 2 || to - from > longestIPv6) return false;
  let n = 0; // groups read
  let ellipsis = -1; // the group before which "::" stands
  let group = 0;
  let start = from; // where the present group begins
  if (s.charCodeAt(from) === colon) {
    if (s.charCodeAt(from + 1) !== colon) return false;
    ellipsis = 0;
    start = from + 2;
  }
  for (let i = start; i < to; i++) {
    const c = s.charCodeAt(i);
    if (c !== colon) {
      if (c > lastHexLetter) return false;
      const value = hexValue[c]!;
      if (value >= 0) {
        group = (group << 4) | value;
        continue;
      }
      // The present group is the first octet of an IPv4 tail, which fills the last two groups.
      const tail = c === dot && n <= 6 ? scanIPv4(s, start, to) : -1;
      if (tail < 0) return false;
      groups[n++] = tail >>> 16;
      group = tail & 0xffff;
      start = to - 1; // what is left counts as one more group of legal length
      break;
    }
    if (i > start) {
      if (i - start > 4 || n === 8) return false;
      groups[n++] = group;
      group = 0;
    } else {
      if (ellipsis >= 0) return false;
      ellipsis = n;
    }
    start = i + 1;
  }
  // Only "::" may stand at the end; anything else there is a last group.
  if (start === to) return ellipsis === n && expand(n, ellipsis);
  if (to - start > 4 || n === 8) return false;
  groups[n++] = group;
  return expand(n, ellipsis);
}

/** Puts the zero groups that "::" stands for in place. False when there are too few groups, or no room for one. */
function expand(n: number, ellipsis: number): boolean {
  if (ellipsis < 0) return n === 8;
  if (n === 8) return false;
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

function joinGroups(from: number, to: number): string {
  let text = "";
  for (let i = from; i < to; i++) {
    const group = shown[i]!;
    if (i > from) text += ":";
    text += group < 256 ? hex[group]! : hex[group >>> 8]! + twoHex[group & 255]!;
  }
  return text;
}
