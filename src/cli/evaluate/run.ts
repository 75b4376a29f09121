/** From a roster and labels to an evaluation, shown and reported: what both commands share. */

import type { Profile } from "../../detection/profile.ts";
import { type Evaluation, evaluationOf, type Origin } from "./evaluation.ts";
import type { Condition } from "./groups.ts";
import { InputError } from "./input-error.ts";
import type { Labels } from "./labels.ts";
import { scorePopulation } from "./population.ts";
import { printed } from "./print.ts";
import type { Progress } from "./progress.ts";
import type { Roster } from "./roster.ts";

export interface Request {
  readonly roster: Roster;
  readonly labels: Labels;
  readonly profile: Profile;
  /** null: the newest session. */
  readonly asOfMs: number | null;
  readonly by: readonly string[];
  readonly where: readonly Condition[];
  readonly origin: Pick<Origin, "source" | "rejected" | "rejectExamples" | "readSeconds">;
}

/** Scores are told in steps, so that the bar costs nothing. */
const stepEvery = 50;

export function judge(request: Request, progress: Progress): Evaluation {
  const { roster, labels, profile, by, where, origin } = request;
  const asOfMs = request.asOfMs ?? roster.newestMs;
  if (roster.sessions === 0) throw new InputError("There is no session to judge.");
  const standings = roster.standings();
  // Two rounds are usual; a third shows as a full bar.
  progress.stage("scoring", 2 * standings.length);
  const startedMs = performance.now();
  let done = 0;
  const onScored = () => {
    done += 1;
    if (done % stepEvery === 0) progress.at(done);
  };
  const scores = scorePopulation(standings, asOfMs, onScored, profile);
  const scoreSeconds = (performance.now() - startedMs) / 1_000;
  progress.stop();
  return evaluationOf(scores, labels, by, where, {
    ...origin,
    asOfMs,
    sessions: roster.sessions,
    scoreSeconds,
  });
}

/** Prints the evaluation, and writes its report where one is asked for. */
export async function present(evaluation: Evaluation, reportDir: string | null): Promise<void> {
  console.log(printed(evaluation));
  if (reportDir === null) return;
  // The charting library is large: loaded only by those who want its charts.
  const { writeReport } = await import("./report.ts");
  console.log(`\nReport: ${await writeReport(evaluation, reportDir)}`);
}

/** Runs a command: what the caller got wrong is told in one line, with exit code 2. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
