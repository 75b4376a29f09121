/** Counters of how good detection is, moved in the batch of what they count. */
import type { Db, Statement } from "../../db/client.ts";
import {
  addCaseCounts,
  addFlagCounts,
  type CaseCounts,
  everyGame,
  type FlagCounts,
  type Outcomes,
} from "../../db/quality.ts";
import type { StoredScore } from "../../db/standings.ts";
import { deleteSample, storeSample } from "../../db/verdict-samples.ts";
import type { Verdict } from "../../decisions/verdict.ts";
import { detectors } from "../../detection/registry.ts";
import type { LedgerLine } from "../../detection/risk.ts";
import { isoOf } from "../answers.ts";

/** A case as it was opened. */
export interface OpenedCase {
  readonly game: string;
  readonly mode: string;
  readonly openedAtMs: number;
  readonly score: StoredScore;
}

/** A case that people have decided, for the first time or after an appeal. */
export interface DecidedCase extends OpenedCase {
  readonly verdict: Verdict;
  /** What stood before an appeal; null: nothing. */
  readonly before: Verdict | null;
  readonly decidedAtMs: number;
  /** Without it the verdict teaches the combination nothing. */
  readonly caseId?: number | undefined;
  /** Whether a decision that restrains the player was in force when the verdict came. */
  readonly restrained?: boolean | undefined;
}

/** UTC month: `2026-11`. */
export const monthOf = (ms: number): string => isoOf(ms).slice(0, 7);

const builtIn: ReadonlySet<string> = new Set(detectors.map(({ id }) => id));

/** The lines that are flags: what a detector said, not what a rule did. */
const flagsOf = ({ ledger }: StoredScore): LedgerLine[] =>
  ledger.filter(({ kind }) => kind === "term" || kind === "proof");

const nothing: Outcomes = {
  confirmed: 0,
  cleared: 0,
  inconclusive: 0,
  overturned: 0,
  onset_to_flag_ms: 0,
  onset_to_flag_n: 0,
  flag_to_decision_ms: 0,
  flag_to_decision_n: 0,
};

/** From the earliest of some times on until the case; nothing where none is known. */
function sinceOnset(sinceMs: readonly (number | null)[], openedAtMs: number) {
  const known = sinceMs.filter((ms) => ms !== null);
  if (known.length === 0) return {};
  return { onset_to_flag_ms: Math.max(0, openedAtMs - Math.min(...known)), onset_to_flag_n: 1 };
}

interface Counted {
  readonly of: OpenedCase;
  /** What each line counts, and the case as a whole. */
  line(line: LedgerLine): Omit<FlagCounts, "detector" | "version">;
  readonly whole: Omit<CaseCounts, "month">;
}

function writesOf(db: Db, counted: readonly Counted[]): Statement[] {
  const flags = counted.flatMap(({ of, line }) =>
    flagsOf(of.score).flatMap((own) => {
      const version = of.score.versions.detectors[own.id] ?? 0;
      const row = { ...line(own), month: monthOf(of.openedAtMs), detector: own.id, version };
      const games = builtIn.has(own.id) ? [of.game, everyGame] : [of.game];
      return games.map((game) => ({ ...row, game }));
    }),
  );
  const cases = counted.flatMap(({ of, whole }) =>
    [of.game, everyGame].map((game) => ({ ...whole, game, month: monthOf(of.openedAtMs) })),
  );
  return [
    ...(flags.length > 0 ? [addFlagCounts(db, flags)] : []),
    ...(cases.length > 0 ? [addCaseCounts(db, cases)] : []),
  ];
}

/** Counts cases as they are opened, with a flag for each line of their ledgers. */
export function countOpened(db: Db, opened: readonly OpenedCase[]): Statement[] {
  const counted = opened.map((of): Counted => {
    const since = flagsOf(of.score).map(({ sinceMs }) => sinceMs);
    return {
      of,
      line: ({ sinceMs }) => ({ ...nothing, flags: 1, ...sinceOnset([sinceMs], of.openedAtMs) }),
      whole: { ...nothing, opened: 1, bothered: 0, ...sinceOnset(since, of.openedAtMs) },
    };
  });
  return writesOf(db, counted);
}

const isOverturned = ({ verdict, before }: DecidedCase): boolean =>
  before === "confirmed" && verdict !== "confirmed";

/** An honest player was restrained for nothing: the decision was in force, or stood until the appeal. */
const isBothered = (decided: DecidedCase): boolean => {
  const { verdict, before, restrained = false } = decided;
  return isOverturned(decided) || (verdict === "cleared" && before !== "cleared" && restrained);
};

/** What a verdict adds, and what it takes back of the one before. */
function outcomesOf(decided: DecidedCase): Outcomes {
  const { verdict, before, decidedAtMs, openedAtMs } = decided;
  const moved = (of: Verdict) => Number(verdict === of) - Number(before === of);
  const first = before === null;
  return {
    ...nothing,
    confirmed: moved("confirmed"),
    cleared: moved("cleared"),
    inconclusive: moved("inconclusive"),
    overturned: Number(isOverturned(decided)),
    flag_to_decision_ms: first ? Math.max(0, decidedAtMs - openedAtMs) : 0,
    flag_to_decision_n: Number(first),
  };
}

/** The newest verdict of a case is what it teaches; one that says neither teaches nothing. */
function sampleWrites(db: Db, { game, caseId, score, verdict }: DecidedCase): Statement[] {
  if (caseId === undefined) return [];
  if (verdict === "inconclusive") return [deleteSample(db, game, caseId)];
  return [storeSample(db, { game, caseId, confirmed: verdict === "confirmed", score })];
}

/** Counts a verdict, in place of the one before where there was one. */
export function countDecided(db: Db, decided: DecidedCase): Statement[] {
  const outcomes = outcomesOf(decided);
  const counted: Counted = {
    of: decided,
    line: () => ({ ...outcomes, flags: 0 }),
    whole: { ...outcomes, opened: 0, bothered: Number(isBothered(decided)) },
  };
  return [...writesOf(db, [counted]), ...sampleWrites(db, decided)];
}
