// Four namespaces in a row: what a path is found through.

import { link, Namespace } from "./lab.js";
import { Relay } from "./relay.js";

/** The routers and the target, as they answer to `near`: by the side that faces it. */
export const way = {
  4: ["10.9.1.2", "10.9.2.2", "10.9.3.2"],
  6: ["fd09:1::2", "fd09:2::2", "fd09:3::2"],
} as const;

/**
 * A host, two routers and a host. `near` is 10.9.1.1, `far` 10.9.3.2, and the last link of 1300 bytes; the same in
 * fd09:1:: to fd09:3::. The second router calls hosts of 10.9.4.0/24 unreachable, forwards nothing to 10.9.5.0/24,
 * and says so, and drops what is for 10.9.6.0/24 in silence; the same in fd09:4:: to fd09:6::.
 */
export class Row {
  readonly near = new Namespace().admitPing();
  readonly first = new Namespace();
  readonly second = new Namespace();
  readonly far = new Namespace();
  #relay: Relay | null = null;

  private constructor() {}

  /** Makes one; with `relayed`, a {@link Relay} is the link between the routers. */
  static async make({ relayed = false } = {}): Promise<Row> {
    const row = new Row();
    const { near, first, second, far } = row;
    link(near, "n0", ["10.9.1.1/24", "fd09:1::1/64"], first, "a0", ["10.9.1.2/24", "fd09:1::2/64"]);
    const middle = [
      first,
      "a1",
      ["10.9.2.1/24", "fd09:2::1/64"],
      second,
      "b0",
      ["10.9.2.2/24", "fd09:2::2/64"],
    ] as const;
    if (relayed) row.#relay = await Relay.between(...copy(middle));
    else link(...copy(middle));
    link(second, "b1", ["10.9.3.1/24", "fd09:3::1/64"], far, "f0", ["10.9.3.2/24", "fd09:3::2/64"]);
    for (const [space, v4, v6] of [
      [near, "10.9.1.2", "fd09:1::2"],
      [first, "10.9.2.2", "fd09:2::2"],
      [far, "10.9.3.1", "fd09:3::1"],
    ] as const) {
      space.ip("route", "add", "default", "via", v4);
      space.ip("route", "add", "default", "via", v6);
    }
    second.ip("route", "add", "10.9.1.0/24", "via", "10.9.2.1");
    second.ip("route", "add", "fd09:1::/64", "via", "fd09:2::1");
    row.#refuse();
    second.ip("link", "set", "b1", "mtu", "1300");
    far.ip("link", "set", "f0", "mtu", "1300");
    for (const space of [near, first, second, far]) row.#speak(space);
    return row;
  }

  /** The link between the routers. */
  get relay(): Relay {
    if (this.#relay === null) throw new Error("this row has no relay");
    return this.#relay;
  }

  async end(): Promise<void> {
    await this.#relay?.end();
    for (const space of [this.near, this.first, this.second, this.far]) space.remove();
  }

  // By a filter, since a kernel that has no route says so but now and then.
  #refuse(): void {
    const { second } = this;
    second.nft("add table inet refuse; add chain inet refuse on { type filter hook forward priority 0 ; }");
    for (const [net, word] of [
      [4, "host-unreachable"],
      [5, "admin-prohibited"],
    ] as const) {
      second.ip("route", "add", `10.9.${net}.0/24`, "via", "10.9.3.2");
      second.ip("route", "add", `fd09:${net}::/64`, "via", "fd09:3::2");
      for (const match of [`ip daddr 10.9.${net}.0/24`, `ip6 daddr fd09:${net}::/64`])
        second.nft(`add rule inet refuse on ${match} reject with icmpx type ${word}`);
    }
    second.ip("route", "add", "blackhole", "10.9.6.0/24");
    second.ip("route", "add", "blackhole", "fd09:6::/64");
  }

  // Everybody forwards, and tells of every packet, not of some in a second.
  #speak(space: Namespace): void {
    space.sysctl("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
    space.sysctl(
      "net.ipv4.icmp_ratemask=0",
      "net.ipv4.icmp_msgs_per_sec=100000",
      "net.ipv4.icmp_msgs_burst=100000",
    );
    space.sysctl("net.ipv6.icmp.ratelimit=0");
  }
}

type Link = Parameters<typeof link>;

function copy([a, aName, aAddrs, b, bName, bAddrs]: readonly [
  Namespace,
  string,
  readonly string[],
  Namespace,
  string,
  readonly string[],
]): Link {
  return [a, aName, [...aAddrs], b, bName, [...bAddrs]];
}
