// Tables of what Go answers, run when their folder stands beside the project.
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { IP, IPAddr, joinHostPort, parseIP, splitHostPort, TCPAddr } from "#lib/addr/index.js";
import { parseIPZone, splitHostZone } from "#lib/addr/zone.js";

const folder = new URL("../../../shared/vectors/", import.meta.url);
const absent = !existsSync(folder);
if (absent) console.log("vectors: no folder of tables beside the project, so Go's answers are not compared");

/** The rows of one function in a table. Rows there must be: an empty loop proves nothing. */
function rows<Row>(table: string, fn: string): Row[] {
  const { cases } = JSON.parse(readFileSync(new URL(`${table}.json`, folder), "utf8")) as {
    cases: { fn: string }[];
  };
  const found = cases.filter((row) => row.fn === fn);
  if (found.length === 0) throw new Error(`no rows of ${fn} in ${table}`);
  return found as Row[];
}

const hex = (ip: IP | null | undefined): string | null => (ip ? Buffer.from(ip.bytes).toString("hex") : null);
const ofHex = (text: string): IP => IP.from(Buffer.from(text, "hex"));

describe.skipIf(absent)("as Go", () => {
  it("parseIP", () => {
    type Row = { in: string; out: string | null; bytes: string | null; to4: string | null };
    for (const row of rows<Row>("parse_ip", "ParseIP")) {
      const ip = parseIP(row.in);
      expect({ ...row, bytes: hex(ip), to4: hex(ip?.to4()), out: ip?.toString() ?? null }).toEqual(row);
    }
  });

  it("IP.toString, of the lengths that an IP can have", () => {
    const all = rows<{ bytes: string | null; string: string }>("parse_ip", "IP.String");
    const valid = all.filter(({ bytes }) => bytes?.length === 8 || bytes?.length === 32);
    expect(valid.length).toBeGreaterThan(10);
    for (const { bytes, string } of valid) expect(ofHex(bytes!).toString()).toBe(string);
  });

  it("IP.equal, of the lengths that an IP can have", () => {
    const all = rows<{ a: string | null; b: string | null; out: boolean }>("parse_ip", "IP.Equal");
    const valid = all.filter(({ a, b }) => [a, b].every((x) => x?.length === 8 || x?.length === 32));
    expect(valid.length).toBeGreaterThan(0);
    for (const { a, b, out } of valid) expect(ofHex(a!).equal(ofHex(b!))).toBe(out);
  });

  it("the predicates of IP, one by one", () => {
    for (const name of [
      "isUnspecified",
      "isLoopback",
      "isPrivate",
      "isMulticast",
      "isInterfaceLocalMulticast",
      "isLinkLocalMulticast",
      "isLinkLocalUnicast",
      "isGlobalUnicast",
    ] as const) {
      const fn = `IP.I${name.slice(1)}`;
      for (const row of rows<{ ip: string | null; bytes: string | null; out: boolean }>("ip_classify", fn)) {
        if (row.ip === null) continue;
        const ip = parseIP(row.ip)!;
        expect({ ...row, bytes: hex(ip), out: ip[name]() }).toEqual(row);
      }
    }
  });

  it("the predicates of IP, all at once", () => {
    type Row = { ip: string; to4: string | null } & Record<string, unknown>;
    for (const row of rows<Row>("ip_classify", "all")) {
      const ip = parseIP(row.ip)!;
      expect({ ip: row.ip, to4: hex(ip.to4()) }).toEqual({ ip: row.ip, to4: row.to4 });
      expect({
        isUnspecified: ip.isUnspecified(),
        isLoopback: ip.isLoopback(),
        isPrivate: ip.isPrivate(),
        isMulticast: ip.isMulticast(),
        isInterfaceLocalMulticast: ip.isInterfaceLocalMulticast(),
        isLinkLocalMulticast: ip.isLinkLocalMulticast(),
        isLinkLocalUnicast: ip.isLinkLocalUnicast(),
        isGlobalUnicast: ip.isGlobalUnicast(),
      }).toEqual(Object.fromEntries(Object.entries(row).filter(([key]) => key.startsWith("is"))));
    }
  });

  it("splitHostPort", () => {
    type Row = {
      in: string;
      host: string;
      port: string;
      error?: { Err: string; Addr: string; string: string };
    };
    for (const row of rows<Row>("split_join_host_port", "SplitHostPort")) {
      let got: unknown;
      try {
        got = splitHostPort(row.in);
      } catch (e) {
        const { err: Err, addr: Addr, message } = e as Error & { err: string; addr: string };
        got = { Err, Addr, string: message };
      }
      const { error, host, port } = row;
      expect(got).toEqual(
        error ? { Err: error.Err, Addr: error.Addr, string: error.string } : { host, port },
      );
    }
  });

  it("joinHostPort and splitHostZone", () => {
    type Join = { host: string; port: string; out: string };
    for (const { host, port, out } of rows<Join>("split_join_host_port", "JoinHostPort")) {
      expect(joinHostPort(host, port)).toBe(out);
    }
    type Cut = { in: string; host: string; zone: string };
    for (const row of rows<Cut>("split_join_host_port", "splitHostZone (internal)")) {
      expect(splitHostZone(row.in)).toEqual({ host: row.host, zone: row.zone });
    }
  });

  it("parseIPZone accepts what netip.ParseAddr accepts", () => {
    type Row = { in: string; ok: boolean; zone?: string; as16?: string };
    for (const row of rows<Row>("netip_addr", "ParseAddr")) {
      const scoped = parseIPZone(row.in);
      const got = scoped === null ? { ok: false } : { ok: true, zone: scoped.zone, as16: hex(scoped.ip) };
      const { ok, zone, as16 } = row;
      expect({ in: row.in, ...got }).toEqual({ in: row.in, ...(ok ? { ok, zone, as16 } : { ok }) });
    }
  });

  it("the text of addresses that were resolved from literals", () => {
    type Row = { ip: string | null; port: number; zone: string; string: string; error?: object };
    const resolved = (fn: string): Row[] =>
      rows<Row>("resolve_addr", fn).filter(({ error }) => error === undefined);
    const tcp = resolved("ResolveTCPAddr");
    const raw = resolved("ResolveIPAddr");
    expect(tcp.map((fields) => new TCPAddr(fields).toString())).toEqual(tcp.map(({ string }) => string));
    expect(raw.map((fields) => new IPAddr(fields).toString())).toEqual(raw.map(({ string }) => string));
  });
});
