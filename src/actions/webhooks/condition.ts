/** How a receiver does, answer by answer: what it is sent next, and when it is left alone. */
import { breakerFailures, type Condition } from "../../db/deliveries.ts";
import type { WebhookRow } from "../../db/webhooks.ts";
import { breakMs } from "./backoff.ts";

/** What came of one request. */
export interface Answered {
  readonly isDelivered: boolean;
  readonly status: number | null;
  /** A word of ours; null where it was delivered. */
  readonly error: string | null;
  /** How long the receiver asked to be left alone. */
  readonly retryAfterMs: number | null;
}

/** A receiver that failed for so long is paused. */
const maxFailingMs = 3 * 86_400_000;
/** And one at which so many deliveries in a row died. */
const maxDeaths = 10;

export const conditionOf = (webhook: WebhookRow, nowMs: number): Condition => ({
  failures: webhook.failures,
  failingSinceMs: webhook.failing_since,
  deaths: webhook.deaths,
  nextAtMs: nowMs,
  pause: null,
  hasDelivered: false,
});

function pauseReason(status: number | null, failingMs: number, deaths: number): string | null {
  if (status === 410) return "gone";
  if (deaths >= maxDeaths) return "deliveries_died";
  return failingMs >= maxFailingMs ? "failing" : null;
}

export interface Circumstances {
  readonly nowMs: number;
  /** 0 to 1. */
  readonly random: number;
  readonly minIntervalMs: number;
  /** Deliveries that died with this answer. */
  readonly died: number;
}

/** The condition after an answer. Where `nextAtMs` lies ahead or `pause` is set, the page ends. */
export function afterAnswer(was: Condition, answered: Answered, at: Circumstances): Condition {
  const soonestMs = at.nowMs + at.minIntervalMs;
  if (answered.isDelivered) {
    const nextAtMs = Math.max(soonestMs, at.nowMs + (answered.retryAfterMs ?? 0));
    return { failures: 0, failingSinceMs: null, deaths: 0, nextAtMs, pause: null, hasDelivered: true };
  }
  const failures = was.failures + 1;
  const failingSinceMs = was.failingSinceMs ?? at.nowMs;
  const deaths = was.deaths + at.died;
  const extra = failures - breakerFailures;
  const waitMs = answered.retryAfterMs ?? (extra < 0 ? 0 : breakMs(extra, at.random));
  return {
    failures,
    failingSinceMs,
    deaths,
    nextAtMs: Math.max(soonestMs, at.nowMs + waitMs),
    pause: pauseReason(answered.status, at.nowMs - failingSinceMs, deaths),
    hasDelivered: was.hasDelivered,
  };
}
