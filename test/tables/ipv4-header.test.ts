// IPv4 headers as Go's package reads, tells and writes them.

import { expect } from "vitest";
import { Header, type HeaderFields, parseHeader } from "rawconn/ipv4";
import { fields } from "../support/fields.js";
import { asGo } from "./as-go.js";

/** Fields by Go's names. */
type Fields = Partial<Record<string, string | number | null>>;

interface Row {
  fn: string;
  wire?: string;
  header?: Fields | null;
  string?: string;
  marshal?: string;
  out?: string;
  error?: string | null;
}

const hex = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));
const toHex = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString("hex"));

/** What Go's fields are called here, with the values that this library takes. */
function fieldsOf({ Options, ...fields }: Fields): HeaderFields {
  const names: Record<string, keyof Header> = {
    Version: "version",
    Len: "len",
    TOS: "tos",
    TotalLen: "totalLen",
    ID: "id",
    Flags: "flags",
    FragOff: "fragOff",
    TTL: "ttl",
    Protocol: "protocol",
    Checksum: "checksum",
    Src: "src",
    Dst: "dst",
  };
  const { type: _, ...known } = fields;
  const entries = Object.entries(known).map(([name, value]) => [names[name], value] as const);
  expect(entries.filter(([name]) => name === undefined)).toEqual([]);
  return { ...Object.fromEntries(entries), options: Options ? hex(String(Options)) : null };
}

/** All that a header tells, to compare. */
const told = (h: Header) => ({
  ...fields(h),
  src: String(h.src),
  dst: String(h.dst),
  options: toHex(h.options),
});

function parses({ wire, header, string, marshal, error }: Row): void {
  if (error) {
    expect(() => parseHeader(hex(wire!))).toThrow(
      expect.objectContaining({ message: error, code: "ERR_PARSE" }),
    );
    return;
  }
  const parsed = parseHeader(hex(wire!));
  expect(told(parsed)).toEqual(told(new Header(fieldsOf(header!))));
  expect(parsed.toString()).toBe(string);
  expect(toHex(parsed.marshal())).toBe(marshal);
}

function marshals({ header, wire, error }: Row): void {
  const h = new Header(fieldsOf(header!));
  if (error)
    expect(() => h.marshal()).toThrow(expect.objectContaining({ message: error, code: "ERR_PARSE" }));
  else expect(toHex(h.marshal())).toBe(wire);
}

const NO_OBJECT = "a method is called on an object here; RawConn.writeTo refuses null, in ipv4/raw-conn";

asGo<Row>("ipv4_header", {
  nameOf: ({ fn, wire, header }) => `${fn} ${header === null ? "null" : (wire ?? JSON.stringify(header))}`,
  run: (row) => (row.fn === "ipv4.ParseHeader" ? parses(row) : marshals(row)),
  elsewhere: { "ipv4.Header.Marshal null": NO_OBJECT, "ipv4.Header.String null": NO_OBJECT },
});
