// The PROXY protocol as HAProxy, whose protocol it is, writes and reads it.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dial, Dialer, listen, TCPAddr } from "rawconn";
import { Scanner } from "rawconn/io";
import { parsePrefix } from "rawconn/netip";
import { proxyDialer, proxyHeaderOf, proxyListener, serve } from "rawconn/netutil";
import { freePort, isInstalled, ownAddress, Program } from "../support/program.js";
import { tempDir } from "../support/temp-dir.js";

const installed = isInstalled("haproxy");
if (!installed) console.log("haproxy is not installed, so it is not asked what it makes of our headers");

/** A server that tells each client where it comes from, behind a proxy with these lines of configuration. */
async function behind(bind: string, server: string) {
  const listener = await listen("tcp", "127.0.0.1:0");
  const proxied = proxyListener(listener, { trusted: [parsePrefix("127.0.0.0/8")] });
  const serving = serve(
    proxied,
    async (conn) => {
      for await (const line of new Scanner(conn))
        await conn.write(`${line} ${conn.remoteAddr!.toString()} ${proxyHeaderOf(conn)?.version}\n`);
    },
    { grace: 0 },
  );
  const port = await freePort();
  const folder = tempDir();
  const config = join(folder.path, "haproxy.cfg");
  writeFileSync(
    config,
    `defaults
  mode tcp
  timeout connect 5s
  timeout client 20s
  timeout server 20s
listen it
  bind ${ownAddress}:${port} ${bind}
  server ours ${listener.addr!.toString()} ${server}
`,
  );
  const program = new Program("haproxy", ["-db", "-f", config]);
  await program.listens(port);
  return {
    address: `${ownAddress}:${port}`,
    async [Symbol.asyncDispose]() {
      await program[Symbol.asyncDispose]();
      await serving[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

describe.skipIf(!installed)("HAProxy", () => {
  it.each([
    ["send-proxy", 1],
    ["send-proxy-v2", 2],
    ["send-proxy-v2-ssl-cn", 2],
  ])("tells by %s who is there, and every byte comes through", async (option, version) => {
    await using lab = await behind("", option);
    using client = await dial("tcp", lab.address);
    const answers = new Scanner(client);
    for (const word of ["one", "two"]) {
      await client.write(`${word}\n`);
      expect(await answers.scan()).toBe(true);
      expect(answers.text()).toBe(`${word} ${client.localAddr!.toString()} ${version}`);
    }
  });

  it.each([
    [1, "send-proxy", "192.0.2.1", "198.51.100.2"],
    [2, "send-proxy-v2", "192.0.2.1", "198.51.100.2"],
    [2, "send-proxy", "2001:db8::1", "2001:db8::2"],
  ] as const)("takes our header of version %s, and hands it on by %s", async (version, option, from, to) => {
    await using lab = await behind("accept-proxy", option);
    const source = new TCPAddr({ ip: from, port: 4711 });
    const destination = new TCPAddr({ ip: to, port: 443 });
    const tlvs = version === 2 ? [{ type: 2, value: Buffer.from("example.com") }] : [];
    const dialer = proxyDialer(new Dialer(), { version, source, destination, tlvs });
    using client = await dialer.dial("tcp", lab.address);
    await client.write("hi\n");
    const answers = new Scanner(client);
    expect(await answers.scan()).toBe(true);
    expect(answers.text()).toBe(`hi ${source.toString()} ${option === "send-proxy" ? 1 : 2}`);
  });
});
