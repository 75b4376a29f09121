/**
 * `npm run bench:serve [REQUESTS]`: requests a second of `npm run serve` beside `npm start`, each over its own seeded
 * state. The two take turns, so that whatever else the machine does burdens both.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../src/cli/start/ports.ts";

const requests = Number(process.argv[2] ?? 1_000);
const rounds = 3;
const inFlight = 16;
const account = { username: "bench_admin", password: "plum orbit canvas ninety" };
const routes = ["/health", "/api/security/dashboard", "/api/security/player-risk/29"] as const;

interface Target {
  readonly name: string;
  readonly origin: string;
  readonly child: ChildProcess;
  readonly token: string;
  readonly agent: Agent;
}

const folder = mkdtempSync(join(tmpdir(), "bench-serve-"));
const variables = join(folder, "vars");
writeFileSync(
  variables,
  [
    'JWT_SECRET="7hGk2LmQ9xZp4VtR8wYb3NcD6fJs1AeU5oTi0KqX"',
    `SERVICE_USERNAME="${account.username}"`,
    `SERVICE_PASSWORD="${account.password}"`,
    'RATE_LIMIT_REQUESTS="100000000"',
  ].join("\n"),
);

function untilReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = "";
    const read = (chunk: unknown) => {
      output = (output + String(chunk)).slice(-10_000);
      if (output.includes("Ctrl-C stops it.")) resolve();
    };
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", read);
    child.once("close", () => reject(new Error(output)));
  });
}

async function start(name: string, script: string, args: readonly string[]): Promise<Target> {
  const port = await freePort();
  const all = [`src/cli/${script}`, "--port", String(port), "--env-file", variables, ...args];
  const child = spawn(process.execPath, all, { stdio: ["ignore", "pipe", "pipe"] });
  await untilReady(child);
  const origin = `http://127.0.0.1:${port}`;
  const reply = await fetch(`${origin}/api/auth/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(account),
  });
  const { access_token: token } = (await reply.json()) as { access_token: string };
  return { name, origin, child, token, agent: new Agent({ keepAlive: true, maxSockets: inFlight }) };
}

function get({ origin, token, agent }: Target, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    const sent = request(`${origin}${path}`, { agent, headers }, (reply) => {
      reply.resume().on("end", () => resolve(reply.statusCode ?? 0));
    });
    sent.on("error", reject).end();
  });
}

/** Seconds that so many requests took. */
async function time(target: Target, path: string, count: number): Promise<number> {
  let left = count;
  const startedMs = performance.now();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (left-- > 0) {
        const status = await get(target, path);
        if (status !== 200) throw new Error(`${target.name} ${path}: ${status}`);
      }
    }),
  );
  return (performance.now() - startedMs) / 1_000;
}

const targets = [
  await start("npm start", "start.ts", ["--persist-to", join(folder, "start")]),
  await start("npm run serve", "serve.ts", ["--state", join(folder, "serve"), "--seed"]),
];
try {
  const rates: Record<string, Record<string, number>> = {};
  for (const path of routes) {
    const seconds = new Map(targets.map(({ name }) => [name, 0]));
    for (const target of targets) await time(target, path, 100);
    for (let round = 0; round < rounds; round++) {
      for (const target of targets) {
        seconds.set(target.name, (seconds.get(target.name) ?? 0) + (await time(target, path, requests)));
      }
    }
    rates[path] = Object.fromEntries(
      [...seconds].map(([name, took]) => [name, Math.round((rounds * requests) / took)]),
    );
  }
  console.log(`Requests a second, ${inFlight} at once, ${rounds} turns of ${requests}:`);
  console.table(rates);
  console.log(`Load of the machine: ${loadavg().map((load) => load.toFixed(1))}`);
} finally {
  for (const { child, agent } of targets) {
    agent.destroy();
    child.kill("SIGTERM");
    await new Promise((resolve) => child.once("close", resolve));
  }
  rmSync(folder, { recursive: true, force: true });
}
