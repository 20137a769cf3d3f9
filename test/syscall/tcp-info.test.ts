// TCP_INFO: of a live connection, and of every length a kernel may give.

import { describe, expect, it } from "vitest";
import {
  getsockoptTCPInfo,
  IPPROTO_TCP,
  SO_TYPE,
  SOL_SOCKET,
  TCP_CLOSE,
  TCP_CLOSE_WAIT,
  TCP_ESTABLISHED,
  TCP_INFO,
  TCP_LISTEN,
  TCPI_OPT_WSCALE,
} from "rawconn/syscall";
import { littleEndian } from "#lib/internal/socket/sockaddr.js";
import { decodeTCPInfo } from "#lib/syscall/tcp-info.js";
import { datagramSocket, listenerSocket, loopback, streamSocket } from "../internal/raw.js";
import { binding } from "#lib/internal/binding.js";
import { thrown } from "../support/outcome.js";
import { replace } from "../support/syscalls.js";
import { dialWith } from "./hooked.js";

const of = (fd: number) => getsockoptTCPInfo(fd, IPPROTO_TCP, TCP_INFO);

describe.runIf(process.platform === "linux")("getsockoptTCPInfo", () => {
  it("tells the state and the measures of a connection", async () => {
    using dialed = await dialWith(() => {});
    const { conn, peer, raw } = dialed;
    const before = getsockoptTCPInfo(raw, IPPROTO_TCP, TCP_INFO);
    expect(before.state).toBe(TCP_ESTABLISHED);
    expect(before.options & TCPI_OPT_WSCALE).toBe(TCPI_OPT_WSCALE);
    expect(before.sndWscale).toBeGreaterThan(0);
    expect(before.rtt).toBeGreaterThan(0);
    expect(before.rto).toBeGreaterThanOrEqual(before.rtt);
    expect(before.pmtu).toBeGreaterThan(before.sndMss);
    expect(before.maxPacingRate).toBe(Infinity);

    const size = 100_000;
    const room = new Uint8Array(size);
    await conn.write(room);
    for (let total = 0; total < size;) total += (await peer.read(room))!;
    await peer.write("answer");
    await conn.read(room);
    const after = getsockoptTCPInfo(raw, IPPROTO_TCP, TCP_INFO);
    // A machine under load may find an acknowledgement late, and send again.
    expect(after.bytesSent! - after.bytesRetrans!).toBe(size);
    // The SYN is acknowledged as if it were a byte.
    expect(after.bytesAcked).toBe(size + 1);
    expect(after.bytesReceived).toBe("answer".length);
    expect(after.segsOut).toBeGreaterThanOrEqual(after.dataSegsOut!);
    expect(after.dataSegsIn).toBeGreaterThanOrEqual(1);
    expect([after.unacked, after.lost, after.notsentBytes]).toEqual([0, 0, 0]);
    expect(after.minRtt).toBeGreaterThan(0);
    expect(after.minRtt).toBeLessThanOrEqual(after.rtt + after.rttvar);
    expect(Object.values(after).every((value) => value >= 0)).toBe(true);
  });

  it("follows the connection to its end", async () => {
    using dialed = await dialWith(() => {});
    dialed.peer.close();
    await dialed.conn.read(new Uint8Array(1));
    expect(getsockoptTCPInfo(dialed.raw, IPPROTO_TCP, TCP_INFO).state).toBe(TCP_CLOSE_WAIT);
  });

  it("tells the queue and the backlog of a listener", () => {
    using listener = listenerSocket();
    using client = streamSocket();
    expect(of(client.fd).state).toBe(TCP_CLOSE);
    expect(of(listener.fd)).toMatchObject({ state: TCP_LISTEN, unacked: 0, sacked: 16 });
    binding.connect(client.fd, loopback(listener.port));
    expect(of(listener.fd)).toMatchObject({ state: TCP_LISTEN, unacked: 1 });
  });

  it("is refused by what is not TCP, and for another option", () => {
    using udp = datagramSocket();
    using tcp = streamSocket();
    expect(thrown(() => of(udp.fd))).toMatchObject({ syscall: "getsockopt", code: "EOPNOTSUPP" });
    expect(thrown(() => getsockoptTCPInfo(tcp.fd, SOL_SOCKET, SO_TYPE))).toMatchObject({ code: "EINVAL" });
  });

  it("takes what an old kernel tells, and nothing less", () => {
    let length = 104;
    using _ = replace("getsockopt", () => (_fd, _level, _name, value) => {
      (value as Uint8Array).fill(1, 0, length);
      return length;
    });
    expect(of(0)).toMatchObject({ state: 1, totalRetrans: 0x01010101 });
    expect(of(0)).not.toHaveProperty("pacingRate");
    length = 103;
    expect(thrown(() => of(0))).toMatchObject({ code: "EINVAL" });
  });
});

