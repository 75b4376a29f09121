import type { RateLimiter } from "./durable-object.ts";
import type { Policy, Verdict } from "./policy.ts";

export interface LimiterOptions {
  /** A clock other than the real one, in milliseconds since the epoch. */
  readonly nowMs?: number;
  /** Called before each call to a counter: each is billed, and shown in the request's log line. */
  readonly onCall?: () => void;
}

export interface Limiter {
  /** Asks for permits of one key (0: only looks). Rejects when the counter cannot be reached. */
  take(key: string, policy: Policy, permits?: number): Promise<Verdict>;
}

/** A limiter with one counter per policy name and key, so that no key's traffic slows another's. */
export function createLimiter(
  namespace: DurableObjectNamespace<RateLimiter>,
  options: LimiterOptions = {},
): Limiter {
  return {
    async take(key, policy, permits = 1) {
      options.onCall?.();
      const counter = namespace.get(namespace.idFromName(`${policy.name}:${key}`));
      return await counter.take(policy, permits, options.nowMs);
    },
  };
}
