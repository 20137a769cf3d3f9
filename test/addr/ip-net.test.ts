import { inspect } from "node:util";
import { BlockList } from "node:net";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Addr, cidrMask, IP, IPMask, IPNet, type IPNetFields, parseCIDR, parseIP } from "rawconn";

const typeError = (code: string) => expect.objectContaining({ name: "TypeError", code });
const net = (text: string) => parseCIDR(text).ipNet;

describe("parseCIDR", () => {
  it("gives the address as it stands there, and its network", () => {
    const { ip, ipNet } = parseCIDR("192.0.2.130/25");
    expect([ip.toString(), ip.length]).toEqual(["192.0.2.130", 16]);
    expect([ipNet.ip.toString(), ipNet.ip.length]).toEqual(["192.0.2.128", 4]);
    expect([ipNet.mask.toString(), ipNet.toString()]).toEqual(["ffffff80", "192.0.2.128/25"]);
  });

  it.each([
    ["2001:db8::1/0", "::/0"],
    ["2001:db8::1/32", "2001:db8::/32"],
    ["2001:db8::1/128", "2001:db8::1/128"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["10.255.255.255/31", "10.255.255.254/31"],
    ["10.0.0.1/000000000000000000000032", "10.0.0.1/32"],
    // IPv4 written as IPv6 is a prefix of IPv6.
    ["::ffff:192.0.2.1/24", "::/24"],
  ])("reads %s as %s", (text, network) => {
    expect(net(text).toString()).toBe(network);
  });

  it.each([
    "",
    "/",
    "/8",
    "10.0.0.0",
    "10.0.0.0/",
    "10.0.0.0//8",
    "10.0.0.0/8/8",
    "10.0.0.0/33",
    "10.0.0.0/+8",
    "10.0.0.0/-1",
    "10.0.0.0/8 ",
    " 10.0.0.0/8",
    "10.0.0.0/0x8",
    "10.0.0.0/1e1",
    "10.0.0/8",
    "010.0.0.0/8",
    "::/129",
    "::1%lo/64",
    `::/${"9".repeat(400)}`,
    "10.0.0.0/٨",
  ])("refuses %j", (text) => {
    expect(() => parseCIDR(text)).toThrow(
      expect.objectContaining({
        name: "ParseError",
        code: "ERR_PARSE",
        type: "CIDR address",
        text,
        message: `invalid CIDR address: ${text}`,
      }),
    );
  });

  it("refuses what is no string", () => {
    expect(() => parseCIDR(8 as unknown as string)).toThrow(typeError("ERR_INVALID_ARG_TYPE"));
  });
});

describe("IPNet.contains", () => {
  it("agrees with another implementation on any prefix and address", () => {
    const ofBits = (n: number) => fc.uint8Array({ minLength: n / 8, maxLength: n / 8 });
    const cases = [32, 128].map((bits) => fc.tuple(ofBits(bits), ofBits(bits), fc.nat(bits), fc.nat(bits)));
    fc.assert(
      fc.property(fc.oneof(...cases), ([base, noise, ones, shared]) => {
        const bits = base.length * 8;
        // The first bits are often those of the network: otherwise it has next to no address of them.
        const keep = cidrMask(shared, bits)!.bytes;
        const x = IP.from(noise.map((byte, i) => (byte & ~keep[i]) | (base[i] & keep[i])));
        const ip = IP.from(base);
        const family = (a: IP) => (a.toString().includes(":") ? "ipv6" : "ipv4");
        fc.pre(family(x) === family(ip) && (bits === 32 || family(ip) === "ipv6"));
        const list = new BlockList();
        list.addSubnet(ip.toString(), ones, family(ip));
        const mask = cidrMask(ones, bits)!;
        expect(new IPNet({ ip, mask }).contains(x)).toBe(list.check(x.toString(), family(x)));
      }),
      { numRuns: 500 },
    );
  });

  it("takes either form of IPv4, of the network as of the address", () => {
    const mask = cidrMask(24, 32)!;
    for (const ip of [parseIP("192.0.2.0")!, parseIP("192.0.2.0")!.to4()!]) {
      for (const m of [mask, cidrMask(120, 128)!]) {
        const network = new IPNet({ ip, mask: m });
        for (const inside of [parseIP("192.0.2.9")!, parseIP("192.0.2.9")!.to4()!])
          expect(network.contains(inside)).toBe(true);
        expect(network.contains(parseIP("192.0.3.9"))).toBe(false);
      }
    }
  });

  it("minds only the last 4 bytes of a mask of 16 for IPv4", () => {
    const network = new IPNet({ ip: "192.0.2.1", mask: cidrMask(64, 128)! });
    expect(network.toString()).toBe("192.0.2.1/0");
    expect(network.contains(parseIP("10.0.0.1"))).toBe(true);
  });

  it("does not mind the host's bits, nor the gaps in a mask", () => {
    expect(new IPNet({ ip: "192.0.2.77", mask: cidrMask(24, 32)! }).contains(parseIP("192.0.2.1"))).toBe(
      true,
    );
    const gap = new IPNet({ ip: "10.9.7.0", mask: IPMask.from(Uint8Array.of(255, 0, 255, 0)) });
    expect(gap.contains(parseIP("10.1.7.3"))).toBe(true);
    expect(gap.contains(parseIP("10.9.8.0"))).toBe(false);
    expect(gap.toString()).toBe("10.9.7.0/ff00ff00");
  });

  it("is false across the families, for none, and where mask and address do not suit", () => {
    expect(net("0.0.0.0/0").contains(parseIP("::1"))).toBe(false);
    expect(net("::/0").contains(parseIP("10.0.0.1"))).toBe(false);
    for (const text of ["::/96", "::ffff:0:0/95", "fe80::/97"])
      expect(net(text).contains(parseIP("0.0.0.0"))).toBe(false);
    expect(net("::/0").contains(null)).toBe(false);
    const odd = new IPNet({ ip: "2001:db8::1", mask: cidrMask(24, 32)! });
    expect([odd.contains(parseIP("2001:db8::1")), odd.toString()]).toEqual([false, "<nil>"]);
  });

  it.each([undefined, "10.0.0.1"])("refuses %j", (ip) => {
    expect(() => net("10.0.0.0/8").contains(ip as unknown as IP)).toThrow(typeError("ERR_INVALID_ARG_TYPE"));
  });
});

describe("IPNet", () => {
  it("is an Addr of the network ip+net", () => {
    const addr: Addr = net("10.0.0.0/8");
    expect(addr.network).toBe("ip+net");
  });

  it("takes the address as text, too", () => {
    expect(String(new IPNet({ ip: "10.0.0.1", mask: cidrMask(8, 32)! }))).toBe("10.0.0.1/8");
  });

  it.each<[unknown, string]>([
    [undefined, "ERR_INVALID_ARG_TYPE"],
    [null, "ERR_INVALID_ARG_TYPE"],
    [{}, "ERR_INVALID_ARG_TYPE"],
    [{ ip: null, mask: cidrMask(8, 32) }, "ERR_INVALID_ARG_TYPE"],
    [{ ip: "10.0.0.1" }, "ERR_INVALID_ARG_TYPE"],
    [{ ip: "10.0.0.1", mask: null }, "ERR_INVALID_ARG_TYPE"],
    [{ ip: "10.0.0.1", mask: 8 }, "ERR_INVALID_ARG_TYPE"],
    [{ ip: "nonsense", mask: cidrMask(8, 32) }, "ERR_INVALID_ARG_VALUE"],
  ])("refuses the fields %j", (fields, code) => {
    expect(() => new IPNet(fields as IPNetFields)).toThrow(typeError(code));
  });

  it("shows its fields in JSON and in the console", () => {
    expect(JSON.stringify(net("10.0.0.0/8"))).toBe('{"ip":"10.0.0.0","mask":"ff000000"}');
    expect(inspect(net("10.0.0.0/8"))).toBe("IPNet { ip: IP 10.0.0.0, mask: IPMask ff000000 }");
  });
});
