import { describe, expect, it } from "vitest";
import { binding, constant } from "#lib/internal/binding.js";
import { controlItems, parseControl } from "#lib/internal/socket/control.js";

const HEADER = constant("CMSG_HEADER");
const ALIGN = constant("CMSG_ALIGN");
const SOL_SOCKET = constant("SOL_SOCKET");
const { IPPROTO_IP, IP_TTL, IPPROTO_IPV6, IPV6_HOPLIMIT, SO_TIMESTAMPNS, IP_RECVERR, IPV6_RECVERR } =
  binding.constants;

/** One control message as cmsg(3) lays it out; `length` is what its header claims. */
function item(level: number, type: number, data: Uint8Array, length = HEADER + data.length): Uint8Array {
  const b = new Uint8Array(Math.ceil((HEADER + data.length) / ALIGN) * ALIGN);
  const view = new DataView(b.buffer);
  if (HEADER === 16) view.setBigUint64(0, BigInt(length), true);
  else view.setUint32(0, length, true);
  view.setInt32(HEADER - 8, level, true);
  view.setInt32(HEADER - 4, type, true);
  b.set(data, HEADER);
  return b;
}

const ints = (...values: number[]) => new Uint8Array(Int32Array.from(values).buffer);
const longs = (...values: bigint[]) => new Uint8Array(BigInt64Array.from(values).buffer);
const join = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

describe("controlItems", () => {
  it("gives the data without its header and its padding", () => {
    const oob = join(item(1, 2, Uint8Array.of(1, 2, 3)), item(3, 4, new Uint8Array(0)), item(5, 6, ints(7)));
    expect([...controlItems(oob)]).toEqual([
      { level: 1, type: 2, data: Uint8Array.of(1, 2, 3) },
      { level: 3, type: 4, data: new Uint8Array(0) },
      { level: 5, type: 6, data: ints(7) },
    ]);
  });

  it.each([0, 1, HEADER - 1])("ends at a length of %i, which would never get on", (length) => {
    const oob = join(item(1, 1, ints(1)), item(2, 2, ints(2), length), item(3, 3, ints(3)));
    expect([...controlItems(oob)].map(({ level }) => level)).toEqual([1]);
  });

  it.each([HEADER + 5, 2 ** 31, 2 ** 52])("ends at a length of %i, which is more than there is", (length) => {
    const oob = join(item(1, 1, ints(1)), item(2, 2, ints(2), length).subarray(0, HEADER + 4));
    expect([...controlItems(oob)].map(({ level }) => level)).toEqual([1]);
  });

  it("ends at half a header", () => {
    expect([...controlItems(join(item(1, 1, ints(1)), new Uint8Array(HEADER - 1).fill(255)))]).toHaveLength(
      1,
    );
    expect([...controlItems(new Uint8Array(0))]).toEqual([]);
  });

  it("reads a part of a larger array", () => {
    const oob = join(new Uint8Array(8).fill(255), item(1, 2, ints(9)), new Uint8Array(8).fill(255));
    const part = oob.subarray(8, oob.length - 8);
    expect([...controlItems(part)]).toEqual([{ level: 1, type: 2, data: ints(9) }]);
  });
});

describe.skipIf(process.platform !== "linux")("parseControl", () => {
  it("knows TTL, hop limit and the time of arrival", () => {
    expect(parseControl(item(IPPROTO_IP, IP_TTL, ints(64))).ttl).toBe(64);
    expect(parseControl(item(IPPROTO_IPV6, IPV6_HOPLIMIT, ints(255))).ttl).toBe(255);
    const { timestamp } = parseControl(item(SOL_SOCKET, SO_TIMESTAMPNS, longs(1_700_000_000n, 123_456_500n)));
    expect(timestamp).toBe(1_700_000_000_123_456.5);
  });

  it("passes over what it does not know, and what is too short for its kind", () => {
    const oob = join(
      item(SOL_SOCKET, SO_TIMESTAMPNS, longs(1n)),
      item(IPPROTO_IP, IP_TTL, Uint8Array.of(64)),
      item(IPPROTO_IP, IP_RECVERR, new Uint8Array(15)),
      item(12345, 1, ints(1)),
    );
    expect(parseControl(oob)).toEqual({ ttl: null, timestamp: null, error: null });
  });

  // struct sock_extended_err: errno, origin, type, code, pad, info, data; then who reported it.
  const fixed = join(ints(113), Uint8Array.of(2, 11, 0, 0), ints(1300, 0));
  const v4 = join(Uint8Array.of(2, 0, 0, 0, 10, 0, 0, 1), new Uint8Array(8));
  const v6 = join(
    Uint8Array.of(10, 0, 0, 0, 0, 0, 0, 0, 0xfd),
    new Uint8Array(14),
    Uint8Array.of(1),
    new Uint8Array(4),
  );

  it.each([
    ["IPv4", IPPROTO_IP, IP_RECVERR, v4, "10.0.0.1"],
    ["IPv6", IPPROTO_IPV6, IPV6_RECVERR, v6, "fd00::1"],
    ["nobody", IPPROTO_IP, IP_RECVERR, new Uint8Array(16), undefined],
    ["half an address", IPPROTO_IP, IP_RECVERR, v4.subarray(0, 15), undefined],
    ["half an IPv6 address", IPPROTO_IPV6, IPV6_RECVERR, v6.subarray(0, 27), undefined],
    ["no address", IPPROTO_IP, IP_RECVERR, new Uint8Array(0), undefined],
  ])("knows an error reported by %s", (_, level, type, offender, text) => {
    const { error } = parseControl(item(level, type, join(fixed, offender)));
    const { offender: who, ...rest } = error!;
    expect(rest).toEqual({ errno: 113, origin: 2, type: 11, code: 0, info: 1300, extensionsAt: 0 });
    expect(who?.toString()).toBe(text);
  });
});
