// The examples of a dial for a Resolver, against a server that speaks both, and that must prove who it is.

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Resolver, type ResolverDial } from "rawconn";
import { dialHTTPS } from "../../examples/dns-over-https.mjs";
import { dialTLS } from "../../examples/dns-over-tls.mjs";
import { noServers, type RealServers, realServers, SERVER_NAME, ZONE } from "../dns/real-servers.js";
import { BIG } from "../dns/zone.js";
import { certificate } from "../support/certificate.js";
import { rejection } from "../support/outcome.js";
import { tempDir } from "../support/temp-dir.js";

function run(example: string, args: string[], env: Record<string, string>) {
  const file = fileURLToPath(new URL(`../../examples/${example}.mjs`, import.meta.url));
  return new Promise<{ code: number; stdout: string }>((resolve) => {
    execFile(process.execPath, [file, ...args], { env: { ...process.env, ...env } }, (error, stdout) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout }),
    );
  });
}

/** A dial by each way, and what ends it. */
interface Way {
  dial: ResolverDial;
  close: () => void;
}

describe.skipIf(noServers !== null)("a resolver that asks", () => {
  let servers: RealServers;
  beforeAll(async () => {
    servers = await realServers();
  });
  afterAll(() => servers?.[Symbol.asyncDispose]());

  const byTLS = (ca: string, servername: string): Way => {
    const [host, port] = servers.tls.split(":") as [string, string];
    return { dial: dialTLS({ host, port: Number(port), servername, ca }), close: () => {} };
  };
  const byHTTPS = (ca: string, servername: string): Way =>
    dialHTTPS(`https://${servers.https}/dns-query`, { ca, servername });

  describe.each([
    ["TLS", byTLS],
    ["HTTPS", byHTTPS],
  ])("by %s", (_, make) => {
    const asked = async <T>(
      ask: (resolver: Resolver) => Promise<T>,
      { ca = readFileSync(servers.certificate.cert, "utf8"), servername = SERVER_NAME } = {},
    ): Promise<T> => {
      const { dial, close } = make(ca, servername);
      try {
        return await ask(new Resolver({ preferGo: true, dial }));
      } finally {
        close();
      }
    };

    it("has the zone's answers, of any size", async () => {
      const addresses = await asked((resolver) => resolver.lookupHost(`alias.${ZONE}`));
      expect(addresses.sort()).toEqual(["192.0.2.1", "192.0.2.2", "2001:db8::1"]);
      expect(await asked((resolver) => resolver.lookupTXT(ZONE))).toEqual(["one and two; three"]);
      expect((await asked((resolver) => resolver.lookupTXT(`big.${ZONE}`))).length).toBe(BIG);
    });

    it("asks many questions at once", async () => {
      const names = Array.from({ length: 20 }, (_unused, i) => `n${i}.wild.${ZONE}`);
      const found = await asked((resolver) =>
        Promise.all(names.map((name) => resolver.lookupIP("ip4", name))),
      );
      expect(new Set(found.map(String))).toEqual(new Set(["192.0.2.9"]));
    });

    it("hears that a name does not exist", async () => {
      const lookup = asked((resolver) => resolver.lookupHost(`nosuch.${ZONE}`));
      expect(await rejection(lookup)).toMatchObject({ isNotFound: true });
    });

    it("believes nobody whose certificate it does not trust", async () => {
      using dir = tempDir();
      const { cert } = certificate(dir.path, "stranger", [`DNS:${SERVER_NAME}`]);
      const lookup = asked((resolver) => resolver.lookupTXT(ZONE), { ca: readFileSync(cert, "utf8") });
      expect(await rejection(lookup)).toMatchObject({
        name: "DNSError",
        err: expect.stringMatching(/self.signed certificate/),
      });
    });

    it("believes nobody whose certificate is for another name", async () => {
      const lookup = asked((resolver) => resolver.lookupTXT(ZONE), { servername: "other.test" });
      expect(await rejection(lookup)).toMatchObject({
        name: "DNSError",
        err: expect.stringMatching(/altnames.*other\.test/),
      });
    });

    it("stops when the caller aborts", async () => {
      const lookup = asked((resolver) => {
        const over = new AbortController();
        const looking = resolver.lookupTXT(ZONE, { signal: over.signal });
        over.abort();
        return looking;
      });
      expect(await rejection(lookup)).toMatchObject({ code: "ABORT_ERR" });
    });
  });

  it("is run by one command", async () => {
    const trust = { NODE_EXTRA_CA_CERTS: servers.certificate.cert };
    const name = `only4.${ZONE}`;
    const good = { code: 0, stdout: "192.0.2.4\n" };
    expect(await run("dns-over-tls", [servers.tls, SERVER_NAME, name], trust)).toEqual(good);
    expect(await run("dns-over-https", [`https://${servers.https}/dns-query`, name], trust)).toEqual(good);
    for (const [example, server] of [
      ["dns-over-tls", [servers.tls, SERVER_NAME]],
      ["dns-over-https", [`https://${servers.https}/dns-query`]],
    ] as const) {
      const { code, stdout } = await run(example, [...server, name], {});
      expect(code).toBe(1);
      expect(stdout).toMatch(/^DNSError: lookup .*self.signed certificate/);
    }
  });
});
