import type { MPLSLabel } from "../icmp/index.js";
import type { ProbeReplyEvent, Trace, TraceHop } from "../ping/index.js";
import { jsonStatistics, rounded } from "./json.js";
import type { Names } from "./names.js";
import { printable } from "./terminal.js";
import type { TraceArguments } from "./trace-arguments.js";

/** What became of one probe; null for no answer. */
export type Outcome = ProbeReplyEvent | null;

/** `trace to host (addr) by UDP, 30 hops at most, 60 byte packets` */
export function header({ addr }: Trace, { host, options }: TraceArguments): string {
  const { method, maxHop, length } = options;
  const usual = addr!.ip!.to4() === null ? 80 : 60;
  const bytes = method === "tcp" ? "" : `, ${length ?? usual} byte packets`;
  return `trace to ${printable(host)} (${printable(addr!.toString())}) by ${method.toUpperCase()}, ${maxHop} hops at most${bytes}`;
}

/** ` 1  gateway (10.0.0.1)  0.312 ms  0.298 ms *`: who answered is told where it changes. */
export async function line(
  { ttl }: TraceHop,
  outcomes: readonly Outcome[],
  names: Names,
  extensions: boolean,
): Promise<string> {
  let last: string | null = null;
  let text = String(ttl).padStart(2);
  for (const outcome of outcomes) {
    if (outcome === null) {
      text += "  *";
      continue;
    }
    const who = outcome.addr?.toString() ?? "unknown";
    if (who !== last) text += `  ${await named(outcome, names)}${extensions ? labels(outcome.mpls) : ""}`;
    last = who;
    text += `  ${outcome.rtt.toFixed(3)} ms${outcome.flag === "" ? "" : ` ${outcome.flag}`}`;
  }
  return text;
}

async function named({ addr }: ProbeReplyEvent, names: Names): Promise<string> {
  if (addr === null) return "unknown";
  const name = await names.of(addr);
  const text = printable(addr.toString());
  return name === null ? text : `${name} (${text})`;
}

/** ` <MPLS:L=16001,E=0,S=1,T=1>`, as traceroute has it. */
function labels(mpls: readonly MPLSLabel[]): string {
  if (mpls.length === 0) return "";
  const entries = mpls.map(({ label, tc, s, ttl }) => `L=${label},E=${tc},S=${s ? 1 : 0},T=${ttl}`);
  return ` <MPLS:${entries.join("/")}>`;
}

/** What is told of a run before the first hop, as an object for JSON. */
export function startFacts({ addr, privileged }: Trace, { host, options }: TraceArguments) {
  const { method, firstHop, maxHop } = options;
  return { type: "start", target: host, addr: addr!.toString(), method, privileged, firstHop, maxHop };
}

/** What is told of a hop. Times are milliseconds. */
export async function hopFacts(hop: TraceHop, outcomes: readonly Outcome[] | null, names: Names) {
  const { ttl, final, nodes, statistics, last } = hop;
  return {
    type: "hop",
    ttl,
    final,
    nodes: await Promise.all(nodes.map((node) => nodeFacts(node, names))),
    ...(outcomes === null ? {} : { probes: outcomes.map(probeFacts) }),
    ...jsonStatistics(statistics),
    last: rounded(last),
  };
}

async function nodeFacts({ addr, received }: TraceHop["nodes"][number], names: Names) {
  return { addr: addr.toString(), name: await names.of(addr), received };
}

function probeFacts(outcome: Outcome) {
  if (outcome === null) return null;
  const { addr, rtt, reason, flag, message, mtu, replyTTL, mpls } = outcome;
  return { addr: addr?.toString() ?? null, rtt: rounded(rtt), reason, flag, message, mtu, replyTTL, mpls };
}

/** What is told of a run behind the last hop. */
export function endFacts({ reached, hops }: Trace) {
  return { type: "end", reached, hops: hops.length };
}
