/** Bindings, the actor of a request, and the typed Hono context. */
import type { Db, Statement } from "./db/client.ts";
import type { Meter } from "./db/meter.ts";
import type { RateLimiter } from "./rate-limit/durable-object.ts";

/** What `wrangler.toml` and the secrets give the Worker. Every variable is text; unset ones are undefined. */
export interface Env {
  readonly DB: D1Database;
  readonly RATE_LIMITER: DurableObjectNamespace<RateLimiter>;
  /** `development` or `production`; anything else counts as production. */
  readonly ENVIRONMENT?: string;
  /** Signs access tokens; 32 bytes or more. */
  readonly JWT_SECRET?: string;
  readonly SERVICE_USERNAME?: string;
  readonly SERVICE_PASSWORD?: string;
  /** JSON array of `{username, password, role}`: further accounts. */
  readonly SERVICE_ACCOUNTS?: string;
  readonly RATE_LIMIT_REQUESTS?: string;
  readonly RATE_LIMIT_PERIOD_SECONDS?: string;
  /** Comma-separated origins; empty: none. */
  readonly CORS_ORIGINS?: string;
  /** `true` only where Cloudflare overwrites CF-Connecting-IP: the deployed Worker. */
  readonly TRUST_CF_HEADERS?: string;
}

/** People read and decide (viewer < analyst < admin); game servers only send (ingest). */
export const roles = ["viewer", "analyst", "admin", "ingest"] as const;
export type Role = (typeof roles)[number];

/** Who a request speaks for, once proved. */
export interface Actor {
  readonly subject: string;
  readonly role: Role;
}

/** The caller's Idempotency-Key, claimed for this request; `save` stores the answer under it. */
export interface Completion {
  saved: boolean;
  save(status: number, body: unknown): Statement;
}

/** What an action is given: who writes, when, and where to. `newId` gives a fresh opaque id. */
export interface ActionContext {
  readonly db: Db;
  readonly nowMs: number;
  readonly completion: Completion | null;
  newId(): string;
}

/** What middleware leaves for the handlers. */
export interface Variables {
  requestId: string;
  /** When the request came in: what it judges times by. */
  nowMs: number;
  /** The running clock, for whoever has a budget of time. */
  now: () => number;
  db: Db;
  meter: Meter;
  actor: Actor | null;
  /** The key of the route in the access table, such as `GET /api/players/:player`; null where none matched. */
  routeKey: string | null;
  /** Stores the answer under the caller's Idempotency-Key in the write's own batch; null without a key. */
  completion: Completion | null;
  /** `RateLimit` headers of the limits that were asked; set on whatever answer goes out. */
  limitHeaders: Readonly<Record<string, string>>;
}

export interface AppEnv {
  Bindings: Env;
  Variables: Variables;
}

/** The jobs that cron and operators run. */
export const jobs = ["rescore", "baselines", "housekeeping"] as const;
export type Job = (typeof jobs)[number];
