/** What is out of the ordinary in a scope, and whether it stops the scope's automatic decisions. */
import { type SQL, sql } from "drizzle-orm";
import type { PauseCause } from "../decisions/automation.ts";
import { type Db, eachOf, type Statement } from "./client.ts";

export interface ScopeName {
  readonly game: string;
  readonly mode: string;
}

export interface ScopeWarning extends ScopeName {
  readonly kind: PauseCause;
  /** The build, or the detector. */
  readonly subject: string;
  readonly since: number;
  readonly told_at: number;
  /** Whether it stops automatic decisions: an admin can let them go on while it lasts. */
  readonly pauses: 0 | 1;
  /** JSON: what was told last. */
  readonly details: string;
}

const namesOf = (scopes: readonly ScopeName[]) => scopes.map(({ game, mode }) => [game, mode]);
const columns = sql.raw("w.game, w.mode, w.kind, w.subject, w.since, w.told_at, w.pauses, w.details");

/** All that is known of these scopes. */
export const selectWarnings = (db: Db, scopes: readonly ScopeName[]) =>
  db.all(sql`SELECT ${columns} FROM ${eachOf(namesOf(scopes))} k
    CROSS JOIN scope_warnings w ON w.game = k.value->>0 AND w.mode = k.value->>1`) as Statement<
    ScopeWarning[]
  >;

/** Warnings of a game that are shown. */
const shown = 100;

/** What stops automatic decisions in scopes of a game, scope by scope. */
export const selectPauses = (db: Db, game: string) =>
  db.all(sql`SELECT ${columns} FROM scope_warnings w WHERE w.game = ${game} AND w.pauses = 1
    ORDER BY w.mode, w.kind, w.subject LIMIT ${shown}`) as Statement<ScopeWarning[]>;

/** Which of these scopes have their automatic decisions stopped. */
export const selectPaused = (db: Db, scopes: readonly ScopeName[]) =>
  db.all(sql`SELECT DISTINCT w.game, w.mode FROM ${eachOf(namesOf(scopes))} k
    CROSS JOIN scope_warnings w ON w.game = k.value->>0 AND w.mode = k.value->>1 WHERE w.pauses = 1`) as Statement<
    ScopeName[]
  >;

/** None of these scopes has its automatic decisions stopped. */
export const nonePaused = (scopes: readonly ScopeName[]): SQL =>
  sql`NOT EXISTS (SELECT 1 FROM ${eachOf(namesOf(scopes))} k
    CROSS JOIN scope_warnings w ON w.game = k.value->>0 AND w.mode = k.value->>1 WHERE w.pauses = 1)`;

/**
 * Stores warnings in place of what was stored of them. Whether one that lasts stops anything is left as it is: an admin may
 * have let it go on meanwhile.
 */
export function storeWarnings(db: Db, warnings: readonly ScopeWarning[]): Statement {
  const rows = warnings.map((w) => [
    ...[w.game, w.mode, w.kind, w.subject],
    ...[w.since, w.told_at, w.pauses, w.details],
  ]);
  return db.run(sql`INSERT INTO scope_warnings (game, mode, kind, subject, since, told_at, pauses, details)
    SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7
    FROM ${eachOf(rows)} WHERE true
    ON CONFLICT (game, mode, kind, subject) DO UPDATE SET told_at = excluded.told_at,
      pauses = iif(details->>'side' IS excluded.details->>'side', pauses, excluded.pauses), details = excluded.details`);
}

/** Ends warnings. */
export function deleteWarnings(
  db: Db,
  warnings: readonly Pick<ScopeWarning, "game" | "mode" | "kind" | "subject">[],
): Statement {
  const keys = warnings.map(({ game, mode, kind, subject }) => [game, mode, kind, subject]);
  return db.run(sql`DELETE FROM scope_warnings WHERE (game, mode, kind, subject) IN
    (SELECT value->>0, value->>1, value->>2, value->>3 FROM ${eachOf(keys)})`);
}

/** Lets a scope's automatic decisions go on: the warnings stay, and stop nothing more. */
export const resumeScope = (db: Db, { game, mode }: ScopeName): Statement =>
  db.run(sql`UPDATE scope_warnings SET pauses = 0 WHERE game = ${game} AND mode = ${mode} AND pauses = 1`);
