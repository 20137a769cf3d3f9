// Masks, networks and MAC addresses against tables of what Go answers.
import { describe, expect, it } from "vitest";
import { cidrMask, HardwareAddr, IP, IPMask, IPNet, parseCIDR, parseIP, parseMAC } from "#lib/addr/index.js";
import { hasVectors, rows } from "../support/vectors.js";

const toHex = (value: { bytes: Uint8Array } | null): string | null =>
  value && Buffer.from(value.bytes).toString("hex");
const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));

/** Rows of one function, without those whose slices have a length that no value of ours can have. */
function valid<Row>(table: string, fn: string, slices: (keyof Row)[], invalid: number): Row[] {
  const all = rows<Row & { fn: string }>(table, (row) => row.fn.startsWith(fn));
  const found = all.filter((row) => slices.every((key) => [8, 32].includes(String(row[key] ?? "").length)));
  expect(all.length - found.length).toBe(invalid);
  return found;
}

/** The network of a row. */
const netOf = (row: { netIP: string; mask: string }) =>
  new IPNet({ ip: IP.from(bytes(row.netIP)), mask: IPMask.from(bytes(row.mask)) });

describe.skipIf(!hasVectors)("as Go", () => {
  it("IP.mask", () => {
    type Row = { ip: string; mask: string; out: string | null };
    for (const row of valid<Row>("ip_mask", "IP.Mask", ["ip", "mask"], 2)) {
      const out = toHex(IP.from(bytes(row.ip)).mask(IPMask.from(bytes(row.mask))));
      expect({ ...row, out }).toEqual(row);
    }
  });

  it("IPMask.toString and size", () => {
    for (const { mask, out } of valid<{ mask: string; out: string }>("ip_mask", "IPMask.String", ["mask"], 1))
      expect(IPMask.from(bytes(mask)).toString()).toBe(out);
    type Row = { mask: string; ones: number; bits: number };
    for (const { mask, ones, bits } of valid<Row>("ip_mask", "IPMask.Size", ["mask"], 1))
      expect(IPMask.from(bytes(mask)).size()).toEqual({ ones, bits });
  });

  it("cidrMask", () => {
    type Row = { fn: string; ones: number; bits: number; out: string | null };
    for (const row of rows<Row>("ip_mask", ({ fn }) => fn === "CIDRMask"))
      expect({ ...row, out: toHex(cidrMask(row.ones, row.bits)) }).toEqual(row);
  });

  it("IP.defaultMask", () => {
    type Row = { ip: string; out: string | null };
    for (const row of valid<Row>("ip_mask", "IP.DefaultMask", ["ip"], 1))
      expect({ ...row, out: toHex(IP.from(bytes(row.ip)).defaultMask()) }).toEqual(row);
    type All = { fn: string; ip: string; defaultMask: string | null };
    for (const row of rows<All>("ip_classify", ({ fn }) => fn === "all"))
      expect({ ...row, defaultMask: toHex(parseIP(row.ip)!.defaultMask()) }).toEqual(row);
  });

  it("parseCIDR", () => {
    type Row = { fn: string; in: string; error?: object };
    for (const row of rows<Row>("parse_cidr", ({ fn }) => fn === "ParseCIDR")) {
      let got: object;
      try {
        const { ip, ipNet } = parseCIDR(row.in);
        got = {
          ip: ip.toString(),
          ipLen: ip.length,
          netIP: ipNet.ip.toString(),
          netIPLen: ipNet.ip.length,
          mask: ipNet.mask.toString(),
          ...ipNet.mask.size(),
          netString: ipNet.toString(),
        };
      } catch (error) {
        const { name, type, text, message } = error as Error & { type: string; text: string };
        got = { error: { type: name, Type: type, Text: text, string: message } };
      }
      expect({ in: row.in, ...got }).toEqual({ ...row, fn: undefined, origin: undefined });
    }
  });

  it("IPNet.contains and toString", () => {
    type Contains = { netIP: string; mask: string; net: string; ip: string; out: boolean };
    for (const row of valid<Contains>("parse_cidr", "IPNet.Contains", ["netIP", "mask"], 0)) {
      expect(netOf(row).contains(parseIP(row.ip))).toBe(row.out);
      expect(netOf(row).toString()).toBe(row.net);
    }
    type Text = { netIP: string; mask: string; out: string };
    for (const row of valid<Text>("parse_cidr", "IPNet.String", ["netIP", "mask"], 0))
      expect(netOf(row).toString()).toBe(row.out);
    type Pair = { netIP: string; mask: string; netString: string };
    // Addresses of 3 bytes.
    for (const row of valid<Pair>("parse_cidr", "networkNumberAndMask", ["netIP", "mask"], 3))
      expect(netOf(row).toString()).toBe(row.netString);
  });

  it("parseMAC and HardwareAddr.toString", () => {
    type Row = { fn: string; in: string; bytes: string | null; string: string; error: object | null };
    for (const row of rows<Row>("parse_mac", ({ fn }) => fn === "ParseMAC")) {
      let got: object;
      try {
        const mac = parseMAC(row.in);
        got = { bytes: toHex(mac), string: mac.toString(), error: null };
      } catch (error) {
        const { name, err, addr, message } = error as Error & { err: string; addr: string };
        const told = { type: name, Err: err, Addr: addr, string: message };
        got = { bytes: null, string: null, error: told };
      }
      expect({ ...row, ...got }).toEqual(row);
    }
    for (const row of rows<Row>("parse_mac", ({ fn }) => fn === "HardwareAddr.String"))
      expect(HardwareAddr.from(bytes(row.bytes ?? "")).toString()).toBe(row.string);
  });

  it("IP.marshalText and unmarshalText", () => {
    type Text = { bytes: string; marshalText: string };
    for (const row of valid<Text>("parse_ip", "IP.String", ["bytes"], rowsOfOtherLengths()))
      expect(new TextDecoder().decode(IP.from(bytes(row.bytes)).marshalText())).toBe(row.marshalText);
    type Row = { fn: string; in: string; bytes: string | null; unmarshalTextError: object | null };
    for (const row of rows<Row>("parse_ip", ({ fn }) => fn === "ParseIP")) {
      let got: object;
      try {
        got = { bytes: toHex(IP.unmarshalText(row.in)), unmarshalTextError: null };
      } catch (error) {
        const { name, type, text, message } = error as Error & { type: string; text: string };
        const told = { type: name, Type: type, Text: text, string: message };
        got = { bytes: null, unmarshalTextError: told };
      }
      expect({ ...row, ...got }).toEqual(row);
    }
  });
});

function rowsOfOtherLengths(): number {
  type Row = { fn: string; bytes: string | null };
  const all = rows<Row>("parse_ip", ({ fn }) => fn === "IP.String");
  return all.filter(({ bytes: b }) => b?.length !== 8 && b?.length !== 32).length;
}
