// A folder of a test's own.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder that goes, with all that is in it. */
export interface TempDir extends Disposable {
  readonly path: string;
}

/** A new folder, whose path is short enough for a socket. */
export function tempDir(): TempDir {
  const path = mkdtempSync(join(tmpdir(), "rawconn-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
