/** What deliveries are made with, for one request or run. */
import { isDevelopment } from "../../auth/accounts.ts";
import type { Fetch } from "../../auth/sso.ts";
import type { Env } from "../../env.ts";
import type { Tally } from "../../metrics/tally.ts";
import { retryAfterMs } from "./backoff.ts";
import type { Answered } from "./condition.ts";

export interface World {
  readonly fetch: Fetch;
  /** The running clock. */
  now(): number;
  /** 0 to 1. */
  random(): number;
}

export interface Courier extends World {
  /** JWT_SECRET, and the one before it: what webhooks are sealed under. */
  readonly secrets: readonly string[];
  readonly isDevelopment: boolean;
  /** How long a receiver may take. */
  readonly timeoutMs: number;
  /** Messages that it may still send. */
  left: number;
  /** Told of each answer, in a word of ours. */
  onAnswered(outcome: string): void;
}

const defaultTimeoutMs = 10_000;

/** @param messages at most so many: the platform bounds what one invocation may ask for */
export const courierOf = (env: Env, world: World, messages: number, tally: Tally | null = null): Courier => ({
  fetch: world.fetch,
  now: world.now,
  random: world.random,
  secrets: [env.JWT_SECRET ?? "", env.JWT_SECRET_PREVIOUS ?? ""].filter((secret) => secret !== ""),
  isDevelopment: isDevelopment(env),
  timeoutMs: defaultTimeoutMs,
  left: messages,
  onAnswered: (outcome) => tally?.add("webhookAttempts", [outcome]),
});

export interface Parcel {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a receiver that only says "too many" is given. */
const defaultWaitMs = 30_000;

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

const failed = (status: number | null, error: string, waitMs: number | null = null): Answered => ({
  isDelivered: false,
  status,
  error,
  retryAfterMs: waitMs,
});

function judge({ status, headers }: Response, nowMs: number): Answered {
  const wishMs = retryAfterMs(headers.get("retry-after"), nowMs);
  if (status >= 200 && status < 300) return { isDelivered: true, status, error: null, retryAfterMs: null };
  if (status === 429) return failed(status, "too_many_requests", wishMs ?? defaultWaitMs);
  if (status === 410) return failed(status, "gone");
  if (status >= 300 && status < 400) return failed(status, "redirected");
  return failed(status, status >= 500 ? "server_error" : "refused", status === 503 ? wishMs : null);
}

/** Sends once. The answer's body is never read, redirects are never followed, and nothing takes longer than it may. */
export async function sendOnce(courier: Courier, parcel: Parcel): Promise<Answered> {
  const answered = await ask(courier, parcel);
  courier.onAnswered(answered.error ?? "delivered");
  return answered;
}

async function ask(courier: Courier, { url, headers, body }: Parcel): Promise<Answered> {
  courier.left -= 1;
  const signal = AbortSignal.timeout(courier.timeoutMs);
  const sent = async () => {
    const response = await courier.fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
    await response.body?.cancel();
    return judge(response, courier.now());
  };
  try {
    return await Promise.race([sent(), untilAborted(signal)]);
  } catch {
    return failed(null, signal.aborted ? "timed_out" : "connection_failed");
  }
}
