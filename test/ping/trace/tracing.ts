// Runs traces inside a namespace.

import { fileURLToPath } from "node:url";
import type { TraceOptions } from "#lib/ping/index.js";
import type { Namespace } from "../../support/lab.js";

/** A hop as the child tells it. */
export interface HopFacts {
  ttl: number;
  /** Addresses, and how often each answered. */
  nodes: [addr: string, received: number][];
  transmitted: number;
  received: number;
  sendErrors: number;
  max: number | null;
  final: boolean;
}

/** What became of a trace. */
export interface Outcome {
  events: ({ type: string } & Record<string, unknown>)[];
  error: { name: string; code: string; message: string } | null;
  reached: boolean;
  privileged: boolean | null;
  hops: HopFacts[];
}

const child = fileURLToPath(new URL("child.mjs", import.meta.url));

/** Who runs a trace, and how busy the process is besides. */
export interface Manner {
  as?: readonly string[];
  block?: number;
}

/** Traces several targets at the same time. */
export async function traceAll(
  space: Namespace,
  runs: { target: string; options: TraceOptions }[],
  { as = [], block = 0 }: Manner = {},
): Promise<Outcome[]> {
  const asked = JSON.stringify({ runs, block });
  const { status, stdout, stderr } = await space.execute(...as, process.execPath, child, asked);
  if (status !== 0) throw new Error(`the child ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Outcome[];
}

/** Traces one. */
export async function traceIn(
  space: Namespace,
  target: string,
  options: TraceOptions,
  manner?: Manner,
): Promise<Outcome> {
  const [outcome] = await traceAll(space, [{ target, options }], manner);
  return outcome;
}

/** Who answered at each hop; an empty text where nobody did. */
export function routers({ hops }: Outcome): string[] {
  return hops.map(({ nodes }) => nodes.map(([addr]) => addr).join(" "));
}

/** The events of a type. */
export function ofType({ events }: Outcome, type: string): Record<string, unknown>[] {
  return events.filter((event) => event.type === type);
}
