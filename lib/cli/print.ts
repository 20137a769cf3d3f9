/** Resolves the exit status once a text is written. Whoever stops reading has read enough. */
export function print(text: string, status = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const settle = (error?: NodeJS.ErrnoException | null) =>
      error && error.code !== "EPIPE" ? reject(error) : resolve(status);
    process.stdout.once("error", settle);
    process.stdout.write(text, settle);
  });
}
