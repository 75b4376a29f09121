/** The scopes whose flag rates are to be looked at, and the days that they are looked at by. */
import { sql } from "drizzle-orm";
import { type Db, eachOf, type Statement } from "./client.ts";
import type { ScopeName } from "./scope-warnings.ts";

export interface DueScope extends ScopeName {
  /** Moves with each fold: a look over what was folded since is void. */
  readonly folds: number;
  readonly refreshed_at: number | null;
}

/** Scopes are counted up to this. */
const scopesCounted = 1_000;

/** Scopes with counts that nobody has looked at, and how many scopes there are. */
export const selectDue = (db: Db, limit: number) =>
  [
    db.all(sql`SELECT game, mode, folds, refreshed_at FROM scopes INDEXED BY scopes_rates
      WHERE rates_due = 1 LIMIT ${limit}`) as Statement<DueScope[]>,
    db.all(sql`SELECT count(*) AS n FROM (SELECT 1 FROM scopes LIMIT ${scopesCounted})`) as Statement<
      { n: number }[]
    >,
  ] as const;

export interface ScopeRateDay extends ScopeName {
  readonly detector: string;
  readonly day: number;
  readonly judged: number;
  readonly flagged: number;
}

/** The days of these scopes from one on, all versions of a detector together. */
export const selectRateDays = (db: Db, scopes: readonly ScopeName[], sinceDay: number) =>
  db.all(sql`SELECT d.game, d.mode, d.detector, d.day, sum(d.judged) AS judged, sum(d.flagged) AS flagged
    FROM ${eachOf(scopes.map(({ game, mode }) => [game, mode]))} k
    CROSS JOIN detector_days d ON d.game = k.value->>0 AND d.mode = k.value->>1 AND d.day >= ${sinceDay}
    GROUP BY 1, 2, 3, 4`) as Statement<ScopeRateDay[]>;

/** Notes that scopes were looked at as they were read; changes fewer rows where somebody else was faster. */
export function markLooked(db: Db, scopes: readonly DueScope[]): Statement {
  const rows = scopes.map(({ game, mode, folds }) => [game, mode, folds]);
  return db.run(sql`UPDATE scopes SET rates_due = 0 FROM ${eachOf(rows)} k
    WHERE scopes.game = k.value->>0 AND scopes.mode = k.value->>1 AND scopes.folds = k.value->>2
      AND scopes.rates_due = 1`);
}
