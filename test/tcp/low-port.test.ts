// A port that is not for everyone: the error says what to do.

import { realpathSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asNobody, Namespace, noNamespaces } from "../support/lab.js";

const library = new URL("../../dist/esm/index.js", import.meta.url).href;

describe.skipIf(noNamespaces !== null)("a port that needs a right", () => {
  let space: Namespace;
  beforeAll(() => {
    space = new Namespace();
  });
  afterAll(() => space?.remove());

  /** Does it without any rights: the text of its error, its code and its hint. */
  async function refused(call: string): Promise<[string, string, string | undefined]> {
    const script = `
      import * as net from ${JSON.stringify(library)};
      const error = await ${call}.then(() => new Error("nothing was refused"), (reason) => reason);
      console.log(JSON.stringify([error.message, error.code, error.hint]));`;
    const run = [process.execPath, "--input-type=module", "-e", script];
    return JSON.parse((await space.execute(...asNobody, ...run)).stdout) as [string, string, string];
  }

  const hint = (port: number) =>
    `port ${port} needs the capability cap_net_bind_service: run as root, or once: ` +
    `setcap cap_net_bind_service+ep ${realpathSync(process.execPath)}; ` +
    `or, for everyone: sysctl -w net.ipv4.ip_unprivileged_port_start=${port}`;

  it.each([
    ['net.listen("tcp", "127.0.0.1:80")', "listen tcp 127.0.0.1:80: bind: permission denied", 80],
    ['net.listenPacket("udp", "[::1]:1023")', "listen udp [::1]:1023: bind: permission denied", 1023],
    [
      'new net.Dialer({ localAddr: new net.TCPAddr({ port: 1 }) }).dial("tcp4", "127.0.0.1:9")',
      "dial tcp4 :1->127.0.0.1:9: bind: permission denied",
      1,
    ],
  ])("is refused with a hint: %s", async (call, message, port) => {
    expect(await refused(call)).toEqual([message, "EACCES", hint(port)]);
  });

  it("is no matter of ports where a path may not be written", async () => {
    expect(await refused('net.listen("unix", "/nobody.sock")')).toEqual([
      "listen unix /nobody.sock: bind: permission denied",
      "EACCES",
      null,
    ]);
  });
});
