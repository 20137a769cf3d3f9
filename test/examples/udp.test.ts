// Requests over UDP: against nc, and against a server that does all that a network may do.

import { describe, expect, it } from "vitest";
import { dial, isClosed, listenPacket, type UDPConn } from "rawconn";
import { Requests } from "../../examples/udp-echo/requests.mjs";
import { converse, hostAndPort, missingNc, runExample, Running } from "./example.js";

const noNc = missingNc();

/** Calls `f` with every packet until the socket is closed. */
async function serve(
  conn: UDPConn,
  f: (packet: Uint8Array, reply: (p: Uint8Array) => Promise<unknown>) => unknown,
) {
  const p = new Uint8Array(65536);
  try {
    for (;;) {
      const { n, addr } = await conn.readFrom(p);
      await f(p.slice(0, n), (answer) => conn.writeTo(answer, addr!));
    }
  } catch (error) {
    if (!isClosed(error)) throw error;
  }
}

describe("the UDP echo server", () => {
  it.skipIf(noNc !== null)("answers nc", async () => {
    await using server = Running.example("udp-echo/server", "127.0.0.1:0");
    // -W 1: nc ends with the first answer.
    const args = ["-u", "-W", "1", ...hostAndPort(await server.address())];
    expect((await converse("nc", args, "hello\n")).stdout).toBe("hello\n");
  });

  it("answers the last first when it is told to, and the client still knows which is whose", async () => {
    await using server = Running.example("udp-echo/server", "127.0.0.1:0", "8");
    const { status, stdout } = await runExample("udp-echo/client", await server.address(), "8");
    const lines = stdout.trim().split("\n");
    expect(lines).toEqual([8, 7, 6, 5, 4, 3, 2, 1].map((i) => `request ${i} -> hello of request ${i}`));
    expect(status).toBe(0);
  });
});

describe("requests over UDP", () => {
  it("are sent again when they are lost, and answered once when the answer comes twice", async () => {
    using server = await listenPacket("udp", "127.0.0.1:0");
    const seen = new Map<string, number>();
    const serving = serve(server, async (packet, reply) => {
      const id = Buffer.from(packet.subarray(0, 4)).toString("hex");
      const times = (seen.get(id) ?? 0) + 1;
      seen.set(id, times);
      // The first of each is lost; an answer comes twice, and with one that nobody asked for.
      if (times === 1) return;
      await reply(Uint8Array.of(0, 0, 0, 0, 33));
      await reply(Uint8Array.of(1, 2));
      await reply(packet);
      await reply(packet);
    });
    using conn = await dial("udp", String(server.localAddr));
    const requests = new Requests(conn);
    const answers = await Promise.all(
      ["a", "b", "c"].map((body) => requests.ask(body, { timeout: 30, tries: 100 })),
    );
    expect(answers).toEqual(["a", "b", "c"]);
    expect(seen.size).toBe(3);
    conn.close();
    server.close();
    await serving;
  });

  it("fail when there is no answer, with nobody there", async () => {
    const gone = await listenPacket("udp", "127.0.0.1:0");
    using conn = await dial("udp", String(gone.localAddr));
    gone.close();
    await expect(new Requests(conn).ask("x", { timeout: 5, tries: 3 })).rejects.toThrow(
      "no answer after 3 tries",
    );
  });
});
