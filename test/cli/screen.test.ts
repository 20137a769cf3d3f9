import { EventEmitter } from "node:events";
import type { ReadStream, WriteStream } from "node:tty";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Screen } from "#lib/cli/screen.js";

/** A terminal that remembers what was written to it. */
class Terminal extends EventEmitter {
  columns = 20;
  rows = 3;
  isTTY = true;
  raw = false;
  reads = true;
  written = "";
  write(text: string): void {
    this.written += text;
  }
  setRawMode(raw: boolean): void {
    this.raw = raw;
  }
  pause(): void {
    this.reads = false;
  }
}

let [out, keys] = [new Terminal(), new Terminal()];
const draw = vi.fn<() => void>();
const quit = vi.fn<() => void>();
const screen = () => new Screen(out as unknown as WriteStream, keys as unknown as ReadStream, { draw, quit });

beforeEach(() => {
  [out, keys] = [new Terminal(), new Terminal()];
  vi.stubEnv("NO_COLOR", undefined);
  vi.stubEnv("TERM", "xterm");
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetAllMocks();
});

describe("a screen", () => {
  it("takes the terminal, and gives it back as it was", () => {
    const shown = screen();
    shown.enter();
    expect(out.written).toBe("\x1b[?1049h\x1b[?25l");
    expect(keys.raw).toBe(true);
    out.emit("resize");
    expect(draw).toHaveBeenCalledTimes(1);
    out.written = "";
    shown.leave();
    expect(out.written).toBe("\x1b[?25h\x1b[?1049l");
    expect({ raw: keys.raw, reads: keys.reads }).toEqual({ raw: false, reads: false });
    out.emit("resize");
    keys.emit("data", Buffer.from("q"));
    expect(draw).toHaveBeenCalledTimes(1);
    expect(quit).not.toHaveBeenCalled();
  });

  it.each([
    ["q", 1],
    ["\x03", 1],
    ["x", 0],
  ])("takes %j as a wish to quit %i times", (key, times) => {
    const shown = screen();
    shown.enter();
    keys.emit("data", Buffer.from(key));
    expect(quit).toHaveBeenCalledTimes(times);
  });

  it("leaves keys alone that come from no terminal", () => {
    keys.isTTY = false;
    const shown = screen();
    shown.enter();
    expect({ raw: keys.raw, listeners: keys.listenerCount("data") }).toEqual({ raw: false, listeners: 0 });
    shown.leave();
    expect(keys.reads).toBe(true);
  });

  const lines = [
    { text: "a", style: "plain" },
    { text: "b", style: "red" },
    { text: "c", style: "bold" },
    { text: "d", style: "yellow" },
  ] as const;

  it("shows as many lines as there is room for, and clears the rest", () => {
    screen().show(lines);
    expect(out.written).toBe("\x1b[Ha\x1b[K\r\n\x1b[31mb\x1b[0m\x1b[K\r\n\x1b[1mc\x1b[0m\x1b[K\x1b[J");
  });

  it.each([
    ["NO_COLOR", "1"],
    ["TERM", "dumb"],
  ])("has no colours with %s=%s", (name, value) => {
    vi.stubEnv(name, value);
    screen().show(lines);
    expect(out.written).toBe("\x1b[Ha\x1b[K\r\nb\x1b[K\r\nc\x1b[K\x1b[J");
  });

  it("takes a terminal that has no size for one of 80 by 24", () => {
    Object.assign(out, { columns: 0, rows: 0 });
    expect(screen().columns).toBe(80);
    screen().show(lines);
    expect(out.written.split("\x1b[K")).toHaveLength(5);
  });
});
