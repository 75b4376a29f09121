/** The answer to a request for permits, and how a caller is told. Pure. */
import type { Policy } from "./policy.ts";

/** Seconds are rounded up, so waiting them is always long enough. */
export interface Verdict {
  readonly allowed: boolean;
  readonly limit: number;
  /** Permits left after this answer. */
  readonly remaining: number;
  /** With permits left: until every permit is free again. With none left: until the first one is. */
  readonly resetSeconds: number;
  /** Until the same request can succeed; 0 when it was allowed, else at least 1. */
  readonly retryAfterSeconds: number;
}

/**
 * Response headers of draft-ietf-httpapi-ratelimit-headers; `Retry-After` (RFC 9110, 10.2.3) on refusal only.
 * The names of our classes need no escaping inside a structured-field string.
 */
export function rateLimitHeaders(policy: Policy, verdict: Verdict): Record<string, string> {
  const headers: Record<string, string> = {
    "RateLimit-Policy": `"${policy.name}";q=${policy.limit};w=${policy.periodSeconds}`,
    RateLimit: `"${policy.name}";r=${verdict.remaining};t=${verdict.resetSeconds}`,
  };
  if (!verdict.allowed) headers["Retry-After"] = String(Math.max(1, verdict.retryAfterSeconds));
  return headers;
}

/** Where nothing is left to take, a look is refused as a taking would be. */
export const refuseEmpty = (verdict: Verdict): Verdict =>
  verdict.remaining > 0
    ? verdict
    : { ...verdict, allowed: false, retryAfterSeconds: Math.max(1, verdict.resetSeconds) };
