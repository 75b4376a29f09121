/** What the overview shows, in one round trip: what waits and was decided now, and what cron counted of the rest. */

import { monthOf } from "../../actions/quality/count-quality.ts";
import { detectorsQuality } from "../../actions/quality/quality-answers.ts";
import { costOfDay, type DayCost } from "../../actions/watch/cost-of-day.ts";
import { type JobHealth, jobsHealth } from "../../actions/watch/job-health.ts";
import {
  type Bands,
  type Decided,
  decidedOf,
  type OverviewBlock,
  trendDays,
  type Waiting,
  waitingOf,
  weekMs,
} from "../../actions/watch/overview-counts.ts";
import { selectQueue } from "../../db/case-lists.ts";
import type { CaseRow } from "../../db/cases.ts";
import { batch, type Db } from "../../db/client.ts";
import { dayOf } from "../../db/days.ts";
import { selectEscalations } from "../../db/events.ts";
import {
  type MadeDecision,
  selectNewestDecisions,
  selectWaiting,
  selectWatchedBlocks,
  type WaitingCase,
  type WatchedBlock,
} from "../../db/overview.ts";
import { type ListedPlayer, selectByRisk } from "../../db/players.ts";
import { everyGame, selectFlagCounts } from "../../db/quality.ts";
import { selectTotals, type Totals } from "../../db/totals.ts";
import { bandFloors } from "../../detection/risk.ts";

const shown = { cases: 5, escalations: 6, players: 5 } as const;
/** Cases and decisions that the page counts itself; where there are more, it takes what cron counted. */
const countedHere = { cases: 60, decisions: 30 } as const;
/** The highest risk, in hundredths of a point. */
const maxRisk = 10_000;

export type Escalation = Awaited<ReturnType<typeof selectEscalations>>[number];
export type Quality = ReturnType<typeof detectorsQuality>[number];

/** A count, when it was taken, and whether there may be more. */
interface Counted<T> {
  readonly counts: T;
  readonly atMs: number;
  readonly isCut: boolean;
}

export interface Trend {
  readonly day: number;
  readonly sessions: number;
  readonly flags: number;
}

export interface Overview {
  /** Undefined: all games together. */
  readonly game: string | undefined;
  readonly games: readonly string[];
  readonly totals: Totals;
  readonly waiting: Counted<Waiting>;
  readonly urgent: readonly CaseRow[];
  readonly escalations: readonly Escalation[];
  /** The riskiest, none below `elevated`. */
  readonly watched: readonly ListedPlayer[];
  readonly decided: Counted<Decided>;
  /** Null until cron has counted. */
  readonly bands: Counted<Bands> | null;
  /** Oldest first; null until cron has counted. */
  readonly trend: readonly Trend[] | null;
  readonly quality: readonly Quality[];
  readonly jobs: readonly JobHealth[];
  readonly cost: DayCost | null;
}

/** What cron counted, and when. */
interface Kept {
  readonly atMs: number;
  readonly block: OverviewBlock;
}

const keptOf = (stored: WatchedBlock | undefined): Kept | null =>
  stored === undefined ? null : { atMs: stored.at, block: JSON.parse(stored.value) as OverviewBlock };

/** Exact where the page has counted all of them; else cron's. */
function waitingNow(cases: readonly WaitingCase[], kept: Kept | null, key: string, nowMs: number) {
  const isAll = cases.length <= countedHere.cases;
  const counted = isAll ? undefined : kept?.block.waiting[key];
  return counted === undefined || kept === null
    ? { counts: waitingOf(cases, nowMs), atMs: nowMs, isCut: !isAll }
    : { counts: counted, atMs: kept.atMs, isCut: kept.block.isCut.waiting };
}

function decidedNow(newest: readonly MadeDecision[], kept: Kept | null, key: string, nowMs: number) {
  const ofWeek = newest.filter(({ made_at }) => made_at >= nowMs - weekMs);
  const isAll = newest.length <= countedHere.decisions || ofWeek.length < newest.length;
  const counted = isAll ? undefined : kept?.block.decided[key];
  return counted === undefined || kept === null
    ? { counts: decidedOf(ofWeek), atMs: nowMs, isCut: !isAll }
    : { counts: counted, atMs: kept.atMs, isCut: kept.block.isCut.decided };
}

const noBands: Bands = { critical: 0, suspicious: 0, elevated: 0 };
const bandsNow = (kept: Kept | null, key: string): Overview["bands"] =>
  kept && {
    counts: kept.block.bands[key] ?? noBands,
    atMs: kept.atMs,
    isCut: kept.block.isCut.bands,
  };

function trendOf(kept: Kept | null, key: string, nowMs: number): Trend[] | null {
  if (kept === null) return null;
  const first = dayOf(nowMs) - trendDays + 1;
  return Array.from({ length: trendDays }, (_, place) => {
    const [sessions, flags] = kept.block.days[first + place]?.[key] ?? [0, 0];
    return { day: first + place, sessions, flags };
  });
}

const flagsFirst = (one: Quality, other: Quality) => other.all.flags - one.all.flags;

function looksAt(db: Db, game: string | undefined, nowMs: number) {
  const risky = { game, minRisk: bandFloors.elevated, maxRisk };
  return [
    selectTotals(db),
    selectWatchedBlocks(db),
    selectWaiting(db, game, countedHere.cases + 1, nowMs),
    selectQueue(db, { game }, { limit: shown.cases, after: null, nowMs }),
    selectEscalations(db, shown.escalations, game),
    selectByRisk(db, risky, { limit: shown.players, after: null, withEvent: false }),
    selectNewestDecisions(db, game, countedHere.decisions + 1),
    selectFlagCounts(db, game ?? everyGame, [monthOf(nowMs)], null),
  ] as const;
}

export async function loadOverview(db: Db, game: string | undefined, nowMs: number): Promise<Overview> {
  const [[totals], blocks, cases, urgent, escalations, watched, decisions, flags] = await batch(
    db,
    looksAt(db, game, nowMs),
  );
  if (!totals) throw new Error("totals row is missing");
  const block = (name: WatchedBlock["name"]) => blocks.find((row) => row.name === name);
  const kept = keptOf(block("overview"));
  const key = game ?? everyGame;
  return {
    game,
    games: kept?.block.games ?? [],
    totals,
    waiting: waitingNow(cases, kept, key, nowMs),
    urgent,
    escalations,
    watched,
    decided: decidedNow(decisions, kept, key, nowMs),
    bands: bandsNow(kept, key),
    trend: trendOf(kept, key, nowMs),
    quality: detectorsQuality(flags).sort(flagsFirst),
    jobs: jobsHealth(JSON.parse(block("jobs")?.value ?? "{}"), nowMs),
    cost: costOfDay(block("counts"), block("day"), nowMs),
  };
}
