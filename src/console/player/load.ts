/** What a page on a player shows, each view in one round trip. */
import { z } from "zod";
import { profileOfGame } from "../../actions/profiles.ts";
import { storedScore } from "../../actions/score-players.ts";
import { type ListedEntry, selectAuditEntries } from "../../db/audit-list.ts";
import { batch, type Db, type Statement } from "../../db/client.ts";
import { type StoredEvent, selectEvents } from "../../db/events.ts";
import type { StoredGame } from "../../db/games.ts";
import {
  type PageScope,
  type PageStanding,
  selectPageGame,
  selectPageScope,
  selectPageSessions,
  selectPageStandings,
} from "../../db/player-page.ts";
import { type PlayerRow, selectPlayer } from "../../db/players.ts";
import { type StoredSession, sessionOf } from "../../db/sessions.ts";
import type { StoredScore } from "../../db/standings.ts";
import { type Baseline, priorBaselineOf } from "../../detection/baseline.ts";
import { evidenceLimits } from "../../detection/evidence.ts";
import type { Histogram } from "../../detection/histogram.ts";
import type { Profile } from "../../detection/profile.ts";
import { cursorsOf, nextCursor } from "../../http/cursor.ts";
import { notFound } from "../../http/problem.ts";
import type { PlayerPageQuery } from "./query.ts";

export const rowsPerPage = 50;
const place = z.tuple([z.int(), z.string().max(400)]);
const sessionCursors = cursorsOf("page-sessions", place);
const eventCursors = cursorsOf("page-events", place);
const auditCursors = cursorsOf("page-audit", z.strictObject({ at: z.int(), id: z.int() }));

/** What every view knows. */
export interface PlayerHead {
  readonly player: PlayerRow;
  readonly standings: readonly PageStanding[];
  /** The one that is looked at; null: the player has none. */
  readonly standing: PageStanding | null;
  readonly score: StoredScore | null;
}

/** What a score was judged by, as it is now. */
export interface Judgement {
  readonly sessions: readonly StoredSession[];
  readonly profile: Profile;
  readonly baseline: Baseline;
  readonly histogram: Histogram;
  /** Players that the baseline was made from. */
  readonly players: number;
}

export interface Page<T> {
  readonly rows: readonly T[];
  readonly next: string | null;
}

function headOf(
  players: readonly PlayerRow[],
  standings: readonly PageStanding[],
  mode: string | null,
): PlayerHead {
  const [player] = players;
  if (player === undefined) throw notFound("The player");
  const wanted = (one: PageStanding) => (mode === null ? one.top === 1 : one.mode === mode);
  const standing = standings.find(wanted) ?? null;
  if (standing === null && mode !== null) throw notFound("The mode");
  return { player, standings, standing, score: storedScore(standing?.result ?? null) };
}

/** Reads the head with whatever else a view shows, in one batch. */
export async function withHead<const T extends readonly Statement[]>(
  db: Db,
  id: number,
  mode: string | null,
  more: T,
): Promise<{ head: PlayerHead; rows: unknown[][] }> {
  const [players, standings, ...rows] = await batch(db, [
    selectPlayer(db, { id }),
    selectPageStandings(db, { id, mode }),
    ...more,
  ]);
  return { head: headOf(players, standings, mode), rows: rows as unknown[][] };
}

const sessionsIn = (id: number, [found]: readonly { mode: string; rows: string }[]): StoredSession[] =>
  found === undefined
    ? []
    : (JSON.parse(found.rows) as unknown[][]).map((row) => sessionOf(id, found.mode, row));

export async function loadJudgement(db: Db, id: number, mode: string | null) {
  const of = { id, mode };
  const { head, rows } = await withHead(db, id, mode, [
    selectPageSessions(db, of, evidenceLimits.sessions),
    selectPageScope(db, of),
    selectPageGame(db, id),
  ]);
  const [found, [scope], [game]] = rows as [{ mode: string; rows: string }[], PageScope[], StoredGame[]];
  const { profile } = profileOfGame(head.player.game, game);
  const judgement: Judgement = {
    sessions: sessionsIn(id, found),
    profile,
    baseline: scope?.baseline ? (JSON.parse(scope.baseline) as Baseline) : priorBaselineOf(profile),
    histogram: scope === undefined ? {} : (JSON.parse(scope.histogram) as Histogram),
    players: scope?.players ?? 0,
  };
  return { head, judgement };
}

/** A page and whether another follows: one row more than it shows was asked for. */
export function pageOf<T>(rows: readonly T[], write: (last: T) => string): Page<T> {
  const shown = rows.slice(0, rowsPerPage);
  return { rows: shown, next: rows.length > rowsPerPage ? nextCursor(shown, rowsPerPage, write) : null };
}

export async function loadSessions(db: Db, id: number, { mode = null, after }: LoadQuery) {
  const position = sessionCursors.read(after);
  const before = position && { recordedAtMs: position[0], sessionId: position[1] };
  const sessions = selectPageSessions(db, { id, mode }, rowsPerPage + 1, before);
  const { head, rows } = await withHead(db, id, mode, [sessions]);
  const found = sessionsIn(id, rows[0] as { mode: string; rows: string }[]);
  const page = pageOf(found, ({ recordedAtMs, sessionId }) =>
    sessionCursors.write([recordedAtMs, sessionId]),
  );
  return { head, page };
}

export async function loadEvents(db: Db, id: number, { mode = null, after }: LoadQuery) {
  const position = eventCursors.read(after);
  const before = position && { detectedAtMs: position[0], id: position[1] };
  const { head, rows } = await withHead(db, id, mode, [selectEvents(db, id, rowsPerPage + 1, before)]);
  const page = pageOf(rows[0] as StoredEvent[], (row) => eventCursors.write([row.detected_at, row.id]));
  return { head, page };
}

export async function loadAudit(db: Db, id: number, { mode = null, after }: LoadQuery) {
  const by = { key: "target", value: `player:${id}` } as const;
  const filter = { by, sinceMs: 0, untilMs: Number.MAX_SAFE_INTEGER };
  const entries = selectAuditEntries(db, filter, rowsPerPage + 1, auditCursors.read(after));
  const { head, rows } = await withHead(db, id, mode, [entries]);
  const page = pageOf(rows[0] as ListedEntry[], (row) => auditCursors.write({ at: row.at, id: row.id }));
  return { head, page };
}

export type LoadQuery = {
  readonly mode?: PlayerPageQuery["mode"] | null;
  readonly after?: string | undefined;
};
