import type { WriteStream } from "node:tty";

/** Whether colours are wanted: on a terminal that has some, unless NO_COLOR says otherwise (no-color.org). */
export function hasColors(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, TERM } = process.env;
  return stream.isTTY && (NO_COLOR === undefined || NO_COLOR === "") && TERM !== "dumb";
}

/** How wide the terminal is, in columns. */
export function widthOf(stream: NodeJS.WriteStream): number {
  return (stream as Partial<WriteStream>).columns || 80;
}

/** How high it is, in rows. */
export function heightOf(stream: NodeJS.WriteStream): number {
  return (stream as Partial<WriteStream>).rows || 24;
}

const ESC = "\x1b[";
/** Takes the cursor to the first column, and clears the line. */
export const CLEAR_LINE = `\r${ESC}2K`;

const codes = { red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36, gray: 90, bold: 1 } as const;
/** A way to stand out. */
export type Color = keyof typeof codes;
/** Puts a colour around a text, or leaves it as it is. */
export type Paint = (color: Color, text: string) => string;

/** How texts are painted on a stream. */
export function painter(colors: boolean): Paint {
  return (color, text) => (colors && text !== "" ? `${ESC}${codes[color]}m${text}${ESC}0m` : text);
}

// What a terminal would take for a command, or a reader for another line: names come from people and from the network.
const CONTROL = /\p{Cc}/gu;

/** A text that a terminal may be shown, whoever wrote it. */
export function printable(text: string): string {
  return text.replace(CONTROL, "?");
}

/** `1:02:03`, `0:09`. */
export function clock(seconds: number): string {
  const whole = Math.max(Math.round(seconds), 0);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = `${String(m).padStart(h > 0 ? 2 : 1, "0")}:${String(s).padStart(2, "0")}`;
  return h > 0 ? `${h}:${tail}` : tail;
}
