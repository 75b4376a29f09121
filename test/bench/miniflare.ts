/** A built Worker in Miniflare behind a direct socket: no dev proxy, no tracing. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "undici";
import { buildWorker } from "../../src/cli/serve/build.ts";
import type { BuiltWorker } from "../../src/cli/serve/built.ts";
import { type Runtime, startRuntime } from "../../src/cli/serve/runtime.ts";
import { appliedTable } from "../../src/cli/serve/state.ts";

export interface BenchService {
  readonly url: string;
  /** Of the local account; empty for a Worker that is not our service. */
  readonly token: string;
  /** Calls the API as the local account and fails on anything but 2xx. */
  call(method: "GET" | "POST" | "PUT", path: string, body?: unknown): Promise<Record<string, unknown>>;
  /** Calls to the limiter's counters so far, by the log lines that have arrived. */
  limiterCalls(): number;
  database(): ReturnType<Runtime["database"]>;
  /** The id of its workerd process. */
  readonly pid: string;
  stop(): Promise<void>;
}

/** The local account, which a development environment has. */
export const account = { username: "security_console", password: "letmein123" } as const;

async function signIn(url: string): Promise<string> {
  const response = await fetch(new URL("/api/auth/token", url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(account),
  });
  if (!response.ok) throw new Error(`sign-in: ${response.status} ${await response.text()}`);
  const { access_token } = (await response.json()) as { access_token: string };
  return access_token;
}

export interface BenchOptions {
  /** Built before; the service unless told. */
  readonly worker?: BuiltWorker;
  /** Beside the service's own. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Whether it is our service, which has a limiter and wants a token. */
  readonly isService?: boolean;
  /** Kept, and brought up to date as is; an empty one that ends with the service unless told. */
  readonly stateDir?: string;
}

export const serviceVariables = {
  ENVIRONMENT: "development",
  JWT_SECRET: "bench-secret-of-more-than-thirty-two-bytes",
  RATE_LIMIT_REQUESTS: "100000000",
};

/** Builds a Worker, without the gate, which would refuse what a bench sends from one address. */
export async function buildBench(folder: string, config = "wrangler.toml"): Promise<BuiltWorker> {
  const worker = await buildWorker(folder, ["--config", config]);
  return { ...worker, options: { ...worker.options, d1Databases: { DB: { id: "bench" } }, ratelimits: {} } };
}

/** The migrations of all Workers are the service's. */
async function migrate(runtime: Runtime, { migrations }: BuiltWorker): Promise<void> {
  const db = await runtime.database();
  // By this table the command line knows our database.
  await db.prepare(appliedTable).run();
  const known = await db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'players'").all();
  if (known.results.length > 0) return;
  for (const { statements } of migrations) {
    for (const statement of statements) await db.prepare(statement).run();
  }
}

/** Starts a Worker on a free loopback port, with a migrated database. */
export async function startBench({
  worker: built,
  isService = true,
  variables = {},
  stateDir,
}: BenchOptions = {}): Promise<BenchService> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const worker = built ?? (await buildBench(join(folder, "built")));
  let limiterCalls = 0;
  const runtime = await startRuntime({
    worker,
    variables: isService ? { ...serviceVariables, ...variables } : variables,
    stateDir: stateDir ?? join(folder, "state"),
    host: "127.0.0.1",
    port: 0,
    onLog: (message) => {
      limiterCalls += Number(/"limiter_calls":(\d+)/.exec(message)?.[1] ?? 0);
    },
    onWarning: console.error,
    onFailure: console.error,
  });
  await migrate(runtime, worker);
  const { url } = runtime;
  const token = isService ? await signIn(url) : "";
  return {
    url,
    token,
    pid: String(runtime.pid()),
    async call(method, path, body) {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const text = body === undefined ? null : JSON.stringify(body);
      // A connection of its own: workerd may end a kept one at the moment that the next request is sent.
      const options = { method, headers, body: text, reset: true };
      const { statusCode, body: answer } = await request(new URL(path, url), options);
      if (statusCode >= 300) throw new Error(`${method} ${path}: ${statusCode} ${await answer.text()}`);
      return (await answer.json()) as Record<string, unknown>;
    },
    limiterCalls: () => limiterCalls,
    database: () => runtime.database(),
    async stop() {
      await runtime.stop(0);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
