import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { flagBroadcast, flagPointToPoint, flagRunning, flagUp } from "rawconn";
import { constant } from "#lib/internal/binding.js";
import { readAddr as addrOf, readLink as linkOf } from "#lib/internal/socket/interfaces-linux.js";
import { numbers } from "#lib/internal/socket/netlink/constants.js";
import { attributes, dumpRequest, nextMessage } from "#lib/internal/socket/netlink/message.js";
import { Reader } from "#lib/internal/socket/netlink/reader.js";
import { thrown } from "../../support/outcome.js";
import { addr, attribute, link, message, pack, text } from "./netlink.js";

const onLinux = process.platform === "linux";
if (!onLinux) console.log("netlink: only Linux has it, so its messages are not read here");

const refused = (step: string) => ({ name: "SyscallError", code: "EINVAL", syscall: step });
const bytes = (...values: number[]) => Uint8Array.from(values);
const readLink = (body: Uint8Array) => linkOf(new Reader(body, "parsenetlinkrouteattr"));
const readAddr = (body: Uint8Array) => addrOf(new Reader(body, "parsenetlinkrouteattr"));

/** The messages of a datagram with their bodies as bytes, one after the other. */
function* messages(datagram: Uint8Array) {
  const reader = new Reader(datagram, "netlinkrib");
  do {
    const { body, ...header } = nextMessage(reader);
    yield { ...header, body: body.rest() };
  } while (reader.left > 0);
}

describe("a request", () => {
  it("is a header that asks for all, and a body of zeros", () => {
    expect([...dumpRequest(18, 9, 8)]).toEqual([
      ...pack([4, 24], [2, 18], [2, 0x301], [4, 9], [4, 0]),
      ...new Uint8Array(8),
    ]);
  });
});

describe("messages", () => {
  const found = (datagram: Uint8Array) => [...messages(datagram)];

  it("are found one after the other, whatever they are filled up with", () => {
    const datagram = pack(
      message(16, bytes(1, 2, 3, 4, 5), { flags: 0x12, seq: 3, port: 4 }),
      message(3, bytes()),
    );
    expect(found(datagram)).toEqual([
      { type: 16, flags: 0x12, seq: 3, body: bytes(1, 2, 3, 4, 5) },
      { type: 3, flags: 2, seq: 1, body: bytes() },
    ]);
  });

  it("may leave out what fills up the last one", () => {
    expect(found(message(16, bytes(1)).subarray(0, 17))[0]?.body).toEqual(bytes(1));
  });

  it.each([0, 1, 15])("that claim %i bytes are none, and do not hold up the reader", (length) => {
    const datagram = pack(message(3, bytes()), message(16, bytes(), { length }), message(3, bytes()));
    const iterator = messages(datagram);
    expect(iterator.next().done).toBe(false);
    expect(thrown(() => iterator.next())).toMatchObject(refused("netlinkrib"));
  });

  it.each([21, 0x7fffffff, 0xffffffff])("that claim %d bytes are none where there are 20", (length) => {
    expect(thrown(() => found(message(16, bytes(1, 2, 3, 4), { length })))).toMatchObject(
      refused("netlinkrib"),
    );
  });

  it("need a whole header: any shorter datagram is refused", () => {
    const whole = message(3, bytes());
    for (let n = 0; n < 16; n++)
      expect(thrown(() => found(whole.subarray(0, n)))).toMatchObject(refused("netlinkrib"));
    expect(thrown(() => found(pack(whole, bytes(0, 0, 0, 0))))).toMatchObject(refused("netlinkrib"));
  });
});

describe("attributes", () => {
  const found = (data: Uint8Array) =>
    attributes(new Reader(data, "parsenetlinkrouteattr"), 3, 4, 7).map((value) => value?.rest());

  it("are found by type, the last of each, without the bits that say how they are packed", () => {
    const others = [attribute(5, bytes(1, 2, 3, 4, 5)), attribute(2, bytes())];
    const data = pack(
      attribute(4, bytes(9)),
      attribute(3, text("lo")),
      ...others,
      attribute(0x8004, bytes(1)),
      attribute(7, bytes()),
    );
    expect(found(data)).toEqual([bytes(108, 111, 0), bytes(1), bytes()]);
    expect(found(bytes())).toEqual([undefined, undefined, undefined]);
  });

  it.each([0, 1, 3, 9, 0xffff])("that claim %i bytes where there are 8 are refused", (length) => {
    expect(thrown(() => found(attribute(1, bytes(1, 2, 3, 4), length)))).toMatchObject(
      refused("parsenetlinkrouteattr"),
    );
  });

  it("need a whole header", () => {
    for (const rest of [1, 2, 3])
      expect(thrown(() => found(pack(attribute(1, bytes()), new Uint8Array(rest))))).toMatchObject(
        refused("parsenetlinkrouteattr"),
      );
  });
});

