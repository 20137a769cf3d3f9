// Torture: every system call of a conversation is made to fail in its turn.

import { type ErrnoName, errno } from "#lib/errors/index.js";
import { poller } from "#lib/internal/poll/poller.js";
import { leaks, openDescriptors } from "../descriptors.js";
import { turn } from "../poll/pair.js";
import { type Faults, withFault } from "./inject.js";

type Call = keyof Faults;

/** Holds a conversation again and again while the first, the second, ... call of a kind fails. What was wrong with that. */
export async function torture(
  call: Call,
  name: ErrnoName,
  conversation: () => Promise<string[]>,
): Promise<string[]> {
  const complaints: string[] = [];
  for (let n = 1; n < 100; n++) {
    const before = openDescriptors()!;
    const { fault, wasMet } = nth(call, n, -errno(name));
    let failed: string[] = [];
    // Beyond the last call of its kind the fault is not met, and the torture is over.
    await withFault(fault, async () => {
      failed = await conversation();
    }).catch(() => {});
    if (!wasMet()) break;
    const left = [...leaks(before, openDescriptors()!), ...poller.waiting.filter((op) => op !== null)];
    complaints.push(
      ...judge(name, failed, left.map(String)).map((complaint) => `${call} number ${n}: ${complaint}`),
    );
  }
  await turn();
  return complaints;
}

/** The n-th call of one kind fails; `close` fails after it was made, as close(2) does. */
function nth(call: Call, n: number, result: number): { fault: Faults; wasMet: () => boolean } {
  let count = 0;
  const wrapped =
    (real: (...args: never[]) => number) =>
    (...args: never[]) => {
      if (++count !== n) return real(...args);
      if (call === "close") real(...args);
      return result;
    };
  return { fault: { [call]: wrapped }, wasMet: () => count >= n };
}

/** What is wrong with how a conversation failed. */
function judge(name: string, failed: readonly string[], left: readonly string[]): string[] {
  const complaints = left.map((what) => `left ${what}`);
  if (failed.includes("ERR_TIMEOUT")) complaints.push("hung");
  // What follows from a failure on the other side.
  const told = failed.filter(
    (code) => !["ERR_CLOSED", "ERR_DEADLINE", "ERR_TIMEOUT", "ECONNRESET"].includes(code),
  );
  if (told.some((code) => code !== name)) complaints.push(`told ${String(told)}`);
  if (failed.length > 0 && told.length === 0) complaints.push(`told nobody the cause of ${String(failed)}`);
  return complaints;
}
