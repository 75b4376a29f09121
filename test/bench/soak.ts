/**
 * `npm run soak`: mixed load on `npm run serve` for ten minutes (SOAK_MINUTES), which is killed again and again in the
 * first fifth of them and left alone afterwards. In the end what is stored must be what was acknowledged, the counters what is
 * stored, the audit trail sound, and memory flat. Exits with 1 where it is not.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { buildWorker } from "../../src/cli/serve/build.ts";
import { freePort } from "../../src/cli/start/ports.ts";
import { byToken, type Caller, createCaller, type Tally } from "./soak/caller.ts";
import { analyst, createLedger, type Ledger, runLoad } from "./soak/load.ts";
import { type Receiver, startReceiver } from "./soak/receiver.ts";
import { type Line, recount } from "./soak/recount.ts";
import { createService, type Served } from "./soak/service.ts";
import { type Sample, slopeOf } from "./soak/slope.ts";

const minutes = Number(process.env.SOAK_MINUTES ?? 10);
const killEveryMs = Math.min(60_000, minutes * 3_000);
/** A fresh workerd takes about four minutes of this load until its heap and its caches are as large as they get. */
const warmUpMs = Math.min(240_000, minutes * 24_000);
/** Memory rises where the slope is surely more than this: over a day it would be seven gigabytes. */
const flatMbPerMinute = 5;
const admin = { username: "soak_admin", password: "plum orbit canvas ninety" };
/** Development alone delivers webhooks to this machine. */
const variables = {
  ENVIRONMENT: "development",
  JWT_SECRET: "7hGk2LmQ9xZp4VtR8wYb3NcD6fJs1AeU5oTi0KqX",
  SERVICE_USERNAME: admin.username,
  SERVICE_PASSWORD: admin.password,
  RATE_LIMIT_REQUESTS: "100000000",
};
const scopes = ["telemetry:write", "reports:write", "players:read", "players:write", "analytics:read"];

/** What has to be there before the load: somebody who judges, a key for machines, a webhook. */
async function prepare(boss: Caller, receiver: Receiver): Promise<string> {
  await boss.ask("/api/auth/users", { body: { ...analyst, role: "analyst" } });
  await boss.ask("/api/webhooks", { body: { name: "soak", url: receiver.url } });
  const body = { name: "soak", scopes: [...scopes, "decisions:read", "decisions:write"] };
  return (await boss.ask("/api/auth/keys", { body })).key;
}

/** Kills workerd and `npm run serve` by turns until they are to be left alone. */
async function killInTurns(service: Served, untilMs: number): Promise<void> {
  for (let turn = 0; Date.now() + killEveryMs < untilMs; turn++) {
    await pause(killEveryMs);
    if (turn % 2 === 0) service.killWorkerd();
    else await service.killAll();
  }
}

type Process = "workerd" | "npm run serve";
type Memory = Readonly<Record<Process, Sample[]>>;

/** The memory of both processes once a second, until it is over. */
async function watchMemory(service: Served, isOver: () => boolean): Promise<Memory> {
  const memory: Memory = { workerd: [], "npm run serve": [] };
  const startedMs = Date.now();
  while (!isOver()) {
    const minutes = (Date.now() - startedMs) / 60_000;
    const [workerd, serve] = [service.workerdMb(), service.serveMb()];
    if (workerd !== null) memory.workerd.push({ minutes, mb: workerd });
    if (serve !== null) memory["npm run serve"].push({ minutes, mb: serve });
    await pause(1_000);
  }
  return memory;
}

/** Runs the jobs until nothing waits: what was emitted is delivered, what was appended is sealed. */
async function settle(boss: Caller, isDelivered: () => Promise<boolean>): Promise<void> {
  const untilMs = Date.now() + 600_000;
  for (const job of ["rescore", "decisions", "webhooks", "audit"]) {
    while (Date.now() < untilMs) {
      const { remaining } = await boss.ask(`/api/ops/jobs/${job}/runs`, { method: "POST" });
      if (remaining === 0 && (job !== "webhooks" || (await isDelivered()))) break;
      await pause(1_000);
    }
  }
}

