// What texts come to as addresses, what network names come to, and what addresses look like as text.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Addr,
  type AddrError,
  Dialer,
  IPAddr,
  IPMask,
  IPNet,
  resolveIPAddr,
  resolveTCPAddr,
  resolveUDPAddr,
  Resolver,
  resolveUnixAddr,
  TCPAddr,
  UnixAddr,
  type UnknownNetworkError,
} from "rawconn";
import { parseNetwork } from "#lib/dns/resolve.js";
import { type SystemFiles, systemFiles } from "../dns/system.js";
import { rejection } from "../support/outcome.js";
import { asGo } from "./as-go.js";

interface Failure {
  type: string;
  string: string;
  Err?: string;
  Addr?: string;
  value?: string;
}

interface ResolveRow {
  fn: "ResolveTCPAddr" | "ResolveUDPAddr" | "ResolveIPAddr";
  network: string;
  address: string;
  ip?: string | null;
  port?: number;
  zone?: string;
  string?: string;
  error?: Failure;
}

interface UnixRow {
  fn: "ResolveUnixAddr";
  network: string;
  address: string;
  name?: string;
  net?: string;
  string?: string;
  error?: Failure;
}

interface NetworkRow {
  fn: "parseNetwork (internal)";
  network: string;
  afnet: string;
  proto: number;
  error: Failure | null;
}

interface StringRow {
  fn: "Addr.String";
  type: string;
  nil: boolean;
  value: string;
  network: string | null;
  string: string;
}

type Row = ResolveRow | UnixRow | NetworkRow | StringRow;

/** An error in the words of the table. */
function failureOf(error: unknown): Failure {
  const { name: type, message: string } = error as Error;
  if (type === "UnknownNetworkError") return { type, value: (error as UnknownNetworkError).network, string };
  const { err: Err, addr: Addr } = error as AddrError;
  return { type, Err, Addr, string };
}

async function resolved({ fn, network, address }: ResolveRow): Promise<object> {
  const resolve = {
    ResolveTCPAddr: resolveTCPAddr,
    ResolveUDPAddr: resolveUDPAddr,
    ResolveIPAddr: resolveIPAddr,
  }[fn];
  const addr = await resolve(network, address);
  const { ip, zone } = addr;
  const port = addr instanceof IPAddr ? {} : { port: addr.port };
  return { ip: ip && String(ip), zone, string: String(addr), ...port };
}

function unixResolved({ network, address }: UnixRow): object {
  const addr = resolveUnixAddr(network, address);
  return { name: addr.name, net: addr.net, string: String(addr) };
}

function parsed({ network }: NetworkRow): object {
  const { network: afnet, protocol: proto } = parseNetwork(network);
  return { afnet, proto, error: null };
}

/** Makes an address of what Go prints of its fields. */
function made({ type, nil, value }: StringRow): object {
  if (nil) throw new Error("there is no address that is nil");
  const fields = Object.fromEntries(
    [...value.matchAll(/(\w+):([^ }]*)/g)].map(([, name, text]) => [name, text]),
  );
  const ip = fields.IP === "<nil>" ? null : fields.IP;
  const make: Record<string, () => Addr> = {
    "*net.TCPAddr": () => new TCPAddr({ ip, port: Number(fields.Port), zone: fields.Zone }),
    "*net.IPAddr": () => new IPAddr({ ip, zone: fields.Zone }),
    "*net.IPNet": () => new IPNet({ ip: ip!, mask: IPMask.from(Buffer.from(fields.Mask, "hex")) }),
    "*net.UnixAddr": () => new UnixAddr({ name: fields.Name, net: fields.Net as "unix" }),
  };
  const addr = make[type]();
  return { network: addr.network, string: String(addr) };
}

async function outcome(row: Row): Promise<object> {
  try {
    if (row.fn === "Addr.String") return made(row);
    if (row.fn === "parseNetwork (internal)") return parsed(row);
    return row.fn === "ResolveUnixAddr" ? unixResolved(row) : await resolved(row);
  } catch (error) {
    if (row.fn === "Addr.String") throw error;
    return row.fn === "parseNetwork (internal)"
      ? { afnet: "", proto: 0, error: failureOf(error) }
      : { error: failureOf(error) };
  }
}

