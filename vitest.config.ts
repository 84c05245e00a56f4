import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["samekey-demo"] },
  ssr: { resolve: { conditions: ["samekey-demo"] } },
  test: {
    include: ["test/**/*.test.ts"],
    environment: "node",
    // Servers are started by the files that need them; two cores do not carry more than this at once.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