/** Problems of the trail over all of its pages; the entries that have no seal are one more. */
async function problemsOfTrail(boss: Caller): Promise<Line> {
  let found = 0;
  for (let after: number | null = 0; after !== null; ) {
    const page: { problems: unknown[]; head: string; next: number | null } = await boss.ask(
      `/api/audit/verify${after === 0 ? "" : `?after=${after}`}`,
    );
    found += page.problems.length + (page.head === "ok" ? 0 : 1);
    after = page.next;
  }
  return { what: "problems of the audit trail", expected: 0, found };
}

const mbOf = (value: number) => `${value.toFixed(1)} MB`;

/** About twenty of the samples, for whoever wants to see the shape, and whether the line through all of them is flat. */
function printMemory(process: Process, samples: readonly Sample[]): boolean {
  const step = Math.max(1, Math.floor(samples.length / 20));
  const shown = samples.filter((_, place) => place % step === 0);
  console.log(`${process} in MB:`, shown.map(({ mb }) => mb.toFixed(0)).join(" "));
  const slope = slopeOf(samples);
  if (slope === null) {
    console.log("Too short to say whether it rises.");
    return true;
  }
  const { perMinute, margin, mean } = slope;
  const isFlat = perMinute - margin <= flatMbPerMinute;
  console.log(
    `${isFlat ? "Flat" : "RISING"}: ${mbOf(mean)} on average, ${mbOf(Math.max(...samples.map(({ mb }) => mb)))} at most, ${perMinute.toFixed(2)} MB a minute (95 %: ${(perMinute - margin).toFixed(2)} to ${(perMinute + margin).toFixed(2)}); flat is not surely above ${flatMbPerMinute}.`,
  );
  return isFlat;
}

function print(lines: readonly Line[], tally: Tally, ledger: Ledger): boolean {
  console.table(lines.map((line) => ({ ...line, "": line.expected === line.found ? "" : "WRONG" })));
  console.log(
    "Answers:",
    [...tally]
      .sort()
      .map(([what, n]) => `${what}: ${n}`)
      .join(", "),
  );
  for (const fault of ledger.faults.slice(0, 20)) console.log(`FAULT ${fault}`);
  return ledger.faults.length === 0 && lines.every(({ expected, found }) => expected === found);
}

async function soak(folder: string): Promise<boolean> {
  await buildWorker(join(folder, "built"), []);
  const port = await freePort();
  const service = createService({ folder, built: join(folder, "built"), port, variables });
  const receiver = await startReceiver();
  const [tally, ledger]: [Tally, Ledger] = [new Map(), createLedger()];
  await service.start();
  try {
    const boss = createCaller(service.origin, tally, byToken(service.origin, tally, admin));
    const key = await prepare(boss, receiver);
    const startedMs = Date.now();
    const isOver = () => Date.now() - startedMs >= minutes * 60_000;
    const loaded = runLoad({ origin: service.origin, ledger, admin, tally, key, isOver });
    await killInTurns(service, startedMs + minutes * 12_000);
    await pause(warmUpMs);
    const memory = await watchMemory(service, isOver);
    await loaded;
    const isDelivered = async () =>
      (await boss.ask("/metrics")).text.includes('gamesec_webhook_deliveries{state="pending"} 0') ||
      (await boss.ask("/api/webhooks/1/deliveries?state=pending&limit=1")).deliveries.length === 0;
    await settle(boss, isDelivered);
    const trail = await problemsOfTrail(boss);
    const code = await service.stop();
    const messages = [...receiver.messages.values()].reduce((sum, times) => sum + times, 0);
    console.log(
      `${minutes} minutes, ${service.kills} kills, ${messages} webhook messages of ${receiver.messages.size} events.`,
    );
    const lines = [
      ...(await recount(join(folder, "state"), ledger, new Set(receiver.messages.keys()))),
      trail,
    ];
    const isRight = print(
      [...lines, { what: "exit code of a stop", expected: 0, found: code ?? -1 }],
      tally,
      ledger,
    );
    const isFlat = [
      printMemory("workerd", memory.workerd),
      printMemory("npm run serve", memory["npm run serve"]),
    ].every(Boolean);
    console.log(`Load of the machine: ${loadavg().map((load) => load.toFixed(1))}`);
    return isRight && isFlat;
  } finally {
    await service.stop();
    receiver.close();
  }
}

const folder = mkdtempSync(join(tmpdir(), "soak-"));
try {
  process.exitCode = (await soak(folder)) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
