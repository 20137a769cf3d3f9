/** Resolves the exit status once a text is written, or cannot be. */
export function print(text: string, status = 0): Promise<number> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve(status)));
}

/**
 * From now on output that cannot be written ends no program in the middle of its work. Whoever stops reading has read
 * enough; but a full disk lacks what somebody wanted to keep, which `failed` is told.
 */
export function watchOutput(failed: (error: Error) => void): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") failed(error);
  });
  // There is nobody to complain to.
  process.stderr.on("error", () => {});
}
