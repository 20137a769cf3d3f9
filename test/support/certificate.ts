// Certificates of a test's own, which nobody else trusts.

import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Paths of a certificate that signs itself, and of its key. */
export interface Certificate {
  cert: string;
  key: string;
}

/** Makes one for names such as `DNS:dns.test` and `IP:127.0.0.1`, by openssl(1). */
export function certificate(folder: string, file: string, names: string[]): Certificate {
  const [cert, key] = [join(folder, `${file}.pem`), join(folder, `${file}.key`)];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const what = ["-days", "2", "-subj", "/CN=rawconn test", "-addext", `subjectAltName=${names.join(",")}`];
  execFileSync("openssl", ["req", "-x509", ...curve, ...what, "-keyout", key, "-out", cert], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  return { cert, key };
}
