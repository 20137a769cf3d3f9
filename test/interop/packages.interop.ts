// The npm packages that most servers and clients of Node's are made of, over listeners and dialers of ours.

import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import type { Readable } from "node:stream";
import type { TLSSocket } from "node:tls";
import { afterAll, describe, expect, it } from "vitest";
import { Dialer } from "rawconn";
import { httpAgent, httpsAgent, undiciConnector } from "rawconn/node";
import { makeCertificates } from "../support/certificates.js";
import { hashing, hashOf, hashOfLarge, LARGE, largeBody } from "./bodies.js";
import { packaged } from "./packages.js";
import { serving } from "./serving.js";

const { ca, server: identity, client } = makeCertificates();

interface UndiciAnswer {
  statusCode: number;
  body: Readable & { text(): Promise<string>; json(): Promise<unknown> };
}
interface UndiciAgent {
  close(): Promise<void>;
}
const undici = packaged<{
  Agent: new (options: object) => UndiciAgent;
  request(url: string, options: object): Promise<UndiciAnswer>;
  fetch(url: string, options: object): Promise<Response>;
}>("undici");

describe("undici", () => {
  const dials: string[] = [];
  const dialer = new Dialer({ timeout: 5000, control: (_, address) => void dials.push(address) });
  const agents: UndiciAgent[] = [];
  afterAll(() => Promise.all(agents.map((agent) => agent.close())));

  function dispatcherOf(options: object): UndiciAgent {
    const agent = new undici.Agent({ connect: undiciConnector(dialer, options), connections: 1 });
    agents.push(agent);
    return agent;
  }

  it("sends and gets a hundred megabytes, and keeps its connection", async () => {
    await using at = await serving(http.createServer(hashing));
    const dispatcher = dispatcherOf({});
    const url = `http://${at.address}`;
    const { body: up } = await undici.request(url, { method: "POST", body: largeBody(1), dispatcher });
    expect(await up.text()).toBe(await hashOfLarge(1));
    const { body: down } = await undici.request(`${url}/large`, { dispatcher });
    expect(await hashOf(down)).toBe(await hashOfLarge(2));
    for (let i = 0; i < 100; i++) {
      const response = await undici.fetch(url, { method: "POST", body: String(i), dispatcher });
      expect(await response.text()).toBe(await hashOf([Buffer.from(String(i))]));
    }
    expect(dials.splice(0)).toEqual([at.address]);
  });

  it("speaks TLS with a certificate of its own, and refuses a wrong name", async () => {
    const asking = { ...identity, ca, requestCert: true };
    const server = https.createServer(asking, (request, response) => {
      const { subject } = (request.socket as TLSSocket).getPeerCertificate();
      response.end(subject.CN);
    });
    await using at = await serving(server);
    const url = `https://localhost:${at.port}`;
    const toLoopback = { dial: (network: string) => dialer.dial(network, at.address) };
    const connect = undiciConnector(toLoopback, { ca, ...client });
    const dispatcher = new undici.Agent({ connect });
    const wrong = new undici.Agent({
      connect: undiciConnector(toLoopback, { ca, ...client, servername: "else" }),
    });
    agents.push(dispatcher, wrong);
    const { body } = await undici.request(url, { dispatcher });
    expect(await body.text()).toBe("client");
    await expect(undici.request(url, { dispatcher: wrong })).rejects.toMatchObject({
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
    });
  });
});

interface Socket {
  on(event: string, f: (...args: never[]) => void): this;
  once(event: string, f: (...args: never[]) => void): this;
  send(data: string | Buffer): void;
  ping(data: string): void;
  close(code?: number, reason?: string): void;
}
const ws = packaged<{
  WebSocket: new (url: string, options: object) => Socket;
  WebSocketServer: new (options: object) => Socket;
}>("ws");

