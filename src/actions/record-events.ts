/** What new events write: the events, their counts, and the marks of their players. Each event counts once. */
import { sql } from "drizzle-orm";
import type { Db, Statement } from "../db/client.ts";
import { countPlayed } from "../db/days.ts";
import { insertPlayers } from "../db/ingest.ts";
import { countNewMarks, markStandings } from "../db/standings.ts";
import { addTotals } from "../db/totals.ts";
import {
  countPatterns,
  countPlayerEvents,
  countUnmarked,
  insertEvents,
  type KnownEvent,
  markPlayers,
  type NewEvent,
  selectStoredEvents,
} from "../db/writes.ts";
import { defaultMode } from "../telemetry/session.ts";
import type { ActionContext } from "./context.ts";

/** Rows a statement: with the longest ids that are still far from the 2 MB that D1 takes as one value. */
const eventsPerStatement = 1_000;

function insertsOf(db: Db, events: readonly NewEvent[]): Statement[] {
  const inserts: Statement[] = [];
  for (let from = 0; from < events.length; from += eventsPerStatement) {
    inserts.push(insertEvents(db, events.slice(from, from + eventsPerStatement)));
  }
  return inserts;
}

/** The players that the events create, each once, with an empty history and a standing to score. */
function newPlayersOf(events: readonly NewEvent[]) {
  const created = new Map<string, { game: string; ref: string }>();
  for (const { newPlayer } of events) {
    if (newPlayer) created.set(`${newPlayer.game}\n${newPlayer.ref}`, newPlayer);
  }
  const players = [...created.values()];
  const marks = players.map((player) => ({ ...player, playerId: null, mode: defaultMode, first: true }));
  return { players: players.map((player) => ({ ...player, lastSeenMs: 0 })), marks };
}

/** The statements for events that are not stored yet; none for an empty list. */
export function eventWrites({ db, nowMs }: ActionContext, events: readonly NewEvent[]): Statement[] {
  if (events.length === 0) return [];
  const playerIds = [...new Set(events.flatMap(({ playerId }) => playerId ?? []))];
  const { players, marks } = newPlayersOf(events);
  const pending = sql`(${countUnmarked(playerIds)}) + (${countNewMarks(marks)})`;
  return [
    ...(players.length > 0 ? [insertPlayers(db, players, nowMs)] : []),
    ...insertsOf(db, events),
    countPlayed(
      db,
      "events",
      events.map(({ detectedAtMs, game }) => ({ atMs: detectedAtMs, game, mode: "" })),
    ),
    countPatterns(db, events),
    countPlayerEvents(db, events),
    addTotals(db, { players: players.length, events: events.length }, pending),
    ...(players.length > 0 ? [markStandings(db, marks, nowMs)] : []),
    markPlayers(db, playerIds, nowMs),
  ];
}

/** The events among these that are not stored yet, each id once. */
export async function withoutStored(
  { db }: ActionContext,
  events: readonly KnownEvent[],
): Promise<NewEvent[]> {
  const unique = [...new Map(events.map((event) => [`${event.playerId}\n${event.id}`, event])).values()];
  if (unique.length === 0) return [];
  const stored = await selectStoredEvents(
    db,
    unique.map(({ playerId, id }) => [playerId, id] as const),
  );
  const places = new Set(stored.map(({ place }) => place));
  return unique.filter((_, place) => !places.has(place));
}
