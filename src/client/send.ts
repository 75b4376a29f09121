/** One request, once. */
import { retryAfterMs } from "./backoff.ts";
import { ApiError, NetworkError } from "./errors.ts";
import type { World } from "./world.ts";

/** Where requests go, and as whom. */
export interface Target {
  /** Origin of the service, with a path where it lives below one; no slash at the end. */
  readonly url: string;
  readonly key: string;
  readonly timeoutMs: number;
}

export interface Call {
  readonly method: "GET" | "POST";
  /** With its query. */
  readonly path: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; null where the answer is none. */
  readonly body: unknown;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function initOf(target: Target, call: Call, signal: AbortSignal): RequestInit {
  return {
    method: call.method,
    headers: { "x-api-key": target.key, ...call.headers },
    ...(call.body === undefined ? {} : { body: call.body }),
    // Followed, a redirect would carry the key to wherever it points.
    redirect: "manual",
    signal,
  };
}

/**
 * Sends a request; `abort` ends it in the middle.
 * @throws ApiError for an answer that is no success, NetworkError where none came, and the reason of `abort`
 */
export async function send(world: World, target: Target, call: Call, abort?: AbortSignal): Promise<Answer> {
  if (abort?.aborted) throw abort.reason;
  const controller = new AbortController();
  const onAbort = () => controller.abort();
  abort?.addEventListener("abort", onAbort, { once: true });
  const cancel = world.schedule(() => controller.abort(), target.timeoutMs);
  try {
    const response = await world.fetch(`${target.url}${call.path}`, initOf(target, call, controller.signal));
    const body = parsed(await response.text());
    const { status, headers } = response;
    if (response.ok) return { status, headers, body };
    throw new ApiError(status, body, retryAfterMs(headers.get("retry-after"), world.now()));
  } catch (error) {
    if (abort?.aborted) throw abort.reason;
    if (error instanceof ApiError) throw error;
    throw new NetworkError(`No answer from ${target.url}.`, { cause: error });
  } finally {
    cancel();
    abort?.removeEventListener("abort", onAbort);
  }
}
