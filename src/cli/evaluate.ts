/** `npm run evaluate`: how well the core tells cheaters from clean players in a labelled file. */

import { requireColumns } from "./evaluate/evaluation.ts";
import { InputError } from "./evaluate/input-error.ts";
import { readLabels } from "./evaluate/labels.ts";
import { type EvaluateOptions, readEvaluateOptions } from "./evaluate/options.ts";
import { readProfile } from "./evaluate/profile-file.ts";
import { createProgress } from "./evaluate/progress.ts";
import { createRoster } from "./evaluate/roster.ts";
import { judge, present, runCommand } from "./evaluate/run.ts";
import { fileBytes, readSessions } from "./evaluate/session-file.ts";

async function evaluate(options: EvaluateOptions): Promise<void> {
  const bytes = await fileBytes(options.sessions);
  const labels = await readLabels(options.labels);
  const profile = await readProfile(options.profile);
  requireColumns(labels, [...options.by, ...options.where.map(({ column }) => column)]);
  const progress = createProgress(process.stderr);
  const roster = createRoster(options.asOfMs ?? Number.POSITIVE_INFINITY);
  const startedMs = performance.now();
  progress.stage("reading", bytes);
  const rejects = await readSessions(options.sessions, roster, progress.at);
  if (roster.sessions === 0) {
    progress.stop();
    const why = rejects.examples.map((example) => `\n  ${example}`).join("");
    throw new InputError(`${options.sessions} holds no usable session.${why}`);
  }
  const readSeconds = (performance.now() - startedMs) / 1_000;
  const origin = {
    source: options.sessions,
    rejected: rejects.count,
    rejectExamples: rejects.examples,
    readSeconds,
  };
  await present(judge({ ...options, profile, roster, labels, origin }, progress), options.report);
}

await runCommand(async () => evaluate(readEvaluateOptions(process.argv.slice(2))));
