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
import { rowOf } from "./rows.ts";

/** What floods: reads of one player, or 1,000 sessions of 100 players a request. */
const kinds = ["reads", "bulk"] as const;
type Kind = (typeof kinds)[number];
/** Requests at once while it is measured what the service carries. */
const calmAtOnce: Readonly<Record<Kind, number>> = { reads: 16, bulk: 4 };
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
  readonly kind: Kind;
  readonly origin: string;
  readonly token: string;
  readonly seconds: number;
  /** Requests a second, whatever becomes of them; 0: some at once, each after the other. */
  readonly rate: number;
  /** The number of its first request: none is sent twice. */
  readonly first: number;
}

interface Asked {
  readonly path: string;
  readonly body?: string;
}

/** The `n`th request of a flood; its sessions come a minute after those of the one before. */
function askedOf(kind: Kind, n: number): Asked {
  if (kind === "reads") return { path: "/api/security/player-risk/29" };
  const sessions = Array.from({ length: 1_000 }, (_, row) =>
    rowOf(row % 100, n * 10 + Math.floor(row / 100), 6),
  );
  return { path: "/api/telemetry/sessions", body: JSON.stringify({ sessions }) };
}

function send(origin: string, { path, body }: Asked, token: string, agent: Agent): Promise<Sample> {
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const end = (status: number, error = {}) =>
      resolve({ status, ms: performance.now() - startedMs, ...error });
    const fail = (error: Error) => end(0, { error: Reflect.get(error, "code") ?? error.message });
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body === undefined
        ? {}
        : { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
    };
    const signal = AbortSignal.timeout(patienceMs);
    const options = { agent, headers, signal, method: body === undefined ? "GET" : "POST" };
    const asking = request(`${origin}${path}`, options, (reply) => {
      reply
        .on("error", fail)
        .resume()
        .on("end", () => end(reply.statusCode ?? 0));
    });
    asking.on("error", fail).end(body);
  });
}

/** In the child: sends, and tells what came of it. */
async function flood({ kind, origin, token, seconds, rate, first }: Load): Promise<Sample[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 2_000 });
  const samples: Sample[] = [];
  let next = first;
  const one = async () => void samples.push(await send(origin, askedOf(kind, next++), token, agent));
  const untilMs = performance.now() + seconds * 1_000;
  const chain = async () => {
    while (performance.now() < untilMs) await one();
  };
  if (rate === 0) await Promise.all(Array.from({ length: calmAtOnce[kind] }, chain));
  const open: Promise<void>[] = [];
  const everyMs = rate < 1_000 ? 1_000 / rate : 10;
  for (let due = performance.now(); rate > 0 && due < untilMs; due += everyMs) {
    for (let n = 0; n < (rate * everyMs) / 1_000; n++) open.push(one());
    await pause(Math.max(0, due + everyMs - performance.now()));
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

async function reportOf(kind: Kind, origin: string, token: string, seconds: number): Promise<void> {
  const load = { kind, origin, token };
  await underLoad({ ...load, first: 0, seconds: 3, rate: 0 });
  const calm = await underLoad({ ...load, first: 10_000, seconds, rate: 0 });
  const capacity = calm.length / seconds;
  const agent = new Agent({ keepAlive: true });
  const health: Sample[] = [];
  const flooding = { ...load, first: 20_000, seconds, rate: Math.round(capacity * times) };
  const flooded = await underLoad(flooding, async () => {
    for (const untilMs = performance.now() + seconds * 1_000; performance.now() < untilMs; await pause(25)) {
      health.push(await send(origin, { path: "/health" }, token, agent));
    }
  });
  const endedMs = performance.now();
  const usual = Number(quantile(calm, 0.5));
  let recoveredMs = 0;
  for (let next = 40_000; ; next++) {
    const { status, ms } = await send(origin, askedOf(kind, next), token, agent);
    recoveredMs = performance.now() - endedMs;
    if (status === 200 && ms <= usual) break;
    await pause(10);
  }
  agent.destroy();
  const of = (status: number) => flooded.filter((sample) => sample.status === status);
  const line = (name: string, samples: readonly Sample[], note = "") => ({
    what: `${kind}: ${name}`,
    "a second": (samples.length / seconds).toFixed(0),
    "p50 ms": quantile(samples, 0.5),
    "p99 ms": quantile(samples, 0.99),
    note,
  });
  console.table([
    line(`capacity, ${calmAtOnce[kind]} at once`, calm),
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
}

async function report(origin: string, seconds: number): Promise<void> {
  const reply = await fetch(`${origin}/api/auth/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(account),
  });
  const { access_token: token } = (await reply.json()) as { access_token: string };
  for (const kind of kinds) await reportOf(kind, origin, token, seconds);
  console.log(`${seconds} s each. Load of the machine: ${loadavg().map((load) => load.toFixed(1))}`);
}

if (process.argv[2] === "load") {
  process.once("message", async (load) => {
    const samples = await flood(load as Load);
    // Cut off before it is through, the channel would lose the rest of them.
    process.send?.(samples, undefined, undefined, () => process.disconnect());
  });
} else {
  await measure(Number(process.argv[2] ?? 20));
}
