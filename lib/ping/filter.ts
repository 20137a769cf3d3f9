// What wakes a raw socket that pings: answers to its own requests, and reports on them.

import {
  aluOpAnd,
  ALUOpConstant,
  aluOpAdd,
  aluOpShiftLeft,
  ALUOpX,
  type Instruction,
  jumpEqual,
  JumpIf,
  LoadAbsolute,
  LoadIndirect,
  LoadMemShift,
  RetConstant,
  TAX,
} from "../bpf/index.js";
import { type Protocol, protocolICMP, protocolIPv6ICMP } from "../icmp/index.js";
import { echoTypes } from "../icmp/types.js";

// Places in a message, and in the header of the packet that a report quotes behind it.
const ID = 4;
const QUOTE = 8;
const IPV4_PROTOCOL = 9;
const IPV6_NEXT_HEADER = 6;
const IPV6_HEADER = 40;
const EXTENSION_HEADERS = [0, 43, 44, 51, 60];

const ALL = 0xffffffff;

/**
 * A program that lets in echo replies with this identifier, and reports on requests that had it. It sees what a raw socket
 * does: the IP header first in IPv4, not so in IPv6. Whether an answer is one is found out when it is read: this never
 * says no to one, and to hardly anything else yes.
 */
export function answersTo(protocol: Protocol, id: number): Instruction[] {
  return protocol === protocolICMP ? answersToIPv4(id) : answersToIPv6(id);
}

const half = (off: number) => new LoadIndirect({ off, size: 2 });
const byte = (off: number) => new LoadIndirect({ off, size: 1 });
const unless = (val: number, skip: number) => new JumpIf({ cond: jumpEqual, val, skipFalse: skip });

/** Whether A is the identifier. */
const verdict = (id: number): Instruction[] => [
  unless(id, 1),
  new RetConstant({ val: ALL }),
  new RetConstant({ val: 0 }),
];

function answersToIPv4(id: number): Instruction[] {
  const reply = [half(ID), ...verdict(id)];
  // Past the quoted header, too.
  const request = [
    byte(QUOTE),
    new ALUOpConstant({ op: aluOpAnd, val: 0x0f }),
    new ALUOpConstant({ op: aluOpShiftLeft, val: 2 }),
    new ALUOpX({ op: aluOpAdd }),
    new TAX(),
    half(QUOTE + ID),
    ...verdict(id),
  ];
  const no = request.length - 1;
  const report = [byte(QUOTE + IPV4_PROTOCOL), unless(protocolICMP, no), ...request];
  return [
    new LoadMemShift({ off: 0 }),
    byte(0),
    unless(echoTypes(protocolICMP).reply, reply.length),
    ...reply,
    ...report,
  ];
}

function answersToIPv6(id: number): Instruction[] {
  const load = (off: number, size: number) => new LoadAbsolute({ off, size });
  const reply = [load(ID, 2), ...verdict(id)];
  const request = [load(QUOTE + IPV6_HEADER + ID, 2), ...verdict(id)];
  // What stands behind other headers is not looked for.
  const others = EXTENSION_HEADERS.flatMap((header) => [unless(header, 1), new RetConstant({ val: ALL })]);
  return [
    load(0, 1),
    unless(echoTypes(protocolIPv6ICMP).reply, reply.length),
    ...reply,
    load(QUOTE + IPV6_NEXT_HEADER, 1),
    unless(protocolIPv6ICMP, request.length),
    ...request,
    ...others,
    new RetConstant({ val: 0 }),
  ];
}
