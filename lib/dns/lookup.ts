// Go: net/lookup.go (lookupIPAddr), net/cgo_unix.go
import { type LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { IPAddr } from "../addr/index.js";
import { parseIPZone } from "../addr/zone.js";
import { CanceledError, DNSError, ErrTimeout } from "../errors/index.js";
import { canceled } from "../internal/poll/canceled.js";
import type { Limit } from "../internal/socket/socket.js";

const notFound = new Set(["ENOTFOUND", "ENODATA", "EAI_NONAME", "EAI_NODATA"]);

// What setTimeout can count to.
const MAX_TIMEOUT = 0x7fffffff;

/** The addresses of a host, in the system's order. A literal is itself. Rejects with a DNSError. */
export async function lookupIPAddr(host: string, limit: Limit): Promise<IPAddr[]> {
  const literal = parseIPZone(host);
  if (literal !== null) return [new IPAddr(literal)];
  if (!isName(host)) throw new DNSError({ err: "no such host", dnsName: host, isNotFound: true });
  // The system's lookup cannot be stopped, so that one is not begun for somebody who does not wait.
  if (limit.signal?.aborted) throw explained(host, canceled(limit.signal));
  if (limit.deadline <= Date.now()) throw explained(host, ErrTimeout);
  try {
    const found = await within(lookup(host, { all: true, verbatim: true }), limit);
    return found.map(({ address }) => new IPAddr(parseIPZone(address)!));
  } catch (error) {
    throw explained(host, error as Error);
  }
}

// getaddrinfo(3) would take "127.1", "0x7f000001" and "2130706433" for addresses, which a filter that looks at the
// text would let pass: what ends in a number is no name. Longer than 253 is none either (RFC 1035 section 2.3.4).
function isName(host: string): boolean {
  const last = /[^.]*(?=\.?$)/.exec(host)![0];
  return (
    host.length > 0 && host.length <= 253 && !/^(\d+|0[xX][\da-fA-F]*)$/.test(last) && !/[\s\0/%:]/.test(host)
  );
}

function explained(host: string, error: Error): Error {
  if (error instanceof CanceledError)
    return new DNSError({ err: error.message, dnsName: host, cause: error });
  if (error === ErrTimeout)
    return new DNSError({ err: ErrTimeout.message, dnsName: host, isTimeout: true, cause: error });
  const isNotFound = notFound.has((error as NodeJS.ErrnoException).code ?? "");
  const err = isNotFound ? "no such host" : "server misbehaving";
  return new DNSError({ err, dnsName: host, isNotFound, isTemporary: !isNotFound, cause: error });
}

// When the limit comes first, the result is dropped.
function within(found: Promise<LookupAddress[]>, { deadline, signal }: Limit): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    const left = deadline - Date.now();
    const timer = left <= MAX_TIMEOUT ? setTimeout(() => reject(ErrTimeout), Math.max(left, 0)) : undefined;
    const abort = () => reject(canceled(signal!));
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort);
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
    found.then(resolve, reject).finally(done);
  });
}
