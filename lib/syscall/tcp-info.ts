// Go: golang.org/x/sys/unix (TCPInfo, GetsockoptTCPInfo); linux/tcp.h
import { littleEndian } from "../internal/socket/sockaddr.js";
import { SyscallError } from "../errors/index.js";
import { type Descriptor, getsockoptBytes } from "./sockopt.js";

/**
 * What the kernel knows of a TCP connection: `struct tcp_info` of Linux, without the prefix of its names. What comes
 * after `totalRetrans` is undefined where the kernel is too old to tell. Go: unix.TCPInfo.
 */
export interface TCPInfo {
  /** Its state: `TCP_ESTABLISHED`, ... */
  readonly state: number;
  /** Congestion control: 0 open, 1 disorder, 2 reduced window, 3 recovery, 4 loss. */
  readonly caState: number;
  /** Retransmissions in a row of the segment that is due. */
  readonly retransmits: number;
  /** Keep-alive or window probes without an answer. */
  readonly probes: number;
  /** How often the retransmission timer was doubled. */
  readonly backoff: number;
  /** What both ends agreed on: bits `TCPI_OPT_*`. */
  readonly options: number;
  /** Window scale of the peer, as a shift. */
  readonly sndWscale: number;
  /** Window scale of this end, as a shift. */
  readonly rcvWscale: number;
  /** 1 when the program sent too little for `deliveryRate` to tell of the path. */
  readonly deliveryRateAppLimited: number;
  /** Why Fast Open failed: 0 did not, 1 no cookie, 2 data not acknowledged, 3 nor after a retransmission. */
  readonly fastopenClientFail: number;
  /** Retransmission timeout, in microseconds. */
  readonly rto: number;
  /** Timeout of delayed acknowledgements, in microseconds. */
  readonly ato: number;
  /** Largest segment to send, in bytes. */
  readonly sndMss: number;
  /** Largest segment seen, in bytes. */
  readonly rcvMss: number;
  /** Segments not acknowledged; of a listener, connections in its queue. */
  readonly unacked: number;
  /** Segments acknowledged selectively; of a listener, its backlog. */
  readonly sacked: number;
  /** Segments taken for lost. */
  readonly lost: number;
  /** Retransmitted segments not acknowledged. */
  readonly retrans: number;
  /** Always 0 since Linux 4.15. */
  readonly fackets: number;
  /** Milliseconds since data was sent. */
  readonly lastDataSent: number;
  /** Always 0. */
  readonly lastAckSent: number;
  /** Milliseconds since data came. */
  readonly lastDataRecv: number;
  /** Milliseconds since an acknowledgement came. */
  readonly lastAckRecv: number;
  /** Path MTU, in bytes. */
  readonly pmtu: number;
  /** Slow start threshold of the window offered, in bytes. */
  readonly rcvSsthresh: number;
  /** Smoothed round-trip time, in microseconds. */
  readonly rtt: number;
  /** Its mean deviation, in microseconds. */
  readonly rttvar: number;
  /** Slow start threshold, in segments; 2³¹-1 for none yet. */
  readonly sndSsthresh: number;
  /** Congestion window, in segments. */
  readonly sndCwnd: number;
  /** Segment size told to the peer, in bytes. */
  readonly advmss: number;
  /** How far out of order segments may come before they count as lost. */
  readonly reordering: number;
  /** Round-trip time as the receiver guesses it, in microseconds; 0 when unknown. */
  readonly rcvRtt: number;
  /** Bytes expected in a round trip. */
  readonly rcvSpace: number;
  /** Segments retransmitted, ever. */
  readonly totalRetrans: number;
  /** Rate at which segments leave, in bytes per second; Infinity for no limit. */
  readonly pacingRate?: number;
  /** Its limit, `SO_MAX_PACING_RATE`, in bytes per second; Infinity for none. */
  readonly maxPacingRate?: number;
  /** Bytes the peer acknowledged; the SYN counts as one. */
  readonly bytesAcked?: number;
  /** Bytes received in order. */
  readonly bytesReceived?: number;
  /** Segments sent. */
  readonly segsOut?: number;
  /** Segments received. */
  readonly segsIn?: number;
  /** Bytes in the send buffer that were never sent. */
  readonly notsentBytes?: number;
  /** Least round-trip time of late, in microseconds. */
  readonly minRtt?: number;
  /** Segments received with data. */
  readonly dataSegsIn?: number;
  /** Segments sent with data. */
  readonly dataSegsOut?: number;
  /** Rate at which data arrived at the peer of late, in bytes per second. */
  readonly deliveryRate?: number;
  /** Time with data to send, in microseconds. */
  readonly busyTime?: number;
  /** Of that, limited by the peer's window, in microseconds. */
  readonly rwndLimited?: number;
  /** Of that, limited by the send buffer, in microseconds. */
  readonly sndbufLimited?: number;
  /** Segments the peer told of, with retransmissions. */
  readonly delivered?: number;
  /** Of these, with a mark of congestion. */
  readonly deliveredCe?: number;
  /** Bytes of data sent, with retransmissions. */
  readonly bytesSent?: number;
  /** Bytes of data retransmitted. */
  readonly bytesRetrans?: number;
  /** Duplicates the peer told of. */
  readonly dsackDups?: number;
  /** Times that segments were seen to be out of order. */
  readonly reordSeen?: number;
  /** Segments received out of order. */
  readonly rcvOoopack?: number;
  /** Window the peer offers, in bytes. */
  readonly sndWnd?: number;
  /** Window offered to the peer, in bytes. */
  readonly rcvWnd?: number;
  /** Times another path was tried. */
  readonly rehash?: number;
  /** Retransmission timeouts. */
  readonly totalRto?: number;
  /** Recoveries from them. */
  readonly totalRtoRecoveries?: number;
  /** Time spent in these recoveries, in milliseconds. */
  readonly totalRtoTime?: number;
  /** Segments received with a mark of congestion. From here on: Accurate ECN, RFC 9768. */
  readonly receivedCe?: number;
  /** Bytes delivered with the codepoint ECT(1). */
  readonly deliveredE1Bytes?: number;
  /** Bytes delivered with ECT(0). */
  readonly deliveredE0Bytes?: number;
  /** Bytes delivered with CE. */
  readonly deliveredCeBytes?: number;
  /** Bytes received with ECT(1). */
  readonly receivedE1Bytes?: number;
  /** Bytes received with ECT(0). */
  readonly receivedE0Bytes?: number;
  /** Bytes received with CE. */
  readonly receivedCeBytes?: number;
}

