import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { plot, type Plotted } from "#lib/cli/ping-plot.js";
import { niceCeiling, type Sample, Samples } from "#lib/cli/ping-samples.js";
import { svgOf } from "#lib/cli/ping-svg.js";
import { barLine } from "#lib/cli/progress.js";
import { clock, printable } from "#lib/cli/terminal.js";
import { Tally } from "#lib/ping/index.js";
import { execute } from "../support/lab.js";
import { tempDir } from "../support/temp-dir.js";
import { main, rawconn } from "./cli.js";

/** A run whose round trips were these; null for what was lost. */
function run(rtts: (number | null)[], host = "host"): Plotted {
  const statistics = new Tally();
  for (const rtt of rtts) {
    statistics.transmitted++;
    if (rtt === null) continue;
    statistics.received++;
    statistics.time(rtt);
  }
  const samples: Sample[] = rtts.map((rtt, i) => ({ at: i * 1000, rtt, lost: rtt === null }));
  return { host, addr: "10.0.0.1", statistics, samples };
}

describe("niceCeiling", () => {
  it.each([
    [0, 1],
    [NaN, 1],
    [0.03, 0.05],
    [0.05, 0.05],
    [1, 1],
    [1.01, 2],
    [2.5, 5],
    [99, 100],
    [2 ** 31 / 1000, 5e6],
  ])("of %d is %d", (value, ceiling) => {
    expect(niceCeiling(value)).toBeCloseTo(ceiling, 9);
  });
});

describe("plot", () => {
  const texts = (host: Plotted, width: number, rows: number) =>
    plot(host, 0, width, rows).map(({ text }) => text);

  it("draws a column of dots for each request, the last one at the right, and a cross below what was lost", () => {
    // Two rows are eight dots high, so of 100 ms each dot is 12.5.
    expect(texts(run([10, 20, null, 40, 80]), 15, 2)).toEqual([
      "host (10.0.0.1)",
      "   100 ms ┤⠀⠀⠀⢠",
      "        0 ┤⠀⢀⡄⣾",
      "     lost    ×",
    ]);
  });

  it("says first what counts most, as far as there is room", () => {
    const host = run([1, 2, 3]);
    expect(texts(host, 200, 1)[0]).toMatch(
      /^host \(10\.0\.0\.1\) {2}3\/3, 0% lost {2}last 3\.00 ms.*jitter 1\.00 ms$/,
    );
    expect(texts(host, 50, 1)[0]).toBe("host (10.0.0.1)  3/3, 0% lost  last 3.00 ms");
    expect(texts(run([null]), 80, 1)[0]).toBe("host (10.0.0.1)  0/1, 100% lost");
    for (const width of [1, 10, 12, 13, 40])
      for (const text of texts(host, width, 3)) expect(text.length).toBeLessThanOrEqual(width);
  });

  it("shows nobody's commands to the terminal", () => {
    for (const text of texts(run([1], "a\x1b[2Jb\nc"), 80, 1)) expect(text).not.toMatch(/\p{Cc}/u);
  });

  it("fits into the width with more requests than columns", () => {
    const lines = texts(run(Array.from({ length: 500 }, (_, i) => (i % 7 === 0 ? null : i))), 40, 4);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
    expect(lines).toHaveLength(6);
  });
});

describe("svgOf", () => {
  it("is one well-formed picture with a panel for each host, whatever they are called", () => {
    const svg = svgOf([run([1, null, 3, 2]), run([5], `<&">'\x00\uffff`), run([])]);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 960 660"/);
    expect(svg.match(/<g /g)).toHaveLength(3);
    expect(svg.match(/class="lost"/g)).toHaveLength(1);
    expect(svg).toContain("&lt;&amp;&quot;&gt;'?? (10.0.0.1)");
    expect(svg).toContain("3 of 4 answered, 25% lost; min 1.00, median");
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    // Every element that begins also ends.
    const open = svg.match(/<[a-z]+[^>]*[^/]>/g)!.length;
    expect(svg.match(/<\/[a-z]+>/g)).toHaveLength(open);
  });

  it("breaks its line where there was no answer", () => {
    const [path] = /(?<= d=")[^"]*/.exec(svgOf([run([1, 1, null, 1])]))!;
    expect(path.match(/M/g)).toHaveLength(2);
  });

  it("stays small however long the run was", () => {
    const svg = svgOf([run(Array.from({ length: 50_000 }, (_, i) => 1 + (i % 10)))]);
    expect(svg.length).toBeLessThan(60_000);
  });
});

describe("Samples", () => {
  it("keeps what became of each request, and a late answer takes the loss back", () => {
    const samples = new Samples();
    for (const seq of [1, 2, 3]) samples.take({ type: "sent", seq });
    samples.take({ type: "lost", seq: 1 });
    samples.take({ type: "lost", seq: 2 });
    const late = { type: "reply", seq: 2, rtt: 7, bytes: 64, ttl: 64, addr: null as never } as const;
    samples.take(late);
    samples.take({ ...late, rtt: 9 });
    samples.take({ ...late, seq: 99 });
    expect(samples.list.map(({ rtt, lost }) => [rtt, lost])).toEqual([
      [null, true],
      [7, false],
      [null, false],
    ]);
  });

  it("is bounded", () => {
    const samples = new Samples();
    for (let i = 0; i < 250_000; i++) samples.take({ type: "sent", seq: i & 0xffff });
    expect(samples.list.length).toBeLessThanOrEqual(100_000);
  });
});

