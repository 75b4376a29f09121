/** What is kept of days: activity and what detectors said, by `0015_days.sql`. */
import { sql } from "drizzle-orm";
import type { FlagCount } from "../detection/flag-count.ts";
import { type Db, eachOf, type Statement, valuesOf } from "./client.ts";

const dayMs = 86_400_000;

/** The day of a time: days since the Unix epoch, UTC. */
export const dayOf = (ms: number): number => Math.floor(ms / dayMs);

export interface ActivityDay {
  readonly day: number;
  readonly game: string;
  /** Empty for events. */
  readonly mode: string;
  readonly sessions: number;
  readonly events: number;
}

/** A row that is stored in this batch: when it was played, and where; the mode is empty for events. */
export interface Played {
  readonly atMs: number;
  readonly game: string;
  readonly mode: string;
}

/**
 * Counts rows by their day, game and mode, in the batch that stores them: what is counted and what is stored are the same
 * rows, whatever fails and whoever sends twice. Writes one row for each day, game and mode among them.
 */
export function countPlayed(db: Db, kind: "sessions" | "events", rows: readonly Played[]): Statement {
  const days = new Map<string, readonly [day: number, game: string, mode: string, count: number]>();
  for (const { atMs, game, mode } of rows) {
    const day = dayOf(atMs);
    const key = `${day}\n${game}\n${mode}`;
    days.set(key, [day, game, mode, (days.get(key)?.[3] ?? 0) + 1]);
  }
  const counted = sql.raw(kind);
  return db.run(sql`INSERT INTO activity_days (day, game, mode, ${counted})
    SELECT value->>0, value->>1, value->>2, value->>3 FROM ${eachOf([...days.values()])} WHERE true
    ON CONFLICT (day, game, mode) DO UPDATE SET ${counted} = ${counted} + excluded.${counted}`);
}

/** Activity since a day, newest day first; `limit` rows at most, so the last day may be cut. */
export const selectActivityDays = (db: Db, sinceDay: number, limit: number) =>
  db.all(sql`SELECT day, game, mode, sessions, events FROM activity_days
    WHERE day >= ${sinceDay} ORDER BY day DESC, game, mode LIMIT ${limit}`) as Statement<ActivityDay[]>;

/** What is added to a day of a scope's detectors. */
export interface AddedDay {
  readonly game: string;
  readonly mode: string;
  readonly day: number;
  readonly detectors: Readonly<Record<string, FlagCount>>;
}

/** Adds counts to the days of detectors: a row written for each detector of a day, whatever was counted. */
export function addDetectorDays(db: Db, days: readonly AddedDay[]): Statement[] {
  const rows = days.flatMap(({ game, mode, day, detectors }) =>
    Object.entries(detectors).map(([id, count]) => [game, mode, day, id, ...count]),
  );
  return valuesOf(rows).map((part) =>
    db.run(sql`INSERT INTO detector_days (game, mode, day, detector, version, judged, flagged, newly_flagged)
      SELECT value->>0, value->>1, value->>2, value->>3, value->>4, sum(value->>5), sum(value->>6), sum(value->>7)
      FROM ${eachOf(part)} WHERE true GROUP BY 1, 2, 3, 4, 5
      ON CONFLICT (game, mode, day, detector, version) DO UPDATE SET judged = judged + excluded.judged,
        flagged = flagged + excluded.flagged, newly_flagged = newly_flagged + excluded.newly_flagged`),
  );
}

export interface DetectorDay {
  readonly day: number;
  readonly detector: string;
  readonly version: number;
  readonly judged: number;
  readonly flagged: number;
  readonly newly_flagged: number;
}

/** What detectors said in a scope since a day, newest day first; `limit` rows at most. */
export const selectDetectorDays = (
  db: Db,
  scope: { readonly game: string; readonly mode: string },
  sinceDay: number,
  limit: number,
) =>
  db.all(sql`SELECT day, detector, version, judged, flagged, newly_flagged FROM detector_days
    WHERE game = ${scope.game} AND mode = ${scope.mode} AND day >= ${sinceDay}
    ORDER BY day DESC, detector, version LIMIT ${limit}`) as Statement<DetectorDay[]>;
