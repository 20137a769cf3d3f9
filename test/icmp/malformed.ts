// Messages that lie, each with what is to become of it: the text of an error, or a body, how many bytes of a packet it
// quotes, and its extensions.

import { checksum, type Protocol } from "#lib/icmp/index.js";
import { hex, join } from "./packets.js";

// No packet of a protocol that is known.
const bytes = (length: number, fill = 0xff) => new Uint8Array(length).fill(fill);

/** An extension structure with its checksum right. */
export function structure(...objects: (Uint8Array | number[])[]): Uint8Array {
  const b = join([0x20, 0, 0, 0], ...objects);
  const sum = checksum(b);
  b.set([sum >> 8, sum & 0xff], 2);
  return b;
}

/** An object that says that it is so long. */
export const object = (length: number, number: number, type: number, payload = "") =>
  join([length >> 8, length & 0xff, number, type], hex(payload));

/** A destination unreachable message that says that it quotes so many units, with what follows. */
const v4 = (units: number, ...parts: (Uint8Array | number[])[]) =>
  join(hex("03010000 00"), [units, 0, 0], ...parts);
const v6 = (units: number, ...parts: (Uint8Array | number[])[]) =>
  join(hex("01000000"), [units, 0, 0, 0], ...parts);

/** With the length of the quoted packet right, and this behind it. */
const behind = (...objects: (Uint8Array | number[])[]) => v4(32, bytes(128), structure(...objects));
const behind6 = (...objects: (Uint8Array | number[])[]) => v6(16, bytes(128), structure(...objects));
const asking = (...parts: (Uint8Array | number[])[]) => join(hex("2a000000 00010200"), ...parts);

const raw = object(4, 200, 0);
const mpls = object(8, 1, 1, "03e8e9ff");
const info = (type: number, payload: string) => object(4 + hex(payload).length, 2, type, payload);
const ident = (type: number, payload: string) => object(4 + hex(payload).length, 3, type, payload);
const SHORT = "message too short";

/** How a message is called, whose it is, its bytes, and what it comes to. */
export type Malformed = [name: string, proto: Protocol, wire: Uint8Array, outcome: string];

const short: Malformed[] = [
  ["nothing", 1, hex(""), SHORT],
  ["a type alone", 1, hex("03"), SHORT],
  ["a type and a code", 1, hex("0301"), SHORT],
  ["half a checksum", 1, hex("030100"), SHORT],
  ["nothing, of IPv6", 58, hex(""), SHORT],
  ["half a checksum, of IPv6", 58, hex("800000"), SHORT],
  ["an echo without an identifier", 1, hex("08000000"), SHORT],
  ["an echo with half an identifier", 1, hex("08000000 00"), SHORT],
  ["an echo without a sequence number", 1, hex("00000000 0001"), SHORT],
  ["an echo with half a sequence number", 58, hex("81000000 000100"), SHORT],
  ["a report without its second word", 1, hex("03010000"), SHORT],
  ["a report with half of it", 1, hex("0b000000 0000"), SHORT],
  ["a report with most of it", 58, hex("03000000 000000"), SHORT],
  ["a problem without its pointer", 1, hex("0c000000"), SHORT],
  ["a problem with most of its pointer", 58, hex("04000000 000000"), SHORT],
  ["too big without an MTU", 58, hex("02000000"), SHORT],
  ["too big with half an MTU", 58, hex("02000000 0005"), SHORT],
  ["an extended request without its flags", 1, hex("2a000000 000102"), SHORT],
  ["an extended reply without its state", 58, hex("a1000000 0001"), SHORT],
];

