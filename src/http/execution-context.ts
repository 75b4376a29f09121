import type { Context } from "hono";
import type { AppEnv } from "../env.ts";

/** The platform's own context; null where there is none, as outside of the platform. */
export function executionContextOf(c: Context<AppEnv>): Pick<ExecutionContext, "waitUntil"> | null {
  try {
    return c.executionCtx;
  } catch {
    return null;
  }
}
