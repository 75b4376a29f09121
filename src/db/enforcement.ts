/** What games declare of cases and decisions, and what their automation has spent. */
import { sql } from "drizzle-orm";
import { type Db, eachOf, type Statement } from "./client.ts";

export interface StoredSettings {
  readonly game: string;
  readonly version: number;
  /** JSON, as declared. */
  readonly settings: string;
  readonly declared_at: number;
  readonly declared_by: string;
}

/** The latest declaration of each game that has one; two rows read each. */
export function selectSettings(db: Db, games: readonly string[]) {
  return db.all<StoredSettings>(sql`SELECT s.game, s.version, s.settings, s.declared_at, s.declared_by
    FROM ${eachOf(games)} k CROSS JOIN enforcement_settings s ON s.game = k.value
      AND s.version = (SELECT max(l.version) FROM enforcement_settings l WHERE l.game = k.value)`);
}

/** The settings that a game declared once, in a list of one or none. */
export function selectSettingsVersion(db: Db, game: string, version: number) {
  return db.all<Pick<StoredSettings, "settings">>(
    sql`SELECT settings FROM enforcement_settings WHERE game = ${game} AND version = ${version}`,
  );
}

/** Adds a version; of two at once the primary key refuses one. */
export function insertSettings(db: Db, row: StoredSettings): Statement {
  return db.run(sql`INSERT INTO enforcement_settings (game, version, settings, declared_at, declared_by)
    VALUES (${row.game}, ${row.version}, ${row.settings}, ${row.declared_at}, ${row.declared_by})`);
}

export interface AutomationDay {
  readonly game: string;
  readonly type: string;
  readonly count: number;
  readonly tripped_at: number | null;
}

/** What the automation of games has spent on a day. */
export function selectAutomationDays(db: Db, games: readonly string[], day: number) {
  return db.all<AutomationDay>(sql`SELECT d.game, d.type, d.count, d.tripped_at FROM ${eachOf(games)} k
    CROSS JOIN automation_days d ON d.game = k.value AND d.day = ${day}`);
}

/** A day that its quota stopped begins anew; changes no row where it is not stopped. */
export function resumeAutomationDay(
  db: Db,
  { game, type }: Pick<AutomationDay, "game" | "type">,
  day: number,
) {
  return db.run(sql`UPDATE automation_days SET count = 0, tripped_at = NULL
    WHERE game = ${game} AND type = ${type} AND day = ${day} AND tripped_at IS NOT NULL`);
}

/** Moves a day from what it was read as; changes no row where somebody else moved it first. */
export function spendAutomation(
  db: Db,
  was: AutomationDay,
  day: number,
  to: Omit<AutomationDay, "game" | "type">,
) {
  return db.run(sql`INSERT INTO automation_days (game, type, day, count, tripped_at)
    VALUES (${was.game}, ${was.type}, ${day}, ${to.count}, ${to.tripped_at})
    ON CONFLICT (game, type, day) DO UPDATE SET count = excluded.count, tripped_at = excluded.tripped_at
      WHERE count = ${was.count} AND tripped_at IS ${was.tripped_at}`);
}
