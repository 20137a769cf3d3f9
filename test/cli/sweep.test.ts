import { execFileSync } from "node:child_process";
import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "#lib/cli/sweep-options.js";
import { hostLines } from "#lib/cli/sweep-output.js";
import { SIGNALS } from "#lib/cli/terminal.js";
import { listenPacket } from "#lib/icmp/index.js";
import { Tally } from "#lib/ping/index.js";
import { Lab } from "../ping/lab.js";
import { asNobody, execute, noNamespaces } from "../support/lab.js";
import { tempDir } from "../support/temp-dir.js";
import { main, rawconn, Running } from "./cli.js";

const refused = await listenPacket("ip4:icmp", "127.0.0.1").then(
  (conn) => (conn.close(), null),
  (error: Error) => error.message,
);
if (refused !== null) console.log(`no raw sockets here, so nothing is swept: ${refused}`);

const sweep = (...args: string[]) => rawconn("sweep", ...args);
const sorted = (text: string) => text.split("\n").filter(Boolean).sort();

describe.skipIf(refused !== null)("rawconn sweep", () => {
  it("tells who is alive, by the name that was given", async () => {
    const { status, stdout, stderr } = await sweep("127.0.0.0/30", "::1", "localhost");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(sorted(stdout)).toEqual(
      ["127.0.0.1 is alive", "127.0.0.2 is alive", "::1 is alive", "localhost is alive"].sort(),
    );
  });

  it.each<[string[], RegExp]>([
    [["-a"], /^127\.0\.0\.1\n$/],
    [["-u"], /^$/],
    [["-q"], /^$/],
    [["-e"], /^127\.0\.0\.1 is alive \(\d+(\.\d+)? ms\)\n$/],
    [["-D"], /^\[\d+\.\d{6}\] 127\.0\.0\.1 is alive\n$/],
  ])("shows what %j asks for", async (flags, expected) => {
    const { status, stdout } = await sweep(...flags, "127.0.0.1");
    expect(status).toBe(0);
    expect(stdout).toMatch(expected);
  });

  it("shows the address of a name with -A", async () => {
    expect((await sweep("-4A", "localhost")).stdout).toBe("127.0.0.1 is alive\n");
  });

  it("makes rounds, and tells how each host did", async () => {
    const { status, stdout, stderr } = await sweep("-c", "3", "-p", "10", "127.0.0.1", "::1");
    expect(status).toBe(0);
    for (const round of [0, 1, 2]) {
      const line = new RegExp(`^::1 : \\[${round}\\], 64 bytes, [\\d.]+ ms \\([\\d.]+ avg, 0% loss\\)$`, "m");
      expect(stdout).toMatch(line);
    }
    expect(stderr).toMatch(
      /^\n127\.0\.0\.1 : xmt\/rcv\/%loss = 3\/3\/0%, min\/avg\/max = [\d.]+\/[\d.]+\/[\d.]+\n::1 {7}: xmt[^\n]+\n$/,
    );
  });

  it("makes rounds until SIGINT with -l", async () => {
    const run = new Running("sweep", "-l", "-p", "5", "127.0.0.1");
    await run.says("stdout", /\[4\]/);
    run.child.kill("SIGINT");
    const { status, signal, stderr } = await run.end();
    expect({ status, signal }).toEqual({ status: 0, signal: null });
    expect(stderr).toMatch(/xmt\/rcv\/%loss = \d+\/\d+\/0%/);
  });

  it("prints lines of JSON", async () => {
    const { status, stdout } = await sweep("-j", "-4", "127.0.0.1", "127.0.0.1/33", "::1");
    expect(status).toBe(2);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const figures = lines.pop();
    expect(lines.find(({ type }) => type === "reply")).toEqual({
      type: "reply",
      target: "127.0.0.1",
      addr: "127.0.0.1",
      round: 1,
      attempts: 1,
      rtt: expect.any(Number),
      ttl: 64,
      bytes: 64,
    });
    expect(
      lines.filter(({ type }) => type === "unresolved").map(({ target, code }) => [target, typeof code]),
    ).toEqual(
      expect.arrayContaining([
        ["127.0.0.1/33", "string"],
        ["::1", "string"],
      ]),
    );
    expect(figures).toMatchObject({
      type: "statistics",
      begun: 1,
      received: 1,
      unresolved: 2,
      loss: 0,
      p50: expect.any(Number),
    });
  });

  it.each([
    ["-ja", ["reply", "unresolved", "statistics"]],
    ["-ju", ["unresolved", "statistics"]],
  ])("prints in JSON what %s asks for", async (flags, types) => {
    const { stdout } = await sweep(flags, "127.0.0.1", "127.0.0.1/33");
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { type: string }).type).sort()).toEqual(types.sort());
  });

  it("prints in JSON how each host did in all rounds", async () => {
    const { stdout } = await sweep("-jq", "-c", "2", "-p", "10", "127.0.0.1", "::1");
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ type, host }) => [type, host])).toEqual([
      ["host", "127.0.0.1"],
      ["host", "::1"],
      ["statistics", undefined],
    ]);
    expect(lines[0]).toMatchObject({
      transmitted: 2,
      received: 2,
      loss: 0,
      avg: expect.any(Number),
      p90: expect.any(Number),
    });
  });

  it("reads targets from a file and from standard input, without comments", async () => {
    using dir = tempDir();
    const file = join(dir.path, "targets");
    writeFileSync(file, "# all of them\n127.0.0.1 127.0.0.2 # two\r\n\n   127.0.0.3\n127.0.0.4");
    const expected = [1, 2, 3, 4].map((n) => `127.0.0.${n}`);
    expect(sorted((await sweep("-a", "-f", file)).stdout)).toEqual(expected);
    const script = '"$0" "$1" sweep -a -f - 127.0.0.5 < "$2"';
    const { stdout } = await execute("sh", ["-c", script, process.execPath, main, file]);
    expect(sorted(stdout)).toEqual([...expected, "127.0.0.5"]);
  });

  it("shows nothing of its targets that a terminal would take for a command", async () => {
    using dir = tempDir();
    const file = join(dir.path, "targets");
    writeFileSync(file, "fe80::1%\x1b[2J\n\x1b]0;x\x07h.invalid-\n127.0.0.1\n");
    const { stdout, stderr } = await sweep("-f", file);
    expect(stdout).toContain("127.0.0.1 is alive");
    expect((stdout + stderr).replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  });

  it("asks no host twice in a round", () => {
    expect(parse(["-c", "1", "::1"])!.options.retries).toBe(0);
    expect(parse(["-c", "2", "::1"])!.options.retries).toBe(0);
    expect(parse(["-c", "1", "-r", "2", "::1"])!.options.retries).toBe(2);
    expect(parse(["::1"])!.options.retries).toBeUndefined();
  });

  it.each(SIGNALS)("ends on %s although standard input stays open", async (signal) => {
    const run = new Running(["sweep", "-l", "-p", "5", "-f", "-", "127.0.0.1"]);
    await run.says("stdout", /\[0\]/);
    run.child.kill(signal);
    expect(await run.end()).toMatchObject({ status: 0, stderr: expect.stringMatching(/127\.0\.0\.1 : xmt/) });
  });

  it("ends on SIGINT although a pipe that it reads stays open", async () => {
    using dir = tempDir();
    const fifo = join(dir.path, "targets");
    execFileSync("mkfifo", [fifo]);
    const writer = openSync(fifo, "r+");
    try {
      const run = new Running("sweep", "-l", "-p", "5", "-f", fifo);
      writeSync(writer, "127.0.0.1\n127.0.");
      await run.says("stdout", /127\.0\.0\.1 : \[0\]/);
      writeSync(writer, "0.2\n");
      await run.says("stdout", /127\.0\.0\.2 : /);
      run.child.kill("SIGINT");
      expect(await run.end()).toMatchObject({ status: 0, signal: null });
    } finally {
      closeSync(writer);
    }
  }, 10_000);

  it("gives the figures of the whole sweep with -s", async () => {
    const { stderr } = await sweep("-qs", "127.0.0.0/29");
    expect(stderr).toMatch(/^ +6 hosts asked\n +6 alive\n +0 unreachable\n/m);
    expect(stderr).toMatch(/^ +[\d.]+ ms median round trip$/m);
  });

  it("ends quietly when nobody reads any more", async () => {
    const script = '"$0" "$1" sweep -i 0 127.0.0.0/16 | head -n 3';
    const { stdout, stderr } = await execute("sh", ["-c", script, process.execPath, main]);
    expect(stdout.split("\n")).toHaveLength(4);
    expect(stderr).toBe("");
  });

  it("agrees with another one on who is alive", async () => {
    const args = ["-a", "-i", "1", "-r", "0", "127.0.0.1", "127.0.0.77", "127.255.255.254"];
    const other = await execute("fping", args).catch((error: Error) => error);
    if (other instanceof Error) {
      console.log(`no other one here to compare with: ${other.message}`);
      return;
    }
    const ours = await sweep(...args);
    expect([ours.status, sorted(ours.stdout)]).toEqual([other.status, sorted(other.stdout)]);
  });
});

