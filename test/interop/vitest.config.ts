import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Not among the other tests: these need programs and packages that a clone does not bring.
export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["test/interop/*.interop.ts"],
    setupFiles: ["test/setup.ts"],
    pool: "forks",
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
