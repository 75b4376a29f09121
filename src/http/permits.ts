/** Asking for permits, and what a caller is told who gets none. */
import type { Context } from "hono";
import { type Actor, type AppEnv, principalOf } from "../env.ts";
import { clientAddress, sharedAddress } from "../rate-limit/address.ts";
import { addressGate, holdsMoreThan } from "../rate-limit/first-gate.ts";
import { createLimiter } from "../rate-limit/limiter.ts";
import {
  failsClosed,
  type LimitClass,
  type LimitOverride,
  type Policy,
  policyFor,
} from "../rate-limit/policy.ts";
import { rateLimitHeaders, refuseEmpty, type Verdict } from "../rate-limit/verdict.ts";
import { Problem } from "./problem.ts";

const waitOf = (headers: Readonly<Record<string, string>>): number => Number(headers["Retry-After"] ?? 0);

/**
 * Asks for permits of a class for a key; the headers go out with the answer. Zero permits only look. `override` is
 * what the caller's API key says of the class.
 * @throws Problem 503 where the limiter is out of reach and the class fails closed
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
    book: c.get("leaseBook"),
    now: c.get("now"),
    onCall: () => {
      c.get("meter").limiterCalls += 1;
    },
  });
  const taken = await limiter.take(key, policy, permits).catch(() => null);
  if (taken === null) return withoutLimiter(c, cls, policy);
  const verdict = permits === 0 ? refuseEmpty(taken) : taken;
  const headers = rateLimitHeaders(policy, verdict);
  // Of limits that are asked together the one that refuses for longest is what the caller has to know.
  if (waitOf(headers) >= waitOf(c.get("limitHeaders"))) c.set("limitHeaders", headers);
  return verdict;
}

/** What goes on without the limiter: the request's log line says that it was not counted, and no header claims it. */
function withoutLimiter(c: Context<AppEnv>, cls: LimitClass, { limit }: Policy): Verdict {
  c.get("meter").isLimiterReached = false;
  if (failsClosed[cls]) {
    throw new Problem(503, "limiter_unavailable", "The limiter is out of reach. Try again.", {
      headers: { "retry-after": "2" },
    });
  }
  return { allowed: true, limit, remaining: limit, resetSeconds: 0, retryAfterSeconds: 0 };
}

/** @throws Problem 429 with Retry-After, 503 where the limiter is out of reach */
export async function spendPermit(
  c: Context<AppEnv>,
  cls: LimitClass,
  key: string,
  permits = 1,
  override?: LimitOverride,
): Promise<void> {
  if (!(await takePermit(c, cls, key, permits, override)).allowed) throw tooMany();
}

/** Permits of whoever has proved who they are; an API key may have limits of its own. @throws as `spendPermit` */
export function spendOwnPermit(
  c: Context<AppEnv>,
  actor: Actor,
  cls: LimitClass,
  permits = 1,
): Promise<void> {
  const override = actor.kind === "key" ? actor.limits[cls] : undefined;
  return spendPermit(c, cls, principalOf(actor), permits, override);
}

/**
 * The first gate for requests without valid credentials: Cloudflare's own counter by address, which costs no call and
 * no write. Only where it can refuse nobody whom the class's limit lets in. It errs towards letting in: a gate that is
 * missing or fails is open, and the exact limit stands behind it.
 * @throws Problem 429 with Retry-After
 */
export async function passFirstGate(c: Context<AppEnv>, cls: LimitClass): Promise<void> {
  const gate = c.env.ADDRESS_GATE;
  const address = addressOf(c);
  if (!gate || address === sharedAddress || holdsMoreThan(policyFor(cls, c.env), addressGate)) return;
  const { success } = await gate.limit({ key: address }).catch(() => ({ success: true }));
  if (success) return;
  c.set("limitHeaders", { "Retry-After": String(addressGate.periodSeconds) });
  throw tooMany();
}

/** The `Retry-After` header is among the limit's own. */
export const tooMany = () => new Problem(429, "rate_limited", "Too many requests. Wait as Retry-After says.");

/** The caller's address as far as it can be trusted. Workers are told of no socket: without Cloudflare it is shared. */
export const addressOf = (c: Context<AppEnv>): string =>
  clientAddress(c.req.raw.headers, c.env.TRUST_CF_HEADERS === "true");
