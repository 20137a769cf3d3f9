// Who ends with ten thousand operations under way leaves nothing behind, and every peer is told.

import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { type Conn, dial } from "rawconn";
import { describe, expect, it } from "vitest";
import { lastingLeaks, openDescriptors } from "../descriptors.js";
import { outcome } from "../poll/pair.js";
import { SLACK } from "../support/outcome.js";
import { CLEAN, end, message, start } from "./child.js";

interface Addresses {
  count: number;
  unix: string;
  unixpacket: string;
  unixgram: string;
  udp4: string;
}

const PATIENCE = 10_000;
const ENOUGH = 9_000;

/** Reads until something ends it, and tells what. */
async function endOf(conn: Conn): Promise<string> {
  conn.setReadDeadline(Date.now() + PATIENCE);
  const p = new Uint8Array(1 << 16);
  for (;;) {
    const ended = await outcome(conn.read(p));
    if ("error" in ended) return ended.error.code!;
    if (ended.value === null) return "end";
  }
}

/** Connects in every way; what is to be found when the other side has ended. */
class Peers {
  readonly #connected: Conn[] = [];
  readonly #packets: Conn[] = [];

  async connect(addresses: Addresses): Promise<void> {
    const times = Array.from({ length: addresses.count });
    for (const network of ["unix", "unixpacket"] as const) {
      this.#connected.push(...(await Promise.all(times.map(() => dial(network, addresses[network])))));
    }
    for (const network of ["unixgram", "udp4"] as const) {
      this.#packets.push(await dial(network, addresses[network]));
    }
  }

  /** How the connections ended, all ways that there were; and what datagrams are told. */
  async ends(): Promise<{ connections: string[]; packets: string[]; late: boolean }> {
    const since = performance.now();
    const connections = new Set(await Promise.all(this.#connected.map(endOf)));
    const late = performance.now() - since > SLACK;
    const packets: string[] = [];
    for (const conn of this.#packets) {
      await outcome(conn.write("x"));
      const second = await outcome(conn.write("y"));
      packets.push("error" in second ? second.error.code! : "nothing");
    }
    for (const conn of [...this.#connected, ...this.#packets]) conn.close();
    return { connections: [...connections].filter((how) => how !== "ECONNRESET"), packets, late };
  }
}

const ENDED = { connections: ["end"], packets: ["ENOTCONN", "ECONNREFUSED"], late: false };

describe("with ten thousand operations under way", () => {
  it.each([
    ["process.exit", CLEAN, (child) => child.send("exit")],
    ["SIGTERM", { ...CLEAN, code: null, signal: "SIGTERM" }, (child) => child.kill("SIGTERM")],
    ["SIGKILL", { ...CLEAN, code: null, signal: "SIGKILL" }, (child) => child.kill("SIGKILL")],
  ] as [string, unknown, (child: ChildProcess) => void][])(
    "a process ends by %s",
    async (_how, ending, finish) => {
      const child = start("pending-kinds.mjs");
      const ended = end(child);
      const peers = new Peers();
      await peers.connect(await message<Addresses>(child));
      expect(await message<number>(child)).toBeGreaterThan(ENOUGH);
      finish(child);
      expect(await ended).toEqual(ending);
      expect(await peers.ends()).toEqual(ENDED);
    },
  );

  it.each(["terminate", "exit"])("a worker ends by %s", async (way) => {
    const before = openDescriptors()!;
    const worker = new Worker(new URL("children/pending-kinds.mjs", import.meta.url));
    const tell = worker.postMessage.bind(worker);
    const peers = new Peers();
    const [addresses] = (await once(worker, "message")) as [Addresses];
    const waits = once(worker, "message");
    await peers.connect(addresses);
    expect((await waits)[0]).toBeGreaterThan(ENOUGH);
    const exit = once(worker, "exit");
    if (way === "exit") tell("exit");
    else await worker.terminate();
    await exit;
    expect(await peers.ends()).toEqual(ENDED);
    expect(await lastingLeaks(before)).toEqual([]);
  });
});
