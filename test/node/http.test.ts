// Servers and agents of Node's own over listeners and dialers of ours.

import { once } from "node:events";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import net from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Dialer, ErrClosed, listen, OpError, pipe, SyscallError, type TCPAddr } from "rawconn";
import { limitListener, proxyListener } from "rawconn/netutil";
import {
  httpAgent,
  httpsAgent,
  serve,
  type StreamConn,
  type StreamListener,
  toDuplex,
  undiciConnector,
} from "rawconn/node";
import { makeCertificates } from "../support/certificates.js";
import { uniqueName } from "../support/kinds.js";
import { outcomeAfter, rejection } from "../support/outcome.js";
import { refusingAddress } from "../support/pair.js";
import { tempDir } from "../support/temp-dir.js";

const certificates = makeCertificates();
const { ca, server: identity } = certificates;
const agents: http.Agent[] = [];
afterAll(() => agents.forEach((agent) => agent.destroy()));

function keep<A extends http.Agent>(agent: A): A {
  agents.push(agent);
  return agent;
}

const answer: http.RequestListener = (request, response) => {
  let length = 0;
  request.on("data", (chunk: Buffer) => (length += chunk.length));
  request.on("end", () => response.end(`${request.method} ${request.url} ${length}`));
};

/** The body of an answer. */
function ask(
  options: https.RequestOptions,
  body = "",
  client: Pick<typeof http, "request"> = http,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const method = body === "" ? "GET" : "POST";
    const request = client.request({ method, ...options }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve(text));
    });
    request.on("error", reject).end(body);
  });
}

/** A server over a listener of ours, until it is disposed of. */
async function serving(server: http.Server | https.Server, address = "127.0.0.1:0", network = "tcp") {
  const listener = await listen(network, address);
  const done = serve<StreamConn>(listener, server);
  return {
    listener,
    done,
    port: (listener.addr as { port?: number }).port!,
    async [Symbol.asyncDispose]() {
      listener[Symbol.dispose]();
      await done;
      server.closeAllConnections();
    },
  };
}

