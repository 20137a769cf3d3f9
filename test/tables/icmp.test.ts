// Messages of ICMP and their extensions: how they are written, and what is read.

import { expect } from "vitest";
import { IPAddr, parseIP } from "rawconn";
import * as icmp from "rawconn/icmp";
import * as ipv4 from "rawconn/ipv4";
import * as ipv6 from "rawconn/ipv6";
import { findQuoted } from "#lib/icmp/multipart.js";
import { nameIn } from "#lib/icmp/extension-object.js";
import { hex } from "../icmp/packets.js";
import { asGo } from "./as-go.js";

const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** A value of Go's with its fields by name; bytes are hex. */
type Value = { type: string } & Record<string, unknown>;

const bytes = (value: unknown) => hex((value as string | null) ?? "");
const number = (value: unknown) => value as number;
const flag = (value: unknown) => value as boolean;

/** What each type of Go is here. */
const makers: Record<string, (v: Value) => icmp.Extension & icmp.MessageBody> = {
  Echo: ({ ID, Seq, Data }) => new icmp.Echo({ id: number(ID), seq: number(Seq), data: bytes(Data) }),
  ExtendedEchoRequest: ({ ID, Seq, Local, Extensions }) =>
    new icmp.ExtendedEchoRequest({
      id: number(ID),
      seq: number(Seq),
      local: flag(Local),
      extensions: extensions(Extensions),
    }),
  ExtendedEchoReply: ({ ID, Seq, State, Active, IPv4, IPv6 }) =>
    new icmp.ExtendedEchoReply({
      id: number(ID),
      seq: number(Seq),
      state: number(State),
      active: flag(Active),
      ipv4: flag(IPv4),
      ipv6: flag(IPv6),
    }),
  DstUnreach: ({ Data, Extensions }) =>
    new icmp.DstUnreach({ data: bytes(Data), extensions: extensions(Extensions) }),
  TimeExceeded: ({ Data, Extensions }) =>
    new icmp.TimeExceeded({ data: bytes(Data), extensions: extensions(Extensions) }),
  ParamProb: ({ Pointer, Data, Extensions }) =>
    new icmp.ParamProb({ pointer: number(Pointer), data: bytes(Data), extensions: extensions(Extensions) }),
  PacketTooBig: ({ MTU, Data }) => new icmp.PacketTooBig({ mtu: number(MTU), data: bytes(Data) }),
  RawBody: ({ Data }) => new icmp.RawBody(bytes(Data)),
  RawExtension: ({ Data }) => new icmp.RawExtension(bytes(Data)),
  MPLSLabelStack: ({ Type, Labels }) =>
    new icmp.MPLSLabelStack({
      type: number(Type),
      labels: ((Labels as Value[] | null) ?? []).map(({ Label, TC, S, TTL }) => ({
        label: number(Label),
        tc: number(TC),
        s: flag(S),
        ttl: number(TTL),
      })),
    }),
  InterfaceInfo: ({ Type, Interface, Addr }) => {
    const [ifi, addr] = [Interface as Value | null, Addr as { IP: string; Zone: string } | null];
    return new icmp.InterfaceInfo({
      type: number(Type),
      interface: ifi && { index: number(ifi.Index), name: String(ifi.Name), mtu: number(ifi.MTU) },
      // From a message an IPv4 address comes with four bytes.
      addr: addr && new IPAddr({ ip: parseIP(addr.IP)!.to4() ?? addr.IP, zone: addr.Zone }),
    });
  },
  InterfaceIdent: ({ Type, Name, Index, AFI, Addr }) =>
    new icmp.InterfaceIdent({
      type: number(Type),
      name: String(Name),
      index: number(Index),
      afi: number(AFI),
      addr: bytes(Addr),
    }),
};

const made = (value: Value) => makers[value.type](value);
const extensions = (values: unknown) => ((values as Value[] | null) ?? []).map(made);

interface GoMessage {
  protocol: icmp.Protocol;
  type: number;
  code: number;
  body: Value | null;
}

