// unbound and nsd, on ports of this process's own address, for the length of a test file.

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { certificate, type Certificate } from "../support/certificate.js";
import { freePort, isInstalled, ownAddress, Program } from "../support/program.js";
import { tempDir } from "../support/temp-dir.js";
import { reverseZones, zoneFile } from "./zone.js";

const missing = ["unbound", "nsd", "openssl"].filter((program) => !isInstalled(program));

/** Why the real servers cannot be had, or null. */
export const noServers = missing.length > 0 ? `not installed: ${missing.join(", ")}` : withoutHTTPS();

// It can be built without.
function withoutHTTPS(): string | null {
  const built = execFileSync("unbound", ["-V"], { encoding: "utf8" });
  return built.includes("--with-libnghttp2") ? null : "this unbound speaks no HTTPS";
}

if (noServers !== null) console.log(`no real DNS servers here to ask: ${noServers}`);

/** The zone that nsd serves, and to which unbound leads. */
export const ZONE = "zone.test.";
/** The zone that unbound has itself. */
export const OWN_ZONE = "own.test.";
/** The name in the servers' certificate. */
export const SERVER_NAME = "dns.test";

/** The running servers, each as `host:port`. */
export interface RealServers extends AsyncDisposable {
  nsd: string;
  unbound: string;
  /** unbound, by TLS and by HTTPS. */
  tls: string;
  https: string;
  certificate: Certificate;
}

/** Starts both. */
export async function realServers(): Promise<RealServers> {
  const dir = tempDir();
  const [nsdPort, port, tlsPort, httpsPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const made = certificate(dir.path, "server", [`DNS:${SERVER_NAME}`, `IP:${ownAddress}`]);
  const files = [
    ...nsdFiles(dir.path, nsdPort),
    ...unboundFiles(dir.path, nsdPort, port, tlsPort, httpsPort),
  ];
  for (const [name, text] of files) writeFileSync(join(dir.path, name), text);
  const nsd = new Program("nsd", ["-d", "-c", join(dir.path, "nsd.conf")]);
  const unbound = new Program("unbound", ["-d", "-c", join(dir.path, "unbound.conf")]);
  const stop = async () => {
    await Promise.all([nsd, unbound].map((program) => program[Symbol.asyncDispose]()));
    dir[Symbol.dispose]();
  };
  try {
    await Promise.all([nsd.listens(nsdPort), unbound.listens(port), unbound.listens(httpsPort)]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    nsd: `${ownAddress}:${nsdPort}`,
    unbound: `${ownAddress}:${port}`,
    tls: `${ownAddress}:${tlsPort}`,
    https: `${ownAddress}:${httpsPort}`,
    certificate: made,
    [Symbol.asyncDispose]: stop,
  };
}

type Files = [name: string, text: string][];

function nsdFiles(dir: string, port: number): Files {
  const reverse = Object.entries(reverseZones).map(([name, text]): [string, string] => [name, text(ZONE)]);
  const zones: Files = [[ZONE, zoneFile(ZONE)], ...reverse];
  const conf = `
server:
  ip-address: ${ownAddress}@${port}
  server-count: 1
  do-ip6: no
  username: ""
  database: ""
  zonesdir: "${dir}"
  zonelistfile: "${dir}/zone.list"
  xfrdfile: "${dir}/xfrd.state"
  xfrdir: "${dir}"
  pidfile: "${dir}/nsd.pid"
remote-control:
  control-enable: no
${zones.map(([name]) => `zone:\n  name: "${name}"\n  zonefile: "nsd-${name}zone"\n`).join("")}`;
  return [["nsd.conf", conf], ...zones.map(([name, text]): [string, string] => [`nsd-${name}zone`, text])];
}

// Everything but its own zones is refused, and it sends from loopback alone: nothing leaves this host.
function unboundFiles(dir: string, nsd: number, port: number, tls: number, https: number): Files {
  const led = [ZONE, ...Object.keys(reverseZones)];
  const conf = `
server:
${[port, tls, https].map((each) => `  interface: ${ownAddress}@${each}\n`).join("")}
  port: ${port}
  tls-port: ${tls}
  https-port: ${https}
  tls-service-pem: "${dir}/server.pem"
  tls-service-key: "${dir}/server.key"
  outgoing-interface: ${ownAddress}
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  do-ip6: no
  do-daemonize: no
  use-syslog: no
  username: ""
  chroot: ""
  directory: "${dir}"
  pidfile: "${dir}/unbound.pid"
  num-threads: 1
  module-config: "iterator"
  local-zone: "." refuse
  local-zone: "local.test." static
  local-data: "plain.local.test. 60 IN A 192.0.2.77"
  local-data: 'plain.local.test. 60 IN TXT "of local data"'
${[...led, OWN_ZONE].map((name) => `  local-zone: "${name}" transparent\n`).join("")}
remote-control:
  control-enable: no
auth-zone:
  name: "${OWN_ZONE}"
  zonefile: "${dir}/own.zone"
  for-downstream: yes
  for-upstream: yes
${led.map((name) => `forward-zone:\n  name: "${name}"\n  forward-addr: ${ownAddress}@${nsd}\n`).join("")}`;
  return [
    ["unbound.conf", conf],
    ["own.zone", zoneFile(OWN_ZONE)],
  ];
}