const lengths: Malformed[] = [
  ["no packet, and a length of 255", 1, v4(255), "DstUnreach 0"],
  ["one byte of a packet, and a length of 255", 1, v4(255, bytes(1)), "DstUnreach 1"],
  ["a length of 128, and a byte less", 1, v4(32, bytes(127)), "DstUnreach 127"],
  ["a length of 128, and no structure", 1, v4(32, bytes(128)), "DstUnreach 128"],
  ["a structure of four bytes", 1, v4(32, bytes(128), structure()), "DstUnreach 132"],
  ["a structure of seven", 1, v4(32, bytes(128), hex("20000000 000401")), "DstUnreach 135"],
  ["a length of 124, with the structure there", 1, v4(31, bytes(124), structure(raw)), "DstUnreach 132"],
  [
    "a length beyond the end, with a structure at 128",
    1,
    v4(255, bytes(128), structure(raw)),
    "DstUnreach 128 RawExtension",
  ],
  [
    "a length of 0, with a structure at 128",
    1,
    v4(0, bytes(128), structure(raw)),
    "DstUnreach 128 RawExtension",
  ],
  ["a length four bytes too long", 1, v4(33, bytes(128), structure(mpls)), "DstUnreach 128 MPLSLabelStack"],
  ["a length four bytes too short", 1, v4(33, bytes(136), structure(mpls)), "DstUnreach 148"],
  [
    "a length in the words of IPv4, in IPv6",
    58,
    v6(32, bytes(128), structure(raw)),
    "DstUnreach 128 RawExtension",
  ],
  [
    "a length in the byte of IPv6, in IPv4",
    1,
    join(hex("03010000 20000000"), bytes(256), structure(raw)),
    "DstUnreach 264",
  ],
  [
    "a length in the byte of IPv4, in IPv6",
    58,
    join(hex("01000000 00200000"), bytes(256), structure(raw)),
    "DstUnreach 264",
  ],
  [
    "a problem in IPv6 with a structure",
    58,
    join(hex("04000000 00000008"), bytes(128), structure(raw)),
    "ParamProb 136",
  ],
];

const structures: Malformed[] = [
  ["a structure of version 0", 1, v4(32, bytes(128), hex("00000000 0004c800")), "DstUnreach 136"],
  ["a structure of version 3", 1, v4(32, bytes(128), hex("30000000 0004c800")), "DstUnreach 136"],
  ["a structure with a wrong checksum", 1, v4(32, bytes(128), hex("20001234 0004c800")), "DstUnreach 136"],
  [
    "a structure without a checksum",
    1,
    v4(32, bytes(128), hex("20000000 0004c800")),
    "DstUnreach 128 RawExtension",
  ],
  ["a structure of zeros", 1, v4(32, bytes(128), bytes(72, 0)), "DstUnreach 200"],
  ["a structure of ones", 1, v4(32, bytes(200)), "DstUnreach 200"],
  ["an object of length 0", 1, behind(object(0, 200, 0)), "DstUnreach 128"],
  ["an object of length 1", 1, behind(object(1, 200, 0)), "DstUnreach 128"],
  ["an object of length 3", 1, behind(object(3, 1, 1), raw), "DstUnreach 128"],
  ["an object longer than what there is", 1, behind(object(9, 1, 1, "00000000")), "DstUnreach 128"],
  ["an object of length 65535", 1, behind(object(0xffff, 2, 15)), "DstUnreach 128"],
  [
    "a second object beyond the end",
    1,
    behind(mpls, object(12, 1, 1, "00000000")),
    "DstUnreach 128 MPLSLabelStack",
  ],
  [
    "an object that ends within a word",
    1,
    behind(object(5, 200, 0, "00000000")),
    "DstUnreach 128 RawExtension",
  ],
  ["less than an object behind one", 1, behind(raw, [0, 4, 1]), "DstUnreach 128 RawExtension"],
  ["a good object before a bad one", 1, behind(mpls, info(8, "")), "DstUnreach 144"],
];