describe("ws", () => {
  const flavours = [
    ["ws", () => http.createServer(), () => httpAgent(new Dialer())],
    [
      "wss",
      () => https.createServer(identity),
      () => httpsAgent(new Dialer(), { ca, servername: "localhost" }),
    ],
  ] as const;

  it.each(flavours)(
    "%s: both ends over ours, with text, megabytes, pings and an end",
    async (scheme, make, agentOf) => {
      const server = make();
      const sockets = new ws.WebSocketServer({ server });
      const closed = new Promise((resolve) => {
        sockets.on("connection", (socket: Socket) => {
          socket.on("message", (data: Buffer, isBinary: boolean) =>
            socket.send(isBinary ? data : String(data)),
          );
          socket.on("close", (code: number, reason: Buffer) => resolve([code, String(reason)]));
        });
      });
      await using at = await serving(server);
      const agent = agentOf();
      const socket = new ws.WebSocket(`${scheme}://${at.address}`, { agent, ca });
      await once(socket as never, "open");
      const answers: Buffer[] = [];
      const all = new Promise<void>((resolve) => {
        socket.on("message", (data: Buffer) => answers.push(data) === 52 && resolve());
      });
      socket.send("grüß");
      const bytes = Buffer.concat((await largeBody(3).take(4).toArray()) as Buffer[]);
      socket.send(bytes);
      for (let i = 0; i < 50; i++) socket.send(String(i));
      await all;
      expect(String(answers[0])).toBe("grüß");
      expect(answers[1].equals(bytes)).toBe(true);
      expect(answers.slice(2).map(String)).toEqual(Array.from({ length: 50 }, (_, i) => String(i)));
      const ponged = once(socket as never, "pong");
      socket.ping("there?");
      expect(String((await ponged)[0])).toBe("there?");
      socket.close(4001, "enough");
      expect(await closed).toEqual([4001, "enough"]);
      sockets.close();
      agent.destroy();
    },
  );
});

/** Asks many times over one agent. */
async function ask(port: number, path: string, body: string, agent: http.Agent): Promise<string> {
  const headers = { "content-type": "application/json" };
  const request = http.request({ host: "127.0.0.1", port, path, method: "POST", agent, headers });
  request.end(body);
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += String(chunk);
  return text;
}

describe("frameworks", () => {
  interface Express extends http.RequestListener {
    use(...handlers: unknown[]): void;
    post(
      path: string,
      handler: (request: { body: unknown; ip: string }, response: { json(value: unknown): void }) => void,
    ): void;
  }
  const express = packaged<{ (): Express; json(): unknown }>("express");

  it("express", async () => {
    const app = express();
    app.use(express.json());
    app.post("/echo", ({ body, ip }, response) => response.json({ body, ip }));
    await using at = await serving(http.createServer(app));
    const agent = httpAgent(new Dialer(), { keepAlive: true });
    for (let i = 0; i < 100; i++) {
      const text = await ask(at.port, "/echo", JSON.stringify({ i }), agent);
      expect(JSON.parse(text)).toEqual({ body: { i }, ip: "127.0.0.1" });
    }
    agent.destroy();
  });

  interface Fastify {
    server: http.Server;
    post(path: string, handler: (request: { body: unknown; ip: string }) => Promise<unknown>): void;
    ready(): Promise<unknown>;
    close(): Promise<unknown>;
  }
  const fastify = packaged<(options: object) => Fastify>("fastify");

  it("fastify", async () => {
    const app = fastify({});
    app.post("/echo", async ({ body, ip }) => ({ body, ip }));
    await app.ready();
    const agent = httpAgent(new Dialer(), { keepAlive: true });
    {
      await using at = await serving(app.server);
      for (let i = 0; i < 100; i++) {
        const text = await ask(at.port, "/echo", JSON.stringify({ i }), agent);
        expect(JSON.parse(text)).toEqual({ body: { i }, ip: "127.0.0.1" });
      }
    }
    agent.destroy();
    await app.close();
  });

  it("Node's own fetch and servers carry the same hundred megabytes", async () => {
    await using at = await serving(http.createServer(hashing));
    const response = await fetch(`http://${at.address}/large`);
    expect(response.headers.get("content-length")).toBe(String(LARGE));
    expect(await hashOf(response.body as unknown as AsyncIterable<Uint8Array>)).toBe(await hashOfLarge(2));
  });
});