describe("serve", () => {
  it("serves http until the listener is closed, and what is open then goes on", async () => {
    const server = http.createServer(answer);
    const at = await serving(server);
    const agent = keep(new http.Agent({ keepAlive: true }));
    expect(await ask({ port: at.port, host: "127.0.0.1", path: "/one", agent })).toBe("GET /one 0");
    at.listener.close();
    await at.done;
    expect(await ask({ port: at.port, host: "127.0.0.1", path: "/two", agent })).toBe("GET /two 0");
    server.closeAllConnections();
  });

  it("stops when the server is closed, and closes the listener", async () => {
    const server = http.createServer(answer);
    const at = await serving(server);
    expect(await outcomeAfter(20, at.done)).toBe("pending");
    server.close();
    await at.done;
    expect((await rejection(at.listener.accept())).code).toBe("ERR_CLOSED");
  });

  it("serves https, http2 and plain sockets, over TCP and Unix", async () => {
    const tls = https.createServer(identity, answer);
    await using secure = await serving(tls);
    const agent = keep(new https.Agent({ ca }));
    const to = { port: secure.port, host: "localhost", lookup: undefined, agent, family: 4 };
    expect(await ask({ ...to, path: "/tls" }, "12345", https)).toBe("POST /tls 5");

    using dir = tempDir();
    const socketPath = join(dir.path, "socket");
    await using unix = await serving(http.createServer(answer), socketPath, "unix");
    expect(String(unix.listener.addr)).toBe(socketPath);
    expect(await ask({ socketPath, path: "/unix" })).toBe("GET /unix 0");

    const h2 = http2.createServer((_, response) => response.end("two"));
    const listener = await listen("tcp", "127.0.0.1:0");
    const done = serve(listener, h2);
    const session = http2.connect(`http://127.0.0.1:${listener.addr!.port}`);
    const stream = session.request({ ":path": "/" }).setEncoding("utf8");
    expect(await once(stream, "data")).toEqual(["two"]);
    session.close();
    await once(session, "close");
    listener.close();
    await done;
  });

  it("goes on when a listener of the server throws, which does not pass unseen", async () => {
    const server = http.createServer(answer);
    await using at = await serving(server);
    const fault = new Error("a fault of the program");
    server.once("connection", () => {
      throw fault;
    });
    const listeners = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    try {
      const uncaught = once(process, "uncaughtException");
      const [[thrown]] = await Promise.all([uncaught, ask({ port: at.port, agent: false })]);
      expect(thrown).toBe(fault);
    } finally {
      for (const one of listeners) process.on("uncaughtException", one);
    }
    expect(await ask({ port: at.port, agent: false })).toBe("GET / 0");
  });

  it("has an http server watch its time limits", async () => {
    const server = http.createServer({ headersTimeout: 50, connectionsCheckingInterval: 20 }, answer);
    await using at = await serving(server);
    const slow = net.connect(at.port, "127.0.0.1");
    slow.write("GET / HT");
    const [said] = (await once(slow, "data")) as [Buffer];
    expect(said.toString()).toMatch(/^HTTP\/1\.1 408/);
    slow.destroy();
  });

  it.each([true, false])("leaves half of a connection open for a server that wants so: %s", async (open) => {
    const server = net.createServer({ allowHalfOpen: open }, (socket) => {
      socket.on("error", () => {});
      socket.resume().on("end", () => setImmediate(() => socket.end("late")));
    });
    const listener = await listen("tcp", "127.0.0.1:0");
    const done = serve(listener, server);
    const client = net.connect({ port: listener.addr!.port, host: "127.0.0.1", allowHalfOpen: true });
    client.end();
    let said = "";
    for await (const chunk of client) said += String(chunk);
    expect(said).toBe(open ? "late" : "");
    listener.close();
    await done;
  });

  it("gives the slots of a limited listener back when the sockets close", async () => {
    let open = 0;
    let most = 0;
    const server = http.createServer(answer);
    server.on("connection", (socket: net.Socket) => {
      most = Math.max(most, ++open);
      socket.once("close", () => open--);
    });
    const limited = limitListener<StreamConn>(await listen("tcp", "127.0.0.1:0"), 2);
    const done = serve(limited, server);
    const { port } = limited.addr as TCPAddr;
    const agent = keep(new http.Agent());
    const asking = Array.from({ length: 10 }, (_, i) =>
      ask({ port, host: "127.0.0.1", path: `/${i}`, agent, headers: { connection: "close" } }),
    );
    expect(await Promise.all(asking)).toEqual(asking.map((_, i) => `GET /${i} 0`));
    expect(most).toBe(2);
    limited.close();
    await done;
  });

  it("tells a server the addresses that a proxy told", async () => {
    const server = http.createServer(({ socket }, response) => {
      const { remoteAddress, remotePort, remoteFamily, localAddress } = socket;
      response.end([remoteAddress, remotePort, remoteFamily, localAddress].join(" "));
    });
    const listener = proxyListener(await listen("tcp", "127.0.0.1:0"), { trusted: () => true });
    const done = serve(listener, server);
    const client = net.connect((listener.addr as TCPAddr).port, "127.0.0.1");
    client.end("PROXY TCP6 2001:db8::1 2001:db8::2 4711 80\r\nGET / HTTP/1.0\r\n\r\n");
    let said = "";
    for await (const chunk of client) said += String(chunk);
    expect(said).toMatch(/\r\n2001:db8::1 4711 IPv6 2001:db8::2$/);
    listener.close();
    await done;
  });

  /** A listener that fails in a row before it gives what it has. */
  function failing(errors: Error[], last: StreamListener) {
    const times: number[] = [];
    const listener: StreamListener = {
      addr: null,
      close: () => last.close(),
      [Symbol.dispose]: () => last[Symbol.dispose](),
      accept() {
        times.push(performance.now());
        const error = errors.shift();
        return error === undefined ? last.accept() : Promise.reject(error);
      },
    };
    return { listener, times };
  }
  const refused = (code: "EMFILE" | "ENOTSOCK") =>
    new OpError({ op: "accept", net: "tcp", cause: new SyscallError("accept4", code) });

  it("waits longer every time that there are no descriptors, and then goes on", async () => {
    const inner = await listen("tcp", "127.0.0.1:0");
    const { listener, times } = failing([refused("EMFILE"), refused("EMFILE"), refused("EMFILE")], inner);
    const server = http.createServer(answer);
    const done = serve(listener, server);
    const { port } = inner.addr!;
    const agent = keep(new http.Agent());
    expect(await ask({ port, host: "127.0.0.1", path: "/late", agent })).toBe("GET /late 0");
    const pauses = times.slice(1, 4).map((time, i) => time - times[i]);
    expect(pauses[0]).toBeGreaterThan(4);
    expect(pauses[1]).toBeGreaterThan(9);
    expect(pauses[2]).toBeGreaterThan(19);
    inner.close();
    await done;
    server.closeAllConnections();
  });

  it("rejects with any other failure", async () => {
    using inner = await listen("tcp", "127.0.0.1:0");
    const { listener } = failing([refused("ENOTSOCK")], inner);
    expect((await rejection(serve(listener, http.createServer()))).code).toBe("ENOTSOCK");
    const closed = failing([new OpError({ op: "accept", net: "tcp", cause: ErrClosed })], inner);
    await serve(closed.listener, http.createServer());
  });

  it("refuses what is no listener or server", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const server = http.createServer();
    expect((await rejection(serve(null as never, server))).code).toBe("ERR_INVALID_ARG_TYPE");
    expect((await rejection(serve(listener, {} as never))).code).toBe("ERR_INVALID_ARG_TYPE");
  });
});

