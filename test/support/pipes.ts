// The pipes that transfers go through: some stay open for the next one, which is no leak.

import { returnPipe, takePipe } from "#lib/internal/socket/pipes.js";

// More than stay open.
const ENOUGH = 16;

/** Closes those that nobody uses, so that what is open is what somebody forgot. */
export function emptyPipes(): void {
  const pipes = Array.from({ length: ENOUGH }, () => takePipe());
  for (const pipe of pipes) if (pipe !== null) returnPipe(pipe, false);
}
