/** The built Worker in Miniflare behind a direct socket: no dev proxy, no tracing. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unstable_splitSqlQuery } from "wrangler";
import { buildWorker } from "../../src/cli/serve/build.ts";
import type { BuiltWorker } from "../../src/cli/serve/built.ts";
import { type Runtime, startRuntime } from "../../src/cli/serve/runtime.ts";

export interface BenchService {
  readonly url: string;
  /** Calls the API as the local account and fails on anything but 2xx. */
  call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
  /** Calls to the limiter's counters so far, by the log lines that have arrived. */
  limiterCalls(): number;
  /** Sends JSON text, fails on anything but 2xx, and answers with what stands in `Server-Timing`. */
  send(path: string, text: string): Promise<{ body: Record<string, unknown>; timing: string }>;
  /** The id of its workerd process. */
  readonly pid: string;
  stop(): Promise<void>;
}

/** The statements of all migrations in their order. */
const statements = readdirSync("migrations")
  .sort()
  .flatMap((file) => unstable_splitSqlQuery(readFileSync(join("migrations", file), "utf8")));

async function migrate(runtime: Runtime): Promise<void> {
  const db = await runtime.database();
  for (const statement of statements) await db.prepare(statement).run();
}

async function signIn(url: string): Promise<string> {
  const response = await fetch(new URL("/api/auth/token", url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "security_console", password: "letmein123" }),
  });
  const { access_token } = (await response.json()) as { access_token: string };
  return access_token;
}

export interface BenchOptions {
  readonly config?: string;
  /** Beside the service's own. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Whether it is our service, which has a limiter and wants a token. */
  readonly isService?: boolean;
}

const serviceVariables = {
  ENVIRONMENT: "development",
  JWT_SECRET: "bench-secret-of-more-than-thirty-two-bytes",
  RATE_LIMIT_REQUESTS: "100000000",
};

/** Without the gate, which would refuse what a bench sends from one address. */
async function buildFor(config: string, folder: string): Promise<BuiltWorker> {
  const worker = await buildWorker(folder, ["--config", config]);
  return { ...worker, options: { ...worker.options, d1Databases: { DB: { id: "bench" } }, ratelimits: {} } };
}

/** Builds and starts a Worker on a free loopback port, with an empty migrated database; the service unless told. */
export async function startBench({
  config = "wrangler.toml",
  isService = true,
  variables = {},
}: BenchOptions = {}): Promise<BenchService> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  let limiterCalls = 0;
  const runtime = await startRuntime({
    worker: await buildFor(config, join(folder, "built")),
    variables: isService ? { ...serviceVariables, ...variables } : variables,
    stateDir: join(folder, "state"),
    host: "127.0.0.1",
    port: 0,
    onLog: (message) => {
      limiterCalls += Number(/"limiter_calls":(\d+)/.exec(message)?.[1] ?? 0);
    },
    onWarning: console.error,
    onFailure: console.error,
  });
  await migrate(runtime);
  const { url } = runtime;
  const token = isService ? await signIn(url) : "none";

  async function request(method: string, path: string, text: string | null): Promise<Response> {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const response = await fetch(new URL(path, url), { method, headers, body: text });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }
  return {
    url,
    pid: String(runtime.pid()),
    async call(method, path, body) {
      const response = await request(method, path, body === undefined ? null : JSON.stringify(body));
      return (await response.json()) as Record<string, unknown>;
    },
    limiterCalls: () => limiterCalls,
    async send(path, text) {
      const response = await request("POST", path, text);
      const timing = response.headers.get("server-timing") ?? "";
      return { body: (await response.json()) as Record<string, unknown>, timing };
    },
    async stop() {
      await runtime.stop(0);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
