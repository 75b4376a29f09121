/** What a request can end with, other than an answer. */
import type { ProblemDetails } from "./types.ts";

/** The service answered, and not with a success. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  /** Stable, such as `invalid_request`; `unknown` where something else than the service answered. */
  readonly code: string;
  readonly faults: NonNullable<ProblemDetails["errors"]>;
  /** Tell it to whoever runs the service. */
  readonly requestId: string | null;
  /** What the service asked to be spared; null where it did not. */
  readonly retryAfterMs: number | null;

  constructor(status: number, body: unknown, retryAfterMs: number | null) {
    const problem: Partial<ProblemDetails> = typeof body === "object" && body !== null ? body : {};
    super(typeof problem.detail === "string" ? problem.detail : `The service answered ${status}.`);
    this.status = status;
    this.code = typeof problem.type === "string" ? (problem.type.split(":").at(-1) ?? "unknown") : "unknown";
    this.faults = Array.isArray(problem.errors) ? problem.errors : [];
    this.requestId = typeof problem.request_id === "string" ? problem.request_id : null;
    this.retryAfterMs = retryAfterMs;
  }
}

/** No answer came: no connection, a broken one, or a time-out. Whether the request was heard is not known. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
}

/** Statuses that say nothing against the request itself. */
const passing: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504, 507]);

/** Whether the same request can succeed later. 409 is so only while its idempotency key is still at work. */
export function isPassing(error: unknown): error is ApiError | NetworkError {
  if (error instanceof NetworkError) return true;
  if (!(error instanceof ApiError)) return false;
  return passing.has(error.status) || (error.status === 409 && error.code === "request_in_flight");
}
