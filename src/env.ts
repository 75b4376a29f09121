/** Bindings, the actor of a request, and the typed Hono context. */
import type { AuditSealer } from "./audit/sealer.ts";
import type { Fetch } from "./auth/sso.ts";
import type { HeldRow } from "./db/checks.ts";
import type { Db, Statement } from "./db/client.ts";
import type { Meter } from "./db/meter.ts";
import type { DecisionMemory } from "./decisions/memory.ts";
import type { Recollections } from "./http/authenticate.ts";
import type { BulkRows } from "./http/bulk/rows.ts";
import type { Tally } from "./metrics/tally.ts";
import type { RateLimiter } from "./rate-limit/durable-object.ts";
import type { FirstGate } from "./rate-limit/first-gate.ts";
import type { LeaseBook } from "./rate-limit/lease-book.ts";

/** What `wrangler.toml` and the secrets give the Worker. Every variable is text; unset ones are undefined. */
export interface Env {
  readonly DB: D1Database;
  readonly RATE_LIMITER: DurableObjectNamespace<RateLimiter>;
  /** The native rate limit in front of the counters. */
  readonly ADDRESS_GATE?: FirstGate;
  /** Without it everything works but sealing, verifying and pruning the audit trail. */
  readonly AUDIT_SEALER?: DurableObjectNamespace<AuditSealer>;
  /** Workers Analytics Engine, where it is bound: one data point a request. See `docs/operations.md`. */
  readonly ANALYTICS?: AnalyticsEngineDataset;
  /** `development` or `production`; anything else counts as production. */
  readonly ENVIRONMENT?: string;
  /** Signs access tokens; 32 bytes or more. */
  readonly JWT_SECRET?: string;
  /** The secret before the last rotation: its tokens are accepted until they expire. */
  readonly JWT_SECRET_PREVIOUS?: string;
  readonly SERVICE_USERNAME?: string;
  readonly SERVICE_PASSWORD?: string;
  /** JSON array of `{username, password, role}`: further accounts. */
  readonly SERVICE_ACCOUNTS?: string;
  readonly RATE_LIMIT_REQUESTS?: string;
  readonly RATE_LIMIT_PERIOD_SECONDS?: string;
  /** Rows of bulk telemetry a period; 1,000 times the requests unless set. */
  readonly RATE_LIMIT_ROWS?: string;
  /** JSON object of `{class: {requests, period_seconds}}`: limits of single classes. */
  readonly RATE_LIMIT_POLICIES?: string;
  /** Days that sessions are kept; older rows are not taken. */
  readonly SESSION_RETENTION_DAYS?: string;
  /** Days that events and reports are kept; older events are not taken. */
  readonly EVENT_RETENTION_DAYS?: string;
  /** Days that decided cases and ended decisions are kept. */
  readonly CASE_RETENTION_DAYS?: string;
  /** Days that points in the history of a score are kept. */
  readonly HISTORY_RETENTION_DAYS?: string;
  /** Days that audit entries and counted refusals are kept. */
  readonly AUDIT_RETENTION_DAYS?: string;
  /** Comma-separated origins; empty: none. */
  readonly CORS_ORIGINS?: string;
  /** Where holes are to be reported, as a URI such as `mailto:security@studio.example`. */
  readonly SECURITY_CONTACT?: string;
  /** Single sign-on, all or none of the first four; see `docs/single-sign-on.md`. The issuer's https URL. */
  readonly SSO_ISSUER?: string;
  /** Comma-separated audiences that a token may be for. */
  readonly SSO_AUDIENCE?: string;
  /** Where the provider publishes its keys (RFC 7517). */
  readonly SSO_JWKS_URL?: string;
  /** JSON object of claim value to role: `{"fraud-team":"analyst"}`. */
  readonly SSO_ROLE_MAP?: string;
  /** Comma-separated signature algorithms; RS256 and ES256 unless set. */
  readonly SSO_ALGORITHMS?: string;
  /** Path of the claim that the role map reads; `roles` unless set. */
  readonly SSO_ROLE_CLAIM?: string;
  /** Path of the claim that names the person; `sub` unless set. */
  readonly SSO_SUBJECT_CLAIM?: string;
  /** A header that carries the token instead of `Authorization`, such as `Cf-Access-Jwt-Assertion`. */
  readonly SSO_TOKEN_HEADER?: string;
  /** Where the provider signs people in for the console, and where it gives tokens for codes. */
  readonly SSO_AUTHORIZE_URL?: string;
  readonly SSO_TOKEN_URL?: string;
  /** What the console is called at the provider; its secret, unless it is a public client. */
  readonly SSO_CLIENT_ID?: string;
  readonly SSO_CLIENT_SECRET?: string;
  /** Space-separated scopes; `openid profile email` unless set. */
  readonly SSO_SCOPES?: string;
  /** `true` only where Cloudflare overwrites CF-Connecting-IP: the deployed Worker. */
  readonly TRUST_CF_HEADERS?: string;
}