describe.skipIf(!onLinux)("a link", () => {
  const { IFLA_ADDRESS: ADDRESS, IFLA_IFNAME: NAME, IFLA_MTU: MTU } = numbers;
  const ETHER = 1;

  it("is read from a message", () => {
    const flags = constant("IFF_UP") | constant("IFF_RUNNING") | constant("IFF_POINTOPOINT") | 0x80; // NOARP
    const body = link(
      ETHER,
      9,
      flags,
      attribute(NAME, text("eth0.100")),
      attribute(MTU, pack([4, 70_000])),
      attribute(ADDRESS, bytes(2, 0, 0, 0, 0, 1)),
    );
    const { hardwareAddr, ...rest } = readLink(body);
    expect(rest).toEqual({
      index: 9,
      name: "eth0.100",
      mtu: 70_000,
      flags: flagUp | flagRunning | flagPointToPoint,
    });
    expect(String(hardwareAddr)).toBe("02:00:00:00:00:01");
  });

  it("tells every flag from the others", () => {
    const names = ["UP", "BROADCAST", "LOOPBACK", "POINTOPOINT", "MULTICAST", "RUNNING"];
    expect(names.map((name) => readLink(link(ETHER, 1, constant(`IFF_${name}`))).flags)).toEqual([
      1, 2, 4, 8, 16, 32,
    ]);
    expect(readLink(link(ETHER, 1, constant("IFF_BROADCAST"))).flags).toBe(flagBroadcast);
  });

  it("may lack everything, and then says so", () => {
    expect(readLink(link(ETHER, 1, 0))).toEqual({ index: 1, name: "", mtu: 0, hardwareAddr: null, flags: 0 });
  });

  it("has a name that ends at the first NUL, or with the attribute", () => {
    const named = (value: Uint8Array) => readLink(link(ETHER, 1, 0, attribute(NAME, value))).name;
    expect(named(Buffer.from("lo\0trail\0"))).toBe("lo");
    expect(named(Buffer.from("lo"))).toBe("lo");
    expect(named(Buffer.from("añ€\0ü"))).toBe("añ€");
    expect(named(bytes())).toBe("");
  });

  it.each([
    ["ARPHRD_TUNNEL", 4],
    ["ARPHRD_IPGRE", 4],
    ["ARPHRD_SIT", 4],
    ["ARPHRD_TUNNEL6", 16],
    ["ARPHRD_IP6GRE", 16],
  ])("of a tunnel, %s, has no hardware address of %i bytes, for that is IP", (name, length) => {
    const of = (n: number) =>
      readLink(link(constant(name), 1, 0, attribute(ADDRESS, new Uint8Array(n).fill(1)))).hardwareAddr;
    expect(of(length)).toBeNull();
    expect(of(6)?.length).toBe(6);
    expect(of(20 - length)?.length).toBe(20 - length);
  });

  it("has no hardware address when that is all zeros; it may be of any length otherwise", () => {
    const of = (value: Uint8Array) => readLink(link(ETHER, 1, 0, attribute(ADDRESS, value))).hardwareAddr;
    expect([of(new Uint8Array(6)), of(bytes())]).toEqual([null, null]);
    expect(String(of(new Uint8Array(20).fill(1, 19)))).toMatch(/^(?:00:){19}01$/);
  });

  it("that is cut short is refused, wherever it is cut", () => {
    const body = link(ETHER, 1, 0, attribute(MTU, pack([4, 1500])), attribute(NAME, text("lo")));
    const whole = readLink(body);
    for (let n = 0; n < body.length; n++) {
      // Where an attribute ends; or in what only fills up the last one.
      if (n === 16 || n === 24 || n === body.length - 1) continue;
      expect(thrown(() => readLink(body.subarray(0, n)))).toMatchObject(refused("parsenetlinkrouteattr"));
    }
    expect(readLink(body.subarray(0, -1))).toEqual(whole);
    expect(thrown(() => readLink(link(ETHER, 1, 0, attribute(MTU, bytes(1, 2)))))).toMatchObject(
      refused("parsenetlinkrouteattr"),
    );
  });
});

