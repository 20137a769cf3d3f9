import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listenPacket } from "#lib/icmp/index.js";
import { Lab } from "../ping/lab.js";
import { asNobody, noNamespaces } from "../support/lab.js";
import { main, rawconn } from "./cli.js";

const refused = await listenPacket("ip4:icmp", "127.0.0.1").then(
  (conn) => (conn.close(), null),
  (error: Error) => error.message,
);
if (refused !== null) console.log(`no raw sockets here, so nothing is pinged: ${refused}`);

/** How often a text has a part. */
const times = (text: string, part: string) => text.split(part).length - 1;

const linesOf = (stdout: string) =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe.skipIf(refused !== null)("rawconn ping, of several hosts", () => {
  it("begins and ends with a line for each", async () => {
    const { status, stdout } = await rawconn("ping", "-c", "2", "-i", "0.02", "127.0.0.1", "::1");
    expect(status).toBe(0);
    for (const host of ["127.0.0.1", "::1"]) {
      for (const seq of [1, 2])
        expect(stdout).toMatch(
          new RegExp(`^64 bytes from ${host}: icmp_seq=${seq} ttl=64 time=[\\d.]+ ms$`, "m"),
        );
      expect(stdout).toContain(`\n--- ${host} ping statistics ---\n2 packets transmitted, 2 received`);
    }
    expect(stdout.indexOf("PING ::1")).toBeLessThan(stdout.indexOf("icmp_seq"));
  });

  it("goes on without one that has no address, and fails for it", async () => {
    const { status, stdout, stderr } = await rawconn("ping", "-c1", "127.0.0.1", "300.1.1.1");
    expect(status).toBe(2);
    expect(stderr).toMatch(/^rawconn ping: [^\n]*no such host\n$/);
    expect(stdout).toContain("1 packets transmitted, 1 received");
  });

  it("prints an event in a line of JSON, and the figures of each host", async () => {
    const { status, stdout } = await rawconn("ping", "-j", "-c", "2", "-i", "0.02", "127.0.0.1", "::1");
    expect(status).toBe(0);
    const lines = linesOf(stdout);
    expect(lines.map(({ type }) => type)).toEqual([
      ...Array<string>(4).fill("reply"),
      "statistics",
      "statistics",
    ]);
    for (const host of ["127.0.0.1", "::1"]) {
      const [first, second, figures] = lines.filter((line) => line.host === host);
      expect(first).toEqual({
        time: expect.any(Number),
        type: "reply",
        host,
        addr: host,
        seq: 1,
        from: host,
        bytes: 64,
        ttl: 64,
        rtt: expect.any(Number),
      });
      expect(Math.abs((first.time as number) - Date.now() / 1000)).toBeLessThan(60);
      expect(second.seq).toBe(2);
      expect(figures).toMatchObject({
        transmitted: 2,
        received: 2,
        loss: 0,
        p99: expect.any(Number),
        jitter: expect.any(Number),
      });
    }
    expect(linesOf((await rawconn("ping", "-jq", "-c1", "::1")).stdout)).toHaveLength(1);
  });

  it("prints a table of commas", async () => {
    const { stdout } = await rawconn("ping", "--csv", "-c", "2", "-i", "0.02", "127.0.0.1");
    const [head, ...rows] = stdout.trimEnd().split("\n");
    expect(head).toBe("time,type,host,addr,seq,from,bytes,ttl,rtt,message");
    expect(rows).toHaveLength(2);
    expect(rows[1]).toMatch(/^\d+\.\d+,reply,127\.0\.0\.1,127\.0\.0\.1,2,127\.0\.0\.1,64,64,[\d.]+,$/);
  });
});

