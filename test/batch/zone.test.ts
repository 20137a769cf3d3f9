// A batch that is sent again finds the interface that its addresses name, whichever that is by then.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MessageBatch, UDPConn } from "rawconn";
import { TwoHosts } from "../support/host.js";
import { noNamespaces } from "../support/lab.js";

describe.skipIf(noNamespaces !== null)("a batch to a link-local address", () => {
  let lab: TwoHosts;
  beforeAll(() => void (lab = new TwoHosts()));
  afterAll(() => lab?.end());

  function makeLink(): void {
    const { near } = lab;
    near.ip("link", "add", "v0", "type", "veth", "peer", "name", "v1");
    for (const name of ["v0", "v1"]) near.ip("link", "set", name, "up");
    near.ip("addr", "add", "fe80::1/64", "dev", "v0", "nodad");
  }

  it("goes out by an interface that was made anew under its old name", async () => {
    makeLink();
    const send = () =>
      lab.near.run(async ({ net, get, kept }) => {
        if (!kept.has("conn")) {
          const to = new net.UDPAddr({ ip: "ff02::fb", port: 5353, zone: "v0" });
          const made = new net.MessageBatch({ messages: 1, size: 8 });
          made.push("hi", to);
          kept.set("conn", await net.listenUDP("udp6", null));
          kept.set("batch", Object.assign(made, { [Symbol.dispose]() {} }));
        }
        const batch = get<MessageBatch<never>>("batch");
        return get<UDPConn>("conn")
          .writeBatch(batch)
          .then(String, (error: Error) => error.message);
      });
    expect(await send()).toBe("1");
    lab.near.ip("link", "delete", "v0");
    // The number that it had goes to another.
    lab.near.ip("link", "add", "w0", "type", "veth", "peer", "name", "w1");
    makeLink();
    // Numbers of zones are remembered for a second.
    await expect.poll(send, { timeout: 5000 }).toBe("1");
  });
});
