/** Asking for permits, and what a caller is told who gets none. */
import type { Context } from "hono";
import type { AppEnv } from "../env.ts";
import { clientAddress } from "../rate-limit/address.ts";
import { createLimiter } from "../rate-limit/limiter.ts";
import { type LimitClass, type LimitOverride, policyFor } from "../rate-limit/policy.ts";
import { rateLimitHeaders, refuseEmpty, type Verdict } from "../rate-limit/verdict.ts";
import { Problem } from "./problem.ts";

const waitOf = (headers: Readonly<Record<string, string>>): number => Number(headers["Retry-After"] ?? 0);

/**
 * Asks for permits of a class for a key; the headers go out with the answer. Zero permits only look. `override` is
 * what the caller's API key says of the class.
 */
export async function takePermit(
  c: Context<AppEnv>,
  cls: LimitClass,
  key: string,
  permits = 1,
  override?: LimitOverride,
): Promise<Verdict> {
  const policy = policyFor(cls, c.env, override);
  const limiter = createLimiter(c.env.RATE_LIMITER, {
    book: c.var.leaseBook,
    now: c.var.now,
    onCall: () => {
      c.var.meter.limiterCalls += 1;
    },
  });
  const taken = await limiter.take(key, policy, permits);
  const verdict = permits === 0 ? refuseEmpty(taken) : taken;
  const headers = rateLimitHeaders(policy, verdict);
  // Of limits that are asked together the one that refuses for longest is what the caller has to know.
  if (waitOf(headers) >= waitOf(c.var.limitHeaders)) c.set("limitHeaders", headers);
  return verdict;
}

/** @throws Problem 429 with Retry-After */
export async function spendPermit(
  c: Context<AppEnv>,
  cls: LimitClass,
  key: string,
  permits = 1,
  override?: LimitOverride,
): Promise<void> {
  if (!(await takePermit(c, cls, key, permits, override)).allowed) throw tooMany();
}

/** The `Retry-After` header is among the limit's own. */
export const tooMany = () => new Problem(429, "rate_limited", "Too many requests. Wait as Retry-After says.");

/** The caller's address as far as it can be trusted. Workers are told of no socket: without Cloudflare it is shared. */
export const addressOf = (c: Context<AppEnv>): string =>
  clientAddress(c.req.raw.headers, c.env.TRUST_CF_HEADERS === "true");
