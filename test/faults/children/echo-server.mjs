// Echoes over TCP and Unix sockets, until it is told to stop; its parent may freeze it meanwhile.

import { listen } from "rawconn";
import { echo } from "../../life/children/echo.mjs";

const listeners = [
  await listen("tcp", "127.0.0.1:0"),
  await listen("unix", `@rawconn-${process.pid}-echo`),
  await listen("unixpacket", `@rawconn-${process.pid}-echo-packets`),
];
for (const listener of listeners) {
  void (async () => {
    for await (const conn of listener) {
      echo(/** @type {import("rawconn").TCPConn} */ (conn)).catch(() => conn[Symbol.dispose]());
    }
  })();
}
process.send?.(listeners.map(({ addr }) => [addr?.network, String(addr)]));
process.once("message", () => {
  for (const listener of listeners) listener.close();
  process.disconnect();
});
