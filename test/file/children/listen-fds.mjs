// A service whose sockets were opened by whoever started it. Says what it got, answers one client on each, and ends.

import { readFileSync } from "node:fs";
import { fileListener, filePacketConn, listenFds } from "rawconn";
import { binding, constant } from "#lib/internal/binding.js";

/** @param {number} fd */
const flagsOf = (fd) => /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1] ?? "";
const O_CLOEXEC = 0o2000000;

// Node closes what it has at its start to its children. What comes later it does not know.
for (const fd of [3, 4, 5]) binding.fcntl(fd, constant("F_SETFD"), 0);
const files = listenFds();
const left = Object.keys(process.env).filter((name) => name.startsWith("LISTEN_"));
console.log(
  JSON.stringify({
    files: files.map(({ fd, name }) => [fd, name]),
    inherited: files.filter(({ fd }) => (Number.parseInt(flagsOf(fd), 8) & O_CLOEXEC) === 0).length,
    left,
    again: listenFds().length,
  }),
);

const p = new Uint8Array(64);
for (const file of files.slice(0, 2)) {
  const listener = fileListener(file);
  file.close();
  const conn = await listener.accept();
  const n = /** @type {number} */ (await conn.read(p));
  await conn.write(p.slice(0, n));
  conn.close();
  listener.close();
}
const [, , packets] = files;
if (packets !== undefined) {
  const conn = filePacketConn(packets);
  packets.close();
  const received = await conn.readFrom(p);
  if (received !== null) await conn.writeTo(p.slice(0, received.n), /** @type {never} */ (received.addr));
  conn.close();
}
