// Who removes the file of a Unix domain socket, and when: nothing but a listener, once, if it made the file.
// Go: net.TestUnixUnlink

import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { fileListener, listen, listenPacket, type UnixListener } from "rawconn";
import { thrown } from "../support/outcome.js";
import { abstractName, socketPath, unixPair } from "../support/unix.js";

/** A second listener on the same socket, as another process would have it. */
function copyOf(listener: UnixListener): UnixListener {
  using file = listener.file();
  return fileListener(file) as UnixListener;
}

describe.each(["unix", "unixpacket"] as const)("a listener of %s", (network) => {
  it("removes its file when it is closed", async () => {
    const path = socketPath();
    const listener = await listen(network, path);
    expect(existsSync(path)).toBe(true);
    listener.close();
    expect(existsSync(path)).toBe(false);
  });

  it("removes it when it is disposed of", async () => {
    const path = socketPath();
    {
      await using listener = await listen(network, path);
      expect(existsSync(listener.addr!.name)).toBe(true);
    }
    expect(existsSync(path)).toBe(false);
  });

  it("that came as a descriptor leaves the file to who made it", async () => {
    const path = socketPath();
    const listener = await listen(network, path);
    const copy = copyOf(listener);
    copy.close();
    expect(existsSync(path)).toBe(true);
    listener.close();
    expect(existsSync(path)).toBe(false);
  });

  it("does not remove what stands there when it is closed a second time", async () => {
    const path = socketPath();
    const listener = await listen(network, path);
    listener.close();
    writeFileSync(path, "precious");
    expect(thrown(() => listener.close()).code).toBe("ERR_CLOSED");
    expect(readFileSync(path, "utf8")).toBe("precious");
  });

  it("does not remove the very same file a second time", async () => {
    const path = socketPath();
    const listener = await listen(network, path);
    linkSync(path, `${path}-kept`);
    listener.close();
    expect(existsSync(path)).toBe(false);
    renameSync(`${path}-kept`, path);
    expect(thrown(() => listener.close()).code).toBe("ERR_CLOSED");
    expect(existsSync(path)).toBe(true);
  });

  it("is made and closed although the way to its file is barred", async () => {
    const folder = join(dirname(socketPath()), "barred");
    mkdirSync(folder);
    const listener = await listen(network, join(folder, "socket"));
    renameSync(folder, `${folder}-away`);
    // A way that leads to itself: root, too, is refused.
    symlinkSync(folder, folder);
    const copy = copyOf(listener);
    copy.setUnlinkOnClose(true);
    for (const one of [copy, listener]) {
      one.close();
      expect(thrown(() => one.close()).code).toBe("ERR_CLOSED");
    }
    expect(existsSync(join(`${folder}-away`, "socket"))).toBe(true);
    rmSync(folder);
    rmSync(`${folder}-away`, { recursive: true });
  });

  it.each([
    ["made", true],
    ["made", false],
    ["came as a descriptor", true],
    ["came as a descriptor", false],
  ])("that %s does as setUnlinkOnClose(%s) says", async (how, unlink) => {
    const path = socketPath();
    const listener = await listen(network, path);
    const copy = copyOf(listener);
    const [asked, other] = how === "made" ? [listener, copy] : [copy, listener];
    asked.setUnlinkOnClose(unlink);
    asked.close();
    expect(existsSync(path)).toBe(!unlink);
    other.setUnlinkOnClose(false);
    other.close();
  });

  // Here it is more careful than Go, which removes whatever has the name.
  it("does not remove what took its place", async () => {
    const path = socketPath();
    const first = await listen(network, path);
    unlinkSync(path);
    using second = await listen(network, path);
    first.close();
    expect(existsSync(path)).toBe(true);
    unlinkSync(path);
    writeFileSync(path, "precious");
    const copy = copyOf(second);
    copy.setUnlinkOnClose(true);
    copy.close();
    second.close();
    expect(readFileSync(path, "utf8")).toBe("precious");
  });

  it("closes when the file is gone, or was moved", async () => {
    const path = socketPath();
    const gone = await listen(network, path);
    unlinkSync(path);
    gone.close();
    const moved = await listen(network, path);
    renameSync(path, `${path}-moved`);
    moved.close();
    expect(existsSync(`${path}-moved`)).toBe(true);
  });

  it("with an abstract name touches no socket in the file system", async () => {
    const name = abstractName();
    const home = process.cwd();
    process.chdir(dirname(socketPath()));
    try {
      // The same name, read as a path.
      using other = await listen(network, resolve(name));
      using listener = await listen(network, name);
      listener.setUnlinkOnClose(true);
      listener.close();
      expect(existsSync(other.addr!.name)).toBe(true);
    } finally {
      process.chdir(home);
    }
  });
});

it("a path that is taken is EADDRINUSE, by a socket or a file, and neither is removed", async () => {
  const path = socketPath();
  using listener = await listen("unix", path);
  await expect(listen("unix", path)).rejects.toMatchObject({
    code: "EADDRINUSE",
    message: `listen unix ${path}: bind: address already in use`,
  });
  expect(existsSync(listener.addr!.name)).toBe(true);
});

it("connections and packet sockets leave their files, and those of others", async () => {
  const path = socketPath();
  const packets = await listenPacket("unixgram", path);
  packets.close();
  expect(existsSync(path)).toBe(true);
  using ends = await unixPair("unix");
  ends.client.close();
  ends.server.close();
  expect(existsSync(ends.listener.addr!.name)).toBe(true);
});
