// Go: net/dnsclient.go (isDomainName, absDomainName, reverseaddr), net/dnsconfig.go (nameList, avoidDNS); RFC 1035
import { parseIP } from "../addr/index.js";
import { DNSError } from "../errors/index.js";

// A rooted name's text is one byte shorter than what goes over the wire, which is at most 255.
const MAX_TEXT = 254;

const MAX_LABEL = 63;

const [DOT, HYPHEN, ZERO, NINE, UNDERSCORE] = [0x2e, 0x2d, 0x30, 0x39, 0x5f];

/**
 * Whether a text can be the name of a host: labels of letters, digits, hyphens and underscores, not all of digits.
 * Go: net.isDomainName; RFC 1035, RFC 3696.
 */
export function isDomainName(s: string): boolean {
  if (s === ".") return true;
  if (s === "" || isTooLong(s)) return false;
  let isNumber = true;
  // The first letter of a label, and how many it has.
  let [first, length] = [0, 0];
  // Before the text there is as good as a dot.
  for (let i = 0, before = DOT; i < s.length; i++) {
    const c = s.charCodeAt(i);
    const digit = isDigit(c);
    if (!digit && !isLetter(c)) {
      // A label neither begins nor ends with a hyphen, and none is empty.
      if (c === HYPHEN ? before === DOT : c !== DOT || before === DOT || before === HYPHEN) return false;
    }
    if (before === DOT) [first, length] = [c, 0];
    if (c !== DOT && ++length > MAX_LABEL) return false;
    if (c !== DOT && !digit) isNumber = false;
    before = c;
  }
  return !s.endsWith("-") && !isNumber && !(first === ZERO && isHexadecimal(s));
}

const isDigit = (c: number) => c >= ZERO && c <= NINE;
// Of either size; the underscore counts as one.
const isLetter = (c: number) => ((c | 0x20) >= 0x61 && (c | 0x20) <= 0x7a) || c === UNDERSCORE;

// What some systems take for an address, "0x7f000001" say, is no name: a filter that looks at the text would let it pass.
const isHexadecimal = (name: string) => /(?:^|\.)0x[\da-f]*\.?$/i.test(name);

const isTooLong = (s: string) => s.length > (s.endsWith(".") ? MAX_TEXT : MAX_TEXT - 1);

/** The name with a dot at its end, if it has one inside: a single label stays as it is. Go: net.absDomainName. */
export function absDomainName(s: string): string {
  return s.includes(".") && !s.endsWith(".") ? `${s}.` : s;
}

/** The name with a dot at its end. */
export function rooted(s: string): string {
  return s.endsWith(".") ? s : `${s}.`;
}

/** The name in small letters, as far as ASCII goes: others are no letters of names. */
export function lower(s: string): string {
  if (!/[A-Z]/.test(s)) return s;
  return s.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Whether no DNS server must hear of a name. Go: net.avoidDNS; RFC 7686. */
export function avoidDNS(name: string): boolean {
  return name === "" || /\.onion\.?$/i.test(name);
}

/** The rooted names to ask for one after the other when `name` is wanted. Go: dnsConfig.nameList; resolv.conf(5). */
export function nameList(name: string, ndots: number, search: readonly string[]): string[] {
  if (isTooLong(name)) return [];
  if (name.endsWith(".")) return avoidDNS(name) ? [] : [name];
  const full = `${name}.`;
  const expanded = search.map((suffix) => full + suffix);
  const plainFirst = full.split(".").length - 2 >= ndots;
  return (plainFirst ? [full, ...expanded] : [...expanded, full]).filter(
    (candidate) => !avoidDNS(candidate) && candidate.length <= MAX_TEXT,
  );
}

/**
 * The name under which an address's own name is filed; mapped IPv4 counts as IPv4. Throws a DNSError
 * `unrecognized address`. Go: net.reverseaddr; RFC 1035 section 3.5, RFC 3596 section 2.5.
 */
export function reverseAddr(addr: string): string {
  const ip = parseIP(addr);
  if (ip === null) throw new DNSError({ err: "unrecognized address", dnsName: addr });
  const four = ip.to4();
  if (four !== null) return `${[...four.bytes].reverse().join(".")}.in-addr.arpa.`;
  const digits = [...ip.bytes].flatMap((byte) => [byte >> 4, byte & 15]).reverse();
  return `${digits.map((digit) => digit.toString(16)).join(".")}.ip6.arpa.`;
}
