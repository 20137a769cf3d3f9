// The system's files, replaced by a test's own.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { dnsConfig, hosts, nss, paths } from "#lib/dns/system-files.js";
import { tempDir } from "../support/temp-dir.js";

/** Texts of files; a file without one does not exist. */
export interface SystemTexts {
  resolvConf?: string;
  hosts?: string;
  nsswitch?: string;
}

/** Files that stand for the system's until they are disposed of. */
export interface SystemFiles extends Disposable {
  /** Writes one of them anew. */
  write(name: keyof SystemTexts, text: string): void;
}

function forget(): void {
  for (const cache of [dnsConfig, hosts, nss]) cache.forget();
}

/** Puts files in the place of the system's. */
export function systemFiles(texts: SystemTexts): SystemFiles {
  const dir = tempDir();
  const before = { ...paths };
  for (const name of ["resolvConf", "hosts", "nsswitch", "mdnsAllow"] as const)
    paths[name] = join(dir.path, name);
  const write = (name: keyof SystemTexts, text: string) => writeFileSync(paths[name], text);
  for (const [name, text] of Object.entries(texts)) write(name as keyof SystemTexts, text as string);
  forget();
  return {
    write,
    [Symbol.dispose]: () => {
      Object.assign(paths, before);
      forget();
      dir[Symbol.dispose]();
    },
  };
}
