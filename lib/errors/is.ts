// Go: errors.Is(err, net.ErrClosed), net.Error

/** What is asked of an error, whichever copy of this library made it: two may be loaded, as ESM and as CommonJS. */
interface Questions {
  code?: unknown;
  timeout?: unknown;
  temporary?: unknown;
}

function ask(error: unknown, question: "timeout" | "temporary"): boolean {
  if (!(error instanceof Error)) return false;
  const answer = (error as Questions)[question];
  return typeof answer === "function" && answer.call(error) === true;
}

/** Whether an error says that the descriptor was closed under the operation. Go: errors.Is(err, net.ErrClosed). */
export function isClosed(error: unknown): boolean {
  return error instanceof Error && (error as Questions).code === "ERR_CLOSED";
}

/** Whether an error says that time ran out: a deadline, a dial's limit, or the kernel's `ETIMEDOUT`. Go: Error.Timeout. */
export function isTimeout(error: unknown): boolean {
  return ask(error, "timeout");
}

/** Whether the same call may succeed when tried again soon. Go: Error.Temporary. */
export function isTemporary(error: unknown): boolean {
  return ask(error, "temporary");
}
