// Go: x/net/ipv4/header.go; RFC 791 section 3.1
import { checkFields, checkIP, type IPFields } from "../addr/arguments.js";
import { IP } from "../addr/index.js";
import { checkInt, ErrMissingAddress, invalidArgType, MessageError, outOfRange } from "../errors/index.js";
import { checkBytes } from "../internal/poll/buffers.js";
import { hexText, ipText } from "../ip-options/text.js";

/** The version of the protocol. Go: ipv4.Version. */
export const version = 4;

/** Bytes of a header without options. Go: ipv4.HeaderLen. */
export const headerLen = 20;

/** Fragment flags: three bits. Go: ipv4.HeaderFlags. */
export type HeaderFlags = number;

/** More fragments follow. Go: ipv4.MoreFragments. */
export const moreFragments = 1;

/** Routers are not to fragment it. Go: ipv4.DontFragment. */
export const dontFragment = 2;

// The largest value of each field that goes into a header.
const limits = {
  tos: 0xff,
  totalLen: 0xffff,
  id: 0xffff,
  flags: 7,
  fragOff: 0x1fff,
  ttl: 0xff,
  protocol: 0xff,
  checksum: 0xffff,
} as const;

const MAX_OPTIONS = 40;

/** The fields of a {@link Header}; all may be left out, and are 0 or null then. */
export interface HeaderFields extends Partial<Record<keyof typeof limits, number | undefined>> {
  /** 4 by default. */
  version?: number | undefined;
  /** Bytes of the header; by default as many as it has. */
  len?: number | undefined;
  src?: IPFields["ip"];
  dst?: IPFields["ip"];
  options?: Uint8Array | null | undefined;
}

/** An IPv4 header. Its fields may be changed; {@link marshal} checks them. Go: ipv4.Header. */
export class Header {
  /** 4. Go: Header.Version. */
  version: number;
  /** Bytes of the header with its options. What {@link marshal} writes is counted anew. Go: Header.Len. */
  len: number;
  /** Type of service. Go: Header.TOS. */
  tos: number;
  /** Bytes of the whole packet. A raw socket counts for itself when sending. Go: Header.TotalLen. */
  totalLen: number;
  /** Identification; 0 for the kernel's choice. Go: Header.ID. */
  id: number;
  /** `dontFragment | moreFragments`. Go: Header.Flags. */
  flags: HeaderFlags;
  /** Where this fragment stands, in units of 8 bytes. Go: Header.FragOff. */
  fragOff: number;
  /** Time to live, in hops. Go: Header.TTL. */
  ttl: number;
  /** The protocol of the payload. Go: Header.Protocol. */
  protocol: number;
  /** The checksum, not verified. A raw socket computes its own when sending. Go: Header.Checksum. */
  checksum: number;
  /** The source; null for the kernel's choice. Go: Header.Src. */
  src: IP | null;
  /** The destination. Go: Header.Dst. */
  dst: IP | null;
  /** Options as they are, padded to whole words, at most 40 bytes; null for none. Go: Header.Options. */
  options: Uint8Array | null;

  /** Throws a TypeError or a RangeError for a field that does not fit. */
  constructor(fields?: HeaderFields) {
    const given = checkFields(fields, "an object of fields");
    const field = (name: keyof typeof limits) => checkInt(name, given[name] ?? 0, 0, limits[name]);
    this.options = checkOptions(given.options ?? null);
    this.version = checkInt("version", given.version ?? version, 0, 0xf);
    this.len = checkInt("len", given.len ?? headerLen + (this.options?.length ?? 0), 0, 0xffff);
    this.tos = field("tos");
    this.totalLen = field("totalLen");
    this.id = field("id");
    this.flags = field("flags");
    this.fragOff = field("fragOff");
    this.ttl = field("ttl");
    this.protocol = field("protocol");
    this.checksum = field("checksum");
    this.src = checkIP(given.src, "src");
    this.dst = checkIP(given.dst, "dst");
  }