type Bits = "sndWscale" | "rcvWscale" | "deliveryRateAppLimited" | "fastopenClientFail";
type Width = 1 | 2 | 4 | 8;

/**
 * The fields in the kernel's order, and how many bytes each has; there are no gaps. The word that follows is left out:
 * it was laid out anew after Linux 6.18.
 */
// oxfmt-ignore
const layout: Record<Exclude<keyof TCPInfo, Bits> | "scales" | "flags", Width> = {
  state: 1, caState: 1, retransmits: 1, probes: 1, backoff: 1, options: 1, scales: 1, flags: 1,
  rto: 4, ato: 4, sndMss: 4, rcvMss: 4, unacked: 4, sacked: 4, lost: 4, retrans: 4, fackets: 4,
  lastDataSent: 4, lastAckSent: 4, lastDataRecv: 4, lastAckRecv: 4, pmtu: 4, rcvSsthresh: 4, rtt: 4, rttvar: 4,
  sndSsthresh: 4, sndCwnd: 4, advmss: 4, reordering: 4, rcvRtt: 4, rcvSpace: 4, totalRetrans: 4,
  pacingRate: 8, maxPacingRate: 8, bytesAcked: 8, bytesReceived: 8, segsOut: 4, segsIn: 4,
  notsentBytes: 4, minRtt: 4, dataSegsIn: 4, dataSegsOut: 4, deliveryRate: 8,
  busyTime: 8, rwndLimited: 8, sndbufLimited: 8, delivered: 4, deliveredCe: 4, bytesSent: 8, bytesRetrans: 8,
  dsackDups: 4, reordSeen: 4, rcvOoopack: 4, sndWnd: 4, rcvWnd: 4, rehash: 4,
  totalRto: 2, totalRtoRecoveries: 2, totalRtoTime: 4, receivedCe: 4,
  deliveredE1Bytes: 4, deliveredE0Bytes: 4, deliveredCeBytes: 4,
  receivedE1Bytes: 4, receivedE0Bytes: 4, receivedCeBytes: 4,
};

/** What every kernel tells: up to `totalRetrans`. */
const LEAST = 104;

/**
 * Reads `TCP_INFO`: `getsockoptTCPInfo(c, IPPROTO_TCP, TCP_INFO)`. Linux. Throws a SyscallError `getsockopt`:
 * `ENOPROTOOPT` or `EOPNOTSUPP` where it is no TCP socket, `EINVAL` for another option. Go: unix.GetsockoptTCPInfo; tcp(7).
 */
export function getsockoptTCPInfo(fd: Descriptor, level: number, name: number): TCPInfo {
  const bytes = getsockoptBytes(fd, level, name);
  if (bytes.length < LEAST) throw new SyscallError("getsockopt", "EINVAL");
  return decodeTCPInfo(bytes);
}

/** As much of a `struct tcp_info` as there is. */
export function decodeTCPInfo(bytes: Uint8Array): TCPInfo {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: Record<string, number> = {};
  let at = 0;
  for (const [name, width] of Object.entries(layout)) {
    if (at + width > bytes.length) break;
    fields[name] = read(view, at, width);
    at += width;
  }
  const { scales = 0, flags = 0, ...info } = fields;
  const [sndWscale, rcvWscale] = bits(scales, 4, 4);
  const [deliveryRateAppLimited, fastopenClientFail] = bits(flags, 1, 2);
  return { ...info, sndWscale, rcvWscale, deliveryRateAppLimited, fastopenClientFail } as unknown as TCPInfo;
}

const UNLIMITED = 0xffff_ffff_ffff_ffffn;

function read(view: DataView, at: number, width: Width): number {
  if (width === 1) return view.getUint8(at);
  if (width === 2) return view.getUint16(at, littleEndian);
  if (width === 4) return view.getUint32(at, littleEndian);
  const value = view.getBigUint64(at, littleEndian);
  return value === UNLIMITED ? Infinity : Number(value);
}

/** Two bit fields of a byte, in the order of their declaration: C compilers begin at that end where bytes do. */
function bits(byte: number, first: number, second: number): [number, number] {
  const cut = (shift: number, width: number) => (byte >> shift) & ((1 << width) - 1);
  return littleEndian
    ? [cut(0, first), cut(first, second)]
    : [cut(8 - first, first), cut(8 - first - second, second)];
}
