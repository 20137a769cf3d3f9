// IPv6 headers as Go's package reads and tells them.

import { expect } from "vitest";
import { type Header, parseHeader } from "rawconn/ipv6";
import { asGo } from "./as-go.js";

interface Row {
  wire: string;
  header?: Record<string, string | number>;
  string?: string;
  error?: string;
}

/** A header with Go's names. */
const asTable = (h: Header) => ({
  type: "Header",
  Version: h.version,
  TrafficClass: h.trafficClass,
  FlowLabel: h.flowLabel,
  PayloadLen: h.payloadLen,
  NextHeader: h.nextHeader,
  HopLimit: h.hopLimit,
  Src: String(h.src),
  Dst: String(h.dst),
});

function run({ wire, header, string, error }: Row): void {
  const bytes = Uint8Array.from(Buffer.from(wire, "hex"));
  if (error !== undefined) {
    expect(() => parseHeader(bytes)).toThrow(expect.objectContaining({ message: error, code: "ERR_PARSE" }));
    return;
  }
  const parsed = parseHeader(bytes);
  expect(asTable(parsed)).toEqual(header);
  expect(parsed.toString()).toBe(string);
}

asGo<Row>("ipv6_header", { nameOf: ({ wire }) => `a header of ${wire || "nothing"}`, run });
