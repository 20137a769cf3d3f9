// What a ping has told, ours or another: they print the same lines.

import type { Result } from "../support/lab.js";

/** An answer: its sequence number and TTL, and whether it was one more to the same request. */
export type Answer = [seq: number, ttl: number, duplicate: boolean];

/** What a ping tells, for each sequence number in the order of arrival, and in all. */
export function told({ stdout }: Result) {
  return {
    answers: [...stdout.matchAll(/icmp_seq=(\d+) ttl=(\d+) time=\S+ ms( \(DUP!\))?/g)].map(
      ([, seq, ttl, dup]): Answer => [Number(seq), Number(ttl), dup !== undefined],
    ),
    errors: stdout.match(/icmp_seq=\d+ [A-Z].*$/gm) ?? [],
    total: /(\d+ packets transmitted, .*loss)/.exec(stdout)?.[1],
  };
}
