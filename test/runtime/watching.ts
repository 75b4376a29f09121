/** What watching is tested with: the service's bindings for cron, and a cron that reaches nobody. */

import type { Env } from "../../src/env.ts";
import { runCron } from "../../src/jobs/run.ts";
import { createTally } from "../../src/metrics/tally.ts";
import { env } from "./service.ts";

export const minuteMs = 60_000;
export const bindings: Env = {
  DB: env.DB,
  RATE_LIMITER: env.RATE_LIMITER,
  ...(env.AUDIT_SEALER ? { AUDIT_SEALER: env.AUDIT_SEALER } : {}),
  ENVIRONMENT: "development",
  JWT_SECRET: "test-secret-of-more-than-thirty-two-bytes",
  RATE_LIMIT_REQUESTS: "100000000",
};

/** Runs a cron at a time; webhooks are taken by nobody. @returns its log */
export async function cronAt(
  expression: string,
  atMs: number,
  tally = createTally(),
  overrides: Partial<Env> = {},
) {
  const log: Readonly<Record<string, unknown>>[] = [];
  const fetch = () => Promise.resolve(new Response(null, { status: 204 }));
  const deps = {
    now: () => atMs,
    log: (line: Readonly<Record<string, unknown>>) => void log.push(line),
    tally,
    fetch,
  };
  await runCron({ ...bindings, ...overrides }, expression, deps);
  return log;
}

export const run = (text: string) => env.DB.prepare(text).run();
export const rowsOf = async <T>(text: string) => (await env.DB.prepare(text).all<T>()).results;
