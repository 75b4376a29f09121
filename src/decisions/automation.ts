/** Which decision a case makes by itself, where a game has switched that on: few conditions, all of them needed. */
import { longRecord } from "../detection/cells.ts";
import { besideWeight } from "../detection/combine.ts";
import type { Group, LedgerLine, Score } from "../detection/risk.ts";
import { bandFloors } from "../detection/risk.ts";
import { type DecisionType, decisionTypes } from "./decision.ts";
import { countPriors, type Prior, stepAfter } from "./ladder.ts";
import { type Automation, type EnforcementSettings, policyOf } from "./settings.ts";
import { strictness } from "./strictest.ts";

/** What of a score is looked at. */
export type Judged = Pick<Score, "risk" | "confidence" | "calibrated" | "ledger"> & {
  readonly statistics: Pick<Score["statistics"], "size">;
};

/**
 * A group corroborates with this share of the score's points at least, had it been counted in full. Chosen by us: a
 * twentieth of a point from another group is no second witness. Favours doing nothing.
 */
const leastShare = 0.1;

/** Groups of statistics beside the strongest one enter the score with a part of their weight alone. */
function leastShareOf(group: Group, { statistics }: Judged): number {
  if (group === "log") return leastShare;
  return leastShare * (statistics.size < longRecord ? besideWeight.short : besideWeight.judged);
}

const isEvidence = (line: LedgerLine): line is LedgerLine & { readonly group: Group } =>
  (line.kind === "term" || line.kind === "proof") && line.group !== null && line.points > 0;

/** Groups of detectors that carry a share of the score worth the name. People's reports never corroborate. */
export function corroboratingGroups(score: Judged): Set<Group> {
  const { risk, ledger } = score;
  const points = new Map<Group, number>();
  for (const line of ledger.filter(isEvidence)) {
    points.set(line.group, (points.get(line.group) ?? 0) + line.points);
  }
  const enough = [...points].filter(
    ([group, sum]) => group !== "report" && sum >= risk * leastShareOf(group, score),
  );
  return new Set(enough.map(([group]) => group));
}

/** The scores of the last two refreshes, the newest first. */
export type Refreshes = readonly [now: Judged, before: Judged];

const meetsOnce = (score: Judged, automation: Automation): boolean =>
  score.risk >= bandFloors[automation.min_band] &&
  score.confidence === automation.confidence &&
  score.calibrated &&
  corroboratingGroups(score).size >= automation.groups;

/** Whether both refreshes meet the conditions. */
export const meets = (refreshes: Refreshes, automation: Automation): boolean =>
  automation.enabled && refreshes.every((score) => meetsOnce(score, automation));

/** Whether anything that a game switched on looks at these scores at all. */
export const meetsAny = (refreshes: Refreshes, { automation }: EnforcementSettings): boolean =>
  Object.values(automation).some((one) => one !== undefined && meets(refreshes, one));

/** What an automation does. */
export interface Proposal {
  readonly type: DecisionType;
  readonly policy: string | null;
  /** Null: without an end. */
  readonly days: number | null;
  readonly delayWindowHours: number;
  readonly dailyQuota: number;
}

/** What is known of the player. */
export interface PlayerRecord {
  readonly priors: readonly Prior[];
  /** Types of the decisions that hold or will. */
  readonly standing: readonly DecisionType[];
  /** Types that this case has made by itself before: what people took back since is not made again. */
  readonly made: readonly DecisionType[];
}

/** Null where the ladder asks for another type than the one that was switched on: then people decide. */
function lengthOf(
  type: DecisionType,
  { policy: name, days }: Automation,
  settings: EnforcementSettings,
  { priors }: PlayerRecord,
  nowMs: number,
): Pick<Proposal, "policy" | "days"> | null {
  if (name === undefined) return { policy: null, days: days ?? null };
  const policy = policyOf(settings, name);
  if (policy === undefined) return null;
  const step = stepAfter(policy, countPriors(priors, name, policy, nowMs));
  return step.type === type ? { policy: name, days: step.days } : null;
}

/**
 * What the scores of two refreshes propose, the strictest first: each stricter than what the player has already. The
 * first whose quota is not used up is made.
 */
export function proposalsOf(
  refreshes: Refreshes,
  settings: EnforcementSettings,
  record: PlayerRecord,
  nowMs: number,
): Proposal[] {
  const standing = Math.max(-1, ...[...record.standing, ...record.made].map(strictness));
  const types = decisionTypes.filter((type) => strictness(type) > standing).toReversed();
  return types.flatMap((type) => {
    const automation = settings.automation[type];
    if (automation === undefined || !meets(refreshes, automation)) return [];
    const length = lengthOf(type, automation, settings, record, nowMs);
    const { delay_window_hours: delayWindowHours, daily_quota: dailyQuota } = automation;
    return length === null ? [] : [{ type, ...length, delayWindowHours, dailyQuota }];
  });
}

/** Decisions of a type in a game today, and whether the quota has stopped it. */
export interface Spent {
  readonly count: number;
  readonly tripped: boolean;
}

export type QuotaVerdict = "granted" | "trips" | "stopped";

/** The quota is a circuit breaker: the first decision beyond it stops the type, and says so once. */
export function askQuota({ count, tripped }: Spent, dailyQuota: number): QuotaVerdict {
  if (tripped) return "stopped";
  return count < dailyQuota ? "granted" : "trips";
}

/** Warnings that stop a scope's automatic decisions: a build that moved its metrics, a detector that flags too many. */
export const pauseCauses = ["build", "flag_rate"] as const;
export type PauseCause = (typeof pauseCauses)[number];

/** The detectors that a score's points come from, with their versions: what a decision on it can be undone for. */
export function causesOf(score: Judged & Pick<Score, "versions">): [detector: string, version: number][] {
  const ids = new Set(score.ledger.filter(isEvidence).map(({ id }) => id));
  return [...ids].sort().map((id) => [id, score.versions.detectors[id] ?? 0]);
}