/** People read and decide (viewer < analyst < admin); game servers only send (ingest). */
export const roles = ["viewer", "analyst", "admin", "ingest"] as const;
export type Role = (typeof roles)[number];

/** What an API key may be allowed. Keys never manage people, keys or the audit trail. */
export const scopes = [
  "telemetry:write",
  "reports:write",
  "players:read",
  "players:write",
  "analytics:read",
  "games:read",
  "games:write",
  "cases:read",
  "decisions:read",
  "decisions:write",
  "appeals:write",
  "jobs:run",
  "metrics:read",
] as const;
export type Scope = (typeof scopes)[number];

/** A person or a service account, by a token of ours or of the studio's identity provider. */
export interface Person {
  readonly kind: "user" | "sso";
  readonly subject: string;
  readonly role: Role;
  /** The sign-in that the token belongs to; null for tokens that others issue. */
  readonly sessionId: string | null;
}

/** Requests in a period that a key has in place of the service's limit of that class. */
export interface KeyLimit {
  readonly requests: number;
  readonly period_seconds: number;
}

/** A machine, by its API key. */
export interface Machine {
  readonly kind: "key";
  /** The key's id as text. */
  readonly subject: string;
  readonly scopes: readonly Scope[];
  /** The games that the key is bound to; null: all. */
  readonly games: readonly string[] | null;
  /** The one adapter that the key is good for; null for a key of scopes. */
  readonly adapter: string | null;
  readonly limits: Readonly<Record<string, KeyLimit>>;
}

/** Who a request speaks for, once proved. */
export type Actor = Person | Machine;

/** Names an actor in the audit trail, in logs and for its limits: `user:ann`, `sso:ann@studio`, `key:7`. */
export const principalOf = ({ kind, subject }: Pick<Actor, "kind" | "subject">): string =>
  `${kind}:${subject}`;

/** Names a person among sign-ins: as ever one of ours, `sso:ann` one of the identity provider. */
export const signInNameOf = (person: Pick<Actor, "kind" | "subject">): string =>
  person.kind === "sso" ? principalOf(person) : person.subject;

/** What a caller may touch. */
export interface Reach {
  /** The games that a key is bound to; null: all. */
  readonly games: readonly string[] | null;
  /** The game of whatever names none. */
  readonly defaultGame: string;
}

/** The caller's Idempotency-Key, claimed for this request; `save` stores the answer under it. */
export interface Completion {
  saved: boolean;
  save(status: number, body: unknown): Statement;
}

/** Who does something, from where and by which request: what the audit trail says of it. */
export interface Origin {
  /** As {@link principalOf} names it; `system:cron` for what nobody asked for. */
  readonly principal: string;
  readonly address: string | null;
  readonly requestId: string | null;
}

/** What an action is given: who writes, when, and where to. `newId` gives a fresh opaque id. */
export interface ActionContext {
  readonly db: Db;
  readonly nowMs: number;
  readonly completion: Completion | null;
  readonly origin: Origin;
  readonly reach: Reach;
  newId(): string;
  /** Decisions change: what this isolate remembers of them is to be forgotten. */
  readonly onDecided?: () => void;
}

/** What middleware leaves for the handlers. */
export interface Variables {
  requestId: string;
  /** When the request came in: what it judges times by. */
  nowMs: number;
  /** The running clock, for whoever has a budget of time. */
  now: () => number;
  /** Waits so many ms, for whoever waits for news. */
  pause: (ms: number) => Promise<void>;
  /** What reaches outside. */
  world: { fetch: Fetch; now: () => number; random: () => number };
  db: Db;
  /** Where the database stood at the newest answer that the request was given; null before the first. */
  bookmark: () => string | null;
  meter: Meter;
  /** What this isolate counted and has not stored yet. */
  tally: Tally;
  recollections: Recollections;
  /** What this isolate remembers of decisions. */
  decisionMemory: DecisionMemory<HeldRow | null>;
  /** Permits that this isolate holds. */
  leaseBook: LeaseBook;
  actor: Actor | null;
  /** The key of the route in the access table, such as `GET /api/players/:player`; null where none matched. */
  routeKey: string | null;
  /** Stores the answer under the caller's Idempotency-Key in the write's own batch; null without a key. */
  completion: Completion | null;
  /** Whether the answer is a page that runs the console's own scripts; its policy then allows these and no others. */
  isScripted: boolean;
  /** The rows of a bulk request; null of any other. */
  rows: BulkRows | null;
  /** What stands for the body where an Idempotency-Key asks whether it is the same; null: its text. */
  bodyDigest: string | null;
  /** `RateLimit` headers of the limits that were asked; set on whatever answer goes out. */
  limitHeaders: Readonly<Record<string, string>>;
}

export interface AppEnv {
  Bindings: Env;
  Variables: Variables;
}

export { type Job, jobs } from "./job-names.ts";