/** Where the kernel has them: offsetof and sizeof of linux/tcp.h, Linux 6.18. */
// oxfmt-ignore
const offsets: Record<string, readonly [offset: number, width: number]> = {
  state: [0, 1], caState: [1, 1], retransmits: [2, 1], probes: [3, 1], backoff: [4, 1], options: [5, 1],
  rto: [8, 4], ato: [12, 4], sndMss: [16, 4], rcvMss: [20, 4], unacked: [24, 4], sacked: [28, 4],
  lost: [32, 4], retrans: [36, 4], fackets: [40, 4], lastDataSent: [44, 4], lastAckSent: [48, 4],
  lastDataRecv: [52, 4], lastAckRecv: [56, 4], pmtu: [60, 4], rcvSsthresh: [64, 4], rtt: [68, 4],
  rttvar: [72, 4], sndSsthresh: [76, 4], sndCwnd: [80, 4], advmss: [84, 4], reordering: [88, 4],
  rcvRtt: [92, 4], rcvSpace: [96, 4], totalRetrans: [100, 4], pacingRate: [104, 8], maxPacingRate: [112, 8],
  bytesAcked: [120, 8], bytesReceived: [128, 8], segsOut: [136, 4], segsIn: [140, 4], notsentBytes: [144, 4],
  minRtt: [148, 4], dataSegsIn: [152, 4], dataSegsOut: [156, 4], deliveryRate: [160, 8], busyTime: [168, 8],
  rwndLimited: [176, 8], sndbufLimited: [184, 8], delivered: [192, 4], deliveredCe: [196, 4],
  bytesSent: [200, 8], bytesRetrans: [208, 8], dsackDups: [216, 4], reordSeen: [220, 4], rcvOoopack: [224, 4],
  sndWnd: [228, 4], rcvWnd: [232, 4], rehash: [236, 4], totalRto: [240, 2], totalRtoRecoveries: [242, 2],
  totalRtoTime: [244, 4], receivedCe: [248, 4], deliveredE1Bytes: [252, 4], deliveredE0Bytes: [256, 4],
  deliveredCeBytes: [260, 4], receivedE1Bytes: [264, 4], receivedE0Bytes: [268, 4], receivedCeBytes: [272, 4],
};

describe("a struct tcp_info", () => {
  const bytes = Uint8Array.from({ length: 280 }, (_, i) => (i * 7 + 3) & 0x7f);

  function at(offset: number, width: number): number {
    const part = bytes.slice(offset, offset + width);
    if (littleEndian) part.reverse();
    return Number(`0x${Buffer.from(part).toString("hex")}`);
  }

  it.each(Object.entries(offsets))("has %s in its place", (name, [offset, width]) => {
    expect(decodeTCPInfo(bytes)).toHaveProperty(name, at(offset, width));
  });

  it("has four fields of bits in two bytes", () => {
    const bits = bytes.slice();
    bits.set(littleEndian ? [0x72, 0b101] : [0x27, 0b11000000], 6);
    expect(decodeTCPInfo(bits)).toMatchObject({
      sndWscale: 2,
      rcvWscale: 7,
      deliveryRateAppLimited: 1,
      fastopenClientFail: 2,
    });
  });

  it("has Infinity for a rate without a limit", () => {
    expect(decodeTCPInfo(bytes.slice().fill(255, 104, 112)).pacingRate).toBe(Infinity);
    expect(decodeTCPInfo(bytes.slice().fill(255, 112, 119)).maxPacingRate).toBeLessThan(Infinity);
  });

  it("of any length has exactly the fields that lie inside it", () => {
    for (let length = 0; length <= bytes.length; length++) {
      const info = decodeTCPInfo(bytes.subarray(0, length));
      for (const [name, [offset, width]] of Object.entries(offsets)) {
        expect([length, name, name in info]).toEqual([length, name, offset + width <= length]);
      }
    }
  });

  it("has no field but these, and those of bits", () => {
    const bits = ["sndWscale", "rcvWscale", "deliveryRateAppLimited", "fastopenClientFail"];
    expect(Object.keys(decodeTCPInfo(bytes)).sort()).toEqual([...Object.keys(offsets), ...bits].sort());
  });

  it("of a newer kernel has what is known of it", () => {
    expect(decodeTCPInfo(new Uint8Array(512))).toEqual(decodeTCPInfo(new Uint8Array(276)));
  });
});
