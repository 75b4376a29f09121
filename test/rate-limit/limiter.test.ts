import { describe, expect, it } from "vitest";
import type { RateLimiter } from "../../src/rate-limit/durable-object.ts";
import { createLimiter } from "../../src/rate-limit/limiter.ts";

const policy = { name: "read", limit: 5, periodSeconds: 60 };

/** Stands in for the binding, and keeps what each call was given. */
function recordingNamespace() {
  const calls: unknown[][] = [];
  const namespace = {
    idFromName: (name: string) => name,
    get: (name: string) => ({
      take: async (...args: unknown[]) => {
        calls.push([name, ...args]);
        return { allowed: true };
      },
    }),
  };
  return { calls, namespace: namespace as unknown as DurableObjectNamespace<RateLimiter> };
}

describe("the limiter", () => {
  it("asks the counter of the policy and key, one permit and the real clock unless told otherwise", async () => {
    const { calls, namespace } = recordingNamespace();
    await createLimiter(namespace).take("key:1", policy);
    await createLimiter(namespace, { nowMs: 5 }).take("a", policy, 0);
    expect(calls).toEqual([
      ["read:key:1", policy, 1, undefined],
      ["read:a", policy, 0, 5],
    ]);
  });

  it("tells of each call", async () => {
    const { namespace } = recordingNamespace();
    let count = 0;
    const limiter = createLimiter(namespace, { onCall: () => count++ });
    await limiter.take("a", policy);
    await limiter.take("b", policy);
    expect(count).toBe(2);
  });
});
