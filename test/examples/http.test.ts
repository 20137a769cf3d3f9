// HTTP and TLS over our sockets, with curl, openssl and Python's own server at the other end.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dial } from "rawconn";
import { certificate } from "../support/certificate.js";
import { execute } from "../support/lab.js";
import { tempDir } from "../support/temp-dir.js";
import { missing, pathOf, runExample, Running } from "./example.js";

const noCurl = missing("curl");
const noOpenssl = missing("openssl");
const LOCAL = "127.0.0.1:0";

/** curl, without any configuration or proxy of the user's, and without what is preloaded for tests of memory: it hangs by that. */
const curl = (...args: string[]) =>
  execute("env", ["-u", "LD_PRELOAD", "curl", "-q", "-sS", "--noproxy", "*", "--max-time", "10", ...args]);

describe("HTTP over a Unix socket", () => {
  it.skipIf(noCurl !== null)("is what curl speaks, and the file goes with the server", async () => {
    using dir = tempDir();
    const path = join(dir.path, "http.sock");
    await using server = Running.example("http-unix/server", path);
    await server.address();
    // Two of them, by one connection.
    const { stdout } = await curl("--unix-socket", path, "http://any.test/one", "http://any.test/two");
    expect(stdout).toBe("you asked for /one\nyou asked for /two\n");
    server.kill("SIGTERM");
    expect(await server.exit()).toBe(0);
    expect(existsSync(path)).toBe(false);
  });

  it("has a client", async () => {
    using dir = tempDir();
    const path = join(dir.path, "http.sock");
    const nobody = await runExample("http-unix/client", path);
    expect(nobody).toMatchObject({ status: 1, stdout: expect.stringMatching(/dial unix .*no such file/) });
    await using server = Running.example("http-unix/server", path);
    await server.address();
    const result = await runExample("http-unix/client", path, "http://any.test/hello?you");
    expect(result).toMatchObject({ status: 0, stdout: "you asked for /hello?you\n" });
  });
});

it("the http agent dials once for two requests, from its source, to a server of another maker", async () => {
  // It says where it listens, and who asked, on its error output.
  const script = [
    "import http.server, sys",
    "class H(http.server.BaseHTTPRequestHandler):",
    "  protocol_version = 'HTTP/1.1'",
    "  def do_GET(self):",
    "    body = ('%s:%d' % self.client_address).encode()",
    "    self.send_response(200); self.send_header('content-length', str(len(body))); self.end_headers()",
    "    self.wfile.write(body)",
    "s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), H)",
    "print('listening on 127.0.0.1:%d' % s.server_port, flush=True)",
    "s.serve_forever()",
  ].join("\n");
  await using server = new Running("python3", ["-c", script]);
  const address = await server.address();
  const { status, stdout } = await runExample("http-agent", `http://${address}/`, "127.0.0.6");
  const lines = stdout.trim().split("\n");
  expect(lines).toHaveLength(3);
  expect(lines[0]).toBe(`dialing tcp4 ${address}`);
  expect(lines[1]).toMatch(/^200 127\.0\.0\.6:\d+$/);
  expect(lines[2]).toBe(lines[1]);
  expect(status).toBe(0);
});

describe.skipIf(noOpenssl !== null)("the TLS client", () => {
  const run = (args: string[], env: Record<string, string>) =>
    new Promise<{ code: number; stdout: string }>((resolve) => {
      const options = { env: { ...process.env, ...env } };
      execFile(process.execPath, [pathOf("tls-client"), ...args], options, (error, stdout) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout }),
      );
    });

  it("talks to openssl, and to nobody whose certificate is not good", async () => {
    using dir = tempDir();
    const { cert, key } = certificate(dir.path, "server", ["DNS:reverse.test"]);
    const args = ["s_server", "-accept", LOCAL, "-cert", cert, "-key", key, "-rev", "-naccept", "3"];
    await using server = new Running("openssl", args);
    const address = await server.says(/ACCEPT (127\.0\.0\.1:\d+)\n/);
    const trust = { NODE_EXTRA_CA_CERTS: cert };
    expect(await run([address, "reverse.test", "straight on"], trust)).toEqual({
      code: 0,
      stdout: "TLSv1.3 with rawconn test\nno thgiarts\n",
    });
    for (const [name, env, reason] of [
      ["other.test", trust, "altnames"],
      ["reverse.test", {}, "self.signed certificate"],
    ] as const) {
      const { code, stdout } = await run([address, name], env);
      expect(stdout).toMatch(new RegExp(`^OpError: handshake tcp .*${reason}`));
      expect(code).toBe(1);
    }
  });
});

describe("the small HTTP server", () => {
  it.skipIf(noCurl !== null)(
    "keeps a connection for the next request of curl, and reads bodies",
    async () => {
      await using server = Running.example("http-server", LOCAL);
      const url = `http://${await server.address()}`;
      const told = ["-w", "%{num_connects}\n"];
      const { stdout } = await curl(
        ...told,
        "-d",
        "x".repeat(70_000),
        "-H",
        "Expect:",
        `${url}/a`,
        `${url}/b`,
      );
      expect(stdout).toBe("POST /a 70000 bytes\n1\nPOST /b 70000 bytes\n0\n");
      expect((await curl(...told, "-0", `${url}/old`)).stdout).toBe("GET /old 0 bytes\n1\n");
    },
  );

  let shared: Running;
  beforeAll(() => {
    shared = Running.example("http-server", LOCAL);
  });
  afterAll(() => shared[Symbol.asyncDispose]());

  const refused: [what: string, request: string, status: string][] = [
    ["not HTTP", "hello\r\n", "400 Bad Request"],
    ["two lengths", "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n", "400 Bad Request"],
    ["no number", "POST / HTTP/1.1\r\nContent-Length: 1e3\r\n\r\n", "400 Bad Request"],
    ["a header that ends early", "GET / HTTP/1.1\r\nHost: a\r\n", "400 Bad Request"],
    ["too much", "POST / HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n", "413 Content Too Large"],
    ["chunks", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "501 Not Implemented"],
    ["a long line", `GET /${"x".repeat(4091)}`, "431 Request Header Fields Too Large"],
    [
      "many headers",
      `GET / HTTP/1.1\r\n${Array.from({ length: 101 }, (_, i) => `a${i}: 1\r\n`).join("")}`,
      "431 ",
    ],
  ];

  it.each(refused)("refuses %s", async (_, request, status) => {
    using conn = await dial("tcp", await shared.address());
    await conn.write(request);
    conn.closeWrite();
    let answer = "";
    const p = new Uint8Array(4096);
    for (let n; (n = await conn.read(p)) !== null;) answer += Buffer.from(p.subarray(0, n)).toString();
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status}`));
    expect(answer).toContain("\r\nconnection: close\r\n");
  });
});
