// Networks to ping in: two hosts with a router between them.

import { fileURLToPath } from "node:url";
import { link, Namespace } from "../support/lab.js";

/** A host, a router and another host: 10.9.1.1 - 10.9.1.2/10.9.2.2 - 10.9.2.1, and the same in fd09. */
export class Lab {
  readonly near = new Namespace().admitPing();
  readonly router = new Namespace();
  readonly far = new Namespace();

  constructor() {
    const { near, router, far } = this;
    link(near, "n0", ["10.9.1.1/24", "fd09:1::1/64"], router, "r0", ["10.9.1.2/24", "fd09:1::2/64"]);
    link(router, "r1", ["10.9.2.2/24", "fd09:2::2/64"], far, "f0", ["10.9.2.1/24", "fd09:2::1/64"]);
    for (const via of ["10.9.1.2", "fd09:1::2"]) near.ip("route", "add", "default", "via", via);
    for (const via of ["10.9.2.2", "fd09:2::2"]) far.ip("route", "add", "default", "via", via);
    router.sysctl("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
    // A router tells of every packet, not of some in a second.
    router.sysctl("net.ipv4.icmp_ratemask=0", "net.ipv6.icmp.ratelimit=0", "net.ipv6.icmp.ratemask=");
    router.ip("route", "add", "unreachable", "10.9.3.0/24");
    router.ip("route", "add", "prohibit", "fd09:3::/64");
    router.ip("route", "add", "blackhole", "10.9.4.0/24");
  }

  remove(): void {
    for (const space of [this.near, this.router, this.far]) space.remove();
  }
}

/** The file of a program that stands beside this one. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
