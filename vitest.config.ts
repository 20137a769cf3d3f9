import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/setup.ts"],
    // A process for each file: a crash, a leaked descriptor or a blocked loop is then that file's own.
    pool: "forks",
    // Most of a test's time is waiting for a deadline or a child, so all cores are used, not all but one.
    maxWorkers: "100%",
    // What is built is run as it is: nothing of it is for vitest to transform.
    server: { deps: { external: [/\/dist\/esm\//] } },
    testTimeout: 20_000,
    hookTimeout: 20_000,
    coverage: { provider: "v8", include: ["dist/esm/**/*.js"], reporter: ["text", "html"] },
  },
});
