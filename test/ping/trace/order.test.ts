import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { link, Namespace, noNamespaces } from "../../support/lab.js";
import { routers, traceIn } from "./tracing.js";

describe.skipIf(noNamespaces !== null)("trace to a host that answers a few probes in a second", () => {
  let near: Namespace;
  let host: Namespace;
  beforeAll(() => {
    near = new Namespace();
    host = new Namespace();
    link(near, "n0", ["10.9.1.1/24"], host, "h0", ["10.9.1.2/24"]);
    // What every Linux does by itself: six reports at once, and then one in a second.
    host.sysctl("net.ipv4.icmp_ratelimit=1000", "net.ipv4.icmp_ratemask=6168");
  });
  afterAll(() => {
    for (const space of [near, host]) space?.remove();
  });

  // A report fails the send that comes next. Were that made again behind those to later hops, these would have had all
  // the answers there are by then.
  it("sends its probes in order, whatever the answers to the first ones do to the next", async () => {
    const outcome = await traceIn(near, "10.9.1.2", { timeout: 500 });
    expect(outcome).toMatchObject({ error: null, reached: true });
    expect(routers(outcome)).toEqual(["10.9.1.2"]);
    expect(outcome.hops).toMatchObject([{ ttl: 1, transmitted: 3, received: 3, final: true }]);
  });
});