describe("how each host did", () => {
  it("is told of any number of them, in lines of one width", () => {
    const one = new Tally();
    one.transmitted = 1;
    const hosts = new Map([["a.example", one]]);
    for (let i = 0; i < 250_000; i++) hosts.set(String(i), one);
    const lines = hostLines(hosts).trimEnd().split("\n");
    expect(lines).toHaveLength(250_001);
    expect(lines[0]).toBe("a.example : xmt/rcv/%loss = 1/0/100%");
    expect(new Set(lines.map((line) => line.indexOf(" : xmt")))).toEqual(new Set(["a.example".length]));
  });
});

describe("rawconn sweep, asked for what makes no sense", () => {
  it.each<[string[], number, RegExp]>([
    [[], 3, /expected a target, or -f/],
    [["-Z", "::1"], 3, /unknown option -Z/],
    [["-4", "-6", "::1"], 3, /-4 and -6 exclude each other/],
    [["-a", "-u", "::1"], 3, /-a and -u exclude each other/],
    [["-c", "1", "-l", "::1"], 3, /-c and -l exclude each other/],
    [["-c", "0", "::1"], 3, /-c takes a whole number/],
    [["-t", "1s", "::1"], 3, /-t takes milliseconds from 0 to 2147483647/],
    [["-p", "", "::1"], 3, /-p takes milliseconds/],
    [["-i", "-1", "::1"], 3, /-i needs a value/],
    [["-r", "x", "::1"], 3, /-r takes a whole number/],
    [["-b", "65508", "::1"], 3, /-b takes a whole number/],
    [["-H", "0", "::1"], 3, /-H takes a whole number/],
    [["-O", "0x100", "::1"], 3, /-O takes a whole number from 0 to 255, not "256"/],
    [["-k", "4294967296", "::1"], 3, /-k takes a whole number/],
    [["-S", "eth0", "::1"], 3, /-S takes an address, not "eth0"/],
    [["-x", "0", "::1"], 3, /-x takes a whole number/],
    [["-f", "/nonexistent/file"], 4, /ENOENT/],
    [["-f", "/"], 4, /EISDIR/],
    [["-I", "much-too-long-name", "::1"], 4, /device/],
  ])("refuses %j with %i", async (args, expected, sentence) => {
    const { status, stdout, stderr } = await sweep(...args);
    expect({ status, stdout }).toEqual({ status: expected, stdout: "" });
    expect(stderr).toMatch(/^rawconn sweep: [^\n]+\n$/);
    expect(stderr).toMatch(sentence);
  });

  it.each(["-h", "--help"])("explains itself with %s", async (flag) => {
    const { status, stdout, stderr } = await sweep(flag, "-c", "abc");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const option of "46aueAfclprtibHOMISkxqsDjh")
      expect(stdout).toMatch(new RegExp(`^ {2}-${option}, --\\w+`, "m"));
    expect(stdout).toContain("Exit status: 0");
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(110);
  });
});

