// Go: x/net/ipv6/header.go; RFC 8200 section 3
import { IP } from "../addr/index.js";
import { MessageError } from "../errors/index.js";
import { checkBytes } from "../internal/poll/buffers.js";
import { hexText } from "../ip-options/text.js";

/** The version of the protocol. Go: ipv6.Version. */
export const version = 6;

/** Bytes of the fixed header, without extensions. Go: ipv6.HeaderLen. */
export const headerLen = 40;

/** An IPv6 header, as {@link parseHeader} reads it. The kernel makes those that are sent. Go: ipv6.Header. */
export class Header {
  /** 6, in a header that is one. Go: Header.Version. */
  readonly version: number;
  /** Traffic class. Go: Header.TrafficClass. */
  readonly trafficClass: number;
  /** Flow label, 20 bits. Go: Header.FlowLabel. */
  readonly flowLabel: number;
  /** Bytes behind this header. Go: Header.PayloadLen. */
  readonly payloadLen: number;
  /** What follows: a protocol or an extension. Go: Header.NextHeader. */
  readonly nextHeader: number;
  /** Hop limit. Go: Header.HopLimit. */
  readonly hopLimit: number;
  /** The source. Go: Header.Src. */
  readonly src: IP;
  /** The destination. Go: Header.Dst. */
  readonly dst: IP;

  /** @internal Of at least 40 bytes. */
  constructor(b: Uint8Array) {
    const view = new DataView(b.buffer, b.byteOffset, headerLen);
    const first = view.getUint32(0);
    this.version = first >>> 28;
    this.trafficClass = (first >>> 20) & 0xff;
    this.flowLabel = first & 0xfffff;
    this.payloadLen = view.getUint16(4);
    this.nextHeader = b[6]!;
    this.hopLimit = b[7]!;
    this.src = IP.at(b, 8, 16);
    this.dst = IP.at(b, 24, 16);
  }

  /** `ver=6 tclass=0x0 flowlbl=0x0 payloadlen=8 nxthdr=58 hoplim=64 src=::1 dst=::1`. Go: Header.String. */
  toString(): string {
    const { version: ver, trafficClass, flowLabel, payloadLen, nextHeader, hopLimit, src, dst } = this;
    return (
      `ver=${ver} tclass=${hexText(trafficClass)} flowlbl=${hexText(flowLabel)} ` +
      `payloadlen=${payloadLen} nxthdr=${nextHeader} hoplim=${hopLimit} src=${src.toString()} dst=${dst.toString()}`
    );
  }
}

/**
 * The header at the beginning of `b`; what follows it is left alone. Throws a MessageError `header too short` (`ERR_PARSE`)
 * for less than 40 bytes; a TypeError for what is no Uint8Array. Go: ipv6.ParseHeader.
 */
export function parseHeader(b: Uint8Array): Header {
  checkBytes("b", b);
  if (b.length < headerLen) throw new MessageError("header too short");
  return new Header(b);
}
