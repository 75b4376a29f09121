/**
 * `npm run bench:overload [SECONDS]`: `npm run serve` over seeded state at five times what it carries. What it carries
 * is measured first, in the same run. The load comes from a process of its own, so that /health is timed by one that
 * has nothing else to do.
 */
import { fork, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../src/cli/start/ports.ts";

const path = "/api/security/player-risk/29";
const account = { username: "bench_admin", password: "plum orbit canvas ninety" };
const times = 5;
/** A request that has no answer by then has none. */
const patienceMs = 10_000;

interface Sample {
  /** 0: no answer. */
  readonly status: number;
  readonly ms: number;
  /** What the socket said where there was no answer. */
  readonly error?: string;
}
interface Load {
  readonly origin: string;
  readonly token: string;
  readonly seconds: number;
  /** Requests a second, whatever becomes of them; 0: 16 at once, each after the other. */
  readonly rate: number;
}

function get(origin: string, where: string, token: string, agent: Agent): Promise<Sample> {
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const end = (status: number, error = {}) =>
      resolve({ status, ms: performance.now() - startedMs, ...error });
    const fail = (error: Error) => end(0, { error: Reflect.get(error, "code") ?? error.message });
    const headers = { authorization: `Bearer ${token}` };
    const signal = AbortSignal.timeout(patienceMs);
    const sent = request(`${origin}${where}`, { agent, headers, signal }, (reply) => {
      reply
        .on("error", fail)
        .resume()
        .on("end", () => end(reply.statusCode ?? 0));
    });
    sent.on("error", fail).end();
  });
}

/** In the child: sends, and tells what came of it. */
async function send({ origin, token, seconds, rate }: Load): Promise<Sample[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: rate === 0 ? 16 : 2_000 });
  const samples: Sample[] = [];
  const one = async () => void samples.push(await get(origin, path, token, agent));
  const untilMs = performance.now() + seconds * 1_000;
  const chain = async () => {
    while (performance.now() < untilMs) await one();
  };
  if (rate === 0) await Promise.all(Array.from({ length: 16 }, chain));
  const open: Promise<void>[] = [];
  for (let due = performance.now(); rate > 0 && due < untilMs; due += 10) {
    for (let n = 0; n < rate / 100; n++) open.push(one());
    await pause(Math.max(0, due + 10 - performance.now()));
  }
  await Promise.all(open);
  agent.destroy();
  return samples;
}

const quantile = (samples: readonly Sample[], share: number): string => {
  const sorted = samples.map(({ ms }) => ms).sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1);
};

/** Load from a child; `beside` runs meanwhile. */
async function underLoad(load: Load, beside: () => Promise<void> = async () => {}): Promise<Sample[]> {
  const child = fork(process.argv[1] ?? "", ["load"]);
  const samples = new Promise<Sample[]>((resolve, reject) => {
    child.once("message", (message) => resolve(message as Sample[]));
    child.once("error", reject);
    child.once("exit", () => reject(new Error("The load ended without its samples.")));
  });
  child.send(load);
  await Promise.all([samples, beside()]);
  return samples;
}

async function measure(seconds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bench-overload-"));
  const variables = join(folder, "vars");
  const secrets = {
    JWT_SECRET: "7hGk2LmQ9xZp4VtR8wYb3NcD6fJs1AeU5oTi0KqX",
    RATE_LIMIT_REQUESTS: "100000000",
  };
  const all = { ...secrets, SERVICE_USERNAME: account.username, SERVICE_PASSWORD: account.password };
  writeFileSync(
    variables,
    Object.entries(all)
      .map(([name, value]) => `${name}="${value}"`)
      .join("\n"),
  );
  const port = await freePort();
  const args = ["src/cli/serve.ts", "--port", String(port), "--env-file", variables];
  const child = spawn(process.execPath, [...args, "--state", join(folder, "state"), "--seed"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    await new Promise<void>((resolve, reject) => {
      let output = "";
      const read = (chunk: unknown) => {
        output = (output + String(chunk)).slice(-10_000);
        if (output.includes("Ctrl-C stops it.")) resolve();
      };
      for (const stream of [child.stdout, child.stderr]) stream.on("data", read);
      child.once("close", () => reject(new Error(output)));
    });
    await report(`http://127.0.0.1:${port}`, seconds);
  } finally {
    child.kill("SIGTERM");
    await new Promise((resolve) => child.once("close", resolve));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function report(origin: string, seconds: number): Promise<void> {
  const reply = await fetch(`${origin}/api/auth/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(account),
  });
  const { access_token: token } = (await reply.json()) as { access_token: string };
  await underLoad({ origin, token, seconds: 3, rate: 0 });
  const calm = await underLoad({ origin, token, seconds, rate: 0 });
  const capacity = Math.round(calm.length / seconds);
  const agent = new Agent({ keepAlive: true });
  const health: Sample[] = [];
  const flooded = await underLoad({ origin, token, seconds, rate: capacity * times }, async () => {
    for (const untilMs = performance.now() + seconds * 1_000; performance.now() < untilMs; await pause(25)) {
      health.push(await get(origin, "/health", token, agent));
    }
  });
  const endedMs = performance.now();
  const usual = Number(quantile(calm, 0.5));
  let recoveredMs = 0;
  for (;;) {
    const { status, ms } = await get(origin, path, token, agent);
    recoveredMs = performance.now() - endedMs;
    if (status === 200 && ms <= usual) break;
    await pause(10);
  }
  agent.destroy();
  const of = (status: number) => flooded.filter((sample) => sample.status === status);
  const line = (name: string, samples: readonly Sample[], note = "") => ({
    what: name,
    "a second": Math.round(samples.length / seconds),
    "p50 ms": quantile(samples, 0.5),
    "p99 ms": quantile(samples, 0.99),
    note,
  });
  console.table([
    line("capacity, 16 at once", calm),
    line(`sent at ${times} times`, flooded),
    line("answered 200", of(200)),
    line("refused 503", of(503)),
    line(
      "anything else",
      flooded.filter(({ status }) => status !== 200 && status !== 503),
    ),
    line("/health meanwhile", health, `${health.filter(({ status }) => status !== 200).length} failed`),
  ]);
  console.log(`As fast as before ${(recoveredMs / 1_000).toFixed(2)} s after the flood.`);
  console.log(`${seconds} s each. Load of the machine: ${loadavg().map((load) => load.toFixed(1))}`);
}

if (process.argv[2] === "load") {
  process.once("message", async (load) => {
    const samples = await send(load as Load);
    // Cut off before it is through, the channel would lose the rest of them.
    process.send?.(samples, undefined, undefined, () => process.disconnect());
  });
} else {
  await measure(Number(process.argv[2] ?? 20));
}
