// Programs that are nobody's library: curl, openssl, nginx and HAProxy, against servers and clients of ours.

import { once } from "node:events";
import { createHash } from "node:crypto";
import http from "node:http";
import https from "node:https";
import type { TLSSocket } from "node:tls";
import { chmodSync, createReadStream, createWriteStream, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dial, Dialer, listen, listenUnixgram, UnixAddr } from "rawconn";
import { httpAgent, tlsClient, tlsServer } from "rawconn/node";
import { pattern, readAll, readText } from "../node/bytes.js";
import { makeCertificates } from "../support/certificates.js";
import { tempDir } from "../support/temp-dir.js";
import { hashing, hashOf, hashOfLarge, largeBody } from "./bodies.js";
import { Endings, execute, folderOf, freeAddress, program, start, userOf } from "./programs.js";
import { serving } from "./serving.js";

const { ca, server: identity, client } = makeCertificates();
const [curl, openssl, nginx, haproxy] = ["curl", "openssl", "nginx", "haproxy"].map(program);
const endings = new Endings();
afterAll(() => endings.end());

/** Certificates as files, as programs want them. */
const { path: folder } = endings.use(tempDir());
const file = (name: string, content: string | Buffer) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const files = {
  ca: file("ca.pem", ca),
  key: file("server.key", identity.key),
  cert: file("server.pem", identity.cert),
  clientKey: file("client.key", client.key),
  clientCert: file("client.pem", client.cert),
};

describe.skipIf(curl === null)("curl", () => {
  const get = (...args: string[]) => execute(curl!, ["-sS", "--fail", "--noproxy", "*", ...args]);

  it("sends and gets a hundred megabytes", async () => {
    await using at = await serving(http.createServer(hashing));
    const [up, down] = [join(folder, "up"), join(folder, "down")];
    await pipeline(largeBody(1), createWriteStream(up));
    const url = `http://${at.address}`;
    expect(await get("-T", up, "-H", "Expect:", `${url}/up`)).toBe(await hashOfLarge(1));
    await get("-o", down, `${url}/large`);
    expect(await hashOf(createReadStream(down))).toBe(await hashOfLarge(2));
  });

  it("keeps its connection for many requests", async () => {
    let connections = 0;
    const server = http.createServer((request, response) => response.end(`${request.url}\n`));
    server.on("connection", () => connections++);
    await using at = await serving(server);
    expect(await get(`http://${at.address}/[1-50]`)).toMatch(/^\/1\n\/2\n[^]*\/50\n$/);
    expect(connections).toBe(1);
  });

  it("shows a client certificate over TLS, and is refused without", async () => {
    const asking = { ...identity, ca, requestCert: true };
    const server = https.createServer(asking, (request, response) => {
      response.end((request.socket as TLSSocket).getPeerCertificate().subject.CN);
    });
    await using at = await serving(server);
    const to = [
      `https://localhost:${at.port}/`,
      "--cacert",
      files.ca,
      "--resolve",
      `localhost:${at.port}:127.0.0.1`,
    ];
    expect(await get(...to, "--cert", files.clientCert, "--key", files.clientKey)).toBe("client");
    await expect(get(...to)).rejects.toThrow(/curl: \((?:35|52|55|56)\)/);
  });
});

describe.skipIf(openssl === null)("openssl", () => {
  const verify = ["-CAfile", files.ca, "-verify_return_error", "-verify_hostname", "localhost"];
  const show = ["-cert", files.clientCert, "-key", files.clientKey];

  it("s_client talks to a server of ours, and shows its certificate", async () => {
    const asking = { ...identity, ca, requestCert: true };
    const listener = tlsServer(await listen("tcp", "127.0.0.1:0"), asking);
    const args = ["s_client", "-connect", String(listener.addr), "-quiet", "-no_ign_eof", ...verify, ...show];
    await using running = await start(openssl!, args, null);
    const server = await listener.accept();
    expect(server.socket.getPeerCertificate().subject.CN).toBe("client");
    running.child.stdin!.write("from openssl\n");
    expect(await readText(server)).toBe("from openssl\n");
    const exited = once(running.child, "close");
    await server.write("to openssl\n");
    server.close();
    listener.close();
    await exited;
    expect(running.said()).toContain("to openssl\n");
  });

  it("s_server talks to a client of ours", async () => {
    const own = ["-cert", files.cert, "-key", files.key, "-CAfile", files.ca, "-Verify", "1"];
    const args = ["s_server", "-accept", "127.0.0.1:0", "-rev", ...own];
    await using running = await start(openssl!, args, /^ACCEPT [\d.]+:\d+/m);
    const [, address] = /^ACCEPT (\S+)/m.exec(running.said())!;
    const conn = tlsClient(await dial("tcp", address), { ca, ...client, servername: "localhost" });
    conn.setDeadline(Date.now() + 10_000);
    await conn.handshake();
    await conn.write("stressed\n");
    expect(await readText(conn)).toBe("desserts\n");
    conn.close();
    await once(conn.socket, "close");
  });
});

