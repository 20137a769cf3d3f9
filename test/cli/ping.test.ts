import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listenPacket } from "#lib/icmp/index.js";
import { Lab } from "../ping/lab.js";
import { asNobody, execute, link, Namespace, noNamespaces, type Result } from "../support/lab.js";
import { main, rawconn, Running } from "./cli.js";

/** Why no ICMP socket can be had here; null when one can. */
const refused = await listenPacket("ip4:icmp", "127.0.0.1").then(
  (conn) => (conn.close(), null),
  (error: Error) => error.message,
);
if (refused !== null) console.log(`no raw sockets here, so nothing is pinged: ${refused}`);

const time = String.raw`\d+(?:\.\d+)?`;
const rtt = String.raw`rtt min/avg/max/mdev = (?:\d+\.\d{3}/){3}\d+\.\d{3} ms`;

/** Whole output, line by line; each a text or the pattern of one. */
function expectLines(output: string, ...lines: string[]): void {
  expect(output).toMatch(new RegExp(`^${lines.map((line) => `${line}\n`).join("")}$`));
}

/** A text as a pattern that matches it alone. */
const plain = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
const reply = (who: string, seq: number, bytes = 64) =>
  `${bytes} bytes from ${plain(who)}: icmp_seq=${seq} ttl=64 time=${time} ms`;
const total = (sent: number, received: number, loss: number) =>
  `${sent} packets transmitted, ${received} received, ${loss}% packet loss, time \\d+ms`;