describe.skipIf(!onLinux)("an address", () => {
  const { IFA_LOCAL: LOCAL, IFA_ADDRESS: ADDRESS } = numbers;
  const [V4, V6, UNIX] = ["AF_INET", "AF_INET6", "AF_UNIX"].map(constant);
  const a = bytes(192, 0, 2, 1);
  const b = bytes(192, 0, 2, 2);
  const six = bytes(32, 1, 13, 184, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

  it.each([
    ["of IPv4", addr(V4, 24, 5, attribute(ADDRESS, a), attribute(LOCAL, a)), "192.0.2.1/24"],
    ["with a peer", addr(V4, 32, 5, attribute(ADDRESS, b), attribute(LOCAL, a)), "192.0.2.1/32"],
    [
      "with a peer that comes last",
      addr(V4, 32, 5, attribute(LOCAL, a), attribute(ADDRESS, b)),
      "192.0.2.1/32",
    ],
    ["with nothing but itself", addr(V4, 0, 5, attribute(ADDRESS, a)), "192.0.2.1/0"],
    ["of IPv6", addr(V6, 64, 5, attribute(6, bytes(0)), attribute(ADDRESS, six)), "2001:db8::1/64"],
  ])("%s is read from a message", (_, body, shown) => {
    const found = readAddr(body);
    expect([found?.index, String(found?.value)]).toEqual([5, shown]);
    // As in Go: the address in 16 bytes, the mask as long as the family says.
    expect([found?.value.ip.length, found?.value.mask.length]).toEqual([16, shown.includes(":") ? 16 : 4]);
  });

  it("of another family, or none at all, is passed over", () => {
    expect(readAddr(addr(UNIX, 24, 5, attribute(LOCAL, a)))).toBeNull();
    expect(readAddr(addr(V4, 24, 5))).toBeNull();
  });

  it.each([
    ["a length that is not the family's", addr(V4, 24, 5, attribute(LOCAL, six))],
    ["too few bytes", addr(V6, 64, 5, attribute(ADDRESS, six.subarray(1)))],
    ["a prefix longer than itself", addr(V4, 33, 5, attribute(LOCAL, a))],
    ["half a header", addr(V4, 24, 5).subarray(0, 7)],
  ])("with %s is refused", (_, body) => {
    expect(thrown(() => readAddr(body))).toMatchObject(refused("parsenetlinkrouteattr"));
  });
});

describe.skipIf(!onLinux)("whatever comes", () => {
  const good = pack(
    message(
      16,
      link(
        1,
        1,
        0x1043,
        attribute(3, text("lo")),
        attribute(4, pack([4, 1500])),
        attribute(1, bytes(1, 2, 3, 4, 5, 6)),
      ),
    ),
    message(20, addr(2, 8, 1, attribute(1, bytes(127, 0, 0, 1)), attribute(2, bytes(127, 0, 0, 1)))),
    message(3, pack([4, 0])),
  );

  /** Reads a datagram to its end. Returns how many messages it had; throws what no reader may throw. */
  function digest(datagram: Uint8Array): number {
    let count = 0;
    try {
      for (const { body } of messages(datagram)) {
        count++;
        for (const read of [readLink, readAddr]) attemptTo(read, body);
      }
    } catch (error) {
      expect(error).toMatchObject(refused("netlinkrib"));
    }
    return count;
  }

  function attemptTo(read: (body: Uint8Array) => unknown, body: Uint8Array): void {
    try {
      read(body);
    } catch (error) {
      expect(error).toMatchObject(refused("parsenetlinkrouteattr"));
    }
  }

  it("is read or refused, and no message is shorter than its header", () => {
    expect(digest(good)).toBe(3);
    const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 8 }),
        fc.nat(good.length),
        (changes, length) => {
          const datagram = Uint8Array.from(good);
          for (const [at, byte] of changes) datagram[at] = byte;
          expect(digest(datagram.subarray(0, length))).toBeLessThanOrEqual(Math.ceil(length / 16));
        },
      ),
      { numRuns: 3000, seed: 20_010_405 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 256 }), (datagram) => {
        expect(digest(datagram)).toBeLessThanOrEqual(16);
      }),
      { numRuns: 1000, seed: 19_990_731 },
    );
  });
});
