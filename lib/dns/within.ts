import { ErrTimeout } from "../errors/index.js";
import { onAbort } from "../internal/poll/aborts.js";
import { canceled } from "../internal/poll/canceled.js";
import type { Limit } from "../internal/socket/socket.js";

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
    const left = deadline - Date.now();
    const timer = left <= MAX_TIMEOUT ? setTimeout(() => reject(ErrTimeout), Math.max(left, 0)) : undefined;
    const abort = () => reject(canceled(signal!));
    if (signal?.aborted) abort();
    const forget = signal === undefined ? undefined : onAbort(signal, abort);
    const done = () => {
      clearTimeout(timer);
      forget?.();
    };
    work.finally(done).then(resolve, reject);
  });
}