describe.skipIf(noNamespaces !== null)("rawconn sweep through a network", () => {
  let lab: Lab;
  beforeAll(() => {
    lab = new Lab();
  });
  afterAll(() => lab?.remove());
  const near = (...args: string[]) => lab.near.execute(...asNobody, process.execPath, main, "sweep", ...args);

  it("tells who says that a host is unreachable, and who says nothing", async () => {
    const { status, stdout } = await near("-t", "200", "-r", "1", "10.9.2.1", "10.9.3.1", "10.9.4.1");
    expect(status).toBe(1);
    expect(sorted(stdout)).toEqual([
      "10.9.2.1 is alive",
      "10.9.3.1 is unreachable (10.9.1.2: Destination Host Unreachable)",
      "10.9.4.1 is unreachable",
    ]);
    expect((await near("-u", "-t", "50", "-r", "0", "10.9.2.1", "10.9.4.1")).stdout).toBe("10.9.4.1\n");
  });

  it.each([["-a"], ["-u"], ["-q"]])(
    "agrees with another one on who is not, and on the exit status, with %s",
    async (flag) => {
      const args = [flag, "-i", "1", "-r", "0", "-t", "300", "10.9.2.1", "10.9.3.1", "10.9.4.1"];
      const other = await lab.near.execute("fping", ...args);
      if (other.status === 1 && other.stderr.includes("exec of")) {
        console.log(`no other one here to compare with: ${other.stderr}`);
        return;
      }
      const ours = await near(...args);
      expect([ours.status, sorted(ours.stdout)]).toEqual([other.status, sorted(other.stdout)]);
      expect(ours.status).toBe(1);
    },
  );

  it.each([
    ["1", 0],
    ["2", 1],
  ])("exits by how many answer with -x %s", async (n, expected) => {
    expect((await near("-q", "-t", "500", "-r", "0", "-x", n, "10.9.2.1", "10.9.4.1")).status).toBe(expected);
  });

  it("leaves short intervals to root", async () => {
    const { status, stderr } = await near("-i", "0.9", "10.9.2.1");
    expect({ status, stderr }).toEqual({
      status: 3,
      stderr: "rawconn sweep: -i below 1 millisecond needs root\n",
    });
  });

  it("exits with 4 when no socket is allowed, in one line that helps", async () => {
    const { status, stderr } = await lab.far.execute(
      ...asNobody,
      process.execPath,
      main,
      "sweep",
      "127.0.0.1",
    );
    expect(status).toBe(4);
    expect(stderr).toMatch(/^rawconn sweep: [^\n]*net\.ipv4\.ping_group_range[^\n]*\n$/);
  });
});
