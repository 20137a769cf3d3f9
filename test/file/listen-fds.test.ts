// Sockets that a service manager opened: by the real thing, a child process that is started with them.
// sd_listen_fds(3)

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { type Conn, dial, dialUDP, type File, listen, listenFds, listenUDP, UDPAddr } from "rawconn";
import { end } from "../life/child.js";
import { socketPath } from "../support/unix.js";

const script = fileURLToPath(new URL("children/listen-fds.mjs", import.meta.url));

/** A child with these as its descriptors from 3 on, and variables that say so, of its own number. */
function start(files: readonly File[], names: string) {
  // exec keeps the number that the shell knows.
  const wrapper = 'LISTEN_PID=$$ exec "$@"';
  return spawn("sh", ["-c", wrapper, "sh", process.execPath, script], {
    stdio: ["ignore", "pipe", "pipe", ...files.map((file) => file.fd)],
    env: { ...process.env, LISTEN_FDS: String(files.length), LISTEN_FDNAMES: names },
  });
}

async function echoed(conn: Conn): Promise<string> {
  await conn.write("hello");
  const p = Buffer.alloc(64);
  const n = await conn.read(p);
  return p.toString("latin1", 0, n ?? 0);
}

describe("a service that is started with its sockets", () => {
  it("gets them by name, once, closes them to its children, and serves", async () => {
    const path = socketPath();
    const [web, control] = [await listen("tcp", "127.0.0.1:0"), await listen("unix", path)];
    const packets = await listenUDP("udp", new UDPAddr({ ip: "127.0.0.1" }));
    control.setUnlinkOnClose(false);
    const files = [web.file(), control.file(), packets.file()];
    const child = start(files, "web:control");
    const ending = end(child);
    // From here on the child alone has them.
    for (const handle of [web, control, packets, ...files]) handle.close();
    using first = await dial("tcp", String(web.addr));
    expect(await echoed(first)).toBe("hello");
    using second = await dial("unix", path);
    expect(await echoed(second)).toBe("hello");
    using third = await dialUDP("udp", null, packets.localAddr!);
    expect(await echoed(third)).toBe("hello");
    const { stdout, ...rest } = await ending;
    expect(rest).toEqual({ code: 0, signal: null, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      files: [
        [3, "web"],
        [4, "control"],
        [5, "LISTEN_FD_5"],
      ],
      inherited: 0,
      left: [],
      again: 0,
    });
    // It was not the child that made the file.
    expect(existsSync(path)).toBe(true);
  });
});

describe("listenFds gives nothing", () => {
  afterEach(() => {
    for (const name of ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]) delete process.env[name];
  });

  const self = String(process.pid);

  it.each([
    ["without the variables", {}],
    ["for another process", { LISTEN_PID: String(process.ppid), LISTEN_FDS: "1" }],
    ["for nobody", { LISTEN_FDS: "1" }],
    ["of no sockets", { LISTEN_PID: self, LISTEN_FDS: "0" }],
    ["without their number", { LISTEN_PID: self }],
    ["of fewer than none", { LISTEN_PID: self, LISTEN_FDS: "-1" }],
    ["of what is no number", { LISTEN_PID: self, LISTEN_FDS: "1x" }],
    ["of more than a process has", { LISTEN_PID: self, LISTEN_FDS: "4294967297" }],
    ["for a number that only looks like this one", { LISTEN_PID: `0${self}`, LISTEN_FDS: "1" }],
  ])("%s", (_, variables) => {
    Object.assign(process.env, variables);
    expect(listenFds()).toEqual([]);
    // They are taken away all the same: a child of this process must not think that they are for it.
    expect(Object.keys(process.env).filter((name) => name.startsWith("LISTEN_"))).toEqual([]);
  });
});
