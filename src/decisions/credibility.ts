/**
 * How far reports by players are believed. A reporter is believed as far as verdicts have proved them right, and what
 * one voice, one party or one brigade says counts about once. Weights are 0..1.
 */
import type { Severity } from "../detection/evidence.ts";
import { fadeAt } from "../detection/fade.ts";
import { severityWeight } from "../detection/statistics/events.ts";

/**
 * Verdicts that every reporter starts with: Beta(2, 2). Its mean is the neutral 0.5, so that somebody nobody has judged
 * yet is neither helped nor hurt, and four verdicts weigh as much as it: one moves 0.5 to 0.6 or 0.4. Chosen by us: it
 * favours hearing newcomers over doubting them, for of the reports that Overwatch judged 15 to 30 % were confirmed
 * (J. McDonald, Valve, GDC 2018), and brigades of newcomers are bounded below. The form is the beta reputation system
 * (A. Josang and R. Ismail, 2002).
 */
export const prior = { confirmed: 2, dismissed: 2 } as const;

/** Of a player whom nobody reported, and of a reporter whom nobody judged. */
export const neutralCredibility = 0.5;

/** Verdicts on what somebody reported; inconclusive ones are neither. */
export interface Judged {
  readonly confirmed: number;
  readonly dismissed: number;
}

/** A reporter's credibility, 0..1: the smoothed share of the judged reports that were confirmed. */
export function credibilityOf({ confirmed, dismissed }: Judged): number {
  return (confirmed + prior.confirmed) / (confirmed + dismissed + prior.confirmed + prior.dismissed);
}

export const isMuted = (mutedUntilMs: number | null, nowMs: number): boolean =>
  mutedUntilMs !== null && nowMs < mutedUntilMs;

/** What a report without a session that exists is worth of a full one: nobody can look at what was seen. Chosen by us. */
const unattestedShare = 0.5;

/** The weight of one report by itself, 0..1. */
export const reportWeight = (credibility: number, attested: boolean): number =>
  credibility * (attested ? 1 : unattestedShare);

/** A report as far as its weight goes; those that a verdict dismissed are never among them. */
export interface CountedReport {
  readonly id: string;
  /** Null: not said; nobody knows whether two of these are one person. */
  readonly reporter: string | null;
  readonly party: string | null;
  readonly reportedAtMs: number;
  /** The reporter's credibility when they reported; 0 while muted. */
  readonly weight: number;
  /** It names a session of the player that exists. */
  readonly attested: boolean;
  /** A verdict had confirmed a report of this reporter before. */
  readonly proven: boolean;
}

/** Within this a reporter who says it again says it once. Chosen by us: an evening of matches against each other. */
const repeatMs = 24 * 3_600_000;

/**
 * Unproven reports that follow each other within this are one burst. Chosen by us: long enough for the evening after a
 * stream or a post that calls for reports; it favours missing a suspect over believing a crowd.
 */
const burstGapMs = 6 * 3_600_000;

interface Weighed {
  readonly report: CountedReport;
  readonly place: number;
  readonly weight: number;
}

const byTime = (a: Weighed, b: Weighed): number =>
  a.report.reportedAtMs - b.report.reportedAtMs || (a.report.id < b.report.id ? -1 : 1);
const byWeight = (a: Weighed, b: Weighed): number => b.weight - a.weight || byTime(a, b);

/** Parts a list, oldest first, wherever `startsAnew` says so. */
function runsOf(
  sorted: readonly Weighed[],
  startsAnew: (run: readonly Weighed[], next: Weighed) => boolean,
): Weighed[][] {
  const runs: Weighed[][] = [];
  for (const next of sorted) {
    const run = runs.at(-1);
    if (run === undefined || startsAnew(run, next)) runs.push([next]);
    else run.push(next);
  }
  return runs;
}

const gapMs = (from: Weighed | undefined, to: Weighed): number =>
  from === undefined ? 0 : to.report.reportedAtMs - from.report.reportedAtMs;

/** The strongest of each group that `keyOf` names, and all that it leaves unnamed. */
function strongest(
  weighed: readonly Weighed[],
  keyOf: (report: CountedReport) => string | null,
  partsOf: (group: readonly Weighed[]) => readonly (readonly Weighed[])[],
): Weighed[] {
  const groups = Map.groupBy(weighed, ({ report }) => keyOf(report));
  const alone = groups.get(null) ?? [];
  groups.delete(null);
  const named = [...groups.values()].flatMap((group) => partsOf(group));
  return [...alone, ...named.flatMap((part) => part.toSorted(byWeight).slice(0, 1))];
}

/** One voice a day, and one voice a party. */
function withoutRepeats(weighed: readonly Weighed[]): Weighed[] {
  const daily = (own: readonly Weighed[]) =>
    runsOf(own.toSorted(byTime), (run, next) => gapMs(run[0], next) >= repeatMs);
  const voices = strongest(weighed, ({ reporter }) => reporter, daily);
  return strongest(
    voices,
    ({ party }) => party,
    (group) => [group],
  );
}

/**
 * What each report counts, in the order given, 0..1. A muted reporter's count nothing; of one reporter's
 * within 24 hours, and of one party's, the strongest counts. In a burst of reporters whom no verdict ever confirmed the
 * k-th strongest counts 1/k² of its weight: the sum of these is 1.65, so that a brigade of any size says less than two
 * of its members. The order of arrival changes nothing.
 */
export function countedWeights(reports: readonly CountedReport[]): number[] {
  const weighed = reports.map((report, place): Weighed => {
    return { report, place, weight: reportWeight(report.weight, report.attested) };
  });
  const counted = reports.map(() => 0);
  const heard = withoutRepeats(weighed.filter(({ weight }) => weight > 0));
  for (const { place, weight, report } of heard) if (report.proven) counted[place] = weight;
  const unproven = heard.filter(({ report }) => !report.proven).sort(byTime);
  for (const burst of runsOf(unproven, (run, next) => gapMs(run.at(-1), next) > burstGapMs)) {
    for (const [k, { place, weight }] of burst.sort(byWeight).entries())
      counted[place] = weight / (k + 1) ** 2;
  }
  return counted;
}

/** The sum of what reports count: 1 is one reporter who is always right and names the session. */
export const combinedWeight = (reports: readonly CountedReport[]): number =>
  countedWeights(reports).reduce((sum, weight) => sum + weight, 0);

/**
 * How credible a player's reports are together, 0..1, for ordering what people look at: the chance that at least one of
 * them is right, were they independent, and never below neutral, for a doubtful report is no reason to look later than
 * at somebody whom nobody reported.
 */
export function combinedCredibility(reports: readonly CountedReport[]): number {
  const noneRight = countedWeights(reports).reduce((product, weight) => product * (1 - weight), 1);
  return Math.max(neutralCredibility, 1 - noneRight);
}

/**
 * The `reporterCredibility` of evidence, 0..1: the mean of what the reports count, each by its severity and age as the
 * detector weighs it, so that the detector's sum is the sum of what counts. Neutral without reports. Rounded, because
 * it is stored with the score.
 */
export function evidenceCredibility(
  reports: readonly (CountedReport & { readonly severity: Severity })[],
  asOfMs: number,
): number {
  const counted = countedWeights(reports);
  let sum = 0;
  let total = 0;
  for (const [place, report] of reports.entries()) {
    const said = severityWeight[report.severity] * fadeAt(report.reportedAtMs, asOfMs);
    sum += said * (counted[place] ?? 0);
    total += said;
  }
  return total > 0 ? Math.round((sum / total) * 1e6) / 1e6 : neutralCredibility;
}
