/** Where things are, and how wrangler runs here. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The folder of wrangler.toml. */
export const projectRoot = join(import.meta.dirname, "../../..");

/** Wrangler's own entry: `npx` would only add a process, and a signal that it swallows. Throws where it is not installed. */
export const wranglerEntry = (): string =>
  join(dirname(createRequire(import.meta.url).resolve("wrangler/package.json")), "bin/wrangler.js");

/** Paths below the project. */
export const localVariables = {
  file: ".dev.vars",
  example: ".dev.vars.example",
  state: ".wrangler/state",
} as const;

/**
 * Tracing makes wrangler dev 4 to 13 times slower (measured), request.cf is looked up on the network at
 * each start, and a question on a terminal would hang the start: all off.
 */
export const wranglerEnvironment = {
  X_LOCAL_OBSERVABILITY: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CI: "1",
} as const;