describe("agents", () => {
  it("dial by the dialer, with its hook, and keep connections", async () => {
    await using at = await serving(http.createServer(answer));
    const dialed: string[] = [];
    const dialer = new Dialer({ control: (network, address) => void dialed.push(`${network} ${address}`) });
    const agent = keep(httpAgent(dialer, { keepAlive: true }));
    const to = { agent, host: "127.0.0.1", port: at.port };
    for (const path of ["/a", "/b", "/c"]) expect(await ask({ ...to, path })).toBe(`GET ${path} 0`);
    expect(dialed).toEqual([`tcp4 127.0.0.1:${at.port}`]);
  });

  it("dial paths of Unix sockets", async () => {
    const name = uniqueName();
    await using at = await serving(http.createServer(answer), name, "unix");
    const agent = keep(httpAgent(new Dialer()));
    expect(await ask({ agent, socketPath: name, path: "/u" })).toBe("GET /u 0");
    expect(String(at.listener.addr)).toBe(name);
  });

  it("speak TLS over what was dialed, check the name, and keep sessions", async () => {
    await using at = await serving(https.createServer(identity, answer));
    const dials: string[] = [];
    const agent = keep(httpsAgent(new Dialer({ control: (_, address) => void dials.push(address) }), { ca }));
    const to = { agent, host: "localhost", port: at.port, path: "/s" };
    // The server is on one family alone, and the name may have both.
    const named = { ...to, host: "127.0.0.1", servername: "localhost" };
    expect(await ask(named, "12", https)).toBe("POST /s 2");
    expect(dials).toEqual([`127.0.0.1:${at.port}`]);
    const wrong = await rejection<Error & { code: string }>(
      ask({ ...named, servername: "example.org" }, "", https),
    );
    expect(wrong.code).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
  });

  it("resume sessions", async () => {
    const reused: boolean[] = [];
    const server = https.createServer(identity, answer);
    server.on("secureConnection", (socket) => void reused.push(socket.isSessionReused()));
    await using at = await serving(server);
    const agent = keep(httpsAgent(new Dialer(), { ca }));
    const to = { agent, host: "127.0.0.1", servername: "localhost", port: at.port, path: "/" };
    await ask(to, "", https);
    await ask(to, "", https);
    expect(reused).toEqual([false, true]);
  });

  it("fail requests with the OpError of their dial", async () => {
    const [host, port] = (await refusingAddress()).split(":");
    const agent = keep(httpAgent(new Dialer()));
    const error = await rejection(ask({ agent, host, port }));
    expect(error).toBeInstanceOf(OpError);
    expect(error).toMatchObject({ code: "ECONNREFUSED", op: "dial" });
  });

  it("refuse what is no dialer", () => {
    for (const make of [httpAgent, httpsAgent, undiciConnector])
      expect(() => make({} as never)).toThrow(/Expected a Dialer/);
  });
});

describe("undiciConnector", () => {
  /** What undici would be given. */
  const connected = (connector: ReturnType<typeof undiciConnector>, protocol: string, port: number) =>
    new Promise<net.Socket>((resolve, reject) => {
      connector(
        { hostname: "127.0.0.1", protocol, port: String(port), servername: "localhost" },
        (error, socket) => (error === null ? resolve(socket as net.Socket) : reject(error)),
      );
    });
  const request = "GET /u HTTP/1.0\r\n\r\n";

  it.each(["http:", "https:"])("connects to %s", async (protocol) => {
    const server = protocol === "http:" ? http.createServer(answer) : https.createServer(identity, answer);
    await using at = await serving(server);
    const socket = await connected(undiciConnector(new Dialer(), { ca }), protocol, at.port);
    socket.end(request);
    let said = "";
    for await (const chunk of socket) said += String(chunk);
    expect(said).toMatch(/GET \/u 0$/);
  });

  it("waits no longer for a handshake than it may, and sees the end of one", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const accepting = listener.accept();
    const impatient = undiciConnector(new Dialer(), { ca, timeout: 30 });
    const late = await rejection(connected(impatient, "https:", listener.addr!.port));
    expect(late).toMatchObject({ op: "handshake", code: "ERR_TIMEOUT" });
    using silent = await accepting;
    // It has said hello, and then it went.
    for (const p = Buffer.alloc(4096); (await silent.read(p)) !== null;);

    const carrier = toDuplex(pipe()[0]);
    const to = { hostname: "localhost", protocol: "https:", port: "443", httpSocket: carrier };
    const connecting = new Promise((resolve, reject) =>
      undiciConnector(new Dialer())(to, (error, socket) =>
        error === null ? resolve(socket) : reject(error),
      ),
    );
    carrier.destroy();
    expect((await rejection(connecting)).code).toMatch(/^(ERR_CLOSED|ECONNRESET)$/);
  });

  it("tells what failed: the dial, or the certificate", async () => {
    const [, port] = (await refusingAddress("127.0.0.1")).split(":");
    const connector = undiciConnector(new Dialer());
    expect((await rejection(connected(connector, "http:", Number(port)))).code).toBe("ECONNREFUSED");
    await using at = await serving(https.createServer(certificates.stranger, answer));
    const error = await rejection(connected(connector, "https:", at.port));
    expect(error.code).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
  });
});
