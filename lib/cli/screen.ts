import type { ReadStream, WriteStream } from "node:tty";

/** How a line may look. */
export type Style = "plain" | "bold" | "yellow" | "red";

const codes = { plain: "", bold: "\x1b[1m", yellow: "\x1b[33m", red: "\x1b[31m" };
const RESET = "\x1b[0m";
// The other screen of the terminal, where nothing scrolls, and no cursor: both as they were before, at the end.
const ENTER = "\x1b[?1049h\x1b[?25l";
const LEAVE = "\x1b[?25h\x1b[?1049l";
const HOME = "\x1b[H";
const CLEAR_LINE = "\x1b[K";
const CLEAR_BELOW = "\x1b[J";
const INTERRUPT = "\x03";

/** The whole terminal, to draw on. https://no-color.org is heeded. */
export class Screen {
  readonly #out: WriteStream;
  readonly #keys: ReadStream;
  readonly #draw: () => void;
  readonly #quit: () => void;
  readonly #colours = !process.env.NO_COLOR && process.env.TERM !== "dumb";

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
    const rows = lines
      .slice(0, this.#out.rows || 24)
      .map(({ text, style }) => this.#paint(text, style) + CLEAR_LINE);
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

  #paint(text: string, style: Style): string {
    const code = this.#colours ? codes[style] : "";
    return code === "" ? text : code + text + RESET;
  }
}
