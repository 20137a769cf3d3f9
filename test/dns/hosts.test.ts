// The hosts file: names are the same with a dot at their end or without, here and there.

import { expect, it } from "vitest";
import { Hosts } from "#lib/dns/hosts.js";

const hosts = new Hosts("127.0.0.1 Localhost\n127.0.0.2 a.test alias\n127.0.0.3 rooted.\n127.0.0.4 ROOTED\n");

it.each([
  ["localhost", ["127.0.0.1"], "localhost"],
  ["LOCALHOST.", ["127.0.0.1"], "localhost"],
  ["a.test", ["127.0.0.2"], "a.test."],
  ["a.test.", ["127.0.0.2"], "a.test."],
  ["alias.", ["127.0.0.2"], "a.test."],
  ["rooted", ["127.0.0.3", "127.0.0.4"], "rooted."],
  ["rooted.", ["127.0.0.3", "127.0.0.4"], "rooted."],
])("%s is found", (name, addrs, canonical) => {
  expect(hosts.host(name)).toEqual({ addrs, canonical });
});

it.each(["", ".", "localhost..", "localhos"])("%j is not", (name) => {
  expect(hosts.host(name)).toBeNull();
});
