/** What names a player in rows that are not its own: found by walking tables that no index serves, page by page. */
import { type SQL, sql } from "drizzle-orm";
import { type Db, eachOf, type Statement } from "./client.ts";
import type { Erasure } from "./erasures.ts";

/** A report that the player made of another one. */
export interface MadeReport {
  readonly player_id: number;
  readonly id: string;
  readonly reported_at: number;
  readonly mine: 0 | 1;
}

/** Reports in the order of their key, each with whether the player made it. */
export const selectReportPage = (
  db: Db,
  { game, ref, requested_at }: Erasure,
  [playerId, id]: readonly [number, string],
  limit: number,
) =>
  db.all<MadeReport>(sql`SELECT player_id, id, reported_at,
      coalesce(game = ${game} AND reporter = ${ref} AND reported_at <= ${requested_at}, 0) AS mine
    FROM reports WHERE (player_id, id) > (${playerId}, ${id}) ORDER BY player_id, id LIMIT ${limit}`);

/** Takes the reporter's name off reports, their events, and what the trail says of them. They count as before. */
export function anonymizeReports(db: Db, reports: readonly MadeReport[]): Statement[] {
  if (reports.length === 0) return [];
  const keys = eachOf(reports.map(({ player_id, id, reported_at }) => [player_id, id, reported_at]));
  const key = sql.raw("k.value->>0 AND x.id = k.value->>1");
  return [
    db.run(sql`UPDATE reports SET reporter = NULL WHERE (player_id, id) IN
      (SELECT k.value->>0, k.value->>1 FROM ${keys} k)`),
    db.run(sql`UPDATE events SET reporter = NULL WHERE (player_id, detected_at, id) IN
      (SELECT x.player_id, x.detected_at, x.id FROM ${keys} k
        CROSS JOIN events x INDEXED BY events_identity ON x.player_id = ${key})`),
    db.run(sql`UPDATE players SET recent_event = json_set(recent_event, '$.reporter', NULL) FROM ${keys} k
      WHERE players.id = k.value->>0 AND players.recent_event->>'id' = k.value->>1`),
    db.run(sql`UPDATE audit_entries SET payload = NULL WHERE payload IS NOT NULL AND id IN
      (SELECT a.id FROM ${keys} k CROSS JOIN audit_entries a INDEXED BY audit_target
        ON a.target = 'player:' || (k.value->>0) AND a.at = k.value->>2 AND a.action = 'player.report')`),
  ];
}

/** Takes the mutes of a reporter out of the trail's payloads. */
export const eraseMutes = (db: Db, { game, ref }: Erasure): Statement =>
  db.run(sql`UPDATE audit_entries SET payload = NULL WHERE action = 'reporter.mute' AND target = ${`game:${game}`}
    AND payload ->> 'reporter' = ${ref}`);

/** Entries of a target whose payload is there still, from a time on. That it was erased stays told. */
export const selectPayloads = (db: Db, target: string, sinceMs: number, limit: number) =>
  db.all<{ id: number; at: number }>(sql`SELECT id, at FROM audit_entries INDEXED BY audit_target
    WHERE target = ${target} AND at >= ${sinceMs} AND payload IS NOT NULL AND action <> 'player.erase'
    ORDER BY at LIMIT ${limit}`);

export const erasePayloads = (db: Db, ids: readonly number[]): Statement =>
  db.run(sql`UPDATE audit_entries SET payload = NULL WHERE id IN (SELECT value FROM ${eachOf(ids)})`);

/** JSON text that names the player: by our id, or as the game or people call it. */
const isNamedIn = (json: SQL, { player_id, ref, username }: Erasure): SQL => sql`EXISTS (
  SELECT 1 FROM json_tree(${json}) t WHERE (t.key = 'player_id' AND t.atom = ${player_id})
    OR (t.type = 'text' AND (t.atom = ${ref} OR t.atom = ${username})))`;

/** Stored answers in the order of their keys, each with whether it names the player. */
export const selectAnswerPage = (db: Db, erasure: Erasure, after: string, limit: number) =>
  db.all<{ key: string; mine: 0 | 1 }>(sql`SELECT key_hash AS key,
      iif(json_valid(body), ${isNamedIn(sql`idempotency_keys.body`, erasure)}, 0) AS mine
    FROM idempotency_keys WHERE key_hash > ${after} ORDER BY key_hash LIMIT ${limit}`);

export const deleteAnswers = (db: Db, keys: readonly string[]): Statement =>
  db.run(sql`DELETE FROM idempotency_keys WHERE key_hash IN (SELECT value FROM ${eachOf(keys)})`);

export interface TracedEvent {
  readonly id: number;
  readonly mine: 0 | 1;
  /** 1 while it is still to be told to somebody. */
  readonly untold: 0 | 1;
}

/** Events for webhooks in order, each with whether it is about the player. */
export const selectOutboxPage = (db: Db, erasure: Erasure, after: number, limit: number) =>
  db.all<TracedEvent>(sql`SELECT id,
      iif(json_valid(data), ${isNamedIn(sql`outbox.data`, erasure)}, 0) AS mine,
      id > (SELECT event_id FROM outbox_position WHERE id = 1) OR EXISTS (SELECT 1 FROM webhooks w
        CROSS JOIN deliveries d ON d.webhook_id = w.id AND d.event_id = outbox.id AND d.state = 'pending'
        WHERE w.status <> 'deleted') AS untold
    FROM outbox WHERE id > ${after} ORDER BY id LIMIT ${limit}`);

/** Deletes told events with their deliveries. The newest stays empty: ids go on from it. */
export function deleteTold(db: Db, ids: readonly number[]): Statement[] {
  if (ids.length === 0) return [];
  const those = sql`(SELECT value FROM ${eachOf(ids)})`;
  return [
    db.run(sql`DELETE FROM deliveries WHERE (webhook_id, event_id) IN
      (SELECT w.id, k.value FROM ${eachOf(ids)} k CROSS JOIN webhooks w)`),
    db.run(sql`UPDATE outbox SET data = '{}' WHERE id IN ${those} AND id = (SELECT max(id) FROM outbox)`),
    db.run(sql`DELETE FROM outbox WHERE id IN ${those} AND id < (SELECT max(id) FROM outbox)`),
  ];
}
