// The limits of an agent hold while its connections are being dialed, and a dial that fails leaves nobody waiting.

import { once } from "node:events";
import http from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { Dialer, listen } from "rawconn";
import { httpAgent, serve, type StreamConn, type StreamDialer } from "rawconn/node";
import { rejection } from "../support/outcome.js";
import { pair } from "../support/pair.js";

const agents: http.Agent[] = [];
afterEach(() => agents.splice(0).forEach((agent) => agent.destroy()));

function agentOf(dialer: StreamDialer, options: http.AgentOptions): http.Agent {
  const agent = httpAgent(dialer, options);
  agents.push(agent);
  return agent;
}

/** The status of an answer whose body was read. */
async function ask(agent: http.Agent, port: number): Promise<number | undefined> {
  const request = http.get({ agent, host: "127.0.0.1", port });
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  await once(response.resume(), "end");
  return response.statusCode;
}

async function serving(answer: http.RequestListener) {
  const listener = await listen("tcp", "127.0.0.1:0");
  const server = http.createServer(answer);
  const done = serve(listener, server);
  return {
    port: listener.addr!.port,
    async end() {
      listener[Symbol.dispose]();
      await done;
      server.closeAllConnections();
    },
  };
}

describe("an agent with few sockets", () => {
  it.each([{ maxSockets: 2 }, { maxTotalSockets: 2 }])("dials no more than %o", async (limits) => {
    let open = 0;
    let most = 0;
    const at = await serving((_, response) => {
      most = Math.max(most, ++open);
      response.end(() => open--);
    });
    let dials = 0;
    const agent = agentOf(new Dialer({ control: () => void dials++ }), { keepAlive: true, ...limits });
    const statuses = await Promise.all(Array.from({ length: 50 }, () => ask(agent, at.port)));
    expect(statuses).toEqual(statuses.map(() => 200));
    expect(dials).toBe(2);
    expect(most).toBeLessThanOrEqual(2);
    await at.end();
  });

  it("fails all that wait when the server dies, each by a dial of its own", async () => {
    let arrive = () => {};
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const at = await serving(() => arrive());
    const agent = agentOf(new Dialer(), { maxSockets: 1 });
    const asking = ["A", "B", "C"].map(() => rejection<NodeJS.ErrnoException>(ask(agent, at.port)));
    await arrived;
    await at.end();
    const codes = (await Promise.all(asking)).map(({ code }) => code);
    expect(codes).toEqual(["ECONNRESET", "ECONNREFUSED", "ECONNREFUSED"]);
    expect([agent.sockets, agent.requests]).toEqual([{}, {}]);
  });

  it("has room again after dials that failed", async () => {
    const at = await serving((_, response) => response.end());
    let refuse = true;
    const control = () => {
      if (refuse) throw new Error("not yet");
    };
    const agent = agentOf(new Dialer({ control }), { maxSockets: 1, maxTotalSockets: 1 });
    const failures = [1, 2, 3].map(() => rejection(ask(agent, at.port)));
    for (const failure of failures) expect((await failure).message).toMatch(/not yet/);
    refuse = false;
    expect(await ask(agent, at.port)).toBe(200);
    await at.end();
  });
});

it("an agent that is destroyed while it dials keeps nothing of it, and can be used again", async () => {
  const at = await serving((_, response) => response.end());
  using ends = await pair();
  let dialed!: (conn: StreamConn) => void;
  const first = new Promise<StreamConn>((resolve) => (dialed = resolve));
  const dials = [first, new Dialer().dial("tcp", `127.0.0.1:${at.port}`)];
  const agent = agentOf(
    { dial: () => dials.shift()! },
    { keepAlive: true, maxSockets: 1, maxTotalSockets: 1 },
  );
  const failing = rejection<NodeJS.ErrnoException>(ask(agent, at.port));
  agent.destroy();
  dialed(ends.client);
  expect(await failing).toMatchObject({ code: "ECONNRESET", message: "socket hang up" });
  expect(await ends.server.read(Buffer.alloc(1))).toBe(null);
  expect(await ask(agent, at.port)).toBe(200);
  await at.end();
});

it("the timeout of an agent is that of its connections", async () => {
  const at = await serving(() => {});
  const agent = agentOf(new Dialer(), { timeout: 30 });
  const request = http.get({ agent, host: "127.0.0.1", port: at.port });
  await once(request, "timeout");
  const failed = once(request, "error");
  request.destroy(new Error("too slow"));
  await failed;
  await at.end();
});

it("a timeout that is none fails the request, and leaves no connection behind", async () => {
  using ends = await pair();
  const agent = agentOf({ dial: async () => ends.client }, { timeout: "soon" as never });
  const request = http.get({ agent, host: "127.0.0.1" });
  expect((await once(request, "error"))[0]).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
  expect(await ends.server.read(Buffer.alloc(1))).toBe(null);
});