describe.skipIf(refused !== null)("rawconn ping", () => {
  it.each([
    ["127.0.0.1", plain("PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.")],
    ["::1", plain("PING ::1 (::1) 56 data bytes")],
  ])("prints what people know, of %s", async (host, first) => {
    const { status, stdout, stderr } = await rawconn("ping", "-c", "3", "-i", "0.02", host);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expectLines(
      stdout,
      first,
      ...[1, 2, 3].map((seq) => reply(host, seq)),
      "",
      `--- ${plain(host)} ping statistics ---`,
      total(3, 3, 0),
      rtt,
    );
  });

  it.each([
    [[], "localhost (127.0.0.1)"],
    [["-n"], "127.0.0.1"],
  ])("shows a name as it was given, with %j", async (flags, who) => {
    const { stdout } = await rawconn("ping", "-4", "-c1", ...flags, "localhost");
    expect(stdout).toMatch(
      new RegExp(`^${plain("PING localhost (127.0.0.1) 56(84) bytes of data.")}\n${reply(who, 1)}\n`),
    );
  });

  it("says only the first line and the summary when quiet", async () => {
    const { stdout } = await rawconn("ping", "-q", "-c", "2", "-i", "0.01", "127.0.0.1");
    expectLines(
      stdout,
      plain("PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data."),
      "",
      "--- 127.0.0.1 ping statistics ---",
      total(2, 2, 0),
      rtt,
    );
  });

  it("begins lines with the time", async () => {
    const { stdout } = await rawconn("ping", "-D", "-c1", "127.0.0.1");
    const seconds = Number(/^\[(\d+\.\d{6})\] 64 bytes/m.exec(stdout)?.[1]);
    expect(Math.abs(seconds - Date.now() / 1000)).toBeLessThan(60);
  });

  it.each([0, 8, 1000])("sends %i bytes", async (size) => {
    const { stdout } = await rawconn("ping", "-s", String(size), "-c1", "127.0.0.1");
    expect(stdout).toContain(`${size}(${size + 28}) bytes of data.`);
    expect(stdout).toMatch(new RegExp(`^${reply("127.0.0.1", 1, size + 8)}$`, "m"));
  });

  it.each([
    ["127.0.0.4", " from 127.0.0.4: 56(84)"],
    ["lo", " from lo: 56(84)"],
  ])("sends from %s", async (from, shown) => {
    const { status, stdout } = await rawconn("ping", "-I", from, "-c1", "127.0.0.1");
    expect(status).toBe(0);
    expect(stdout).toContain(shown);
  });

  it("takes decimals of any length", async () => {
    const { status } = await rawconn(
      "ping",
      "-c1",
      "-i",
      `0.${"0".repeat(500)}1`,
      "-W",
      `1.${"3".repeat(500)}`,
      "127.0.0.1",
    );
    expect(status).toBe(0);
  });

  it("ends with the summary on SIGINT", async () => {
    const ping = new Running("ping", "-i", "0.01", "127.0.0.1");
    await ping.says("stdout", /icmp_seq=3 /);
    ping.child.kill("SIGINT");
    const { status, signal, stdout } = await ping.end();
    expect({ status, signal }).toEqual({ status: 0, signal: null });
    expect(stdout).toMatch(
      new RegExp(`\n\n--- 127.0.0.1 ping statistics ---\n\\d+ packets transmitted.*\n${rtt}\n$`),
    );
  });

  it("tells how it goes on SIGQUIT, and goes on", async () => {
    const ping = new Running("ping", "-i", "0.01", "127.0.0.1");
    await ping.says("stdout", /icmp_seq=2 /);
    ping.child.kill("SIGQUIT");
    await ping.says("stderr", /\n/);
    expect(ping.stderr).toMatch(
      /^\d+\/\d+ packets, \d+% loss, min\/avg\/ewma\/max = (?:\d+\.\d{3}\/){3}\d+\.\d{3} ms\n$/,
    );
    const { length } = ping.stdout;
    await ping.says("stdout", new RegExp(`^[^]{${length}}[^]*icmp_seq=`));
    ping.child.kill("SIGINT");
    expect((await ping.end()).status).toBe(0);
  });

  it("ends when nobody reads any more", async () => {
    const ping = new Running("ping", "-i", "0.01", "127.0.0.1");
    await ping.says("stdout", /icmp_seq=1 /);
    ping.child.stdout!.destroy();
    expect(await ping.end()).toMatchObject({ status: 0, signal: null, stderr: "" });
  });

  it("agrees with another ping on loss and TTL", async () => {
    const args = ["-c", "3", "-i", "0.05", "127.0.0.1"];
    const other = await execute("ping", args).catch((error: Error) => error);
    if (other instanceof Error) {
      console.log(`no other ping here to compare with: ${other.message}`);
      return;
    }
    const ours = await rawconn("ping", ...args);
    const facts = ({ status, stdout }: Result) => ({
      status,
      ttls: [...stdout.matchAll(/icmp_seq=(\d+) (ttl=\d+)/g)].map(([, seq, ttl]) => [seq, ttl]),
      counts: /^(\d+ packets transmitted, .* packet loss)/m.exec(stdout)?.[1],
    });
    expect(facts(ours)).toEqual(facts(other));
    expect(facts(ours).ttls).toHaveLength(3);
  });
});

