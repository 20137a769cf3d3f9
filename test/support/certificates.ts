// An authority of the tests' own, and certificates that it signed. Made by openssl(1), which must be there.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tempDir } from "./temp-dir.js";

/** A key and the certificate that goes with it, as PEM. */
export interface Identity {
  key: string;
  cert: string;
}

/** What TLS is tested with. */
export interface Certificates {
  /** The authority's certificate. */
  ca: string;
  /** For `localhost` and the addresses of loopback. */
  server: Identity;
  /** For a client called `client`. */
  client: Identity;
  /** Signed by nobody but itself. */
  stranger: Identity;
}

const EXTENSIONS = "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1\n";
const CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** Makes them anew. */
export function makeCertificates(): Certificates {
  using dir = tempDir();
  const path = (name: string) => join(dir.path, name);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: dir.path, stdio: "pipe" });
  const read = (name: string) => readFileSync(path(name), "utf8");
  const selfSigned = (name: string) => {
    const subject = ["-subj", `/CN=${name}`, "-days", "2"];
    openssl("req", "-x509", ...CURVE, "-keyout", `${name}.key`, "-out", `${name}.pem`, ...subject);
    return { key: read(`${name}.key`), cert: read(`${name}.pem`) };
  };
  const signed = (name: string) => {
    openssl("req", ...CURVE, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
    const by = ["-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-days", "2"];
    openssl("x509", "-req", "-in", `${name}.csr`, "-out", `${name}.pem`, "-extfile", "names", ...by);
    return { key: read(`${name}.key`), cert: read(`${name}.pem`) };
  };
  writeFileSync(path("names"), EXTENSIONS);
  const { cert: ca } = selfSigned("authority");
  return { ca, server: signed("localhost"), client: signed("client"), stranger: selfSigned("stranger") };
}
