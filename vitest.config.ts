/** Two kinds of tests: pure and command-line ones in Node, and the service inside workerd with its real parts. */
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";

const migrations = await readD1Migrations("migrations");

export default defineConfig({
  test: {
    // The second lists the faults that tests injected.
    reporters: ["default", "./test/runtime/faults/reporter.ts"],
    projects: [
      {
        test: {
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: ["test/runtime/**", "test/security/**"],
          testTimeout: 20_000,
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                ENVIRONMENT: "development",
                TRUST_CF_HEADERS: "true",
                JWT_SECRET: "test-secret-of-more-than-thirty-two-bytes",
                RATE_LIMIT_REQUESTS: "100000000",
                MIGRATIONS: migrations,
                FUZZ_RUNS: process.env.FUZZ_RUNS ?? "1500",
                FUZZ_SEED: process.env.FUZZ_SEED ?? "20261101",
              },
            },
          }),
        ],
        test: {
          name: "runtime",
          include: ["test/runtime/**/*.test.ts", "test/security/**/*.test.ts"],
          testTimeout: 60_000,
        },
      },
    ],
  },
});
