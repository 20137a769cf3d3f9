import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loopbackServer, type Replies } from "../dns/loopback-server.js";
import * as dns from "../dns/messages.js";
import { noServers, type RealServers, realServers, ZONE } from "../dns/real-servers.js";
import { BIG } from "../dns/zone.js";
import { rawconn } from "./cli.js";

const idOf = (query: Uint8Array) => (query[0] << 8) | query[1];
const endOf = (query: Uint8Array) => query.indexOf(0, 12) + 5;
const typeOf = (query: Uint8Array) => query[endOf(query) - 3];

/** A server that gives these answers to everything of their type, and none to other questions. */
const giving =
  (...answers: dns.WireRecord[]): Replies =>
  (query) => {
    const fit = answers.filter(({ type }) => type === typeOf(query));
    return [dns.message({ id: idOf(query), question: query.slice(12, endOf(query)), answers: fit })];
  };

const time = String.raw`\d+\.\d ms`;
const good = { status: 0, signal: null, stderr: "" };

describe("rawconn resolve", () => {
  it("prints addresses, and who was asked for them", async () => {
    using server = await loopbackServer(giving(dns.a("192.0.2.1"), dns.aaaa(1)));
    const { stdout, ...rest } = await rawconn("resolve", "x.test.", `@${server.address}`);
    expect(rest).toEqual(good);
    const remark = (type: string) => `; ${type}: 1 in ${time}, asked ${server.address} by udp`;
    expect(stdout).toMatch(
      new RegExp(`^x.test. A 192.0.2.1\n${remark("A")}\nx.test. AAAA 2001:db8::1\n${remark("AAAA")}\n$`),
    );
  });

  it("prints records alone when quiet", async () => {
    using server = await loopbackServer(giving(dns.a("192.0.2.1"), dns.a("192.0.2.2")));
    const { status, stdout } = await rawconn("resolve", "-q", "x.test.", "-s", server.address);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "x.test. A 192.0.2.1\nx.test. A 192.0.2.2\n" });
  });

  it("asks for one type alone where that is wanted, and says what there is none of", async () => {
    using server = await loopbackServer(giving(dns.a("192.0.2.1")));
    const at = `@${server.address}`;
    expect((await rawconn("resolve", "-t", "a", "x.test.", at)).stdout).not.toContain("AAAA");
    const { status, stdout, stderr } = await rawconn("resolve", "-t", "AAAA", "x.test.", at);
    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(stdout).toMatch(new RegExp(`^; AAAA: none in ${time}, asked `));
  });

  it("shows a text so that it cannot move the cursor", async () => {
    using server = await loopbackServer(giving(dns.txt("\u001b[2Jline\nline")));
    const { stdout } = await rawconn("resolve", "-qtTXT", "x.test.", `@${server.address}`);
    expect(stdout).toBe('x.test. TXT "\\u001b[2Jline\\nline"\n');
  });

  it("shows no text as it is that some terminals take for a command", async () => {
    using server = await loopbackServer(giving(dns.txt("\u009b2J\u007f\u202e\u2066\u2028")));
    for (const flags of ["-qtTXT", "-jtTXT"]) {
      const { stdout, ...rest } = await rawconn("resolve", flags, "x.test.", `@${server.address}`);
      expect(rest).toEqual(good);
      expect(stdout).toContain(String.raw`\u009b2J\u007f\u202e\u2066\u2028`);
    }
  });

  it("tells a literal from a name", async () => {
    const { stdout } = await rawconn("resolve", "-q", "-t", "A", "192.0.2.1");
    expect(stdout).toBe("192.0.2.1 A 192.0.2.1\n");
  });

  it("prints records that are good, and complains of those that are not", async () => {
    using server = await loopbackServer(giving(dns.mx(1, "mx.test."), dns.mx(2, "<x>.test.")));
    const { status, stdout, stderr } = await rawconn("resolve", "-qtMX", "x.test.", `@${server.address}`);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "x.test. MX 1 mx.test.\n" });
    expect(stderr).toMatch(/^rawconn resolve: MX: lookup x\.test\.: DNS response contained [^\n]*\n$/);
  });

  it("prints the same as JSON", async () => {
    using server = await loopbackServer(giving(dns.mx(1, "mx.test.")));
    const { status, stdout } = await rawconn(
      "resolve",
      "--json",
      "--type=mx,txt",
      "x.test.",
      `@${server.address}`,
    );
    expect(status).toBe(0);
    const asked = [{ server: server.address, network: "udp" }];
    const milliseconds = expect.any(Number) as number;
    const error = {
      message: `lookup x.test. on ${server.address}: no such host`,
      code: "ERR_DNS",
      isNotFound: true,
      isTimeout: false,
    };
    expect(JSON.parse(stdout)).toEqual({
      name: "x.test.",
      lookups: [
        { type: "MX", records: [{ host: "mx.test.", pref: 1 }], asked, milliseconds, error: null },
        { type: "TXT", records: [], asked, milliseconds, error },
      ],
    });
  });

  it("gives up after -W, and says what to do", async () => {
    using server = await loopbackServer(() => []);
    const { status, stdout, stderr } = await rawconn(
      "resolve",
      "-tA",
      "-W0.2",
      "x.test.",
      `@${server.address}`,
    );
    expect(status).toBe(2);
    expect(stdout).toMatch(new RegExp(`^; A: failed in ${time}, asked `));
    expect(stderr).toMatch(
      /^rawconn resolve: A: lookup x\.test\.: i\/o timeout; nobody answered in time: [^\n]*--tcp[^\n]*-W\n$/,
    );
  });

  // 1.001 * 1000 is a little less than 1001.
  it.each(["0.0001", "1.001"])("takes any fraction of a second: %s", async (timeout) => {
    const { stdout, ...rest } = await rawconn("resolve", "-qtA", `-W${timeout}`, "192.0.2.1");
    expect({ stdout, ...rest }).toEqual({ ...good, stdout: "192.0.2.1 A 192.0.2.1\n" });
  });

  it("says that nobody listens", async () => {
    const { status, stderr } = await rawconn("resolve", "-tTXT", "x.test.", "@127.0.0.1:1");
    expect(status).toBe(2);
    expect(stderr).toMatch(/connection refused; nothing listens there: name another server\n$/);
  });

  it.each(["-h", "--help"])("explains itself with %s, whatever else is asked", async (flag) => {
    const { stdout, ...rest } = await rawconn("resolve", flag, "x", "-t", "nosuch");
    expect(rest).toEqual(good);
    for (const option of "tsTWqjh") expect(stdout).toMatch(new RegExp(`^ {2}-${option}, --\\w+`, "m"));
    expect(stdout).toContain("Exit status: 0");
  });

  it.each<[string[], RegExp]>([
    [[], /expected a name or an address/],
    [[""], /expected a name or an address/],
    [["a", "b"], /expected one name, not 2/],
    [["a", "@127.0.0.1", "@127.0.0.2"], /expected one server/],
    [["a", "@127.0.0.1", "-s", "127.0.0.2"], /expected one server/],
    [["a", "@"], /a server is given by its address, such as 192\.0\.2\.1, .* not ""/],
    [["a", "@localhost"], /a server is given by its address.* not "localhost"/],
    [["a", "@127.0.0.1:0"], /a server is given by its address/],
    [["a", "@127.0.0.1:65536"], /a server is given by its address/],
    [["http://a.test/"], /without a port or a path, not "http:\/\/a\.test\/"/],
    [["a.test:80"], /without a port or a path/],
    [["127.0.0.1/8"], /without a port or a path/],
    [["a\nb"], /without a port or a path, not "a\\nb"/],
    [["a", "-t", "nosuch"], /-t takes A, AAAA, .* or any, not "NOSUCH"/],
    [["a", "-t", ""], /-t takes A, AAAA, .* or any, not ""/],
    [["a", "-t", "PTR"], /-t PTR takes an address, such as 192\.0\.2\.1/],
    [["a", "-W", "x"], /-W takes seconds/],
    [["a", "-Z"], /unknown option -Z; see `rawconn resolve --help`/],
  ])("complains in one line, and prints nothing: %j", async (args, sentence) => {
    const { status, stdout, stderr } = await rawconn("resolve", ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^rawconn resolve: [^\n]+\n$/);
    expect(stderr).toMatch(sentence);
  });
});