describe.skipIf(noNamespaces !== null)("rawconn ping through a network", () => {
  let lab: Lab;
  beforeAll(() => {
    lab = new Lab();
  });
  afterAll(() => lab?.remove());

  /** From the near host, without rights. */
  const near = (...args: string[]) => lab.near.execute(...asNobody, process.execPath, main, "ping", ...args);

  it("tells who says that it does not get through", async () => {
    const { status, stdout } = await near("-c", "2", "-i", "0.05", "-t", "1", "10.9.2.1");
    expect(status).toBe(1);
    expectLines(
      stdout,
      plain("PING 10.9.2.1 (10.9.2.1) 56(84) bytes of data."),
      plain("From 10.9.1.2 icmp_seq=1 Time to live exceeded"),
      plain("From 10.9.1.2 icmp_seq=2 Time to live exceeded"),
      "",
      plain("--- 10.9.2.1 ping statistics ---"),
      String.raw`2 packets transmitted, 0 received, \+2 errors, 100% packet loss, time \d+ms`,
      "",
    );
    expect((await near("-c1", "10.9.3.1")).stdout).toContain(
      "From 10.9.1.2 icmp_seq=1 Destination Host Unreachable\n",
    );
  });

  it("waits for -W when nothing comes, and says with -O what is missing", async () => {
    const { status, stdout } = await near("-c", "3", "-i", "0.05", "-W", "0.1", "-O", "10.9.4.1");
    expect(status).toBe(1);
    // Of the last one nothing is said: no further request goes out.
    expect(stdout.match(/^no answer yet for icmp_seq=\d+$/gm)).toEqual(
      [1, 2].map((seq) => `no answer yet for icmp_seq=${seq}`),
    );
    expect(stdout).toMatch(/^3 packets transmitted, 0 received, 100% packet loss, time \d+ms\n\n$/m);
  });

  it("goes on beyond the count until the deadline, which counts answers", async () => {
    const { status, stdout } = await near("-c", "1", "-w", "0.3", "-i", "0.05", "10.9.4.1");
    expect(status).toBe(1);
    expect(Number(/^(\d+) packets transmitted/m.exec(stdout)?.[1])).toBeGreaterThan(1);
    const answered = await near("-c", "2", "-w", "20", "-i", "0.05", "10.9.2.1");
    expect(answered).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("2 packets transmitted, 2 received"),
    });
  });

  it("ends at the first error when there is a deadline", async () => {
    const { status, stdout } = await near("-w", "20", "-i", "0.3", "-t", "1", "10.9.2.1");
    expect(status).toBe(1);
    expect(stdout).toContain("1 packets transmitted, 0 received, +1 errors");
  });

  it("takes no redirect for an error when there is a deadline", async () => {
    // A link of three hosts: the router tells of the third, behind which the target is.
    const { router } = lab;
    const third = new Namespace();
    try {
      router.ip("link", "add", "br0", "type", "bridge");
      link(lab.near, "n1", ["10.9.7.1/24"], router, "r2", []);
      link(third, "t0", ["10.9.7.3/24", "10.9.8.1/32"], router, "r3", []);
      for (const port of ["r2", "r3"]) router.ip("link", "set", port, "master", "br0");
      router.ip("addr", "add", "10.9.7.2/24", "dev", "br0");
      router.ip("link", "set", "br0", "up");
      router.ip("route", "add", "10.9.8.1/32", "via", "10.9.7.3");
      lab.near.ip("route", "add", "10.9.8.1/32", "via", "10.9.7.2");
      const { status, stdout } = await near("-w", "20", "-c", "2", "-i", "0.05", "10.9.8.1");
      expect(status).toBe(0);
      expect(stdout).toContain("From 10.9.7.2 icmp_seq=1 Redirect Host (New nexthop: 10.9.7.3)\n");
      expect(stdout).toMatch(/^2 packets transmitted, 2 received, \+\d errors, 0% packet loss/m);
    } finally {
      third.remove();
    }
  });

  it("fails when no request could be sent", async () => {
    const alone = new Namespace();
    const ended = alone.execute(process.execPath, main, "ping", "-c1", "-W", "0.1", "10.9.9.9");
    const { status, stdout, stderr } = await ended.finally(() => alone.remove());
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: "rawconn ping: sendto: network is unreachable\n",
    });
    expect(stdout).toContain("1 packets transmitted, 0 received, 100% packet loss");
  });

  it("names both ways out in one line when no socket is allowed", async () => {
    const { status, stdout, stderr } = await lab.far.execute(
      ...asNobody,
      process.execPath,
      main,
      "ping",
      "-c1",
      "127.0.0.1",
    );
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(
      /^rawconn ping: [^\n]*net\.ipv4\.ping_group_range[^\n]*setcap cap_net_raw\+ep \/[^\n]*\n$/,
    );
  });

  it("leaves short intervals to root", async () => {
    const { status, stderr } = await near("-c1", "-i", "0.0019", "10.9.2.1");
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: "rawconn ping: -i below 0.002 seconds needs root\n",
    });
    expect((await near("-c2", "-i", "0.002", "10.9.2.1")).status).toBe(0);
  });
});
