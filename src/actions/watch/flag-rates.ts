/** `baseline.flag_rate_unexpected`: a detector finds more players suspect than on the days before, or fewer. */
import { batch, type Db, expectChanges, isGuardViolation } from "../../db/client.ts";
import { dayOf } from "../../db/days.ts";
import {
  type DueScope,
  markLooked,
  type ScopeRateDay,
  selectDue,
  selectRateDays,
} from "../../db/flag-rates.ts";
import {
  deleteWarnings,
  type ScopeName,
  type ScopeWarning,
  selectWarnings,
  storeWarnings,
} from "../../db/scope-warnings.ts";
import { historyDays, judgeRate, type RateFinding, tailOf } from "../../detection/flag-rate.ts";
import { emitWrites } from "../webhooks/emit.ts";

/** Each reads some 40 rows a detector. */
const scopesPerSlice = 8;
/** The longest window, and what it is compared with. */
const daysRead = historyDays + 7;
const dayMs = 86_400_000;

/** For how long a changed build keeps automatic decisions stopped at least; then a refreshed baseline ends it. */
export const buildPauseMs = 14 * dayMs;

/** What becomes of a scope's warnings. */
interface Outcome {
  readonly stored: readonly ScopeWarning[];
  readonly ended: readonly ScopeWarning[];
}

const isOf =
  ({ game, mode }: ScopeName) =>
  (one: ScopeName): boolean =>
    one.game === game && one.mode === mode;

const five = (value: number): number => Number(value.toPrecision(5));
const dateOf = (day: number) => new Date(day * dayMs).toISOString().slice(0, 10);

const dataOf = ({ game, mode }: ScopeName, detector: string, found: RateFinding, today: number) => ({
  game,
  mode,
  detector,
  side: found.side,
  flag_rate: five(found.rate),
  judged: found.judged,
  flagged: found.flagged,
  expected: { low: five(found.expected.low), high: five(found.expected.high), usual: five(found.usual.rate) },
  from: dateOf(today - found.days + 1),
  to: dateOf(today),
  compared_days: found.usual.days,
});

/** A warning that lasts is told once a day; where it begins, or turns from too few to too many, it may stop automation. */
function warningOf(
  scope: ScopeName,
  detector: string,
  found: RateFinding,
  was: ScopeWarning | undefined,
  nowMs: number,
): ScopeWarning | null {
  if (was !== undefined && dayOf(was.told_at) >= dayOf(nowMs)) return null;
  const { game, mode } = scope;
  const isNew = was === undefined || JSON.parse(was.details).side !== found.side;
  const pauses = isNew ? (found.side === "high" ? 1 : 0) : was.pauses;
  const data = { ...dataOf(scope, detector, found, dayOf(nowMs)), automation_paused: pauses === 1 };
  const since = was?.since ?? nowMs;
  const details = JSON.stringify(data);
  return { game, mode, kind: "flag_rate", subject: detector, since, told_at: nowMs, pauses, details };
}

function ratesOf(
  scope: DueScope,
  rows: readonly ScopeRateDay[],
  warnings: readonly ScopeWarning[],
  scopes: number,
  nowMs: number,
): Outcome {
  const byDetector = Map.groupBy(rows, ({ detector }) => detector);
  const tail = tailOf(byDetector.size, scopes);
  const stored: ScopeWarning[] = [];
  const ended: ScopeWarning[] = [];
  // A metric that is declared no more has no days that could ever be within again.
  const gone = warnings.filter(({ kind, subject }) => kind === "flag_rate" && !byDetector.has(subject));
  for (const [detector, days] of byDetector) {
    const found = judgeRate(days, dayOf(nowMs), tail);
    const was = warnings.find(({ kind, subject }) => kind === "flag_rate" && subject === detector);
    if (found === null) continue;
    if (found.side !== "within") {
      const warning = warningOf(scope, detector, found, was, nowMs);
      if (warning !== null) stored.push(warning);
    } else if (was !== undefined) ended.push(was);
  }
  return { stored, ended: [...ended, ...gone] };
}

/** Changed builds that the scope's baseline has been refreshed on for long enough. */
const overBuilds = (scope: DueScope, warnings: readonly ScopeWarning[], nowMs: number): ScopeWarning[] =>
  warnings.filter(
    ({ kind, since }) => kind === "build" && since + buildPauseMs <= Math.min(nowMs, scope.refreshed_at ?? 0),
  );

async function outcomesOf(db: Db, due: readonly DueScope[], scopes: number, nowMs: number) {
  const [rows, warnings] = await batch(db, [
    selectRateDays(db, due, dayOf(nowMs) - daysRead),
    selectWarnings(db, due),
  ]);
  return due.map((scope): Outcome => {
    const own = warnings.filter(isOf(scope));
    const { stored, ended } = ratesOf(scope, rows.filter(isOf(scope)), own, scopes, nowMs);
    return { stored, ended: [...ended, ...overBuilds(scope, own, nowMs)] };
  });
}

/**
 * Looks at the flag rates of the next scopes that have new counts, once a fold; tells of what begins, and again each day
 * that it lasts. Two runs at once tell of it once: the second finds that the scopes were looked at, and writes nothing.
 */
export async function lookAtFlagRates(db: Db, nowMs: number): Promise<void> {
  const [due, [counted]] = await batch(db, selectDue(db, scopesPerSlice));
  if (due.length === 0) return;
  const outcomes = await outcomesOf(db, due, counted?.n ?? 1, nowMs);
  const stored = outcomes.flatMap((one) => one.stored);
  const ended = outcomes.flatMap((one) => one.ended);
  const events = stored.map(({ game, details }) => ({
    ...{ type: "baseline.flag_rate_unexpected" as const, game, data: JSON.parse(details) },
  }));
  try {
    await batch(db, [
      markLooked(db, due),
      db.all(expectChanges(due.length)),
      ...(stored.length > 0 ? [storeWarnings(db, stored)] : []),
      ...(ended.length > 0 ? [deleteWarnings(db, ended)] : []),
      ...emitWrites(db, nowMs, events),
    ]);
  } catch (error) {
    if (!isGuardViolation(error)) throw error;
  }
}
