// Many random values and texts of Go's net.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  AddrError,
  cidrMask,
  HardwareAddr,
  IP,
  IPAddr,
  IPMask,
  IPNet,
  joinHostPort,
  ParseError,
  parseCIDR,
  parseIP,
  parseMAC,
  splitHostPort,
  TCPAddr,
  UDPAddr,
} from "rawconn";
import { repeat, type Roll } from "../support/dice.js";

// Zeros and the mapping are what text depends on.
function randomBytes(roll: Roll, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = roll(3) === 0 ? roll(256) : 0;
  if (length === 16 && roll(4) === 0) bytes.fill(0, 0, 10).fill(255, 10, 12);
  return bytes;
}

const randomIP = (roll: Roll) => IP.from(randomBytes(roll, roll(3) === 0 ? 4 : 16));
const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

describe("10^5 random values come out of their text:", () => {
  it("IP", () => {
    repeat(1e5, (roll) => {
      const ip = randomIP(roll);
      const again = [parseIP(ip.toString()), IP.unmarshalText(ip.marshalText())];
      return again.every((copy) => copy !== null && copy.equal(ip)) ? undefined : ip.toString();
    });
  });

  it("IPMask, in hexadecimal", () => {
    repeat(1e5, (roll) => {
      const bytes = randomBytes(roll, roll(2) === 0 ? 4 : 16);
      const mask = IPMask.from(bytes);
      const isRight = same(Buffer.from(mask.toString(), "hex"), bytes) && same(mask.bytes, bytes);
      return isRight ? undefined : mask.toString();
    });
  });

  it("IPNet", () => {
    repeat(1e5, (roll) => {
      const ip = randomIP(roll);
      const bits = 8 * (ip.to4() === null ? 16 : 4);
      const mask = cidrMask(roll(bits + 1), bits)!;
      const net = new IPNet({ ip: (ip.to4() ?? ip).mask(mask)!, mask });
      const { ip: again, ipNet } = parseCIDR(net.toString());
      const isRight =
        again.equal(net.ip) && ipNet.ip.equal(net.ip) && ipNet.mask.toString() === mask.toString();
      return isRight && ipNet.contains(net.ip) ? undefined : net.toString();
    });
  });

  it("HardwareAddr, however it is written", () => {
    repeat(1e5, (roll) => {
      const bytes = randomBytes(roll, [6, 8, 20][roll(3)]);
      const text = HardwareAddr.from(bytes).toString();
      const forms = [
        text,
        text.toUpperCase(),
        text.replaceAll(":", "-"),
        text.replaceAll(":", "").replace(/(.{4})(?=.)/g, "$1."),
      ];
      return forms.every((form) => same(parseMAC(form).bytes, bytes)) ? undefined : text;
    });
  });

  it("TCPAddr, UDPAddr and IPAddr", () => {
    const zones = ["", "", "eth0", "1", "é", "a%b", "]:1"];
    repeat(1e5, (roll) => {
      const ip = randomIP(roll);
      const zone = ip.to4() === null ? zones[roll(zones.length)] : "";
      const port = roll(65536);
      const text = new IPAddr({ ip, zone }).toString();
      const bare = zone === "" ? text : text.slice(0, -zone.length - 1);
      if (!parseIP(bare)!.equal(ip)) return text;
      // What stands in brackets may have none itself.
      if (zone.includes("]")) return undefined;
      const isRight = [TCPAddr, UDPAddr].every((type) => {
        const split = splitHostPort(new type({ ip, zone, port }).toString());
        return split.host === text && split.port === String(port);
      });
      return isRight ? undefined : text;
    });
  });

  it("host and port", () => {
    const pieces = ["a", ".", "-", ":", "::1", "%", "1", "é", "10.0.0.1", ""];
    repeat(1e5, (roll) => {
      const host = Array.from({ length: roll(6) }, () => pieces[roll(pieces.length)]).join("");
      const port = String(roll(70_000));
      const split = splitHostPort(joinHostPort(host, port));
      return split.host === host && split.port === port ? undefined : joinHostPort(host, port);
    });
  });
});

const pieces = [
  ...Array.from("0123456789abcfFgx:.%/[]::::....00001111--"),
  ...":: 255 256 ffff 1.2.3.4 ::1 ]:80 /24 %eth0 -1 +1 00:00:5e:00:53:01 0000.5e00.5301 é \ud800 ٣".split(
    " ",
  ),
  " ",
  "\n",
  "\0",
];

function randomText(roll: Roll): string {
  let text = roll(3) === 0 ? randomIP(roll).toString() : "";
  for (let n = roll(10); n > 0; n--) text += pieces[roll(pieces.length)];
  return text;
}

describe("10^6 random texts, and their bytes,", () => {
  const limit = Error.stackTraceLimit;
  // Most of them throw, and finding where takes most of the time.
  beforeAll(() => void (Error.stackTraceLimit = 0));
  afterAll(() => void (Error.stackTraceLimit = limit));

  const parsers: [parse: (s: string) => unknown, error: new (...args: never[]) => Error][] = [
    [parseIP, TypeError],
    [parseCIDR, ParseError],
    [parseMAC, AddrError],
    [splitHostPort, AddrError],
    [IP.unmarshalText, ParseError],
    [(s) => IP.unmarshalText(Buffer.from(s, "latin1")), ParseError],
  ];

  it("are values, or errors of the parser's own", () => {
    let [accepted, refused] = [0, 0];
    repeat(1e6, (roll) => {
      const [parse, type] = parsers[roll(parsers.length)];
      const text = randomText(roll);
      try {
        if (parse(text) !== null) accepted++;
        return undefined;
      } catch (error) {
        refused++;
        // parseIP has none.
        const isOwn = error instanceof type && parse !== parseIP;
        return isOwn ? undefined : `${JSON.stringify(text)}: ${String(error)}`;
      }
    });
    expect(Math.min(accepted, refused)).toBeGreaterThan(20_000);
  }, 60_000);
});
