/** For whoever watches the service: readiness for anybody, figures for keys and admins. */
import { type Context, Hono } from "hono";
import { readMetrics } from "../actions/watch/read-metrics.ts";
import { checkReadiness, type Readiness } from "../actions/watch/readiness.ts";
import type { AppEnv, Env } from "../env.ts";
import { getConfiguration } from "../http/gate.ts";
import * as operations from "../http/operations.ts";
import { contentType } from "../metrics/exposition.ts";
import { createLimiter } from "../rate-limit/limiter.ts";
import { policyFor } from "../rate-limit/policy.ts";

/** Anybody may ask, so that a flood of questions is answered from what is known. */
const knownForMs = 5_000;
const known = new WeakMap<Env, { readonly untilMs: number; readonly readiness: Readiness }>();

function isConfigured(env: Env): boolean {
  try {
    getConfiguration(env);
    return true;
  } catch {
    return false;
  }
}

function askLimiter(c: Context<AppEnv>) {
  const onCall = () => {
    c.var.meter.limiterCalls += 1;
  };
  return createLimiter(c.env.RATE_LIMITER, { now: c.var.now, onCall }).take(
    "ready",
    policyFor("read", c.env),
    0,
  );
}

async function readinessOf(c: Context<AppEnv>): Promise<Readiness> {
  const { db, nowMs, pause } = c.var;
  const last = known.get(c.env);
  if (last && nowMs < last.untilMs && nowMs >= last.untilMs - knownForMs) return last.readiness;
  const probes = {
    db,
    nowMs,
    pause,
    isConfigured: () => isConfigured(c.env),
    askLimiter: () => askLimiter(c),
  };
  const readiness = await checkReadiness(probes);
  known.set(c.env, { untilMs: nowMs + knownForMs, readiness });
  return readiness;
}

export const watch = new Hono<AppEnv>()
  .get(operations.ready.path, async (c) => {
    const readiness = await readinessOf(c);
    return c.json(readiness, readiness.status === "unready" ? 503 : 200);
  })
  .get(operations.metrics.path, async (c) => {
    const text = await readMetrics(c.var.db, c.var.tally, c.var.nowMs);
    return c.body(text, 200, { "content-type": contentType });
  });