describe.skipIf(refused !== null)("rawconn ping, with options for the curious", () => {
  it("keeps up with the round trips with -A, and floods with -f", async () => {
    for (const flag of ["-A", "-f"]) {
      const start = performance.now();
      const { status, stdout } = await rawconn("ping", flag, "-c", "100", "127.0.0.1");
      expect(status).toBe(0);
      expect(stdout).toContain("100 packets transmitted, 100 received");
      expect(performance.now() - start).toBeLessThan(10_000);
      // As many dots as were taken back, beside those of the first line.
      const dots = stdout.split("\n---", 1)[0];
      if (flag === "-f")
        expect(times(dots, ".") - times(dots, "\b \b")).toBe(times(stdout.split("\n", 1)[0], "."));
    }
  });

  it("uses the identifier, the class and the pattern that it is told, and shows the way", async () => {
    const args = ["-v", "-R", "-e", "0x1234", "-Q", "0xb8", "-p", "ab", "-c", "2", "-i", "0.02"];
    const { status, stdout, stderr } = await rawconn("ping", ...args, "127.0.0.1");
    expect(status).toBe(0);
    expect(stderr).toBe("rawconn ping: raw socket, identifier 4660, local address 0.0.0.0\n");
    expect(stdout).toMatch(
      /icmp_seq=1 ident=4660 ttl=64 time=[\d.]+ ms\n {4}route: 127\.0\.0\.1( 127\.0\.0\.1)+\n/,
    );
    expect(stdout).toContain("\n    route: the same\n");
  });

  it("rings the bell with -a", async () => {
    expect(times((await rawconn("ping", "-a", "-c1", "127.0.0.1")).stdout, "\u0007")).toBe(1);
  });

  it("sends several at once with -l", async () => {
    const { stdout } = await rawconn("ping", "-l", "10", "-c", "10", "-i", "5", "127.0.0.1");
    expect(stdout).toContain("10 packets transmitted, 10 received");
  });
});

describe.skipIf(noNamespaces !== null)("rawconn ping, of what is lost", () => {
  let lab: Lab;
  beforeAll(() => {
    lab = new Lab();
  });
  afterAll(() => lab?.remove());
  const near = (...args: string[]) => lab.near.execute(...asNobody, process.execPath, main, "ping", ...args);

  it("tells of each request once that nobody answered, in JSON", async () => {
    const { status, stdout } = await near("-j", "-c", "3", "-i", "0.05", "-W", "0.1", "10.9.4.1");
    expect(status).toBe(1);
    const lines = linesOf(stdout);
    expect(lines.pop()).toMatchObject({
      type: "statistics",
      transmitted: 3,
      received: 0,
      loss: 1,
      min: null,
      p50: null,
    });
    expect(lines.map(({ type, seq }) => [type, seq])).toEqual([1, 2, 3].map((seq) => ["lost", seq]));
  });

  it("tells in JSON who says that it does not get through", async () => {
    const { stdout } = await near("-j", "-c1", "-t1", "10.9.2.1");
    expect(linesOf(stdout)[0]).toMatchObject({
      type: "error",
      from: "10.9.1.2",
      reason: "time-exceeded",
      icmpType: 11,
      icmpCode: 0,
      message: "Time to live exceeded",
    });
  });

  it("says of which host a line tells that does not show it", async () => {
    const { stdout } = await near("-c1", "-W", "0.2", "10.9.2.1", "10.9.3.1");
    expect(stdout).toContain("From 10.9.1.2 icmp_seq=1 Destination Host Unreachable (10.9.3.1)\n");
  });

  it("finds with -M do what a link on the way has room for", async () => {
    lab.router.ip("link", "set", "r1", "mtu", "1300");
    lab.far.ip("link", "set", "f0", "mtu", "1300");
    const { stdout } = await near("-M", "do", "-s", "1400", "-c", "2", "-i", "0.05", "-W", "0.5", "10.9.2.1");
    expect(stdout).toContain("From 10.9.1.2 icmp_seq=1 Frag needed and DF set (mtu = 1300)\n");
    const cut = await near("-M", "dont", "-s", "1400", "-c", "1", "10.9.2.1");
    expect(cut.stdout).toContain("1 packets transmitted, 1 received");
  });

  it("leaves marks to those who may set them, and says so", async () => {
    const { status, stderr } = await near("-m", "7", "-c1", "10.9.2.1");
    expect(status).toBe(2);
    expect(stderr).toMatch(/^rawconn ping: [^\n]*setsockopt: operation not permitted\n$/);
    expect((await near("-l", "4", "-c1", "10.9.2.1")).stderr).toBe("rawconn ping: -l above 3 needs root\n");
    const asRoot = await lab.near.execute(process.execPath, main, "ping", "-m", "7", "-c1", "10.9.2.1");
    expect(asRoot.status).toBe(0);
  });
});
