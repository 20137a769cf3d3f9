import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/setup.ts"],
    // A process for each file: a crash, a leaked descriptor or a blocked loop is then that file's own.
    pool: "forks",
    testTimeout: 20_000,
    hookTimeout: 20_000,
    coverage: { provider: "v8", include: ["dist/esm/**/*.js"], reporter: ["text", "html"] },
  },
});
