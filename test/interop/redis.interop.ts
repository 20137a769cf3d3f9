// Redis, spoken to by the npm package ioredis over connections of ours: over TCP and over its Unix socket.

import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Dialer } from "rawconn";
import { toDuplex, toSocket } from "rawconn/node";
import { packaged } from "./packages.js";
import { Endings, folderOf, freeAddress, program, type Running, start, userOf } from "./programs.js";

interface Redis {
  connect(): Promise<void>;
  set(key: string, value: string | Buffer): Promise<string>;
  getBuffer(key: string): Promise<Buffer>;
  incr(key: string): Promise<number>;
  publish(channel: string, message: string): Promise<number>;
  subscribe(channel: string): Promise<number>;
  pipeline(commands: string[][]): { exec(): Promise<[Error | null, unknown][]> };
  on(event: string, f: (channel: string, message: string) => void): void;
  quit(): Promise<string>;
}
const { Redis: IORedis } = packaged<{ Redis: new (options: object) => Redis }>("ioredis");

const redis = program("redis-server");
const server = new Endings();
let address = "";
let socketPath = "";

beforeAll(async () => {
  if (redis === null) return;
  const user = userOf("redis");
  const { path } = server.use(folderOf(user));
  const free = await freeAddress();
  socketPath = join(path, "redis.sock");
  address = free.address;
  const where = ["--bind", free.host, "--port", String(free.port), "--unixsocket", socketPath, "--dir", path];
  const ready = /[Rr]eady to accept connections/;
  server.use<Running>(await start(redis, [...where, "--save", ""], ready, { ...user, cwd: path }));
});
afterAll(() => server.end());

/** What ioredis asks for its connections. */
function connectorOf(make: () => Promise<Duplex>) {
  return class {
    connecting = false;
    firstError: Error | undefined;
    #stream: Duplex | null = null;
    check = () => true;
    async connect(): Promise<Duplex> {
      this.connecting = true;
      this.#stream = await make();
      return this.#stream;
    }
    disconnect(): void {
      this.connecting = false;
      this.#stream?.end();
    }
  };
}

const dialer = new Dialer({ timeout: 5000 });
const ways: [string, () => Promise<Duplex>][] = [
  ["a socket over TCP", async () => toSocket(await dialer.dial("tcp", address))],
  ["a socket over its Unix socket", async () => toSocket(await dialer.dial("unix", socketPath))],
  ["a stream over TCP", async () => toDuplex(await dialer.dial("tcp", address))],
];

describe.skipIf(redis === null).each(ways)("%s", (_, make) => {
  async function connect(): Promise<Redis> {
    const client = new IORedis({
      Connector: connectorOf(make),
      lazyConnect: true,
      retryStrategy: () => null,
    });
    await client.connect();
    return client;
  }

  it("counts, alone and in long pipelines", async () => {
    const client = await connect();
    const key = randomBytes(8).toString("hex");
    expect(await client.incr(key)).toBe(1);
    const commands = Array.from({ length: 10_000 }, () => ["incr", key]);
    const answers = await client.pipeline(commands).exec();
    expect(answers.map(([, n]) => n)).toEqual(commands.map((_, i) => i + 2));
    await client.quit();
  });

  it("keeps large values whole", async () => {
    const client = await connect();
    const bytes = randomBytes(20 << 20);
    const hash = (value: Buffer) => createHash("sha256").update(value).digest("hex");
    await client.set("large", bytes);
    expect(hash(await client.getBuffer("large"))).toBe(hash(bytes));
    await client.quit();
  });

  it("publishes and subscribes", async () => {
    const [listener, speaker] = [await connect(), await connect()];
    const channel = randomBytes(8).toString("hex");
    const heard: string[] = [];
    const all = new Promise<void>((resolve) => {
      listener.on("message", (_, message) => heard.push(message) === 100 && resolve());
    });
    await listener.subscribe(channel);
    for (let i = 0; i < 100; i++) expect(await speaker.publish(channel, String(i))).toBe(1);
    await all;
    expect(heard).toEqual(Array.from({ length: 100 }, (_, i) => String(i)));
    await Promise.all([listener.quit(), speaker.quit()]);
  });
});
