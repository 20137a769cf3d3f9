// The system's own resolver: when it is asked, and that nobody need wait for it. Only names of this host are.

import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { Resolver } from "rawconn";
import { rejection } from "../support/outcome.js";
import { fakeServer } from "./fake-server.js";
import { systemFiles } from "./system.js";

// A source that our client does not know.
const nsswitch = "hosts: files elsewhere dns\n";

const getent = (): string[] => {
  const lines = execFileSync("getent", ["ahosts", "localhost"], { encoding: "utf8" }).trim().split("\n");
  return [...new Set(lines.map((line) => line.split(/\s+/)[0]))];
};

describe("the system's resolver", () => {
  it("is asked where the files are beyond our client, and gives what getent does", async () => {
    using _ = systemFiles({ nsswitch });
    const server = fakeServer(() => "never");
    const resolver = new Resolver({ dial: server.dial });
    expect((await resolver.lookupHost("localhost")).sort()).toEqual(getent().sort());
    expect((await resolver.lookupIP("ip4", "localhost")).map(String)).toEqual(["127.0.0.1"]);
    expect((await resolver.lookupAddr("127.0.0.1")).length).toBe(1);
    expect(server.asked).toEqual([]);
  });

  it("is not asked where our client is preferred", async () => {
    using _ = systemFiles({ nsswitch, hosts: "127.0.0.7 localhost\n" });
    expect(await new Resolver({ preferGo: true }).lookupHost("localhost")).toEqual(["127.0.0.7"]);
  });

  it("may be left by who aborts", async () => {
    using _ = systemFiles({ nsswitch });
    const over = new AbortController();
    const lookup = rejection(new Resolver().lookupHost("localhost", { signal: over.signal }));
    over.abort();
    expect(await lookup).toMatchObject({
      code: "ABORT_ERR",
      message: "lookup localhost: operation was canceled",
    });
  });

  const beyondASCII = ["①②⑦.⓪.⓪.①", "127。0。0。1", "127.0.0.1\u00ad", "１２７.1", "０ｘ7f.1", "ｌocalhost"];

  it.each(["127.1", "0x7f000001", "2130706433", "1.0x2", ...beyondASCII])(
    "never sees %s, which it would take for something else",
    async (host) => {
      using _ = systemFiles({ nsswitch });
      expect(await rejection(new Resolver().lookupHost(host))).toMatchObject({ isNotFound: true });
    },
  );
});
