import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { rawconn } from "./cli.js";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

describe("rawconn", () => {
  it.each(["--help", "-h"])("tells its commands with %s", async (flag) => {
    const { status, stdout, stderr } = await rawconn(flag);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^rawconn COMMAND/);
    for (const name of ["ping", "sweep", "trace", "resolve", "ifaces"])
      expect(stdout).toMatch(new RegExp(`^ {2}${name} `, "m"));
  });

  it("tells its version", async () => {
    expect(await rawconn("--version")).toEqual({
      status: 0,
      signal: null,
      stdout: `rawconn ${version}\n`,
      stderr: "",
    });
  });

  it.each([
    [[], "rawconn: expected a command"],
    [["nonsense"], 'rawconn: unknown command "nonsense"'],
    [["toString"], 'rawconn: unknown command "toString"'],
    [["--nonsense"], 'rawconn: unknown command "--nonsense"'],
  ])("complains in one line of %j", async (args, beginning) => {
    const { status, stdout, stderr } = await rawconn(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr.startsWith(beginning)).toBe(true);
    expect(stderr.match(/\n/g)).toHaveLength(1);
  });
});

describe("rawconn ping, asked for what makes no sense", () => {
  it.each<[string[], RegExp]>([
    [[], /expected a host/],
    [[""], /expected a host/],
    [["127.0.0.1", ""], /expected a host/],
    [["--json", "--csv", "::1"], /--json, --csv and --graph exclude each other/],
    [["-R", "-6", "::1"], /-R is for IPv4 only/],
    [["-p", "xyz", "::1"], /-p takes 1 to 32 hexadecimal digits, such as ff00, not "xyz"/],
    [["-p", "", "::1"], /-p takes 1 to 32/],
    [["-p", "0".repeat(33), "::1"], /-p takes 1 to 32/],
    [["-M", "maybe", "::1"], /-M takes do, want, dont, probe, not "maybe"/],
    [["-Q", "256", "::1"], /-Q takes a whole number from 0 to 255/],
    [["-m", "-1", "::1"], /-m needs a value/],
    [["-e", "65536", "::1"], /-e takes a whole number from 0 to 65535/],
    [["-l", "0", "::1"], /-l takes a whole number from 1 to 64/],
    [["-Z", "::1"], /unknown option -Z/],
    [["--nonsense", "::1"], /unknown option --nonsense/],
    [["-c"], /-c needs a value/],
    [["-c", "-1", "::1"], /-c needs a value, and none that begins with a dash/],
    [["-c-1", "::1"], /-c takes a whole number from 1 to 9007199254740991, not "-1"/],
    [["-c", "0", "::1"], /-c takes a whole number/],
    [["-c", "1.5", "::1"], /-c takes a whole number/],
    [["-c", "abc", "::1"], /-c takes a whole number/],
    [["-c", "0x10", "::1"], /-c takes a whole number/],
    [["-c", "99999999999999999999", "::1"], /-c takes a whole number/],
    [["-c", "9".repeat(1000), "::1"], /-c takes a whole number.*not "9{40}\.\.\."/],
    [["-i", "NaN", "::1"], /-i takes seconds from 0 to 2147483/],
    [["-i", "1e3", "::1"], /-i takes seconds/],
    [["-i", "Infinity", "::1"], /-i takes seconds/],
    [["-i", ".", "::1"], /-i takes seconds/],
    [["-i", "1,5", "::1"], /-i takes seconds/],
    [["-i", " 1", "::1"], /-i takes seconds/],
    [["-i-1", "::1"], /-i takes seconds/],
    [["-W", "2147484", "::1"], /-W takes seconds/],
    [["-W", "9".repeat(400), "::1"], /-W takes seconds/],
    [["-w", "2147483.0001", "::1"], /-w takes seconds/],
    [["-w", "", "::1"], /-w takes seconds/],
    [["-s", "65508", "::1"], /-s takes a whole number from 0 to 65507/],
    [["-s-1", "::1"], /-s takes a whole number/],
    [["-t", "0", "::1"], /-t takes a whole number from 1 to 255/],
    [["-t", "256", "::1"], /-t takes a whole number/],
    [["-4", "-6", "::1"], /-4 and -6 exclude each other/],
    [["--ipv4=yes", "::1"], /takes no value/],
    [["-4", "::1"], /no suitable address found/],
    [["-c1", "::1%nosuch"], /no interface is named as its zone/],
    [["-I", "much-too-long-name", "::1"], /device/],
    [["300.1.1.1"], /no such host/],
  ])("refuses %j", async (args, sentence) => {
    const { status, stdout, stderr } = await rawconn("ping", ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^rawconn ping: [^\n]+\n$/);
    expect(stderr).toMatch(sentence);
    expect(stderr.length).toBeLessThan(250);
  });

  it.each(["-h", "--help"])("explains itself with %s, whatever else is asked", async (flag) => {
    const { status, stdout, stderr } = await rawconn("ping", flag, "-c", "abc");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const option of "ciAflWwsptQMmeR46IbrnqavDOjgh")
      expect(stdout).toMatch(new RegExp(`^ {2}-${option}, --\\w+`, "m"));
    expect(stdout).toContain("Exit status: 0");
  });
});
