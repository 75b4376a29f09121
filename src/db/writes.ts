/** Statements that add or change players, events and single rows. */
import { type SQL, sql } from "drizzle-orm";
import type { EventSource, Severity } from "../detection/evidence.ts";
import { type Db, eachOf, type Statement } from "./client.ts";
import type { StoredEvent } from "./events.ts";
import { nameKeyOf } from "./players.ts";
import { playerIdOf } from "./standings.ts";

export interface NewPlayer {
  readonly game: string;
  readonly ref: string | null;
  readonly username: string;
}

/** Adds a player; fails on a known (game, ref). Its id is `last_insert_rowid()` for the rest of the batch. */
export function insertPlayer(db: Db, player: NewPlayer, nowMs: number): Statement {
  return db.run(sql`INSERT INTO players (game, ref, username, name_key, created_at)
    VALUES (${player.game}, ${player.ref}, ${player.username}, ${nameKeyOf(player.username)}, ${nowMs})`);
}

/** A new player stands in the lists before anything is known of it: an empty top standing. */
export function insertEmptyStanding(db: Db, player: NewPlayer, mode: string): Statement {
  return db.run(sql`INSERT INTO standings (player_id, mode, game, top)
    VALUES (last_insert_rowid(), ${mode}, ${player.game}, 1)`);
}

export function renamePlayer(db: Db, id: number, name: string): Statement {
  return db.run(sql`UPDATE players SET username = ${name}, name_key = ${nameKeyOf(name)} WHERE id = ${id}`);
}

export interface NewEvent {
  /** Null for a player that the same batch creates: `newPlayer` names it. */
  readonly playerId: number | null;
  readonly newPlayer?: { readonly game: string; readonly ref: string };
  /** Of the player. */
  readonly game: string;
  readonly detectedAtMs: number;
  readonly id: string;
  readonly type: string;
  readonly severity: Severity;
  readonly source: EventSource;
  readonly sessionId: string | null;
  readonly notes: string | null;
  readonly reporter: string | null;
  /** Where in its source it was found, and what was seen; small. */
  readonly attributes: Readonly<Record<string, unknown>> | null;
}

/** An event of a player that is there already. */
export type KnownEvent = NewEvent & { readonly playerId: number };

/** [id, game, ref] of an event's player, as {@link playerIdOf} reads them. */
const ownerOf = ({ playerId, newPlayer }: NewEvent) => [
  playerId,
  newPlayer?.game ?? null,
  newPlayer?.ref ?? null,
];

/** Adds events. Fails whole if one is stored by now. */
export function insertEvents(db: Db, events: readonly NewEvent[]): Statement {
  const rows = events.map((e) => [
    ...ownerOf(e),
    e.detectedAtMs,
    e.id,
    e.type,
    e.severity,
    e.source,
    e.sessionId,
    e.notes,
    e.reporter,
    e.attributes,
  ]);
  return db.run(sql`INSERT INTO events (player_id, detected_at, id, event_type, severity, source, session_id, notes,
      reporter, attributes)
    SELECT ${playerIdOf("k")}, k.value->>3, k.value->>4, k.value->>5, k.value->>6, k.value->>7, k.value->>8,
      k.value->>9, k.value->>10, k.value->>11
    FROM ${eachOf(rows)} k`);
}

/** Which of the (player, event id) pairs are stored already: their places in the list. */
export function selectStoredEvents(db: Db, keys: readonly (readonly [number, string])[]) {
  return db.all<{ place: number }>(sql`SELECT k.key AS place FROM ${eachOf(keys)} k
    CROSS JOIN events e INDEXED BY events_identity ON e.player_id = k.value->>0 AND e.id = k.value->>1`);
}

/** Counts event types. */
export function countPatterns(db: Db, events: readonly NewEvent[]): Statement {
  const counts = new Map<string, number>();
  for (const { type } of events) counts.set(type, (counts.get(type) ?? 0) + 1);
  return db.run(sql`INSERT INTO patterns (pattern, occurrences)
    SELECT value->>0, value->>1 FROM ${eachOf([...counts])} WHERE true
    ON CONFLICT (pattern) DO UPDATE SET occurrences = occurrences + excluded.occurrences`);
}

/** As {@link StoredEvent}, for the row of its player. */
const storedOf = (e: NewEvent): Omit<StoredEvent, "player_id"> & { player_id: number | null } => ({
  player_id: e.playerId,
  detected_at: e.detectedAtMs,
  id: e.id,
  event_type: e.type,
  severity: e.severity,
  source: e.source,
  session_id: e.sessionId,
  notes: e.notes,
  reporter: e.reporter,
});

const isLater = (a: NewEvent, b: NewEvent): boolean =>
  a.detectedAtMs === b.detectedAtMs ? a.id > b.id : a.detectedAtMs > b.detectedAtMs;

/** Counts the events of each player, and keeps its latest, so that no list has to look for either. */
export function countPlayerEvents(db: Db, events: readonly NewEvent[]): Statement {
  const seen = new Map<string, { count: number; latest: NewEvent }>();
  for (const event of events) {
    const key = JSON.stringify(ownerOf(event));
    const { count, latest } = seen.get(key) ?? { count: 0, latest: event };
    seen.set(key, { count: count + 1, latest: isLater(event, latest) ? event : latest });
  }
  const rows = [...seen.values()].map(({ count, latest }) => [...ownerOf(latest), count, storedOf(latest)]);
  return db.run(sql`UPDATE players SET event_count = event_count + k.value->>3,
      recent_event = iif(recent_event IS NULL OR (recent_event->>'detected_at', recent_event->>'id')
        < (k.value->>'$[4].detected_at', k.value->>'$[4].id'),
        json_set(k.value->>4, '$.player_id', players.id), recent_event)
    FROM ${eachOf(rows)} k WHERE players.id = ${playerIdOf("k")}`);
}

/** The standings that the events' players have: (player, mode). */
const standingsOf = (playerIds: readonly number[]): SQL =>
  sql`standings WHERE player_id IN (SELECT value FROM ${eachOf(playerIds)})`;

/** How many standings {@link markPlayers} is about to mark anew. Every player has at least one standing. */
export function countUnmarked(playerIds: readonly number[]): SQL {
  return sql`SELECT count(*) FROM ${standingsOf(playerIds)} AND changed_at IS NULL`;
}

/** Marks all standings of the players: an event counts in each of their modes. */
export function markPlayers(db: Db, playerIds: readonly number[], nowMs: number): Statement {
  return db.run(sql`UPDATE standings SET revision = revision + 1,
      due_at = iif(changed_at IS NULL, ${nowMs}, due_at), changed_at = coalesce(changed_at, ${nowMs})
    WHERE player_id IN (SELECT value FROM ${eachOf(playerIds)})`);
}