const objects: Malformed[] = [
  ["a stack without labels", 1, behind(object(4, 1, 1)), "DstUnreach 128 MPLSLabelStack"],
  ["a label of three bytes", 1, behind(object(7, 1, 1, "000000")), "DstUnreach 128 MPLSLabelStack"],
  ["a label and a half", 1, behind(object(10, 1, 1, "000000000000")), "DstUnreach 128 MPLSLabelStack"],
  ["an interface that has all, and nothing of it", 1, behind(info(15, "")), "DstUnreach 136"],
  ["a number of three bytes", 1, behind(info(8, "000000")), "DstUnreach 139"],
  ["an address without a family", 1, behind(info(4, "00")), "DstUnreach 137"],
  ["an IPv4 address of three bytes", 1, behind(info(4, "00010000 7f0000")), "DstUnreach 143"],
  ["an IPv6 address of four bytes", 58, behind6(info(4, "00020000 7f000001")), "DstUnreach 144"],
  ["an address of family 9", 58, behind6(info(4, "00090000 7f000001")), "DstUnreach 128 InterfaceInfo"],
  [
    "an IPv6 address in IPv4",
    1,
    behind(info(4, `00020000 ${"00".repeat(16)}`)),
    "DstUnreach 128 InterfaceInfo",
  ],
  ["a name of length 0", 1, behind(info(2, "00000000")), "DstUnreach 140"],
  ["a name of length 3", 1, behind(info(2, "03656e30")), "DstUnreach 140"],
  ["a name of length 5", 1, behind(info(2, "05656e30 00000000")), "DstUnreach 144"],
  ["a name of length 68", 1, behind(info(2, `44${"61".repeat(67)}`)), "DstUnreach 204"],
  ["a name of length 255", 1, behind(info(2, `ff${"61".repeat(63)}`)), "DstUnreach 200"],
  ["a name beyond the end", 1, behind(info(2, "08656e30")), "DstUnreach 140"],
  ["a name of zeros", 1, behind(info(2, "04000000")), "DstUnreach 128 InterfaceInfo"],
  ["a name that is no UTF-8", 1, behind(info(2, "04fffefd")), "DstUnreach 128 InterfaceInfo"],
  [
    "a name with a zero in it",
    58,
    behind6(info(6, `00020000 fe80${"00".repeat(14)} 04610062`)),
    "DstUnreach 128 InterfaceInfo",
  ],
  ["an MTU of three bytes", 1, behind(info(1, "000005")), "DstUnreach 139"],
  [
    "more behind an interface than it says",
    1,
    behind(info(0, "00000000 00000000")),
    "DstUnreach 128 InterfaceInfo",
  ],
  ["a number to ask for of three bytes", 1, behind(ident(2, "000000")), "DstUnreach 139"],
  ["an address to ask for of 255 bytes", 1, behind(ident(3, "0001ff00 7f000001")), "DstUnreach 144"],
  ["an address to ask for without its padding", 1, behind(ident(3, "00010500 0000000000")), "DstUnreach 145"],
  ["an address to ask for without a length", 1, behind(ident(3, "0001")), "DstUnreach 138"],
  ["something to ask for in no way", 1, behind(ident(0, "00000000")), "DstUnreach 128 InterfaceIdent"],
];

const requests: Malformed[] = [
  ["a request for nothing", 1, asking(), "ExtendedEchoRequest"],
  ["a request with less than a structure", 1, asking(hex("20000000 000403")), "ExtendedEchoRequest"],
  ["a request with a structure of version 1", 1, asking(hex("10000000 00040302")), "ExtendedEchoRequest"],
  ["a request with a wrong checksum", 1, asking(hex("20001234 00040302")), "ExtendedEchoRequest"],
  ["a request with its structure too late", 1, asking(bytes(128), structure(raw)), "ExtendedEchoRequest"],
  [
    "a request for an interface without its number",
    1,
    asking(structure(ident(2, ""))),
    "ExtendedEchoRequest",
  ],
  [
    "a request for two",
    1,
    asking(structure(ident(1, "656e3000"), ident(1, "656e3100"))),
    "ExtendedEchoRequest InterfaceIdent InterfaceIdent",
  ],
  [
    "a request for what ends beyond it",
    1,
    asking(structure(object(16, 3, 1, "656e3000"))),
    "ExtendedEchoRequest",
  ],
];

/** All of them. */
export const malformed: Malformed[] = [...short, ...lengths, ...structures, ...objects, ...requests];
