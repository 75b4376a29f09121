/** What new sessions write: players, sessions, totals and marks, in one batch. */
import type { Statement } from "../../db/client.ts";
import { countPlayed } from "../../db/days.ts";
import {
  insertPlayers,
  insertSessions,
  moveLastSeen,
  type NewSession,
  rememberLatest,
} from "../../db/ingest.ts";
import { countNewMarks, type Mark, markStandings } from "../../db/standings.ts";
import { addTotals, type TotalsDelta } from "../../db/totals.ts";
import type { Session } from "../../telemetry/session.ts";
import type { ActionContext } from "../context.ts";
import { refKey } from "./players.ts";

/** A session that is not stored yet, with its player's id if the player is. */
export interface FreshSession extends NewSession {
  readonly game: string;
}

const who = (row: { playerId: number | null; game: string; session: Session }) =>
  row.playerId === null ? refKey(row.game, row.session.ref ?? "") : String(row.playerId);

export interface Touched {
  readonly playerId: number | null;
  readonly game: string;
  readonly ref: string;
  lastSeenMs: number;
  readonly modes: Set<string>;
}

/** The players of the new rows, each with its newest time and its modes. */
export function touchedBy(fresh: readonly FreshSession[]): Touched[] {
  const touched = new Map<string, Touched>();
  for (const row of fresh) {
    const { playerId, game, session } = row;
    const known = touched.get(who(row)) ?? {
      playerId,
      game,
      ref: session.ref ?? "",
      lastSeenMs: 0,
      modes: new Set(),
    };
    known.lastSeenMs = Math.max(known.lastSeenMs, session.recordedAtMs);
    known.modes.add(session.mode);
    touched.set(who(row), known);
  }
  return [...touched.values()];
}

function marksOf(touched: readonly Touched[]): Mark[] {
  return touched.flatMap(({ playerId, game, ref, modes }) =>
    [...modes].map((mode, place) => ({ playerId, game, ref, mode, first: place === 0 })),
  );
}

/** What the new rows add to the service's totals. */
function totalsOf(fresh: readonly FreshSession[], created: number): TotalsDelta {
  let actionsSum = 0;
  let actionsN = 0;
  let headshotSum = 0;
  let headshotN = 0;
  for (const { session } of fresh) {
    if (session.actionsPerMinute !== null) {
      actionsSum += session.actionsPerMinute;
      actionsN += 1;
    }
    if (session.headshotRate !== null) {
      headshotSum += session.headshotRate;
      headshotN += 1;
    }
  }
  return {
    players: created,
    sessions: fresh.length,
    actions_per_minute_sum: actionsSum,
    actions_per_minute_n: actionsN,
    headshot_rate_sum: headshotSum,
    headshot_rate_n: headshotN,
  };
}

export function writesOf(
  ctx: ActionContext,
  fresh: readonly FreshSession[],
  touched: readonly Touched[],
): Statement[] {
  const { db, nowMs } = ctx;
  const created = touched.filter(({ playerId }) => playerId === null);
  const seen = touched.flatMap(({ playerId, lastSeenMs }) =>
    playerId === null ? [] : [{ playerId, lastSeenMs }],
  );
  const marks = marksOf(touched);
  return [
    ...(created.length > 0 ? [insertPlayers(db, created, nowMs)] : []),
    insertSessions(db, fresh),
    countPlayed(
      db,
      "sessions",
      fresh.map(({ game, session }) => ({ atMs: session.recordedAtMs, game, mode: session.mode })),
    ),
    ...(seen.length > 0 ? [moveLastSeen(db, seen)] : []),
    addTotals(db, totalsOf(fresh, created.length), countNewMarks(marks)),
    rememberLatest(db, fresh),
    markStandings(db, marks, nowMs),
  ];
}
