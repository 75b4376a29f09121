/** The service under test: the real app on the real D1 and Durable Object, with a clock of the test's own. */
import { applyD1Migrations, reset, env as testEnv } from "cloudflare:test";
import { createApp } from "../../src/app.ts";
import { type Audience, signAccessToken } from "../../src/auth/tokens.ts";
import type { Env, Role } from "../../src/env.ts";
import type { Deps } from "../../src/http/begin.ts";

type TestEnv = Env & { readonly MIGRATIONS: Parameters<typeof applyD1Migrations>[1] };
export const env = testEnv as unknown as TestEnv;

/** 2026-11-01, the present of every test. */
export const nowMs = Date.UTC(2026, 10, 1, 12);

/** 2100: nothing of a test lasts longer. */
const farMs = Date.UTC(2100, 0);

/** Sign-ins that {@link tokenFor} has put into the database. */
const signedIn = new Set<string>();

/** An empty database, for `beforeEach`; empty but for the sign-ins that {@link tokenFor} makes. */
export async function freshDatabase(): Promise<void> {
  await reset();
  signedIn.clear();
  await applyD1Migrations(env.DB, env.MIGRATIONS);
}

interface Holder {
  readonly subject: string;
  readonly role: Role;
  readonly secret?: string;
  readonly audience?: Audience;
}

/** An access token as the service would issue it, with a sign-in behind it that lasts. */
export async function tokenFor(
  { subject, role, secret = variables.JWT_SECRET, audience = "game-security-api" }: Holder,
  atMs = nowMs,
): Promise<string> {
  const sessionId = `${subject}/${role}`;
  if (!signedIn.has(sessionId)) {
    await env.DB.prepare(
      `INSERT OR IGNORE INTO auth_sessions (id, subject, role, credential, created_at, last_used_at, expires_at)
        VALUES (?, ?, ?, '', 0, 0, ?)`,
    )
      .bind(sessionId, subject, role, farMs)
      .run();
    signedIn.add(sessionId);
  }
  return signAccessToken(secret, { subject, role, sessionId }, atMs, "test", audience);
}

export interface Call {
  readonly method?: string;
  readonly role?: Role | null;
  readonly subject?: string;
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly raw?: BodyInit;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into field by field, as a client would
  readonly body: any;
}

export interface Service {
  call(path: string, options?: Call): Promise<Reply>;
  readonly log: Record<string, unknown>[];
  /** Moves with the test. */
  clock: { nowMs: number };
}

/** Every variable is said here, so that nobody's `.dev.vars` changes what is tested. */
const variables = {
  ENVIRONMENT: "development",
  TRUST_CF_HEADERS: "true",
  JWT_SECRET: "test-secret-of-more-than-thirty-two-bytes",
  RATE_LIMIT_REQUESTS: "100000000",
} as const;

async function replyOf(response: Response): Promise<Reply> {
  const text = new TextDecoder().decode(await response.arrayBuffer());
  const isJson = /\bjson\b/.test(response.headers.get("content-type") ?? "");
  const body = isJson && text !== "" ? JSON.parse(text) : text;
  return { status: response.status, headers: response.headers, body };
}

/** A service with its own clock and log; `overrides` replace bindings and variables. */
export function createService(overrides: Partial<Env> = {}, deps: Partial<Deps> = {}): Service {
  const clock = { nowMs };
  const log: Record<string, unknown>[] = [];
  const app = createApp({ now: () => clock.nowMs, log: (line) => log.push(line), ...deps });
  const bindings: Env = {
    DB: env.DB,
    RATE_LIMITER: env.RATE_LIMITER,
    ...(env.AUDIT_SEALER ? { AUDIT_SEALER: env.AUDIT_SEALER } : {}),
    ...variables,
    ...overrides,
  };
  const secret = bindings.JWT_SECRET ?? "";

  async function call(path: string, options: Call = {}): Promise<Reply> {
    const { role = "admin", subject = "tester", body, raw } = options;
    const headers = new Headers(options.headers);
    if (role !== null && !headers.has("authorization")) {
      const token = await tokenFor({ subject, role, secret }, clock.nowMs);
      headers.set("authorization", `Bearer ${token}`);
    }
    if (body !== undefined && !headers.has("content-type")) headers.set("content-type", "application/json");
    const payload = raw ?? (body === undefined ? null : JSON.stringify(body));
    const method = options.method ?? (payload === null ? "GET" : "POST");
    return replyOf(await app.request(path, { method, headers, body: payload }, bindings));
  }
  return { call, log, clock };
}

/** Runs slices of a job until nothing is due; answers how many slices it took. */
export async function runJobs(service: Service, job = "rescore"): Promise<number> {
  for (let slices = 1; slices <= 100; slices++) {
    const { status, body } = await service.call(`/api/ops/jobs/${job}/runs`, { method: "POST" });
    if (status !== 200)
      throw new Error(`${job} answered ${status}: ${JSON.stringify([body, service.log.at(-2)])}`);
    if (body.remaining === 0) return slices;
  }
  throw new Error(`${job} does not end`);
}

/** Rows read and written by a request, from its `Server-Timing`. */
export function costOf(reply: Reply): { queries: number; read: number; written: number } {
  const timing = reply.headers.get("server-timing") ?? "";
  const [, queries, read, written] = /(\d+) queries, (\d+) rows read, (\d+) rows written/.exec(timing) ?? [];
  return { queries: Number(queries), read: Number(read), written: Number(written) };
}
