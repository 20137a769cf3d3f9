// Packets made by hand, for parsers to read.

/** Bytes of a text of hex digits; blanks are free. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replace(/\s/g, ""), "hex"));
}

/** One after the other. */
export function join(...parts: (Uint8Array | number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** An echo request with identifier 0x1234, sequence 7 and a payload of 8 bytes; its checksum is right for IPv4. */
export const echo4 = hex("0800 d9b4 1234 0007 0001020304050607");
export const echo6 = hex("8000 0000 1234 0007 0001020304050607");

/** Options that do nothing (RFC 791 section 3.1). */
export const nops = (count: number) => [...new Uint8Array(count).fill(1)];

/** What of an IPv4 header a test may want to be different. */
export interface IPv4Fields {
  first?: number;
  total?: number;
  fragment?: number;
  protocol?: number;
  options?: number[];
}

/** An IPv4 packet from 10.0.0.1 to 10.0.0.2. */
export function ipv4(
  payload: Uint8Array,
  { first, total, fragment = 0, protocol = 1, options = [] }: IPv4Fields = {},
): Uint8Array {
  const length = 20 + options.length;
  const whole = total ?? length + payload.length;
  const head = [
    first ?? 0x40 | (length / 4),
    0,
    whole >> 8,
    whole & 0xff,
    0,
    0,
    fragment >> 8,
    fragment & 0xff,
    64,
    protocol,
    0,
    0,
  ];
  return join(head, [10, 0, 0, 1, 10, 0, 0, 2], options, payload);
}

/** An IPv6 packet from fd00::1 to fd00::2; `length` is its payload's as the header claims it. */
export function ipv6(payload: Uint8Array, next = 58, length = payload.length, first = 0x60): Uint8Array {
  const addr = (last: number) => [0xfd, ...new Uint8Array(14), last];
  return join([first, 0, 0, 0, length >> 8, length & 0xff, next, 64], addr(1), addr(2), payload);
}

/** An ICMP error message about a packet. `rest` are the four bytes whose meaning depends on the type. */
export function error(type: number, code: number, quoted: Uint8Array, rest = [0, 0, 0, 0]): Uint8Array {
  return join([type, code, 0, 0], rest, quoted);
}
