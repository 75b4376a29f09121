/** Who may do how much: the named limits, and what a caller is told about them. Pure. */

/** At most `limit` permits in any `periodSeconds`. The name is part of the counter's key. */
export interface Policy {
  readonly name: string;
  readonly limit: number;
  readonly periodSeconds: number;
}

/** The answer to a request for permits. Seconds are rounded up, so waiting them is always long enough. */
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

export type LimitClass =
  | "login"
  | "public"
  | "read"
  | "write"
  | "bulk"
  | "admin"
  | "unauthenticated"
  | "login_address"
  | "login_account"
  | "login_device";

/** Classes whose limit an API key can have of its own. */
export const keyLimitClasses = ["read", "write", "bulk", "admin"] as const;

/** The classic variables; text, because that is how the Worker gets them. */
export interface LimitVariables {
  readonly RATE_LIMIT_REQUESTS?: string | undefined;
  readonly RATE_LIMIT_PERIOD_SECONDS?: string | undefined;
}

const defaultLimit = 100;
const defaultPeriodSeconds = 60;
const maxLimit = 1_000_000_000;
const maxPeriodSeconds = 86_400;

// Failed sign-ins only, chosen by us. Fixed: opening the API's limits must not open password guessing.
const loginPolicies: Partial<Record<LimitClass, Policy>> = {
  login_address: { name: "login_address", limit: 30, periodSeconds: 300 },
  login_account: { name: "login_account", limit: 10, periodSeconds: 300 },
  login_device: { name: "login_device", limit: 10, periodSeconds: 300 },
};

/** The policy of a class; a variable that is no whole number within its range counts as unset. */
export function policyFor(cls: LimitClass, variables: LimitVariables): Policy {
  return (
    loginPolicies[cls] ?? {
      name: cls,
      limit: wholeNumber(variables.RATE_LIMIT_REQUESTS, maxLimit) ?? defaultLimit,
      periodSeconds:
        wholeNumber(variables.RATE_LIMIT_PERIOD_SECONDS, maxPeriodSeconds) ?? defaultPeriodSeconds,
    }
  );
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

function wholeNumber(text: string | undefined, max: number): number | undefined {
  const trimmed = text?.trim() ?? "";
  if (!/^[0-9]+$/.test(trimmed)) return undefined;
  const value = Number(trimmed);
  return value >= 1 && value <= max ? value : undefined;
}
