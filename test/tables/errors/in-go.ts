// Outcomes in the words of Go's table.

import {
  type Addr,
  type AddrError,
  CanceledError,
  type DNSError,
  isTemporary,
  isTimeout,
  NetError,
  OpError,
  type SyscallError,
} from "rawconn";
import type { Outcome, Stage } from "./scenario.js";

type Named = Stage["named"];

/** `network|text` of an address. */
export function addressOf(named: Named, addr: Addr | null): string | null {
  return addr && `${addr.network}|${named(String(addr))}`;
}

/** A row of Go's table. `chain` nests as the causes do. */
export interface Row {
  scenario: string;
  error?: null;
  string: string;
  timeout: boolean | null;
  temporary: boolean | null;
  chain: object;
}

/** A row without its name. */
export type Told = Omit<Row, "scenario"> | { error: null };

/** The chain of causes in the words of Go's table. */
function goChain(named: Named, error: unknown): object | null {
  if (!(error instanceof Error)) return null;
  const string = error.message;
  if (error instanceof OpError) {
    const { op: Op, net: Net, source, addr, cause } = error;
    const [Source, Addr] = [source, addr].map((end) => addressOf(named, end));
    return { type: "OpError", Op, Net, Source, Addr, Err: goChain(named, cause) };
  }
  if (!(error instanceof NetError)) return { type: "*errors.errorString", string };
  const describe = goTypes[error.name] ?? goTypes[error.code] ?? goTypes.plain;
  return describe(error as never, string);
}

const goTypes: Record<string, (error: never, string: string) => object> = {
  plain: (_, string) => ({ type: "*errors.errorString", string }),
  ERR_CLOSED: (_, string) => ({ type: "poll.errNetClosing", string }),
  ERR_DEADLINE: (_, string) => ({ type: "*poll.DeadlineExceededError", string }),
  ERR_TIMEOUT: (_, string) => ({ type: "*net.timeoutError", string }),
  AbortError: (_, string) => ({ type: "net.canceledError", string }),
  SyscallError: ({ syscall: Syscall, errno }: SyscallError, string) => {
    const text = string.slice(Syscall.length + 2);
    return { type: "SyscallError", Syscall, Err: { type: "Errno", value: -errno, string: text } };
  },
  Errno: ({ errno }: SyscallError, string) => ({ type: "Errno", value: -errno, string }),
  AddrError: ({ err: Err, addr: Addr }: AddrError) => ({ type: "AddrError", Err, Addr }),
  UnknownNetworkError: ({ network: value }: { network: string }) => ({ type: "UnknownNetworkError", value }),
  DNSError: (error: DNSError) => {
    const { err: Err, dnsName: Name, server: Server, cause } = error;
    const { isTimeout: IsTimeout, isTemporary: IsTemporary, isNotFound: IsNotFound } = error;
    const UnwrapErr =
      cause instanceof CanceledError ? goTypes.AbortError(cause as never, cause.message) : null;
    return { type: "DNSError", Err, Name, Server, IsTimeout, IsTemporary, IsNotFound, UnwrapErr };
  },
};

/** What the table would say of an outcome. */
export function inGo(outcome: Outcome, named: Named): Told {
  if (outcome === null) return { error: null };
  const string = typeof outcome === "string" ? outcome : named(outcome.message);
  // Errors of Go's io and os that net passes on, and that do not know of time.
  const isForeign = typeof outcome === "string" || (outcome as NetError).code === "ERR_CLOSED_PIPE";
  if (isForeign) {
    const type = string.startsWith("stat ") ? "*fs.PathError" : "*errors.errorString";
    return { string, timeout: null, temporary: null, chain: { type, string } };
  }
  const [timeout, temporary] = [isTimeout(outcome), isTemporary(outcome)];
  return { string, timeout, temporary, chain: goChain(named, outcome)! };
}
