import { defineConfig } from "vitest/config";

const conditions = ["samekey-demo"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    environment: "node",
    // Servers are started by the files that need them; two cores do not carry more than this at once.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: "hashes",
          include: ["test/hashes/**/*.test.ts"],
          exclude: ["test/hashes/lambda-password.test.ts"],
          // Each file knows all families: loaded once for all files they take a fifth of the time. Nothing here
          // changes what another file sees.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: "samekey",
          include: ["test/**/*.test.ts"],
          exclude: ["test/hashes/!(lambda-password).test.ts"],
        },
      },
    ],
  },
});
