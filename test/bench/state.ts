/** A database of so many sessions, filled once a month by the service's own routes and jobs, and kept. */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BuiltWorker } from "../../src/cli/serve/built.ts";
import { simulatePlayers } from "../../src/cli/simulate/population.ts";
import { projectRoot } from "../../src/cli/start/project.ts";
import type { SessionRow } from "../../src/telemetry/session.ts";
import { type BenchService, startBench } from "./miniflare.ts";

/** Beside the other caches of packages: git does not see it, and a clean install empties it. */
const cacheFolder = join(projectRoot, "node_modules", ".cache", "bench");
const rowsPerRequest = 1_000;
/** A session in ten has an event. */
const sessionsPerEvent = 10;
/** Of each, as many as the smaller database has players for. */
export const casesMade = 20;
export const decisionsMade = 20;

/** The same players in the same order, whatever the number of sessions: the smaller database is the larger one's start. */
function* sessionsOf(count: number): Generator<SessionRow> {
  let left = count;
  for (const { rows } of simulatePlayers({ seed: 11, players: count, prevalence: 0.02, nowMs: Date.now() })) {
    yield* rows.slice(0, left);
    left -= rows.length;
    if (left <= 0) return;
  }
}

const eventOf = ({ player, game, recorded_at, session_id }: SessionRow, number: number) => ({
  player,
  game,
  session_id,
  event_id: `e${number}`,
  type: "speed_anomaly",
  severity: "low",
  occurred_at: recorded_at,
});

function* chunked<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let chunk: T[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/** Runs a job until nothing of it is due; answers what it processed. */
export async function runOut(service: BenchService, job: string): Promise<number> {
  let processed = 0;
  for (let remaining = 1; remaining > 0; ) {
    const run = await service.call("POST", `/api/ops/jobs/${job}/runs`);
    processed += Number(run.processed);
    remaining = Number(run.remaining);
  }
  return processed;
}

async function fill(service: BenchService, count: number): Promise<void> {
  let sent = 0;
  for (const sessions of chunked(sessionsOf(count), rowsPerRequest)) {
    await service.call("POST", "/api/telemetry/sessions", { sessions });
    const events = sessions
      .filter((_, place) => place % sessionsPerEvent === 0)
      .map((row, place) => eventOf(row, sent + place));
    await service.call("POST", "/api/telemetry/events", { events });
    sent += sessions.length;
  }
  // Scores make the baseline, and the baseline other scores.
  for (const job of ["rescore", "baselines", "rescore"]) await runOut(service, job);
  for (let id = 1; id <= casesMade; id++) {
    await service.call("POST", "/api/cases", { player_id: id, note: "Filled." }).catch(() => {});
  }
  for (let id = 1; id <= decisionsMade; id++) {
    const decision = { player_id: id, type: "suspend", days: 300, reason: "Filled." };
    await service.call("POST", "/api/decisions", decision);
  }
}

/** A fresh copy of the state with so many sessions; the caller removes it. */
export async function copyState(worker: BuiltWorker, count: number): Promise<string> {
  const month = new Date().toISOString().slice(0, 7);
  const schema = createHash("sha256").update(JSON.stringify(worker.migrations)).digest("hex").slice(0, 8);
  const folder = join(cacheFolder, `${count}-${month}-${schema}`);
  const mark = join(folder, "filled");
  if (!existsSync(mark)) {
    const stale = existsSync(cacheFolder) ? readdirSync(cacheFolder) : [];
    for (const name of stale.filter((old) => old.startsWith(`${count}-`))) {
      rmSync(join(cacheFolder, name), { recursive: true, force: true });
    }
    mkdirSync(folder, { recursive: true });
    console.error(`Filling a database of ${count} sessions ...`);
    const service = await startBench({ worker, stateDir: folder });
    try {
      await fill(service, count);
    } finally {
      await service.stop();
    }
    writeFileSync(mark, "");
  }
  const copy = mkdtempSync(join(cacheFolder, "run-"));
  cpSync(folder, copy, { recursive: true });
  return copy;
}
