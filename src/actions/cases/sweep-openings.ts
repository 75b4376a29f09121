/** The sweep opens cases: of players who stand suspicious at two refreshes in a row, on evidence that nobody has judged. */
import { sql } from "drizzle-orm";
import { type CaseHistoryRow, listCaseHistories, refreshPriorities } from "../../db/case-history.ts";
import { newestCaseId } from "../../db/cases.ts";
import type { Db, Statement } from "../../db/client.ts";
import type { StoredScore } from "../../db/standings.ts";
import { combinedCredibility } from "../../decisions/credibility.ts";
import { type EarlierCases, groundsOf, type Judged } from "../../decisions/judged-evidence.ts";
import { priorityOf } from "../../decisions/priority.ts";
import type { Verdict } from "../../decisions/verdict.ts";
import type { Score } from "../../detection/risk.ts";
import type { Origin } from "../../env.ts";
import { auditWrites } from "../audit.ts";
import { automaticWrites } from "../decisions/automatic.ts";
import type { Scored } from "../score-players.ts";
import { type CaseRules, loadCaseRules } from "./case-rules.ts";
import { freeze, type Grounds, recentSessionsIn } from "./freeze.ts";
import { type Opening, openingEntry, openingWrites } from "./opening-writes.ts";

/** Nobody asked for what the sweep opens. */
const detection: Origin = { principal: "system:detection", address: null, requestId: null };

/** The second refresh comes no later, with or without new sessions. */
const secondRefreshMs = 3_600_000;
/** Cases opened in one batch: evidence weighs up to 300 KB. Others are due again at once, and opened by the next batch. */
const openingsPerBatch = 16;

/** At or over the threshold, with enough evidence to judge. */
const stands = (score: Pick<Score, "risk" | "confidence">, { thresholdHundredths }: CaseRules): boolean =>
  score.risk >= thresholdHundredths && score.confidence === "sufficient";

function earlierCases({ latest, settled }: CaseHistoryRow): EarlierCases {
  const [verdict, judged] = latest === null ? [] : (JSON.parse(latest) as [Verdict | null, Judged]);
  return {
    latest: judged === undefined ? null : { verdict: verdict ?? null, judged },
    settled: settled === null ? null : (JSON.parse(settled) as Judged),
  };
}

function groundsFor(scored: Scored, row: CaseHistoryRow, rules: CaseRules): Grounds | null {
  if (row.pending !== null) return null;
  const { loaded, judge } = scored;
  const isFirst = row.latest === null;
  const found = isFirst
    ? { part: loaded, score: scored.judged }
    : groundsOf(loaded, earlierCases(row), judge, (score) => stands(score, rules));
  if (found === null) return null;
  const { ref, username, last_seen_at: lastSeenMs } = row;
  return { scored, player: { id: loaded.playerId, ref, username, lastSeenMs }, ...found };
}

/** A case that this batch opens, for whatever else follows from it within the batch. */
export interface OpenedBySweep {
  readonly scored: Scored;
  readonly score: StoredScore;
  /** SQL of its id, good within the batch. */
  readonly caseId: ReturnType<typeof newestCaseId>;
}

async function openingOf(grounds: Grounds, nowMs: number): Promise<Opening> {
  const how = {
    state: "open",
    origin: "detection",
    openedAtMs: nowMs,
    openedBy: detection.principal,
  } as const;
  return { opened: await freeze(grounds, how), player: grounds.player, score: grounds.score };
}

const openedBySweep = ({ scored, score }: Grounds): OpenedBySweep => ({
  scored,
  score,
  caseId: newestCaseId(scored.playerId, scored.mode),
});

async function entriesOf(db: Db, openings: readonly Opening[], nowMs: number): Promise<Statement[]> {
  const recorder = { db, nowMs, origin: detection };
  const entries = openings.map(({ opened }) => auditWrites(recorder, openingEntry(opened)));
  return (await Promise.all(entries)).flat();
}

