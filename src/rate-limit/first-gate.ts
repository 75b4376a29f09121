/** The native rate limit in front of the counters: per address and Cloudflare location, approximate, and free of calls. Pure. */
import type { Policy } from "./policy.ts";

/** As `wrangler.toml` says; a test holds the two together. Cloudflare offers periods of 10 and 60 s. */
export const addressGate: Policy = { name: "ADDRESS_GATE", limit: 1_000, periodSeconds: 60 };

/** Whether a policy may let more in within some period of the gate than the gate would. */
export function holdsMoreThan(policy: Policy, gate: Policy): boolean {
  return policy.limit * Math.max(1, gate.periodSeconds / policy.periodSeconds) > gate.limit;
}

/** The binding. */
export interface FirstGate {
  limit(request: { readonly key: string }): Promise<{ readonly success: boolean }>;
}
