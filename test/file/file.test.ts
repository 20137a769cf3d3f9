// A File: a number, a name, and one end.

import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { File, listenUDP, UDPAddr } from "rawconn";
import { binding, constant } from "#lib/internal/binding.js";
import { connectedKinds } from "../support/ends.js";
import { end } from "../life/child.js";
import { thrown } from "../support/outcome.js";
import { pair } from "../support/pair.js";

const isOpen = (fd: number) => binding.fcntl(fd, constant("F_GETFD"), 0) >= 0;

describe("a File", () => {
  it("takes over a number, and closes it once", () => {
    const fd = openSync("/proc/self/status", "r");
    const file = new File(fd, "status");
    expect([file.fd, file.name]).toEqual([fd, "status"]);
    file.close();
    expect(isOpen(fd)).toBe(false);
    expect(thrown<Error>(() => file.fd)).toMatchObject({ code: "ERR_CLOSED" });
    expect(thrown<Error>(() => file.close())).toMatchObject({ code: "ERR_CLOSED" });
    expect(file.name).toBe("status");
  });

  it("closes at the end of a block, also what was closed in it", async () => {
    const fds = [1, 2, 3].map(() => openSync("/proc/self/status", "r"));
    {
      using one = new File(fds[0]);
      await using two = new File(fds[1]);
      using three = new File(fds[2]);
      three.close();
      expect([one.fd, two.fd].map(isOpen)).toEqual([true, true]);
    }
    expect(fds.map(isOpen)).toEqual([false, false, false]);
  });

  it.each([-1, 1.5, NaN, 2 ** 31, 2 ** 53])("has no number %s", (fd) => {
    expect(thrown<RangeError>(() => new File(fd))).toMatchObject({ code: "ERR_OUT_OF_RANGE" });
  });

  it.each([undefined, null, "3", {}, 3n])("is not made of %s", (fd) => {
    expect(thrown<TypeError>(() => new File(fd as never))).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
  });

  it.each(connectedKinds)("of a connection of %s is called by its two ends", async (network, ends) => {
    using both = await ends();
    using file = both.conn.file();
    // Raw IP may have its protocol behind the network.
    const name = file.name.replace(/^(ip4):\d+:/, "$1:");
    expect(name).toBe(`${network}:${both.conn.localAddr}->${both.conn.remoteAddr}`);
  });

  it("of a socket without a peer is called by its one end", async () => {
    using conn = await listenUDP("udp4", new UDPAddr({ ip: "127.0.0.1" }));
    using file = conn.file();
    expect(file.name).toBe(`udp4:${conn.localAddr}->`);
  });

  it("is another number each time, and does not block", async () => {
    using ends = await pair();
    using first = ends.client.file();
    using second = ends.client.file();
    expect(first.fd).not.toBe(second.fd);
    const flags = binding.fcntl(first.fd, constant("F_GETFL"), 0);
    expect(flags & constant("O_NONBLOCK")).not.toBe(0);
  });

  it("is for a child process to have, by its number", async () => {
    using ends = await pair();
    using file = ends.client.file();
    const child = spawn("sh", ["-c", "echo from the child >&3"], {
      stdio: ["ignore", "pipe", "pipe", file.fd],
    });
    expect(await end(child)).toEqual({ code: 0, signal: null, stdout: "", stderr: "" });
    const p = Buffer.alloc(64);
    const n = await ends.server.read(p);
    expect(p.toString("latin1", 0, n!)).toBe("from the child\n");
  });
});
