// Names of Unix domain sockets between text and bytes: nothing is lost on the way, whatever the bytes are.

import { assert as holds, property, uint8Array } from "fast-check";
import { describe, expect, it } from "vitest";
import { UnixAddr } from "#lib/addr/index.js";
import { constant } from "#lib/internal/binding.js";
import { unixCodecs } from "#lib/internal/socket/sockaddr-unix.js";
import { bytesOf, nameOf } from "#lib/internal/socket/unix-name.js";

const AF_UNIX = constant("AF_UNIX");
const codec = unixCodecs.unix;
const bytes = (...values: number[]) => Uint8Array.from(values);

/** The socket address of a name, without the family before it. */
function encoded(name: string): Uint8Array {
  const address = new Uint8Array(128).fill(0xaa);
  return address.subarray(2, codec.encode(AF_UNIX, new UnixAddr({ name }), address, 0));
}

const decoded = (name: Uint8Array) =>
  codec.decode(Uint8Array.from([AF_UNIX, 0, ...name]), 0, 2 + name.length)!.name;

describe("a name as text", () => {
  it.each([
    ["UTF-8 is itself", [0x61, 0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80], "aé😀"],
    ["a byte order mark stays", [0xef, 0xbb, 0xbf, 0x61], "\ufeffa"],
    ["a lone byte", [0xff], "\udcff"],
    ["a character begun and not ended", [0xc3], "\udcc3"],
    ["the end of one that never began", [0x61, 0x80, 0x62], "a\udc80b"],
    ["three bytes of four", [0xf0, 0x9f, 0x98, 0x61], "\udcf0\udc9f\udc98a"],
    ["more bytes than the character needs", [0xc0, 0x80], "\udcc0\udc80"],
    ["half of a surrogate pair in UTF-8", [0xed, 0xa0, 0x80], "\udced\udca0\udc80"],
    ["a code point beyond the last", [0xf4, 0x90, 0x80, 0x80], "\udcf4\udc90\udc80\udc80"],
    ["the replacement character, which is a character", [0xef, 0xbf, 0xbd], "\ufffd"],
    ["bad bytes between good characters", [0xc3, 0xa9, 0xfe, 0xf0, 0x9f, 0x98, 0x80], "é\udcfe😀"],
  ])("%s", (_, list, text) => {
    expect(nameOf(bytes(...list))).toBe(text);
    expect([...bytesOf(text)]).toEqual(list);
  });

  it("comes back as the bytes it was, whatever they are", () => {
    holds(
      property(uint8Array({ maxLength: 110 }), (name) => {
        expect([...bytesOf(nameOf(name))]).toEqual([...name]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a socket address", () => {
  it.each<[string, Uint8Array]>([
    ["", bytes()],
    ["/a", bytes(0x2f, 0x61, 0)],
    ["/\udcff", bytes(0x2f, 0xff, 0)],
    ["@", bytes(0)],
    ["@ab", bytes(0, 0x61, 0x62)],
    ["@a\0b\0", bytes(0, 0x61, 0, 0x62, 0)],
    ["@\udcff\0@", bytes(0, 0xff, 0, 0x40)],
  ])("of %j", (name, expected) => {
    expect(encoded(name)).toEqual(expected);
    expect(decoded(expected)).toBe(name === "" ? "@" : name);
  });

  it("has room for a path of 107 bytes and a name of 108, the @ counted", () => {
    expect(encoded("/".padEnd(107, "x"))).toHaveLength(108);
    expect(encoded("@".padEnd(108, "x"))).toHaveLength(108);
    // What counts is bytes: two for each é, one for each escape.
    expect(encoded("@".padEnd(108, "\udcff"))).toHaveLength(108);
    for (const name of ["/".padEnd(108, "x"), "@".padEnd(109, "x"), "/".padEnd(55, "é")])
      expect(() => encoded(name)).toThrow(expect.objectContaining({ code: "EINVAL" }));
  });
});

describe("a UnixAddr refuses", () => {
  it.each(["/a\0b", "\0a", "\ud800", "@\udc7f", "/x\udd00", "@\udfff", "@\udbff\ud800"])("%j", (name) => {
    expect(() => new UnixAddr({ name })).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARG_VALUE" }));
  });

  it("no whole surrogate pair", () => {
    expect(new UnixAddr({ name: "@😀\udc80" }).name).toBe("@😀\udc80");
  });
});
