// Children that are started in the middle of everything inherit none of it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync } from "node:fs";
import { type TCPListener, type UnixConn, dial, listen } from "rawconn";
import { expect, it } from "vitest";
import { fdOf } from "../poll/pair.js";
import { kindOf, kinds } from "../support/kinds.js";
import { rights, rightsIn } from "../support/rights.js";

const CHILDREN = 150;
const TOGETHER = 3;

/** What a child finds open that it was not given: whatever stands from descriptor 3 on, but for the listing itself. */
async function inherited(): Promise<string[]> {
  const child = spawn("ls", ["-l", "/proc/self/fd"], { stdio: ["ignore", "pipe", "ignore"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  await once(child, "close");
  const links = [...text.matchAll(/ (\d+ -> .*)$/gm)].map(([, link]) => link);
  if (links.length < 3) throw new Error(`the child saw only ${text}`);
  return links.filter((link) => !/^[012] -> |-> \/proc\/\d+\/fd$/.test(link));
}

/** Opens and closes connections until told to stop. Returns how many. */
async function churn(listener: TCPListener, stop: AbortSignal): Promise<number> {
  let count = 0;
  for (; !stop.aborted; count++) {
    const [near, far] = await Promise.all([dial("tcp", listener.addr!.toString()), listener.accept()]);
    await near.write("x");
    await far.read(new Uint8Array(1));
    near.close();
    far.close();
  }
  return count;
}

it.runIf(process.platform === "linux")("a child inherits no descriptor of ours", async () => {
  // What this process was itself given by its parent goes on to its children.
  const before = new Set(await inherited());
  using listener = await listen("tcp", "127.0.0.1:0");
  using held = await dial("tcp", listener.addr!.toString());
  using accepted = await listener.accept();
  expect(held.localAddr!.toString()).toBe(accepted.remoteAddr!.toString());
  const stop = new AbortController();
  const churning = churn(listener, stop.signal);
  const found: string[] = [];
  let left = CHILDREN;
  const lane = async () => {
    while (left-- > 0) found.push(...(await inherited()));
  };
  await Promise.all(Array.from({ length: TOGETHER }, lane));
  stop.abort();
  expect(await churning).toBeGreaterThan(20);
  expect(found.filter((link) => !before.has(link))).toEqual([]);
});

/** A descriptor that came over a Unix socket. */
async function received(): Promise<number> {
  using ends = await kindOf("unix").connect();
  await (ends.near as UnixConn).writeMsgUnix("x", rights([fdOf(ends.near).fd]), null);
  const oob = new Uint8Array(32);
  const { oobn } = (await (ends.far as UnixConn).readMsgUnix(new Uint8Array(1), oob))!;
  return rightsIn(oob.subarray(0, oobn))[0];
}

it.runIf(process.platform === "linux")(
  "nor one of any kind, nor a duplicate, nor one that was sent to us",
  async () => {
    const before = new Set(await inherited());
    const held = await Promise.all(kinds.map((kind) => kind.connect()));
    const copies = held.map(({ near }) => near.file());
    const gift = await received();
    const stop = new AbortController();
    const churning = (async () => {
      let count = 0;
      for (; !stop.signal.aborted; count++) (await kinds[count % kinds.length].connect())[Symbol.dispose]();
      return count;
    })();
    const found: string[] = [];
    for (let left = 40; left > 0; left--) found.push(...(await inherited()));
    stop.abort();
    expect(await churning).toBeGreaterThan(20);
    expect(found.filter((link) => !before.has(link))).toEqual([]);
    for (const handle of [...held, ...copies]) handle[Symbol.dispose]();
    closeSync(gift);
  },
);
