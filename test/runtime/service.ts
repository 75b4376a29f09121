/** The service under test: the real app on the real D1 and Durable Object, with a clock of the test's own. */
import { applyD1Migrations, reset, env as testEnv } from "cloudflare:test";
import { createApp } from "../../src/app.ts";
import { signAccessToken } from "../../src/auth/tokens.ts";
import type { Env, Role } from "../../src/env.ts";

type TestEnv = Env & { readonly MIGRATIONS: Parameters<typeof applyD1Migrations>[1] };
export const env = testEnv as unknown as TestEnv;

/** 2026-11-01, the present of every test. */
export const nowMs = Date.UTC(2026, 10, 1, 12);

/** An empty database, for `beforeEach`. */
export async function freshDatabase(): Promise<void> {
  await reset();
  await applyD1Migrations(env.DB, env.MIGRATIONS);
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

/** A service with its own clock and log; `overrides` replace variables of the environment. */
export function createService(overrides: Partial<Env> = {}): Service {
  const clock = { nowMs };
  const log: Record<string, unknown>[] = [];
  const app = createApp({ now: () => clock.nowMs, log: (line) => log.push(line) });
  const bindings = { ...env, ...overrides };
  const secret = bindings.JWT_SECRET ?? "";

  async function call(path: string, options: Call = {}): Promise<Reply> {
    const { role = "admin", subject = "tester", body, raw } = options;
    const headers = new Headers(options.headers);
    if (role !== null && !headers.has("authorization")) {
      const token = await signAccessToken(secret, { subject, role }, clock.nowMs, "test");
      headers.set("authorization", `Bearer ${token}`);
    }
    if (body !== undefined && !headers.has("content-type")) headers.set("content-type", "application/json");
    const payload = raw ?? (body === undefined ? null : JSON.stringify(body));
    const method = options.method ?? (payload === null ? "GET" : "POST");
    const response = await app.request(path, { method, headers, body: payload }, bindings);
    const text = await response.text();
    const isJson = /json/.test(response.headers.get("content-type") ?? "");
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }
  return { call, log, clock };
}

/** Rows read and written by a request, from its `Server-Timing`. */
export function costOf(reply: Reply): { queries: number; read: number; written: number } {
  const timing = reply.headers.get("server-timing") ?? "";
  const [, queries, read, written] = /(\d+) queries, (\d+) rows read, (\d+) rows written/.exec(timing) ?? [];
  return { queries: Number(queries), read: Number(read), written: Number(written) };
}
