// No type that can be closed is without a table in this folder.

import { expect, it } from "vitest";
import * as rawconn from "rawconn";

it("every class whose objects end has one", () => {
  const isClass = (value: unknown): value is { prototype: object } =>
    typeof value === "function" && typeof value.prototype === "object";
  const ending = Object.entries(rawconn)
    .filter(([, value]) => isClass(value) && Symbol.dispose in value.prototype)
    .map(([name]) => name);
  const abstract = ["Conn", "Handle", "Listener", "MessageConn", "PacketConn"];
  const tables = ["File", "IPConn", "TCPConn", "TCPListener", "UDPConn", "UnixConn", "UnixListener"];
  expect(ending.toSorted()).toEqual([...abstract, ...tables].toSorted());
});
