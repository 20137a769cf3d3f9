// What a prefix has, and which of several an address belongs to.
//
//     node examples/cidr.mjs 192.0.2.77/26
//     node examples/cidr.mjs 10.1.2.3 10.0.0.0/8 10.1.0.0/16 0.0.0.0/0

import { addrFromSlice, parseAddr, parsePrefix, PrefixTable } from "rawconn/netip";

/** @param {string} text */
function show(text) {
  // Masked: 192.0.2.77/26 is an address and a length, and its network begins at 192.0.2.64.
  const network = parsePrefix(text).masked();
  const { addr, bits } = network;
  console.log(`network   ${String(network)}`);
  console.log(`first     ${String(addr)}`);
  console.log(`last      ${String(last(network))}`);
  // Of IPv6 there are more than a number can count.
  console.log(`addresses ${2n ** BigInt(addr.bitLen - bits)}`);
}

/** @param {import("rawconn/netip").Prefix} network */
function last({ addr, bits }) {
  const bytes = addr.asSlice() ?? new Uint8Array();
  return addrFromSlice(bytes.map((byte, i) => byte | (0xff >> Math.min(Math.max(bits - 8 * i, 0), 8))));
}

/**
 * @param {string} address
 * @param {string[]} prefixes
 */
function find(address, prefixes) {
  // The longest that contains it, as in a routing table, however many there are.
  const table = new PrefixTable(prefixes.map((text) => [parsePrefix(text), text]));
  console.log(table.lookup(parseAddr(address)) ?? "none");
}

const [first = "", ...prefixes] = process.argv.slice(2);
try {
  if (prefixes.length === 0) show(first);
  else find(first, prefixes);
} catch (error) {
  console.log(String(error));
  process.exitCode = 1;
}
