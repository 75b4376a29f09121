/** `npm run evaluate:simulated`: the same figures over a simulated population of known kinds. */
import { requireColumns } from "./evaluate/evaluation.ts";
import { readSimulateOptions, type SimulateOptions } from "./evaluate/options.ts";
import { readProfile } from "./evaluate/profile-file.ts";
import { createProgress } from "./evaluate/progress.ts";
import { createRoster } from "./evaluate/roster.ts";
import { judge, present, runCommand } from "./evaluate/run.ts";
import { takePopulation, writePopulation } from "./evaluate/simulated.ts";

async function evaluateSimulated(options: SimulateOptions): Promise<void> {
  const { seed, players, prevalence, nowMs, write } = options;
  const population = { seed, players, prevalence, nowMs };
  if (write !== null) {
    await writePopulation(population, write);
    console.error(`Wrote ${write}/sessions.ndjson and ${write}/labels.csv.`);
  }
  const profile = await readProfile(options.profile);
  const progress = createProgress(process.stderr);
  const roster = createRoster(options.asOfMs ?? Number.POSITIVE_INFINITY);
  const startedMs = performance.now();
  progress.stage("playing", players);
  const labels = takePopulation(population, roster, progress.at);
  requireColumns(labels, [...options.by, ...options.where.map(({ column }) => column)]);
  const origin = {
    source: `Simulated population, seed ${seed}, ${100 * prevalence} % cheaters`,
    rejected: 0,
    rejectExamples: [],
    readSeconds: (performance.now() - startedMs) / 1_000,
  };
  await present(judge({ ...options, profile, roster, labels, origin }, progress), options.report);
}

await runCommand(async () => evaluateSimulated(readSimulateOptions(process.argv.slice(2), Date.now())));
