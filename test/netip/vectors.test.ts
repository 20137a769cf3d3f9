// Tables of what Go answers, run when their folder stands beside the project.
import { describe, expect, it } from "vitest";
import {
  Addr,
  addrFromSlice,
  AddrPort,
  addrPortFrom,
  parseAddr,
  parseAddrPort,
  parsePrefix,
  Prefix,
  prefixFrom,
} from "rawconn/netip";
import { hasVectors, rows } from "../support/vectors.js";

type Row = { fn: string; note?: string; origin?: string } & Record<string, unknown>;

const hex = (bytes: Uint8Array | null): string | null => bytes && Buffer.from(bytes).toString("hex");
const ofHex = (text: string): Uint8Array => Buffer.from(text, "hex");
const utf8 = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
/** How the tables write an address that may be the zero value. */
const shown = (addr: Addr): string | null => (addr.isValid() ? addr.toString() : null);

// In the tables the empty text stands for the zero value.
const addr = (s: string): Addr => Addr.unmarshalText(s);
const addrPort = (s: string): AddrPort => AddrPort.unmarshalText(s);
const prefix = (s: string): Prefix => Prefix.unmarshalText(s);

/** What a call gives, or the text of its error. */
function outcome<T>(call: () => T): { value?: T; error: string | null } {
  try {
    return { value: call(), error: null };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** Compares each row of one function with what `answer` makes of it, whichever columns the row has. */
function compare(table: string, fn: string, answer: (row: never) => Record<string, unknown>): void {
  for (const row of rows<Row>(table, (candidate) => candidate.fn === fn)) {
    const { note: _, origin: __, ...columns } = row;
    const answers = answer(row as never);
    expect({ ...columns, ...answers }).toEqual(columns);
    const asked = new Set(["fn", "in", "a", "b", "addr", "bits", "prefix", "ip", "bytes", "zone"]);
    expect(Object.keys(columns).filter((key) => !asked.has(key) && !(key in answers))).toEqual([]);
  }
}

/** What every one of a parser's rows tells first. */
function parsed<T>(parse: () => T, answer: (value: T) => Record<string, unknown>): Record<string, unknown> {
  const { value, error } = outcome(parse);
  return value === undefined ? { ok: false, error } : { ok: true, ...answer(value) };
}

const predicates = (a: Addr): Record<string, unknown> => ({
  isUnspecified: a.isUnspecified(),
  isLoopback: a.isLoopback(),
  isPrivate: a.isPrivate(),
  isMulticast: a.isMulticast(),
  isInterfaceLocalMulticast: a.isInterfaceLocalMulticast(),
  isLinkLocalMulticast: a.isLinkLocalMulticast(),
  isLinkLocalUnicast: a.isLinkLocalUnicast(),
  isGlobalUnicast: a.isGlobalUnicast(),
});

function everything(a: Addr): Record<string, unknown> {
  const as4 = outcome(() => hex(a.as4()));
  return {
    string: a.toString(),
    expanded: a.stringExpanded(),
    is4: a.is4(),
    is6: a.is6(),
    is4In6: a.is4In6(),
    zone: a.zone,
    bitLen: a.bitLen,
    as4: as4.value ?? { panic: as4.error },
    asSlice: hex(a.asSlice()),
    unmap: shown(a.unmap()),
    next: shown(a.next()),
    prev: shown(a.prev()),
    marshalText: utf8(a.marshalText()),
    marshalBinary: hex(a.marshalBinary()),
  };
}

describe.skipIf(!hasVectors)("Addr as Go", () => {
  it("ParseAddr, and all that an address tells", () => {
    compare("netip_addr", "ParseAddr", (row: { in: string }) =>
      parsed(
        () => parseAddr(row.in),
        (a) => ({ ...everything(a), as16: hex(a.as16()), ...predicates(a) }),
      ),
    );
  });

  it("the zero value", () => {
    compare("netip_addr", "zero Addr", () => {
      const zero = new Addr();
      return {
        ...everything(zero),
        isValid: zero.isValid(),
        isUnspecified: zero.isUnspecified(),
        withZone: shown(zero.withZone("eth0")),
      };
    });
  });

  it("Compare, Less and ==", () => {
    compare("netip_addr", "Addr.Compare", ({ a, b }: { a: string; b: string }) => ({
      compare: addr(a).compare(addr(b)),
      less: addr(a).less(addr(b)),
      equal: addr(a).equals(addr(b)),
    }));
  });

  it("AddrFromSlice and UnmarshalBinary", () => {
    compare("netip_addr", "AddrFromSlice/UnmarshalBinary", ({ bytes }: { bytes: string }) => {
      const slice = addrFromSlice(ofHex(bytes));
      const { value, error } = outcome(() => Addr.unmarshalBinary(ofHex(bytes)));
      return {
        fromSlice: slice && slice.toString(),
        fromSliceOK: slice !== null,
        unmarshalBinary: value ? shown(value) : null,
        unmarshalBinaryError: error,
      };
    });
  });

  it("WithZone", () => {
    compare("netip_addr", "Addr.WithZone", (row: { addr: string; zone: string }) => ({
      out: addr(row.addr).withZone(row.zone).toString(),
    }));
  });
});

describe.skipIf(!hasVectors)("AddrPort as Go", () => {
  it("ParseAddrPort", () => {
    compare("netip_addrport", "ParseAddrPort", (row: { in: string }) =>
      parsed(
        () => parseAddrPort(row.in),
        (ap) => ({
          addr: ap.addr.toString(),
          port: ap.port,
          string: ap.toString(),
          marshalText: utf8(ap.marshalText()),
          marshalBinary: hex(ap.marshalBinary()),
        }),
      ),
    );
  });

  it("Compare, alone and sorting", () => {
    compare("netip_addrport", "AddrPort.Compare", ({ a, b }: { a: string; b: string }) => ({
      out: addrPort(a).compare(addrPort(b)),
    }));
    compare("netip_addrport", "sort by AddrPort.Compare", (row: { in: string[] }) => ({
      out: row.in
        .map(addrPort)
        .sort((a, b) => a.compare(b))
        .map((ap) => ap.toJSON()),
    }));
  });

  it("the zero value", () => {
    compare("netip_addrport", "zero AddrPort", () => {
      const zero = new AddrPort();
      const withPort = addrPortFrom(zero.addr, 80);
      return {
        string: zero.toString(),
        isValid: zero.isValid(),
        withPort80String: withPort.toString(),
        withPort80Valid: withPort.isValid(),
        marshalText: utf8(zero.marshalText()),
      };
    });
  });

  it("UnmarshalBinary", () => {
    compare("netip_addrport", "AddrPort.UnmarshalBinary", ({ bytes }: { bytes: string }) => {
      const { value = new AddrPort(), error } = outcome(() => AddrPort.unmarshalBinary(ofHex(bytes)));
      return { string: value.toString(), error };
    });
  });
});

describe.skipIf(!hasVectors)("Prefix as Go", () => {
  const told = (p: Prefix): Record<string, unknown> => ({
    bits: p.bits,
    addr: p.addr.toString(),
    string: p.toString(),
    masked: p.masked().toString(),
    marshalText: utf8(p.marshalText()),
    marshalBinary: hex(p.marshalBinary()),
    isSingleIP: p.isSingleIP(),
  });

  it("ParsePrefix", () => {
    compare("netip_prefix", "ParsePrefix", (row: { in: string }) => parsed(() => parsePrefix(row.in), told));
  });

  it("PrefixFrom and Addr.Prefix", () => {
    compare("netip_prefix", "PrefixFrom and Addr.Prefix", (row: { addr: string; bits: number }) => {
      const from = prefixFrom(addr(row.addr), row.bits);
      const { value, error } = outcome(() => addr(row.addr).prefix(row.bits).toString());
      return {
        prefixFrom: { valid: from.isValid(), ...told(from) },
        addrPrefix: { string: value ?? null, error },
      };
    });
  });

  it("Contains and Overlaps", () => {
    compare("netip_prefix", "Prefix.Contains", (row: { prefix: string; ip: string }) => ({
      out: parsePrefix(row.prefix).contains(addr(row.ip)),
    }));
    compare("netip_prefix", "Prefix.Overlaps", ({ a, b }: { a: string; b: string }) => ({
      out: prefix(a).overlaps(prefix(b)),
      reverse: prefix(b).overlaps(prefix(a)),
    }));
  });

  it("Compare, alone and sorting", () => {
    compare("netip_prefix", "Prefix.Compare", ({ a, b }: { a: string; b: string }) => ({
      out: prefix(a).compare(prefix(b)),
    }));
    compare("netip_prefix", "sort by Prefix.Compare", (row: { in: string[] }) => ({
      out: row.in
        .map(prefix)
        .sort((a, b) => a.compare(b))
        .map((p) => p.toJSON()),
    }));
  });

  it("UnmarshalBinary", () => {
    compare("netip_prefix", "Prefix.UnmarshalBinary", ({ bytes }: { bytes: string }) => {
      const { value = new Prefix(), error } = outcome(() => Prefix.unmarshalBinary(ofHex(bytes)));
      return { string: value.toString(), error };
    });
  });
});
