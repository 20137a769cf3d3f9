// Weird values instead of every argument: none passes for a fault of the library, which has no code.

import { expect, it } from "vitest";
import * as io from "rawconn/io";
import { weird } from "../input/weird.mjs";
import { Script, Sink } from "./scripted.js";

// What a weird value throws by itself is its own affair.
const own = /^hostile|revoked/;

type Call = (odd: never) => unknown;
const frame = () => new io.FrameWriter(new Sink());
const reader = () => new io.Reader(new Script("ab"));
const writer = () => new io.Writer(new Sink());
const p = () => new Uint8Array(1);

const calls: Record<string, Call> = {
  "copy from": (odd) => io.copy(new Sink(), odd),
  "copy to": (odd) => io.copy(odd, new Script("a")),
  copyBuffer: (odd) => io.copyBuffer(new Sink(), new Script("a"), odd),
  copyN: (odd) => io.copyN(new Sink(), new Script("a"), odd),
  "readFull from": (odd) => io.readFull(odd, p()),
  "readFull into": (odd) => io.readFull(new Script("a"), odd),
  readAtLeast: (odd) => io.readAtLeast(new Script("a"), p(), odd),
  "new Reader": (odd) => new io.Reader(odd),
  "new Reader, options": (odd) => new io.Reader(new Script(), odd),
  "new Reader, size": (odd) => new io.Reader(new Script(), { size: odd }),
  "new Writer": (odd) => new io.Writer(odd),
  "new Writer, options": (odd) => new io.Writer(new Sink(), odd),
  "new Scanner": (odd) => new io.Scanner(odd),
  "new Scanner, options": (odd) => new io.Scanner(new Script(), odd),
  "new Scanner, max": (odd) => new io.Scanner(new Script(), { max: odd }),
  "new FrameReader": (odd) => new io.FrameReader(odd),
  "new FrameReader, options": (odd) => new io.FrameReader(new Script(), odd),
  "new FrameReader, prefix": (odd) => new io.FrameReader(new Script(), { prefix: odd }),
  "new FrameWriter": (odd) => new io.FrameWriter(odd),
  "new FrameWriter, max": (odd) => new io.FrameWriter(new Sink(), { max: odd }),
  "FrameWriter.write": (odd) => frame().write(odd),
  ...Object.fromEntries(
    [
      "read",
      "peek",
      "discard",
      "readSlice",
      "readBytes",
      "readString",
      "writeTo",
      "tryReadSlice",
      "tryReadString",
    ].map((name): [string, Call] => [
      `Reader.${name}`,
      (odd) => Reflect.apply(Reflect.get(reader(), name), reader(), [odd]),
    ]),
  ),
  ...Object.fromEntries(
    ["write", "writeByte", "readFrom"].map((name): [string, Call] => {
      return [`Writer.${name}`, (odd) => Reflect.apply(Reflect.get(writer(), name), writer(), [odd])];
    }),
  ),
};

it.each(Object.entries(calls))("%s takes no weird value, or has a code for it", async (_, call) => {
  for (const [name, make] of Object.entries(weird)) {
    try {
      await call(make() as never);
    } catch (error) {
      if (error instanceof Error && own.test(error.message)) continue;
      expect([name, typeof (error as { code?: unknown }).code, String(error)]).toEqual([
        name,
        "string",
        String(error),
      ]);
    }
  }
});
