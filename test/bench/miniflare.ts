/** The built Worker in Miniflare behind a direct socket: no dev proxy, no tracing. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_splitSqlQuery } from "wrangler";

export interface BenchService {
  readonly url: string;
  /** Calls the API as the local account and fails on anything but 2xx. */
  call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
  /** Milliseconds of CPU that the runtime has used so far, by /proc. */
  cpuMs(): number;
  /** Calls to the limiter's counters so far, by the log lines that have arrived. */
  limiterCalls(): number;
  stop(): Promise<void>;
}

/** The statements of all migrations in their order. */
const statements = readdirSync("migrations")
  .sort()
  .flatMap((file) => unstable_splitSqlQuery(readFileSync(join("migrations", file), "utf8")));

/** The clock ticks of user and system time in /proc/PID/stat, ten milliseconds each. */
function cpuMsOfRuntime(): number {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const [, name, rest = ""] = /^\d+ \((.*)\) (.*)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
      const fields = rest.split(" ");
      if (name !== "workerd" || Number(fields[1]) !== process.pid) continue;
      return (Number(fields[11]) + Number(fields[12])) * 10;
    } catch {
      // It ended while we looked.
    }
  }
  throw new Error("no runtime of ours in /proc");
}

function build(): string {
  const out = mkdtempSync(join(tmpdir(), "bench-"));
  const built = spawnSync("npx", ["wrangler", "deploy", "--dry-run", "--outdir", out], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(built.stderr);
  return out;
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

/** Builds and starts the Worker on a free loopback port, with an empty migrated database. */
export async function startBench(variables: Readonly<Record<string, string>> = {}): Promise<BenchService> {
  let limiterCalls = 0;
  const out = build();
  const state = mkdtempSync(join(tmpdir(), "bench-state-"));
  const mf = new Miniflare(
    convertV4MiniflareOptions({
      workers: [
        {
          name: "service",
          modules: [
            { type: "ESModule", path: "index.js", contents: readFileSync(join(out, "index.js"), "utf8") },
          ],
          compatibilityDate: "2026-08-15",
          compatibilityFlags: ["nodejs_compat"],
          bindings: {
            ENVIRONMENT: "development",
            JWT_SECRET: "bench-secret-of-more-than-thirty-two-bytes",
            RATE_LIMIT_REQUESTS: "100000000",
            ...variables,
          },
          d1Databases: { DB: "bench" },
          durableObjects: { RATE_LIMITER: { className: "RateLimiter", useSQLite: true } },
          unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
        },
      ],
      d1Persist: state,
      handleStructuredLogs: ({ message }: { readonly message: string }) => {
        limiterCalls += Number(/"limiter_calls":(\d+)/.exec(message)?.[1] ?? 0);
      },
    }),
  );
  await mf.ready;
  await migrate(mf);
  const url = String(await mf.unsafeGetDirectURL("service"));
  const token = await signIn(url);
  return {
    url,
    async call(method, path, body) {
      const response = await fetch(new URL(path, url), {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
      return (await response.json()) as Record<string, unknown>;
    },
    cpuMs: cpuMsOfRuntime,
    limiterCalls: () => limiterCalls,
    async stop() {
      await mf.dispose();
      for (const folder of [out, state]) rmSync(folder, { recursive: true, force: true });
    },
  };
}