async function run(row: Row): Promise<void> {
  // Whatever else a row says is what was asked.
  expect(row).toMatchObject(await outcome(row));
}

function nameOf(row: Row): string {
  if (row.fn === "Addr.String") return row.nil ? `nil ${row.type}` : `${row.type} ${row.value}`;
  return `${row.fn} ${row.network}${"address" in row ? ` ${JSON.stringify(row.address)}` : ""}`;
}

// Go's table was made with a localhost of both families, which not every host has.
let files: SystemFiles;
beforeAll(() => {
  files = systemFiles({ hosts: "127.0.0.1 localhost\n::1 localhost\n" });
});
afterAll(() => files[Symbol.dispose]());

function failed(error: string): Failure {
  const network = /^unknown network (.*)$/.exec(error);
  if (network) return { type: "UnknownNetworkError", value: network[1], string: error };
  const [, Addr, Err] = /^address (.*?): (.*)$/.exec(error) ?? [null, "", error];
  return { type: "AddrError", Err, Addr, string: error };
}

const names = { tcp: "ResolveTCPAddr", udp: "ResolveUDPAddr", ip: "ResolveIPAddr" } as const;
function of(
  kind: keyof typeof names,
  network: string,
  address: string,
  string: string | Failure,
): ResolveRow {
  const asked = { fn: names[kind], network, address };
  if (typeof string !== "string") return { ...asked, error: string };
  const [, host, port] = kind === "ip" ? [null, string] : /^(.*):(\d+)$/.exec(string)!;
  const [ip, zone = ""] = host.replace(/[[\]]/g, "").split("%");
  return {
    ...asked,
    ip: ip === "" ? null : ip,
    zone,
    string,
    ...(kind === "ip" ? {} : { port: Number(port) }),
  };
}
const ports = (kind: "tcp" | "udp", service: string, number: number): ResolveRow[] => [
  of(kind, kind, "127.0.0.1:0", "127.0.0.1:0"),
  of(kind, kind, "", ":0"),
  of(kind, kind, ":", ":0"),
  of(kind, kind, ":7", ":7"),
  of(kind, `${kind}4`, "127.0.0.1:65535", "127.0.0.1:65535"),
  of(kind, `${kind}6`, "[::1]:65535", "[::1]:65535"),
  of(kind, "", "127.0.0.1:1", "127.0.0.1:1"),
  of(kind, kind, "[::1%en0]:1", "[::1%en0]:1"),
  of(kind, kind, `[2001:db8::1]:${service}`, `[2001:db8::1]:${number}`),
  of(kind, `${kind}4`, `[::ffff:127.0.0.1]:${service}`, `127.0.0.1:${number}`),
  of(kind, kind, "[::]:4", "[::]:4"),
  of(kind, `${kind}4`, "[::1]:2", failed("address ::1: no suitable address found")),
  of(kind, `${kind}6`, "127.0.0.1:2", failed("address 127.0.0.1: no suitable address found")),
  of(kind, `${kind}6`, "[::ffff:127.0.0.1]:2", failed("address ::ffff:127.0.0.1: no suitable address found")),
  of(kind, kind, "127.0.0.1", failed("address 127.0.0.1: missing port in address")),
  of(kind, kind, "127.0.0.1:65536", failed("address 65536: invalid port")),
  of(kind, "http", "127.0.0.1:0", failed("unknown network http")),
  of(kind, "unix", "127.0.0.1:0", failed("unknown network unix")),
  of(kind, kind, "localhost:2", "127.0.0.1:2"),
  of(kind, `${kind}4`, "localhost:2", "127.0.0.1:2"),
  of(kind, `${kind}6`, "localhost:3", "[::1]:3"),
];
const network = (name: string, proto: number | string): NetworkRow => ({
  fn: "parseNetwork (internal)",
  network: name,
  afnet: typeof proto === "string" ? "" : name.split(":")[0],
  proto: typeof proto === "string" ? 0 : proto,
  error: typeof proto === "string" ? failed(proto) : null,
});