describe.skipIf(nginx === null)("nginx", () => {
  const proxy = new Endings();
  let address = "";
  const asked: http.IncomingHttpHeaders[] = [];

  // Between a client and a server of ours: it is a server to the one, and a client to the other.
  beforeAll(async () => {
    if (nginx === null) return;
    const server = http.createServer((request, response) => {
      asked.push(request.headers);
      hashing(request, response);
    });
    const upstream = proxy.use(await serving(server));
    const user = userOf("www-data");
    const { path } = proxy.use(folderOf(user));
    ({ address } = await freeAddress());
    const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (name) => `${name}_temp_path ${path}/${name};`,
    );
    const settings = join(path, "nginx.conf");
    writeFileSync(
      settings,
      `daemon off; master_process off; pid ${path}/pid; error_log stderr notice;
       events {}
       http {
         access_log off; client_max_body_size 0; proxy_request_buffering off; proxy_buffering off;
         ${temp.join(" ")}
         upstream ours { server ${upstream.address}; keepalive 4; }
         server {
           listen ${address};
           location / {
             proxy_pass http://ours; proxy_http_version 1.1; proxy_set_header Connection "";
             proxy_set_header X-Real-IP $remote_addr;
           }
         }
       }`,
    );
    const args = ["-p", path, "-e", "stderr", "-c", settings];
    proxy.use(await start(nginx, args, /using the "epoll" event method/, { ...user, cwd: path }));
  });
  afterAll(() => proxy.end());

  it("carries a hundred megabytes each way from a client of ours to a server of ours", async () => {
    const agent = httpAgent(new Dialer({ timeout: 5000 }), { keepAlive: true });
    const [host, port] = address.split(":");
    const ask = async (path: string, method: string, body?: AsyncIterable<Buffer>) => {
      const request = http.request({ host, port, path, method, agent });
      const answering = once(request, "response") as Promise<[http.IncomingMessage]>;
      if (body === undefined) request.end();
      else await pipeline(body, request);
      return (await answering)[0];
    };
    const hash = await hashOfLarge(1);
    expect(String(Buffer.concat(await (await ask("/up", "POST", largeBody(1))).toArray()))).toBe(hash);
    expect(await hashOf(await ask("/large", "GET"))).toBe(await hashOfLarge(2));
    for (let i = 0; i < 50; i++) {
      const empty = createHash("sha256").digest("hex");
      expect(String(Buffer.concat(await (await ask(`/${i}`, "GET")).toArray()))).toBe(empty);
    }
    expect(asked.map((headers) => headers["x-real-ip"])).toEqual(asked.map(() => "127.0.0.1"));
    expect(asked).toHaveLength(52);
    agent.destroy();
  });
});

describe.skipIf(haproxy === null)("HAProxy", () => {
  const bytes = pattern(1 << 20);

  it.each([
    ["send-proxy", (header: Buffer) => header.toString("latin1")],
    ["send-proxy-v2", (header: Buffer) => header.subarray(0, 28).toString("hex")],
  ])("tells a listener of ours by %s who is behind it, and carries both halves", async (option, told) => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const user = userOf("haproxy");
    using dir = folderOf(user);
    const { host, port, address } = await freeAddress();
    const settings = join(dir.path, "haproxy.cfg");
    writeFileSync(
      settings,
      `defaults
         mode tcp
         timeout connect 5s
         timeout client 30s
         timeout server 30s
       listen ours
         bind ${address}
         server us ${String(listener.addr)} ${option}\n`,
    );
    // It tells a socket of ours when it is ready, as it would tell systemd.
    await using running = await startNotifying(settings, dir.path, user);
    using conn = await dial("tcp", address);
    using accepted = await listener.accept();
    void conn.write(bytes).then(() => conn.closeWrite());
    const all = await readAll(accepted);
    const header = all.subarray(0, all.length - bytes.length);
    expect(all.subarray(header.length).equals(bytes)).toBe(true);
    const { port: from } = conn.localAddr!;
    const [source, target] = [addressBytes(conn.localAddr!.ip!.toString()), addressBytes(host)];
    const ports = [from, port].map((n) => n.toString(16).padStart(4, "0")).join("");
    expect(told(header)).toBe(
      option === "send-proxy"
        ? `PROXY TCP4 ${conn.localAddr!.ip} ${host} ${from} ${port}\r\n`
        : `0d0a0d0a000d0a515549540a2111000c${source}${target}${ports}`,
    );
    await accepted.write("answer");
    accepted.closeWrite();
    expect((await readAll(conn)).toString()).toBe("answer");
    expect(running.child.exitCode).toBe(null);
  });

  const addressBytes = (ip: string) => Buffer.from(ip.split(".").map(Number)).toString("hex");

  async function startNotifying(settings: string, cwd: string, user: object) {
    using notices = await listenUnixgram(
      "unixgram",
      new UnixAddr({ name: join(cwd, "notify"), net: "unixgram" }),
    );
    chmodSync(join(cwd, "notify"), 0o777);
    const env = { ...process.env, NOTIFY_SOCKET: join(cwd, "notify") };
    const running = await start(haproxy!, ["-Ws", "-f", settings], null, { cwd, env, ...user });
    notices.setReadDeadline(Date.now() + 10_000);
    try {
      for (let said = ""; !said.includes("READY=1");) said = (await readText(notices)) ?? "";
    } catch (error) {
      await running[Symbol.asyncDispose]();
      throw new Error(`HAProxy did not get ready; it said:\n${running.said()}`, { cause: error });
    }
    return running;
  }
});
