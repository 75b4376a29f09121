/** The binding of the counters, played by the same pure counter that the Durable Object stores. */
import type { RateLimiter } from "../../src/rate-limit/durable-object.ts";
import {
  type CounterState,
  emptyCounter,
  grant,
  type LeaseAsk,
  takeNow,
} from "../../src/rate-limit/leases.ts";
import type { Policy } from "../../src/rate-limit/policy.ts";

/** `calls` keeps what each call was given. */
export function playedCounters(now: () => number) {
  const calls: { readonly name: string; readonly method: "take" | "lease"; readonly args: unknown[] }[] = [];
  const states = new Map<string, CounterState>();
  let ids = 0;
  const stateOf = (name: string, policy: Policy) => {
    const state = states.get(name) ?? emptyCounter(policy, now());
    states.set(name, state);
    return state;
  };
  const namespace = {
    idFromName: (name: string) => name,
    get: (name: string) => ({
      async take(policy: Policy, permits: number, nowMs?: number) {
        calls.push({ name, method: "take", args: [policy, permits, nowMs] });
        return takeNow(stateOf(name, policy), policy, nowMs ?? now(), permits);
      },
      async lease(policy: Policy, ask: LeaseAsk, nowMs?: number) {
        calls.push({ name, method: "lease", args: [policy, ask, nowMs] });
        return grant(stateOf(name, policy), policy, nowMs ?? now(), ask, () => `lease-${++ids}`);
      },
    }),
  };
  return { calls, namespace: namespace as unknown as DurableObjectNamespace<RateLimiter> };
}