const table: Row[] = [
  ...ports("tcp", "http", 80),
  ...ports("udp", "domain", 53),
  of("tcp", "udp", "127.0.0.1:0", failed("unknown network udp")),
  of("udp", "tcp", "127.0.0.1:0", failed("unknown network tcp")),
  of("ip", "ip", "127.0.0.1", "127.0.0.1"),
  of("ip", "ip6:ipv6-icmp", "::1", "::1"),
  of("ip", "ip6:IPv6-ICMP", "::1", "::1"),
  of("ip", "ip", "::1%en0", "::1%en0"),
  of("ip", "", "::1", "::1"),
  of("ip", "ip", "::", "::"),
  of("ip", "", "::", "::"),
  of("ip", "ip6", "::", "::"),
  of("ip", "ip:icmp", "::", "0.0.0.0"),
  of("ip", "ip4:icmp", "", ""),
  of("ip", "ip4:icmp", "127.0.0.1", "127.0.0.1"),
  of("ip", "tcp", "127.0.0.1", failed("unknown network tcp")),
  of("ip", "l2tp:gre", "127.0.0.1", failed("unknown network l2tp:gre")),
  of("ip", "ip4", "2001:db8::1", failed("address 2001:db8::1: no suitable address found")),
  of("ip", "ip6", "127.0.0.1", failed("address 127.0.0.1: no suitable address found")),
  of("ip", "ip6", "::ffff:127.0.0.1", failed("address ::ffff:127.0.0.1: no suitable address found")),
  of("ip", "ip", "localhost", "127.0.0.1"),
  of("ip", "ip6", "localhost", "::1"),
  ...(["unix", "unixgram", "unixpacket"] as const).map((net): UnixRow => {
    return { fn: "ResolveUnixAddr", network: net, address: "/tmp/x", name: "/tmp/x", net, string: "/tmp/x" };
  }),
  {
    fn: "ResolveUnixAddr",
    network: "unix",
    address: "@\0\udcff",
    name: "@\0\udcff",
    net: "unix",
    string: "@\0\udcff",
  },
  { fn: "ResolveUnixAddr", network: "tcp", address: "/tmp/x", error: failed("unknown network tcp") },
  { fn: "ResolveUnixAddr", network: "", address: "/tmp/x", error: failed("unknown network ") },
  ...["tcp", "tcp4", "tcp6", "udp", "udp4", "udp6", "unix", "unixgram", "unixpacket"].map((name) =>
    network(name, 0),
  ),
  network("ip4:1", 1),
  network("ip:255", 255),
  network("ip6:ipv6-icmp", 58),
  network("ip4:ICMP", 1),
  network("ip4:", "unknown IP protocol specified"),
  network("ip4:256", "address 256: unknown IP protocol specified"),
  network("ip4:-1", "address -1: unknown IP protocol specified"),
  network("ip", "unknown network ip"),
  network("tcp5", "unknown network tcp5"),
  network("", "unknown network "),
  network("tcp:80", "unknown network tcp:80"),
  network("ip:icmp:x", "unknown network ip:icmp:x"),
];

describe("an address, resolved:", () => {
  it.each(table.map((row) => [nameOf(row), row] as const))("%s", (_, row) => run(row));
});

asGo<Row>("resolve_addr", {
  nameOf,
  run,
  differs: {
    "parseNetwork (internal) ip4:256": "the protocol field of an IP header has eight bits: an AddrError",
    "*net.TCPAddr {IP:?010203 Port:1 Zone:}": "an IP of three bytes cannot be made: a TypeError",
    "nil *net.TCPAddr": "there is no address that is nil: null has no methods",
    "nil *net.IPAddr": "there is no address that is nil: null has no methods",
    "nil *net.UnixAddr": "there is no address that is nil: null has no methods",
  },
});

it("nobody is asked for a name whose address nobody waits for", async () => {
  let asked = 0;
  const resolver = new Resolver({
    preferGo: true,
    dial: async () => {
      asked++;
      throw new Error("nobody should ask");
    },
  });
  const aborted = new Dialer({ resolver }).dial("tcp", "name.test:1", { signal: AbortSignal.abort() });
  expect(await rejection(aborted)).toMatchObject({ code: "ABORT_ERR" });
  const late = new Dialer({ resolver, deadline: 1 }).dial("tcp", "name.test:1");
  expect(await rejection(late)).toMatchObject({ code: "ERR_TIMEOUT" });
  expect(asked).toBe(0);
  await rejection(new Dialer({ resolver }).dial("tcp", "name.test:1"));
  expect(asked).toBeGreaterThan(0);
});
