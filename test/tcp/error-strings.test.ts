// Every failing call says what Go says: text, operation, network, addresses, timeout, and the chain of causes.

import { describe, expect, it } from "vitest";
import {
  type Addr,
  type AddrError,
  type DNSError,
  isTemporary,
  isTimeout,
  NetError,
  OpError,
  type SyscallError,
} from "rawconn";
import { chain } from "../support/outcome.js";
import { hasIPv6 } from "../support/pair.js";
import { hasVectors, rows } from "../support/vectors.js";
import { named, type Outcome, scenarios, type Scene, scene } from "./error-scenarios.js";

const names = Object.keys(scenarios).filter((name) => hasIPv6 || !name.includes("[::1]"));
const timeouts = new Set(["ERR_DEADLINE", "ERR_TIMEOUT"]);

describe("the error of", () => {
  it.each(names)("%s", async (name) => {
    using stage = await scene();
    const { fail, text, code, source, addr, chain: types } = scenarios[name];
    const error = await fail(stage);
    if (!(error instanceof Error)) return expect(error).toBe(text);
    expect(named(stage, error.message)).toBe(text);
    expect(error).toMatchObject({ code });
    expect([isTimeout(error), isTemporary(error)]).toEqual(Array(2).fill(timeouts.has(code!)));
    if (types === undefined) return expect(error).not.toBeInstanceOf(OpError);
    expect(chain(error)).toBe(types);
    const { op, net } = error as OpError;
    expect(text).toMatch(new RegExp(`^${op} ${net}( |: )`));
    expect(addressOf(stage, (error as OpError).source)).toBe(source ?? null);
    expect(addressOf(stage, (error as OpError).addr)).toBe(addr ?? null);
  });
});

function addressOf(stage: Scene, addr: Addr | null): string | null {
  return addr && `${addr.network}|${named(stage, String(addr))}`;
}

/** A row of Go's table. `chain` nests as the causes do. */
interface Row {
  scenario: string;
  error?: null;
  string: string;
  timeout: boolean | null;
  temporary: boolean | null;
  chain: object;
}

/** The chain of causes in the words of Go's table. */
function goChain(stage: Scene, error: unknown): object | null {
  if (!(error instanceof Error)) return null;
  const string = error.message;
  if (error instanceof OpError) {
    const { op: Op, net: Net, source, addr, cause } = error;
    const [Source, Addr] = [source, addr].map((end) => addressOf(stage, end));
    return { type: "OpError", Op, Net, Source, Addr, Err: goChain(stage, cause) };
  }
  if (!(error instanceof NetError)) return { type: "*errors.errorString", string };
  const describe = goTypes[error.code] ?? goTypes[error.name];
  return describe(error as never, string);
}

const goTypes: Record<string, (error: never, string: string) => object> = {
  ERR_CLOSED: (_, string) => ({ type: "poll.errNetClosing", string }),
  ERR_DEADLINE: (_, string) => ({ type: "*poll.DeadlineExceededError", string }),
  ERR_TIMEOUT: (_, string) => ({ type: "*net.timeoutError", string }),
  ERR_MISSING_ADDRESS: (_, string) => ({ type: "*errors.errorString", string }),
  ABORT_ERR: (_, string) => ({ type: "net.canceledError", string }),
  SyscallError: ({ syscall: Syscall, errno }: SyscallError, string) => {
    const text = string.slice(Syscall.length + 2);
    return { type: "SyscallError", Syscall, Err: { type: "Errno", value: -errno, string: text } };
  },
  Errno: ({ errno }: SyscallError, string) => ({ type: "Errno", value: -errno, string }),
  AddrError: ({ err: Err, addr: Addr }: AddrError) => ({ type: "AddrError", Err, Addr }),
  UnknownNetworkError: ({ network: value }: { network: string }) => ({ type: "UnknownNetworkError", value }),
  DNSError: ({ err: Err, dnsName: Name, server: Server, isTimeout, isTemporary, isNotFound }: DNSError) => ({
    type: "DNSError",
    Err,
    Name,
    Server,
    IsTimeout: isTimeout,
    IsTemporary: isTemporary,
    IsNotFound: isNotFound,
    UnwrapErr: null,
  }),
};

function inGo(stage: Scene, outcome: Outcome): Omit<Row, "scenario"> | { error: null } {
  if (outcome === null) return { error: null };
  if (outcome === "EOF") {
    return {
      string: "EOF",
      timeout: null,
      temporary: null,
      chain: { type: "*errors.errorString", string: "EOF" },
    };
  }
  const [timeout, temporary] = [isTimeout(outcome), isTemporary(outcome)];
  return { string: named(stage, outcome.message), timeout, temporary, chain: goChain(stage, outcome)! };
}

// In Go a port may be out of range until the kernel sees it; here no such address can be made.
const differs = new Set(["DialTCP with port 65536"]);
// Rows about TCP that are the business of other tests: names, raw access, copies, descriptors.
const elsewhere =
  /SyscallConn|RawConn\.(Read|Write)|File|ReadFrom|WriteTo\(|WriteTo\b|Lookup|host name|Unix|IP with|UDP with/;

describe.skipIf(!hasVectors)("as Go, the error of", () => {
  const all = hasVectors
    ? rows<Row>("error_strings", ({ scenario }) => scenario in scenarios && !differs.has(scenario))
    : [];

  it.each(all.filter(({ scenario }) => names.includes(scenario)).map((row) => [row.scenario, row] as const))(
    "%s",
    async (name, row) => {
      using stage = await scene();
      const outcome = inGo(stage, await scenarios[name].fail(stage));
      const { string, timeout, temporary, chain } = row;
      expect(outcome).toEqual("error" in row ? { error: null } : { string, timeout, temporary, chain });
    },
  );

  it("leaves out no row that concerns TCP", () => {
    const ofTCP = rows<Row>(
      "error_strings",
      ({ scenario }) => /tcp|TCP/.test(scenario) && !elsewhere.test(scenario),
    );
    expect(ofTCP.map(({ scenario }) => scenario).filter((scenario) => !(scenario in scenarios))).toEqual([]);
  });
});