  /**
   * The header as bytes: 20 and the options. Throws a MessageError `header too short` when `len` is below 20; a SentinelError
   * `ERR_MISSING_ADDRESS` when there is no `dst` of IPv4; a TypeError or a RangeError for a field that was set to nonsense.
   * Go: Header.Marshal.
   */
  marshal(): Uint8Array {
    const { len, options, ...fields } = new Header(this);
    if (len < headerLen) throw new MessageError("header too short");
    const dst = fields.dst?.to4() ?? null;
    if (dst === null) throw ErrMissingAddress;
    const length = headerLen + (options?.length ?? 0);
    const b = new Uint8Array(length);
    const view = new DataView(b.buffer);
    b[0] = (version << 4) | (length >> 2);
    b[1] = fields.tos;
    view.setUint16(2, fields.totalLen);
    view.setUint16(4, fields.id);
    view.setUint16(6, (fields.flags << 13) | fields.fragOff);
    b[8] = fields.ttl;
    b[9] = fields.protocol;
    view.setUint16(10, fields.checksum);
    fields.src?.to4()?.copyTo(b, 12);
    dst.copyTo(b, 16);
    if (options !== null) b.set(options, headerLen);
    return b;
  }

  /**
   * Takes over the header at the beginning of `b`; what follows it is left alone. Throws a MessageError (`ERR_PARSE`):
   * `header too short`, also when it calls itself that, and `extension header too short` when its options are not all
   * there. Go: Header.Parse.
   */
  parse(b: Uint8Array): void {
    checkBytes("b", b);
    if (b.length < headerLen) throw new MessageError("header too short");
    const len = (b[0]! & 0xf) * 4;
    if (len > b.length) throw new MessageError("extension header too short");
    // No word of it is true then, and a payload that began inside the header would be none.
    if (len < headerLen) throw new MessageError("header too short");
    const view = new DataView(b.buffer, b.byteOffset, len);
    const fragment = view.getUint16(6);
    this.version = b[0]! >> 4;
    this.len = len;
    this.tos = b[1]!;
    this.totalLen = view.getUint16(2);
    this.id = view.getUint16(4);
    this.flags = fragment >> 13;
    this.fragOff = fragment & 0x1fff;
    this.ttl = b[8]!;
    this.protocol = b[9]!;
    this.checksum = view.getUint16(10);
    this.src = IP.at(b, 12, 4);
    this.dst = IP.at(b, 16, 4);
    this.options = len === headerLen ? null : new Uint8Array(b.subarray(headerLen, len));
  }

  /** `ver=4 hdrlen=20 tos=0x0 totallen=28 id=0x1 flags=0x2 fragoff=0x0 ttl=64 proto=1 cksum=0x0 src=... dst=...`. Go: Header.String. */
  toString(): string {
    const hex = (name: keyof typeof limits) => hexText(this[name]);
    return (
      `ver=${this.version} hdrlen=${this.len} tos=${hex("tos")} totallen=${this.totalLen} id=${hex("id")} ` +
      `flags=${hex("flags")} fragoff=${hex("fragOff")} ttl=${this.ttl} proto=${this.protocol} ` +
      `cksum=${hex("checksum")} src=${ipText(this.src)} dst=${ipText(this.dst)}`
    );
  }
}

function checkOptions(options: unknown): Uint8Array | null {
  if (options === null) return null;
  if (!(options instanceof Uint8Array)) throw invalidArgType("options", "a Uint8Array or null", options);
  const { length } = options;
  if (length > MAX_OPTIONS || length % 4 !== 0)
    throw outOfRange("options.length", `a multiple of 4 from 0 to ${MAX_OPTIONS}`, length);
  return options;
}

/** The header at the beginning of `b`. Throws as {@link Header.parse}. Go: ipv4.ParseHeader. */
export function parseHeader(b: Uint8Array): Header {
  const header = new Header();
  header.parse(b);
  return header;
}