describe("barLine", () => {
  const stand = { done: 250, total: 1000, note: "240 alive" };
  it.each([20, 40, 60, 80, 200])("has no more than %i columns", (width) => {
    expect(barLine(stand, 5000, width).length).toBeLessThan(width);
  });

  it("shows how far it is, how fast, and how long it takes", () => {
    const line = barLine(stand, 5000, 80);
    expect(line).toMatch(/^█+\p{No}?[▏▎▍▌▋▊▉]? +25 % {2}250 of 1,000 {2}240 alive {2}50\/s {2}0:15 left$/u);
    expect(barLine({ ...stand, done: 1000 }, 5000, 80)).toMatch(/^█+ {2}100 %/);
  });

  it("has no bar without an end", () => {
    expect(barLine({ ...stand, total: Infinity }, 5000, 80)).toBe("250  240 alive  50/s");
  });
});

describe("clock", () => {
  it.each([
    [0, "0:00"],
    [59.6, "1:00"],
    [3599, "59:59"],
    [3661, "1:01:01"],
  ])("of %d seconds is %s", (seconds, text) => {
    expect(clock(seconds)).toBe(text);
  });
});

describe("printable", () => {
  it("leaves nothing that controls a terminal, or the order of what is read", () => {
    expect(printable("a\x1b[31m\r\n\x7f\x9bb")).toBe("a?[31m????b");
    expect(printable("\u061c\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069")).toBe("?????????");
    expect(printable("grün.例え.test")).toBe("grün.例え.test");
  });
});

describe("rawconn ping, drawing", () => {
  it("draws at the end where there is no terminal, without colours", async () => {
    const { status, stdout } = await rawconn("ping", "-g", "-c", "5", "-i", "0.02", "127.0.0.1");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^127\.0\.0\.1 {2}5\/5, 0% lost {2}last/);
    expect(stdout).toContain("\n        0 ┤");
    expect(stdout).toContain("5 packets transmitted, 5 received");
    expect(stdout).not.toContain("\x1b");
  });

  it("gives the terminal back and shows its figures on SIGTERM", async () => {
    const program = `sh -c 'echo pid=$$; exec "$@"' sh ${process.execPath} ${main} ping -g -i 0.02 127.0.0.1`;
    // In a terminal of its own, whose settings are told before and after.
    const inside = `stty -g; ${program}; echo status=$?; stty -g`;
    const terminal = spawn("script", ["-qec", inside, "/dev/null"], { stdio: ["pipe", "pipe", "inherit"] });
    const closed = once(terminal, "close");
    onTestFinished(() => void terminal.kill());
    let [said, stopped] = ["", false];
    for await (const text of terminal.stdout.setEncoding("utf8")) {
      said += String(text);
      // The second picture: everything is set up.
      if (stopped || said.split("\x1b[H").length < 3) continue;
      stopped = true;
      process.kill(Number(/pid=(\d+)/.exec(said)![1]), "SIGTERM");
    }
    await closed;
    const [settings, , ...others] = said.trimEnd().split("\r\n");
    expect(others.pop()).toBe(settings);
    expect(others.pop()).toBe("status=0");
    const [drawn, after, ...further] = said.split("\x1b[?25h\x1b[?1049l");
    expect(drawn).toContain("\x1b[?1049h\x1b[?25l\x1b[H");
    expect(after).toMatch(
      /^[^\n]*127\.0\.0\.1 [^]*\n--- 127\.0\.0\.1 ping statistics ---\r\n\d+ packets transmitted/,
    );
    expect(further).toEqual([]);
  });

  it("ends by the signal when its terminal has gone", async () => {
    using dir = tempDir();
    const fifo = join(dir.path, "status");
    execFileSync("mkfifo", [fifo]);
    const inside = `trap "" HUP; ${process.execPath} ${main} ping -i 0.02 127.0.0.1 2>/dev/null; echo $? >${fifo}`;
    const status = execute("cat", [fifo]);
    const terminal = spawn("script", ["-qec", inside, "/dev/null"], { stdio: ["pipe", "pipe", "inherit"] });
    for await (const text of terminal.stdout) if (String(text).includes("icmp_seq=2 ")) break;
    terminal.kill("SIGKILL");
    expect((await status).stdout).toBe(`${128 + constants.signals.SIGHUP}\n`);
  });

  it("leaves a picture in a file beside what it prints", async () => {
    using dir = tempDir();
    const file = join(dir.path, "run.svg");
    const { status, stdout } = await rawconn(
      "ping",
      "--svg",
      file,
      "-j",
      "-c",
      "3",
      "-i",
      "0.02",
      "127.0.0.1",
      "::1",
    );
    expect(status).toBe(0);
    expect(stdout.trimEnd().split("\n")).toHaveLength(8);
    const svg = readFileSync(file, "utf8");
    expect(svg).toContain("<title>Round-trip times of 127.0.0.1, ::1</title>");
    expect(svg.match(/3 of 3 answered, 0% lost/g)).toHaveLength(2);
  });

  it("keeps the picture that there was until there is another", async () => {
    using dir = tempDir();
    const file = join(dir.path, "run.svg");
    const before = "a longer picture than any new one\n".repeat(1000);
    writeFileSync(file, before);
    expect(await rawconn("ping", "--svg", file, "-I", "nosuch", "127.0.0.1")).toMatchObject({ status: 2 });
    expect(readFileSync(file, "utf8")).toBe(before);
    expect(await rawconn("ping", "-qc1", "--svg", file, "127.0.0.1")).toMatchObject({ status: 0 });
    expect(readFileSync(file, "utf8")).toMatch(/^<svg [^]*<\/svg>\n$/);
  });

  it("says at once that it cannot write the picture", async () => {
    const { status, stdout, stderr } = await rawconn("ping", "--svg", "/nonexistent/x.svg", "127.0.0.1");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^rawconn ping: ENOENT[^\n]*\n$/);
  });
});