type AutomaticCase = Parameters<typeof automaticWrites>[2][number];

const automaticCase = (
  { playerId, loaded }: Scored,
  score: StoredScore,
  which: Pick<AutomaticCase, "caseId" | "pendingId">,
): AutomaticCase[] =>
  loaded.previous === null
    ? []
    : [{ playerId, game: loaded.game, mode: loaded.mode, score, previous: loaded.previous, ...which }];

const ofOpened = ({ scored, score, caseId }: OpenedBySweep) =>
  automaticCase(scored, score, { caseId, pendingId: null });

/** Of players whose case is pending already: they may have come to stand higher since it opened. */
const ofPending = (candidates: readonly Scored[], histories: readonly CaseHistoryRow[]) =>
  histories.flatMap(({ place, pending }) => {
    const candidate = candidates[place];
    if (candidate === undefined || pending === null) return [];
    return automaticCase(candidate, candidate.judged, {
      caseId: sql`(SELECT ${pending})`,
      pendingId: pending,
    });
  });

/** Pending cases stay in the order of what is known of their players now. */
function prioritiesOf(db: Db, scored: readonly Scored[], nowMs: number): Statement {
  const fresh = scored.map(({ loaded, judged, playerId, mode }) => ({
    playerId,
    mode,
    priority: priorityOf(
      {
        risk: judged.risk,
        confidence: judged.confidence,
        lastSeenMs: loaded.sessions[0]?.recordedAtMs ?? 0,
        recentSessions: recentSessionsIn(loaded.sessions, nowMs),
        credibility: combinedCredibility(loaded.reports),
      },
      nowMs,
    ),
  }));
  return refreshPriorities(db, fresh);
}

/** What the sweep's batch holds of cases. */
export interface SweepCases {
  readonly statements: readonly Statement[];
  readonly opened: readonly OpenedBySweep[];
  /** When to look again, where that is sooner than fading would have it. */
  dueAtMs(scored: Scored): number | null;
}

const sooner = (a: number | null, b: number): number => (a === null ? b : Math.min(a, b));

/** Decides which of the scores open cases. Only standings that stood at the threshold before and now read `cases`. */
export async function planSweepCases(db: Db, scored: readonly Scored[], nowMs: number): Promise<SweepCases> {
  const rulesOf = await loadCaseRules(db, [...new Set(scored.map(({ loaded }) => loaded.game))]);
  const standing = scored.filter(({ judged, loaded }) => stands(judged, rulesOf(loaded.game)));
  const stood = ({ loaded }: Scored) =>
    loaded.previous !== null && stands(loaded.previous, rulesOf(loaded.game));
  const candidates = standing.filter(stood);
  const histories = await listCaseHistories(db, candidates);
  const found = histories.flatMap((row) => {
    const candidate = candidates[row.place];
    const grounds = candidate && groundsFor(candidate, row, rulesOf(candidate.loaded.game));
    return grounds ? [grounds] : [];
  });
  const grounds = found.slice(0, openingsPerBatch);
  const opened = grounds.map(openedBySweep);
  const openings = await Promise.all(grounds.map((each) => openingOf(each, nowMs)));
  const automatic = [...opened.flatMap(ofOpened), ...ofPending(candidates, histories)];
  const crossed = new Set(standing.filter((each) => !stood(each)));
  const left = new Set(found.slice(openingsPerBatch).map((each) => each.scored));
  return {
    opened,
    statements: [
      prioritiesOf(db, scored, nowMs),
      ...openingWrites(db, openings, nowMs),
      ...(await automaticWrites(db, nowMs, automatic, (game) => rulesOf(game).settings)),
      ...(await entriesOf(db, openings, nowMs)),
    ],
    dueAtMs(each) {
      if (left.has(each)) return nowMs;
      return crossed.has(each) ? sooner(each.score.dueAtMs, nowMs + secondRefreshMs) : each.score.dueAtMs;
    },
  };
}
