// PostgreSQL, spoken to by the npm package pg over connections of ours: over TCP and over its Unix socket.

import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dial } from "rawconn";
import { type ConnDuplex, toDuplex, toSocket } from "rawconn/node";
import { packaged } from "./packages.js";
import { Endings, execute, folderOf, freeAddress, program, type Running, start, userOf } from "./programs.js";

interface Client {
  connect(): Promise<void>;
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  end(): Promise<void>;
  on(event: "notification", f: (message: { payload: string }) => void): void;
}
const { Client: PgClient } = packaged<{ Client: new (options: object) => Client }>("pg");

const [initdb, postgres] = ["initdb", "postgres"].map(program);
const server = new Endings();
let address = "";
let socketPath = "";

beforeAll(async () => {
  if (initdb === null || postgres === null) return;
  const user = userOf("postgres");
  const { path } = server.use(folderOf(user));
  const free = await freeAddress();
  const data = join(path, "data");
  const settings = ["-N", "-E", "UTF8", "--locale=C", "-A", "trust", "-U", "tester"];
  await execute(initdb, ["-D", data, ...settings], { ...user, cwd: path });
  const listening = ["-h", free.host, "-p", String(free.port), "-k", path];
  const quick = ["-c", "fsync=off", "-c", "shared_buffers=16MB"];
  const ready = /ready to accept connections/;
  server.use<Running>(
    await start(postgres, ["-D", data, ...listening, ...quick], ready, { ...user, cwd: path }),
  );
  address = free.address;
  socketPath = join(path, `.s.PGSQL.${free.port}`);
});
afterAll(() => server.end());

/** A client whose stream is there already: pg asks it to connect, and waits to hear that it has. */
async function clientOver(stream: Socket | ConnDuplex): Promise<Client> {
  const connect = () => {
    process.nextTick(() => stream.emit("connect"));
    return stream;
  };
  const client = new PgClient({
    stream: Object.assign(stream, { connect }),
    user: "tester",
    database: "postgres",
    ssl: false,
  });
  await client.connect();
  return client;
}

const ways: [string, () => Promise<Client>][] = [
  ["a socket over TCP", async () => clientOver(toSocket(await dial("tcp", address)))],
  ["a socket over its Unix socket", async () => clientOver(toSocket(await dial("unix", socketPath)))],
  ["a stream over TCP", async () => clientOver(toDuplex(await dial("tcp", address)))],
];

describe.skipIf(postgres === null).each(ways)("%s", (_, connect) => {
  it("answers queries, many in a row", async () => {
    const client = await connect();
    for (let n = 0; n < 200; n++) {
      const text = "select $1::int * 2 as twice, $2::text as text";
      const { rows } = await client.query(text, [n, `ä${n}`]);
      expect(rows).toEqual([{ twice: n * 2, text: `ä${n}` }]);
    }
    await expect(client.query("select nonsense")).rejects.toMatchObject({ code: "42703" });
    expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    await client.end();
  });

  it("takes and gives large values whole", async () => {
    const client = await connect();
    const bytes = randomBytes(8 << 20);
    const { rows } = await client.query("select $1::bytea as same, encode(sha256($1), 'hex') as hash", [
      bytes,
    ]);
    expect(rows[0].hash).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(bytes.equals(rows[0].same as Buffer)).toBe(true);
    await client.end();
  });

  it("streams a hundred thousand rows, in transactions", async () => {
    const client = await connect();
    await client.query("begin");
    await client.query(
      "create temp table numbers on commit drop as select n from generate_series(1, 100000) n",
    );
    const { rows } = await client.query("select n from numbers order by n");
    expect(rows).toHaveLength(100_000);
    expect(rows.every(({ n }, i) => n === i + 1)).toBe(true);
    await client.query("commit");
    await client.end();
  });

  it("hears what others say by listen and notify", async () => {
    const [one, other] = [await connect(), await connect()];
    const heard = new Promise((resolve) => one.on("notification", ({ payload }) => resolve(payload)));
    await one.query("listen news");
    await other.query("select pg_notify('news', 'extra, extra')");
    expect(await heard).toBe("extra, extra");
    await Promise.all([one.end(), other.end()]);
  });
});

it.skipIf(postgres === null)("closes with the client", async () => {
  const socket = toSocket(await dial("tcp", address));
  const client = await clientOver(socket);
  const closed = once(socket, "close");
  await client.end();
  await closed;
});