interface MessageRow {
  fn: string;
  message?: GoMessage;
  protocol?: icmp.Protocol;
  body?: Value;
  out?: number | string;
  pseudoHeader?: { src: string; dst: string } | null;
  wire: string;
  parsed?: GoMessage | null;
  parsedChecksum?: number | null;
  parseError?: string | null;
  error?: string | null;
  src?: string;
  dst?: string;
  value?: number;
  header?: Record<string, unknown>;
}

/** A header with Go's names. */
const toldByGo = ({ src, dst, options, ...h }: ipv4.Header) => ({
  type: "Header",
  Version: h.version,
  Len: h.len,
  TOS: h.tos,
  TotalLen: h.totalLen,
  ID: h.id,
  Flags: h.flags,
  FragOff: h.fragOff,
  TTL: h.ttl,
  Protocol: h.protocol,
  Checksum: h.checksum,
  Src: String(src),
  Dst: String(dst),
  Options: options && toHex(options),
});

const pseudoHeader = ({ src, dst }: { src: string; dst: string }) =>
  icmp.ipv6PseudoHeader(parseIP(src)!, parseIP(dst)!);

function runMessage(row: MessageRow): void {
  if (row.fn === "MessageBody.Len") expect(made(row.body!).len(row.protocol!)).toBe(row.out);
  else if (row.fn === "IPv6PseudoHeader")
    expect(toHex(pseudoHeader({ src: row.src!, dst: row.dst! }))).toBe(row.out);
  else if (row.fn === "ipv4.ICMPType.String") expect(ipv4.icmpTypeName(row.value!)).toBe(row.out);
  else if (row.fn === "ipv6.ICMPType.String") expect(ipv6.icmpTypeName(row.value!)).toBe(row.out);
  else if (row.fn.startsWith("ParseIPv4Header"))
    expect(toldByGo(icmp.parseIPv4Header(hex(row.wire)))).toEqual(row.header);
  else if (row.fn === "ParseMessage") runParse(row.protocol!, row, row.error ?? null);
  else {
    const { protocol, type, code, body } = row.message!;
    const message = new icmp.Message({ protocol, type, code, body: body && made(body) });
    const psh = row.pseudoHeader ? pseudoHeader(row.pseudoHeader) : null;
    expect(toHex(message.marshal(psh))).toBe(row.wire);
    runParse(protocol, row, row.parseError ?? null);
  }
}

function runParse(proto: icmp.Protocol, { wire, parsed, parsedChecksum }: MessageRow, error: string | null) {
  const parse = () => icmp.parseMessage(proto, hex(wire));
  if (error !== null) {
    expect(parse).toThrow(expect.objectContaining({ message: error, code: "ERR_PARSE" }));
    return;
  }
  const { protocol, type, code, body, checksum } = parse();
  const expected = parsed!;
  expect({ protocol, type, code }).toEqual({ protocol: proto, type: expected.type, code: expected.code });
  expect(body).toEqual(expected.body && made(expected.body));
  expect(body?.constructor).toBe(expected.body && made(expected.body).constructor);
  if (parsedChecksum !== undefined && parsedChecksum !== null) expect(checksum).toBe(parsedChecksum);
}

const nameOf = (row: MessageRow | ExtensionRow) => JSON.stringify(row);

asGo<MessageRow>("icmp_messages", { nameOf, run: runMessage });

interface ExtensionRow {
  fn: string;
  protocol: icmp.Protocol;
  extension: Value;
  object: string;
  len: number;
  bytes: string;
  originalDatagramBytes: number;
  lengthAttributeBytes: number;
  extensionFollows: boolean;
  foundAt: number;
}

function runExtension(row: ExtensionRow): void {
  if (row.fn === "Extension.Marshal") {
    const extension = made(row.extension);
    expect(toHex(extension.marshal(row.protocol))).toBe(row.object);
    expect(extension.len(row.protocol)).toBe(row.len);
  } else if (row.fn === "extension position") {
    const structure = hex(row.extensionFollows ? "20000000 00040000" : "");
    const b = Uint8Array.from([...new Uint8Array(row.originalDatagramBytes), ...structure]);
    expect(findQuoted(b, row.lengthAttributeBytes)).toBe(row.foundAt);
  } else expect(nameIn(hex(row.bytes).subarray(1))).toBe("en0");
}

asGo<ExtensionRow>("icmp_extensions", { nameOf, run: runExtension });
