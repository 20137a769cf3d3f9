import { isatty, type WriteStream } from "node:tty";

/** How wide the terminal is, in columns. */
export function widthOf(stream: NodeJS.WriteStream): number {
  return (stream as Partial<WriteStream>).columns || 80;
}

/** What ends a command from outside. It ends by itself then, and gives the terminal back first. */
export const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Has a process whose terminal goes end by the signal of that. In the end Node gives every terminal its settings back, and
 * aborts when one takes nothing any more.
 */
export function mindHangUp(): void {
  const terminals = [0, 1, 2].filter(isatty);
  process.once("exit", () => {
    if (!terminals.every(isatty)) process.kill(process.pid, "SIGHUP");
  });
}

const ESC = "\x1b[";
/** Takes the cursor to the first column, and clears the line. */
export const CLEAR_LINE = `\r${ESC}2K`;

// What a terminal would take for a command, or a reader for another line or order: names come from people, from the network,
// and from whoever named an interface.
const CONTROL = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
// Of these, what JSON leaves as it is.
const BARE_IN_JSON = /[\u007f-\u009f\p{Bidi_Control}\u2028\u2029]/gu;

/** A text that a terminal may be shown, whoever wrote it. */
export function printable(text: string): string {
  return text.replace(CONTROL, "?");
}

/** A value as JSON that a terminal may be shown. */
export function printableJSON(value: unknown, indent?: number): string {
  const escape = (c: string) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value, null, indent).replace(BARE_IN_JSON, escape);
}

/** `1:02:03`, `0:09`. */
export function clock(seconds: number): string {
  const whole = Math.max(Math.round(seconds), 0);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = `${String(m).padStart(h > 0 ? 2 : 1, "0")}:${String(s).padStart(2, "0")}`;
  return h > 0 ? `${h}:${tail}` : tail;
}