describe.skipIf(noServers !== null)("rawconn resolve of a real server", () => {
  let servers: RealServers;
  beforeAll(async () => {
    servers = await realServers();
  });
  afterAll(() => servers?.[Symbol.asyncDispose]());

  const told = async (...args: string[]) => {
    const { status, stderr, stdout } = await rawconn("resolve", "-q", `@${servers.unbound}`, ...args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return stdout.trimEnd().split("\n").sort();
  };

  it("has every type of a name", async () => {
    expect(await told("-t", "any", ZONE)).toEqual([
      `${ZONE} MX 10 mail1.${ZONE}`,
      `${ZONE} MX 20 mail2.${ZONE}`,
      `${ZONE} NS ns1.${ZONE}`,
      `${ZONE} NS ns2.${ZONE}`,
      `${ZONE} TXT "one and two; three"`,
    ]);
    expect(await told("-t", "CNAME", `alias.${ZONE}`)).toEqual([`alias.${ZONE} CNAME www.${ZONE}`]);
    expect(await told("-t", "SRV", `_sip._tcp.${ZONE}`)).toEqual([
      `_sip._tcp.${ZONE} SRV 10 5 5060 only4.${ZONE}`,
      `_sip._tcp.${ZONE} SRV 20 0 5061 only6.${ZONE}`,
    ]);
  });

  it("has the names of an address", async () => {
    expect(await told("192.0.2.1")).toEqual([`192.0.2.1 PTR web.${ZONE}`, `192.0.2.1 PTR www.${ZONE}`]);
    expect(await told("2001:db8::1")).toEqual([`2001:db8::1 PTR www.${ZONE}`]);
  });

  it("shows the way by TCP: where it is needed, or wanted", async () => {
    const big = await rawconn("resolve", "-tTXT", `big.${ZONE}`, `@${servers.nsd}`);
    expect(big.stdout).toMatch(
      new RegExp(`; TXT: ${BIG} in ${time}, asked ${servers.nsd} by udp, ${servers.nsd} by tcp\n$`),
    );
    const wanted = await rawconn("resolve", "-TtA", `www.${ZONE}`, `@${servers.nsd}`);
    expect(wanted.stdout).toMatch(new RegExp(`; A: 2 in ${time}, asked ${servers.nsd} by tcp\n$`));
  });
});
