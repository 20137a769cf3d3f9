// The guarded fetch, in a namespace whose loopback has an address that counts as public. Nothing leaves it.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Namespace, noNamespaces, type Result } from "../support/lab.js";
import { pathOf, Running } from "./example.js";

const PUBLIC = "198.51.100.1";

// Answers with where it was asked for, or sends on to what follows `/to/`.
const SERVER = `
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("location", self.path[4:])
            self.send_header("content-length", "0")
            self.end_headers()
        else:
            body = b"x" * 2000000 if self.path == "/long" else self.path.encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            print("told " + self.path, flush=True)
server = http.server.ThreadingHTTPServer(("0.0.0.0", 0), Handler)
print("listening on ${PUBLIC}:%d" % server.server_port, flush=True)
server.serve_forever()
`;

describe.skipIf(noNamespaces !== null)("the guarded fetch", () => {
  let space: Namespace;
  let server: Running;
  let address: string;
  beforeAll(async () => {
    space = new Namespace();
    space.ip("addr", "add", `${PUBLIC}/32`, "dev", "lo");
    server = new Running("ip", ["netns", "exec", space.name, "python3", "-c", SERVER]);
    address = await server.address();
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    space?.remove();
  });

  const fetched = (url: string): Promise<Result> =>
    space.execute(process.execPath, pathOf("ssrf-fetch"), url);

  it("has what is public, by a redirect too", async () => {
    const results = await Promise.all([
      fetched(`http://${address}/here`),
      fetched(`http://${address}/to//there`),
    ]);
    expect(results).toMatchObject([
      { status: 0, stdout: "/here" },
      { status: 0, stdout: expect.stringMatching(/there$/) },
    ]);
  });

  it("does not reach what is not, by a redirect neither, though somebody listens there", async () => {
    const inner = address.replace(PUBLIC, "127.0.0.1");
    const urls = [`http://${inner}/secret`, `http://${address}/to/http://${inner}/secret`];
    for (const { status, stdout } of await Promise.all(urls.map(fetched))) {
      expect(stdout).toMatch(/^OpError: dial tcp .*127\.0\.0\.1:\d+ is not a public address\n$/);
      expect(status).toBe(1);
    }
    expect(server.stdout).not.toContain("secret");
  });

  it("ends a circle, an answer without end, and what is no HTTP", async () => {
    const circle = `http://${address}/to/${"/to/".repeat(10)}`;
    const urls = [circle, `http://${address}/long`, "file:///etc/hostname"];
    const results = await Promise.all(urls.map(fetched));
    expect(results.map(({ stdout }) => stdout)).toEqual([
      "Error: too many redirects\n",
      "Error: the answer is too long\n",
      "Error: file: is not fetched\n",
    ]);
  });
});
