import { ErrTimeout } from "../../errors/index.js";
import { onAbort } from "../poll/aborts.js";
import { canceled } from "../poll/canceled.js";
import type { Limit } from "./socket.js";

// What setTimeout can count to.
const MAX_TIMEOUT = 0x7fffffff;

/** Why a limit is reached already, or null while it is not. */
export function overdue({ deadline, signal }: Limit): Error | null {
  if (signal?.aborted) return canceled(signal);
  return deadline !== Infinity && deadline <= Date.now() ? ErrTimeout : null;
}

/** What `work` comes to, or the limit's error where that comes first: then the result is dropped. */
export function within<T>(work: Promise<T>, limit: Limit): Promise<T> {
  const { deadline, signal } = limit;
  if (deadline === Infinity && signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      forget?.();
    };
    const giveUp = (error: Error) => {
      done();
      reject(error);
    };
    const left = Math.max(deadline - Date.now(), 0);
    const timer = left <= MAX_TIMEOUT ? setTimeout(() => giveUp(ErrTimeout), left) : undefined;
    const forget = signal === undefined ? undefined : onAbort(signal, () => giveUp(canceled(signal)));
    if (signal?.aborted) giveUp(canceled(signal));
    work.finally(done).then(resolve, reject);
  });
}
