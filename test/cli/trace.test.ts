import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asNobody, noNamespaces, type Result } from "../support/lab.js";
import { Row } from "../support/row.js";
import { main, rawconn, Running } from "./cli.js";

const plain = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
const ms = String.raw`\d+\.\d{3} ms`;

function expectLines(text: string, ...patterns: string[]): void {
  expect(text).toMatch(new RegExp(`^${patterns.join("\n")}\n$`));
}

describe("rawconn trace", () => {
  it("teaches how it is used", async () => {
    const { status, stdout, stderr } = await rawconn("trace", "--help");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const word of [
      "HOST",
      "-I, --icmp",
      "-T, --tcp",
      "-U, --udp",
      "--mtr",
      "-q, --queries",
      "Exit status",
    ])
      expect(stdout).toContain(word);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  it.each([
    [[], "expected a host; see `rawconn trace --help`"],
    [[""], "expected a host; see `rawconn trace --help`"],
    [["a", "60", "c"], "expected one host, and bytes at most behind it"],
    [["-Z", "a"], "unknown option -Z; see `rawconn trace --help`"],
    [["-U", "-I", "a"], "-U, -I and -T exclude each other"],
    [["-4", "-6", "a"], "-4 and -6 exclude each other"],
    [["-I", "-p", "7", "a"], "-p goes with -U or -T: ICMP has no ports"],
    [["-T", "a", "60"], "BYTES does not go with -T"],
    [["-m", "0", "a"], '-m takes a whole number from 1 to 255, not "0"'],
    [["-m", "4", "-f", "5", "a"], '-f takes a whole number from 1 to 4, not "5"'],
    [["-q", "1001", "a"], '-q takes a whole number from 1 to 1000, not "1001"'],
    [["-N", "257", "a"], '-N takes a whole number from 1 to 256, not "257"'],
    [["-p", "64513", "a"], '-p takes a whole number from 1 to 64512, not "64513"'],
    [["-T", "-p", "65536", "a"], '-p takes a whole number from 1 to 65535, not "65536"'],
    [["a", "27"], 'BYTES takes a whole number from 28 to 65535, not "27"'],
    [["-w", "1,2,3,4", "a"], "-w takes a time and two factors at most: SEC[,HERE,NEAR]"],
    [["-w", "x", "a"], '-w takes seconds from 0 to 2147483, such as 1 or 0.25, not "x"'],
    [["-s", "host", "a"], "-s takes an address"],
    [["-c", "3", "a"], "-c and --interval go with --mtr"],
    [["--interval", "3", "a"], "-c and --interval go with --mtr"],
    [["--mtr", "-q", "3", "a"], "--mtr counts rounds: -c in place of -q"],
    [["--mtr", "--interval", "0.001", "a"], "--interval takes 0.01 seconds at least"],
  ])("says what is wrong with %j", async (args, complaint) => {
    expect(await rawconn("trace", ...args)).toMatchObject({
      status: 2,
      stdout: "",
      stderr: `rawconn trace: ${complaint}\n`,
    });
  });

  it.each([
    ["127.0.0.1", "-U", "UDP, 30 hops at most, 60 byte packets"],
    ["::1", "-U", "UDP, 30 hops at most, 80 byte packets"],
    ["127.0.0.1", "-T", "TCP, 30 hops at most"],
  ])("finds %s by %s", async (target, method, how) => {
    const { status, stdout, stderr } = await rawconn("trace", "-n", "-q", "1", method, "-p", "9", target);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expectLines(stdout, plain(`trace to ${target} (${target}) by ${how}`), ` 1  ${plain(target)}  ${ms}`);
  });

  it("takes BYTES", async () => {
    const { stdout } = await rawconn("trace", "-n", "127.0.0.1", "1000");
    expect(stdout).toContain("1000 byte packets");
  });
});

describe.skipIf(noNamespaces !== null)("rawconn trace through a row of routers", () => {
  let row: Row;
  beforeAll(async () => {
    row = await Row.make();
    const hosts = ["127.0.0.1 localhost", "10.9.1.2 gateway.example", "10.9.3.2 far.example"];
    mkdirSync(`/etc/netns/${row.near.name}`, { recursive: true });
    writeFileSync(`/etc/netns/${row.near.name}/hosts`, `${hosts.join("\n")}\n`);
    await near("10.9.3.2");
  });
  afterAll(async () => {
    if (row === undefined) return;
    rmSync(`/etc/netns/${row.near.name}`, { recursive: true, force: true });
    await row.end();
  });

  /** From the near host, without rights. */
  const near = (...args: string[]): Promise<Result> =>
    row.near.execute(...asNobody, process.execPath, main, "trace", ...args);

  it.each(["-U", "-I", "-T"])("shows hop by hop, by %s", async (method) => {
    const { status, stdout, stderr } = await near("-n", method, "10.9.3.2");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expectLines(
      stdout,
      plain("trace to 10.9.3.2 (10.9.3.2) by ") + ".*",
      ...["10.9.1.2", "10.9.2.2", "10.9.3.2"].map((addr, i) => ` ${i + 1}  ${plain(addr)}(?:  ${ms}){3}`),
    );
  });

  it("shows names where there are some", async () => {
    const { stdout } = await near("-q", "1", "far.example");
    expectLines(
      stdout,
      plain("trace to far.example (10.9.3.2) by UDP, 30 hops at most, 60 byte packets"),
      ` 1  ${plain("gateway.example (10.9.1.2)")}  ${ms}`,
      ` 2  ${plain("10.9.2.2")}  ${ms}`,
      ` 3  ${plain("far.example (10.9.3.2)")}  ${ms}`,
    );
  });

  it("tells who refuses, and with its status that it did not get there", async () => {
    const { status, stdout } = await near("-n", "-q", "1", "10.9.5.1");
    expect(status).toBe(1);
    expect(stdout).toMatch(new RegExp(`\n 3  10\\.9\\.2\\.2  ${ms} !X\n$`));
  });

  it("shows silence as stars, up to the last hop", async () => {
    const { status, stdout } = await near("-n", "-w", "0.1", "-m", "3", "10.9.6.1");
    expect(status).toBe(1);
    expect(stdout).toMatch(/\n 2(?: {2}\*){3}\n 3(?: {2}\*){3}\n$/);
  });

  it("tells the same as JSON", async () => {
    const { status, stdout } = await near("--json", "-q", "2", "far.example");
    expect(status).toBe(0);
    const [start, ...rest] = stdout
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text));
    const end = rest.pop();
    expect(start).toEqual({
      type: "start",
      target: "far.example",
      addr: "10.9.3.2",
      method: "udp",
      privileged: false,
      firstHop: 1,
      maxHop: 30,
    });
    expect(rest).toMatchObject([
      {
        type: "hop",
        ttl: 1,
        final: false,
        nodes: [{ addr: "10.9.1.2", name: "gateway.example", received: 2 }],
      },
      { type: "hop", ttl: 2, final: false, nodes: [{ addr: "10.9.2.2", name: null, received: 2 }] },
      { type: "hop", ttl: 3, final: true, nodes: [{ addr: "10.9.3.2", name: "far.example", received: 2 }] },
    ]);
    expect(rest[0].probes).toMatchObject([
      { addr: "10.9.1.2", reason: "time-exceeded", flag: "", mpls: [] },
      {},
    ]);
    expect(rest[2]).toMatchObject({
      transmitted: 2,
      received: 2,
      loss: 0,
      probes: [{ reason: "reached" }, {}],
    });
    expect(end).toEqual({ type: "end", reached: true, hops: 3 });
  });

  it("tells of rounds in a table at the end, where nobody watches", async () => {
    const { status, stdout } = await near("-n", "--mtr", "-c", "4", "--interval", "0.05", "10.9.3.2");
    expect(status).toBe(0);
    expectLines(
      stdout,
      plain("trace to 10.9.3.2 (10.9.3.2) by UDP, 30 hops at most, 60 byte packets"),
      String.raw` {4}Host +Loss% +Snt +Last +Avg +Best +Wrst +StDev`,
      ...["10.9.1.2", "10.9.2.2", "10.9.3.2"].map(
        (addr, i) => ` ${i + 1}\\. ${plain(addr)} +0\\.0% +4(?: +\\d+\\.\\d+){5}`,
      ),
    );
  });

  it("tells of rounds as JSON", async () => {
    const { stdout } = await near("-n", "--mtr", "-c", "3", "--interval", "0.05", "--json", "10.9.3.2");
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text));
    expect(lines.map(({ type }) => type)).toEqual(["start", "hop", "hop", "hop", "end"]);
    expect(lines[1]).toMatchObject({ transmitted: 3, received: 3 });
    expect(lines[1]).not.toHaveProperty("probes");
  });

  it("draws a table that lives on a terminal, and leaves it there", async () => {
    const command = [
      process.execPath,
      main,
      "trace",
      "--mtr",
      "-n",
      "-c",
      "3",
      "--interval",
      "0.3",
      "10.9.3.2",
    ];
    const { status, stdout } = await row.near.execute("script", "-qec", command.join(" "), "/dev/null");
    expect(status).toBe(0);
    const [before, rest] = stdout.split("\x1b[?1049h");
    const [live, after] = rest.split("\x1b[?1049l");
    expect(before).toBe("");
    expect(live.split("\x1b[H").length).toBeGreaterThan(3);
    expect(live).toMatch(/ 3\. 10\.9\.3\.2 +0\.0% +1 /);
    expect(after).toMatch(/ 3\. 10\.9\.3\.2 +0\.0% +3 /);
    expect(after).not.toContain("\x1b[H");
  });

  it("says in one line what keeps it from sending", async () => {
    expect(await near("-F", "10.9.3.2", "2000")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^rawconn trace: [^\n]*message too long\n$/),
    });
  });
});

describe("a running rawconn trace", () => {
  it("ends with its table on SIGINT", async () => {
    const trace = new Running(
      "trace",
      "-n",
      "--mtr",
      "--json",
      "--interval",
      "0.01",
      "-c",
      "1000000",
      "127.0.0.1",
    );
    await trace.says("stdout", /start/);
    trace.child.kill("SIGINT");
    const { status, signal, stdout } = await trace.end();
    expect({ status, signal }).toEqual({ status: 0, signal: null });
    expect(stdout).toMatch(/"type":"end","reached":true/);
  });
});
