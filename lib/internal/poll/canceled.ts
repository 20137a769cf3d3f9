// Go: net/net.go (mapErr)
import { CanceledError, ErrTimeout } from "../../errors/index.js";

/** Why an aborted signal ends an operation: `AbortSignal.timeout` ran out of time, everything else was a wish. */
export function canceled(signal: AbortSignal): Error {
  const { reason } = signal as { reason: unknown };
  if (reason instanceof Error && reason.name === "TimeoutError") return ErrTimeout;
  return new CanceledError(reason);
}
