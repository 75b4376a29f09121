/** Who reports: how often, how often rightly, and whether they are listened to. A reporter is known by (game, name). */
import { sql } from "drizzle-orm";
import { type Db, eachOf, type Statement } from "./client.ts";

export interface ReporterRow {
  readonly game: string;
  readonly reporter: string;
  readonly reports: number;
  readonly confirmed: number;
  readonly dismissed: number;
  readonly muted_until: number | null;
  readonly mute_reason: string | null;
}

const columns = sql.raw("game, reporter, reports, confirmed, dismissed, muted_until, mute_reason");

/** At most one row; none where the name is null. */
export function selectReporter(db: Db, game: string, reporter: string | null) {
  return db.all<ReporterRow>(
    sql`SELECT ${columns} FROM reporters WHERE game = ${game} AND reporter = ${reporter}`,
  );
}

export interface ReporterCursor {
  readonly game: string;
  readonly reporter: string;
}

/** By game and name. */
export function selectReporters(
  db: Db,
  game: string | undefined,
  limit: number,
  after: ReporterCursor | null,
) {
  const inGame = game === undefined ? sql`true` : sql`game = ${game}`;
  const from =
    after === null
      ? sql``
      : game === undefined
        ? sql` AND (game, reporter) > (${after.game}, ${after.reporter})`
        : sql` AND reporter > ${after.reporter}`;
  return db.all<ReporterRow>(
    sql`SELECT ${columns} FROM reporters WHERE ${inGame}${from} ORDER BY game, reporter LIMIT ${limit}`,
  );
}

/** Counts one more report. */
export function countReport(db: Db, game: string, reporter: string): Statement {
  return db.run(sql`INSERT INTO reporters (game, reporter, reports) VALUES (${game}, ${reporter}, 1)
    ON CONFLICT (game, reporter) DO UPDATE SET reports = reports + 1`);
}

/** What a verdict adds to a reporter's record; negative where an earlier verdict is taken back. */
export interface RecordMove {
  readonly reporter: string;
  readonly confirmed: number;
  readonly dismissed: number;
}

export function moveRecords(db: Db, game: string, moves: readonly RecordMove[]): Statement {
  const rows = moves.map(({ reporter, confirmed, dismissed }) => [reporter, confirmed, dismissed]);
  return db.run(sql`UPDATE reporters SET confirmed = confirmed + k.value->>1, dismissed = dismissed + k.value->>2
    FROM ${eachOf(rows)} k WHERE reporters.game = ${game} AND reporters.reporter = k.value->>0`);
}

/** Mutes a reporter until a time, or with nulls lets them be heard again. */
export function setMute(
  db: Db,
  { game, reporter }: ReporterCursor,
  untilMs: number | null,
  reason: string | null,
): Statement {
  return db.run(sql`UPDATE reporters SET muted_until = ${untilMs}, mute_reason = ${reason}
    WHERE game = ${game} AND reporter = ${reporter}`);
}
