/** Decisions that cases make by themselves, where a game has switched that on: in the batch that opens the cases. */
import type { SQL } from "drizzle-orm";
import { batch, type Db, expectThat, type Statement } from "../../db/client.ts";
import { makeDecision, type NewDecision } from "../../db/decision-writes.ts";
import { type AutomationRecord, recordOf, selectRecords } from "../../db/decisions.ts";
import { selectAutomationDays } from "../../db/enforcement.ts";
import { nonePaused, type ScopeName, selectPaused } from "../../db/scope-warnings.ts";
import type { StoredScore } from "../../db/standings.ts";
import { askQuota, causesOf, meetsAny, type Proposal, proposalsOf } from "../../decisions/automation.ts";
import type { DecisionType } from "../../decisions/decision.ts";
import { daysToMs, startOf } from "../../decisions/lifecycle.ts";
import type { EnforcementSettings } from "../../decisions/settings.ts";
import { subjectOf } from "../../decisions/subject.ts";
import { isoOf } from "../answers.ts";
import { emitWrites } from "../webhooks/emit.ts";
import { announceStart } from "./announce.ts";
import { drawChance, maxLive, toPrior } from "./plan-decision.ts";
import { createQuotaBook, dayOf, type QuotaBook } from "./quota-book.ts";

/** A case that the sweep opens in this batch, or a pending one whose player it has scored anew. */
export interface AutomaticCase {
  readonly playerId: number;
  readonly game: string;
  readonly mode: string;
  readonly score: StoredScore;
  /** The score of the refresh before. */
  readonly previous: StoredScore;
  /** SQL that gives the case's id within the batch. */
  readonly caseId: SQL;
  /** The id of a case that was pending before; null: the batch opens it. */
  readonly pendingId: number | null;
}

/** What the case has made by itself before, whatever people have made of that since. */
const madeBy = ({ pendingId }: AutomaticCase, { priors }: AutomationRecord): DecisionType[] =>
  priors.flatMap(({ automatic_case, type }) =>
    pendingId !== null && automatic_case === pendingId ? [type] : [],
  );

/** The decision that a case makes, and the types whose quota it has just found used up. */
function choose(proposals: readonly Proposal[], game: string, book: QuotaBook) {
  const tripped: Proposal[] = [];
  for (const proposal of proposals) {
    const verdict = askQuota(book.spentOn(game, proposal.type), proposal.dailyQuota);
    if (verdict === "granted") return { chosen: proposal, tripped };
    if (verdict === "trips") tripped.push(proposal);
  }
  return { chosen: null, tripped };
}

function decisionOf(
  { playerId, game, score, caseId }: AutomaticCase,
  proposal: Proposal,
  ref: string | null,
  nowMs: number,
): NewDecision {
  const delayWindowMs = Math.round(proposal.delayWindowHours * 3_600_000);
  const startsAtMs = startOf({ startsAtMs: null, delayWindowMs }, nowMs, drawChance());
  return {
    playerId,
    place: null,
    subject: subjectOf({ id: playerId, ref }),
    home: game,
    game,
    type: proposal.type,
    startsAtMs,
    expiresAtMs: proposal.days === null ? null : startsAtMs + daysToMs(proposal.days),
    policy: proposal.policy,
    reason: `Automatic: the player stood ${score.band} at two refreshes in a row, by several groups of detectors.`,
    caseId,
    origin: "automatic",
    causes: causesOf(score),
    madeBy: "system:automation",
    madeAtMs: nowMs,
  };
}

const pausedEvent = (game: string, { type, dailyQuota }: Proposal, nowMs: number) =>
  ({
    type: "decision.automation_paused",
    game,
    data: { game, type, daily_quota: dailyQuota, paused_at: isoOf(nowMs) },
  }) as const;

interface Known {
  readonly records: Map<number, AutomationRecord>;
  readonly book: QuotaBook;
  /** Whether automatic decisions are stopped in a case's scope. */
  isPaused(scope: ScopeName): boolean;
}

async function load(db: Db, cases: readonly AutomaticCase[], nowMs: number): Promise<Known> {
  const games = [...new Set(cases.map(({ game }) => game))];
  const [records, days, paused] = await batch(db, [
    selectRecords(
      db,
      cases.map(({ playerId }) => playerId),
    ),
    selectAutomationDays(db, games, dayOf(nowMs)),
    selectPaused(db, cases),
  ]);
  return {
    records: new Map(records.map((row) => [row.id, recordOf(row)])),
    book: createQuotaBook(days),
    isPaused: ({ game, mode }) => paused.some((one) => one.game === game && one.mode === mode),
  };
}

/** The statements that one case adds. */
function writesOf(db: Db, one: AutomaticCase, settings: EnforcementSettings, known: Known, nowMs: number) {
  const record = known.records.get(one.playerId);
  if (record === undefined || record.live >= maxLive) return [];
  const priors = record.priors.map(toPrior);
  const player = { priors, standing: record.standing, made: madeBy(one, record) };
  const proposals = proposalsOf([one.score, one.previous], settings, player, nowMs);
  const { chosen, tripped } = choose(proposals, one.game, known.book);
  for (const { type } of tripped) known.book.trip(one.game, type, nowMs);
  const paused = emitWrites(
    db,
    nowMs,
    tripped.map((proposal) => pausedEvent(one.game, proposal, nowMs)),
  );
  if (chosen === null) return paused;
  known.book.spend(one.game, chosen.type);
  // Cases of two modes may open at once; the second finds what the first has made.
  const standing = [...record.standing, chosen.type];
  known.records.set(one.playerId, { ...record, standing, live: record.live + 1 });
  const decision = decisionOf(one, chosen, record.ref, nowMs);
  return [...paused, ...makeDecision(db, decision), ...announceStart(db, decision)];
}

/**
 * The statements that cases add to the sweep's batch, after those that open them: automatic decisions, and a breaker
 * that trips. They hold guards: where another sweep spent of the same quota meanwhile, or the scope's automatic decisions
 * were stopped, the batch is void as when a standing moved on, and is to be made anew. Where nothing that a game switched on is met, nothing is read.
 */
export async function automaticWrites(
  db: Db,
  nowMs: number,
  pending: readonly AutomaticCase[],
  settingsOf: (game: string) => EnforcementSettings,
): Promise<Statement[]> {
  const cases = pending.filter(({ score, previous, game }) => meetsAny([score, previous], settingsOf(game)));
  if (cases.length === 0) return [];
  const known = await load(db, cases, nowMs);
  const going = cases.filter((one) => !known.isPaused(one));
  const writes = going.flatMap((one) => writesOf(db, one, settingsOf(one.game), known, nowMs));
  const guard = writes.length > 0 ? [db.all(expectThat(nonePaused(going)))] : [];
  return [...writes, ...known.book.writes(db, dayOf(nowMs)), ...guard];
}
