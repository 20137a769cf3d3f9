import type { ReadStream, WriteStream } from "node:tty";

/** How a line may look. */
export type Style = "plain" | "bold" | "red" | "green" | "yellow" | "cyan";

const codes = {
  plain: "",
  bold: "\x1b[1m",
  red: "\x1b[31m",
  green: "\x1b[32m",
  yellow: "\x1b[33m",
  cyan: "\x1b[36m",
};
const RESET = "\x1b[0m";
// The other screen of the terminal, where nothing scrolls, and no cursor: both as they were before, at the end.
const ENTER = "\x1b[?1049h\x1b[?25l";
const LEAVE = "\x1b[?25h\x1b[?1049l";
const HOME = "\x1b[H";
const CLEAR_LINE = "\x1b[K";
const CLEAR_BELOW = "\x1b[J";
const INTERRUPT = "\x03";

/** A text as a terminal shows it in a style. https://no-color.org is heeded. */
export function paint(text: string, style: Style, isTerminal: boolean): string {
  const wanted = isTerminal && !process.env.NO_COLOR && process.env.TERM !== "dumb";
  return wanted && style !== "plain" && text !== "" ? codes[style] + text + RESET : text;
}

/** The whole terminal, to draw on. */
export class Screen {
  readonly #out: WriteStream;
  readonly #keys: ReadStream;
  readonly #draw: () => void;
  readonly #quit: () => void;

  /** @param draw is called when the terminal has got another size; `quit` when q or Ctrl-C was pressed. */
  constructor(out: WriteStream, keys: ReadStream, { draw, quit }: { draw: () => void; quit: () => void }) {
    this.#out = out;
    this.#keys = keys;
    this.#draw = draw;
    this.#quit = quit;
  }

  /** How wide it is; a terminal that does not say is as wide as the first ones were. */
  get columns(): number {
    return this.#out.columns || 80;
  }

  /** How high it is. */
  get rows(): number {
    return this.#out.rows || 24;
  }

  /** Takes the terminal over. */
  enter(): void {
    this.#out.write(ENTER);
    this.#out.on("resize", this.#draw);
    if (!this.#keys.isTTY) return;
    this.#keys.setRawMode(true);
    this.#keys.on("data", this.#press);
  }

  /** Shows these lines, as far as there is room. */
  show(lines: readonly { text: string; style: Style }[]): void {
    const rows = lines.slice(0, this.rows).map(({ text, style }) => paint(text, style, true) + CLEAR_LINE);
    this.#out.write(HOME + rows.join("\r\n") + CLEAR_BELOW);
  }

  /** Gives the terminal back. */
  leave(): void {
    this.#out.off("resize", this.#draw);
    this.#out.write(LEAVE);
    if (!this.#keys.isTTY) return;
    this.#keys.off("data", this.#press);
    this.#keys.setRawMode(false);
    this.#keys.pause();
  }

  readonly #press = (data: Buffer) => {
    const keys = data.toString();
    if (keys.includes("q") || keys.includes(INTERRUPT)) this.#quit();
  };
}
