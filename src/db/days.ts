/** What is kept of days: activity and what detectors said, by `0015_days.sql`. */
import { sql } from "drizzle-orm";
import type { Db, Statement } from "./client.ts";

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

/** Activity since a day, newest day first; `limit` rows at most, so the last day may be cut. */
export const selectActivityDays = (db: Db, sinceDay: number, limit: number) =>
  db.all(sql`SELECT day, game, mode, sessions, events FROM activity_days
    WHERE day >= ${sinceDay} ORDER BY day DESC, game, mode LIMIT ${limit}`) as Statement<ActivityDay[]>;

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
