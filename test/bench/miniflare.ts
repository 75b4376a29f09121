/** The built Worker in Miniflare behind a direct socket: no dev proxy, no tracing. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_splitSqlQuery } from "wrangler";
import { workerds } from "./workerd.ts";

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

/** Bundles the Worker of a wrangler configuration; answers its text. */
function build(config: string): string {
  const out = mkdtempSync(join(tmpdir(), "bench-"));
  const options = ["deploy", "--config", config, "--dry-run", "--outdir", out];
  const built = spawnSync("npx", ["wrangler", ...options], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(built.stderr);
  const [name = ""] = readdirSync(out).filter((file) => file.endsWith(".js"));
  const text = readFileSync(join(out, name), "utf8");
  rmSync(out, { recursive: true, force: true });
  return text;
}

async function migrate(mf: Miniflare): Promise<void> {
  const db = await mf.getD1Database("DB");
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

const serviceOptions = (variables: Readonly<Record<string, string>>) => ({
  bindings: {
    ENVIRONMENT: "development",
    JWT_SECRET: "bench-secret-of-more-than-thirty-two-bytes",
    RATE_LIMIT_REQUESTS: "100000000",
    ...variables,
  },
  durableObjects: { RATE_LIMITER: { className: "RateLimiter", useSQLite: true } },
});

interface Running {
  readonly text: string;
  readonly isService: boolean;
  readonly variables: Readonly<Record<string, string>>;
  readonly state: string;
  onLog(message: string): void;
}

async function startMiniflare({ text, isService, variables, state, onLog }: Running): Promise<Miniflare> {
  const mf = new Miniflare(
    convertV4MiniflareOptions({
      workers: [
        {
          name: "service",
          modules: [{ type: "ESModule", path: "index.js", contents: text }],
          compatibilityDate: "2026-08-15",
          compatibilityFlags: ["nodejs_compat"],
          ...(isService ? serviceOptions(variables) : {}),
          d1Databases: { DB: "bench" },
          unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
        },
      ],
      d1Persist: state,
      handleRuntimeStdio: () => {},
      handleStructuredLogs: ({ message }: { readonly message: string }) => onLog(message),
    }),
  );
  await mf.ready;
  await migrate(mf);
  return mf;
}

/** Builds and starts a Worker on a free loopback port, with an empty migrated database; the service unless told. */
export async function startBench({
  config = "wrangler.toml",
  isService = true,
  variables = {},
}: BenchOptions = {}): Promise<BenchService> {
  const state = mkdtempSync(join(tmpdir(), "bench-state-"));
  const before = new Set(workerds());
  let limiterCalls = 0;
  const onLog = (message: string) => {
    limiterCalls += Number(/"limiter_calls":(\d+)/.exec(message)?.[1] ?? 0);
  };
  const mf = await startMiniflare({ text: build(config), isService, variables, state, onLog });
  const url = String(await mf.unsafeGetDirectURL("service"));
  const token = isService ? await signIn(url) : "none";

  async function request(method: string, path: string, text: string | null): Promise<Response> {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const response = await fetch(new URL(path, url), { method, headers, body: text });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }
  return {
    url,
    pid: workerds().find((pid) => !before.has(pid)) ?? "",
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
      await mf.dispose();
      rmSync(state, { recursive: true, force: true });
    },
  };
}
