/** The sealed trail: entries in the order of their ids, the seals over them, and the checkpoint that pruning leaves. */
import { sql } from "drizzle-orm";
import { batch, type Db, type Statement } from "./client.ts";

/** What a seal covers of an entry. */
export interface SealedFields {
  readonly id: number;
  readonly at: number;
  readonly action: string;
  readonly actor: string;
  readonly target: string | null;
  readonly request_id: string | null;
  readonly payload_digest: string;
}

export type StoredEntry = SealedFields & { readonly payload: string | null };

export interface SealRow {
  readonly last_id: number;
  readonly first_id: number;
  readonly last_at: number;
  /** JSON list of [id, digest]. */
  readonly digests: string;
  readonly previous_mac: string;
  readonly mac: string;
}

export interface CheckpointRow {
  readonly last_id: number;
  readonly entries: number;
  readonly seal_mac: string;
  readonly made_at: number;
  readonly mac: string;
}

/** A range of ids, both ends included. */
export interface IdRange {
  readonly id: number;
  readonly through: number;
}

const sealedFields = sql.raw("id, at, action, actor, target, request_id, payload_digest");
const sealColumns = sql.raw("last_id, first_id, last_at, digests, previous_mac, mac");

export function selectEntriesAfter(db: Db, id: number, limit: number) {
  return db.all<SealedFields>(
    sql`SELECT ${sealedFields} FROM audit_entries WHERE id > ${id} ORDER BY id LIMIT ${limit}`,
  );
}

export function selectEntriesBetween(db: Db, first: number, last: number, limit: number) {
  return db.all<StoredEntry>(
    sql`SELECT ${sealedFields}, payload FROM audit_entries WHERE id BETWEEN ${first} AND ${last} ORDER BY id LIMIT ${limit}`,
  );
}

/** The highest id there is; 0 without entries. */
export async function lastEntryId(db: Db): Promise<number> {
  const [row] = await db.all<{ id: number | null }>(sql`SELECT max(id) AS id FROM audit_entries`);
  return row?.id ?? 0;
}

/** Ids that should not be there: at or below `floor`. */
export function selectIdsUpTo(db: Db, floor: number, limit: number) {
  return db.all<{ id: number }>(
    sql`SELECT id FROM audit_entries WHERE id <= ${floor} ORDER BY id LIMIT ${limit}`,
  );
}

/** Entries after `id` whose gaps are looked for at a time. */
const gapWindow = 10_000;

/** Ids missing after `id`, also between the last entry and what SQLite has counted up to. */
export async function selectGapsAfter(db: Db, id: number, limit: number): Promise<IdRange[]> {
  const [gaps, ends] = await batch(db, [
    db.all<IdRange>(sql`SELECT before + 1 AS id, id - 1 AS through
      FROM (SELECT id, lag(id, 1, ${id}) OVER (ORDER BY id) AS before
        FROM (SELECT id FROM audit_entries WHERE id > ${id} ORDER BY id LIMIT ${gapWindow}))
      WHERE id > before + 1 ORDER BY id LIMIT ${limit}`),
    db.all<IdRange>(sql`SELECT max(${id}, (SELECT coalesce(max(id), 0) FROM audit_entries)) + 1 AS id, seq AS through
      FROM sqlite_sequence WHERE name = 'audit_entries'`),
  ]);
  return [...gaps, ...ends.filter((range) => range.through >= range.id)];
}

/** Adds a seal; nothing where one of its id is there, so that repeating it after a crash is harmless. */
export function insertSeal(db: Db, seal: SealRow): Statement {
  return db.run(sql`INSERT INTO audit_seals (${sealColumns})
    VALUES (${seal.last_id}, ${seal.first_id}, ${seal.last_at}, ${seal.digests}, ${seal.previous_mac}, ${seal.mac})
    ON CONFLICT (last_id) DO NOTHING`);
}

/** Seals after `id` and up to `last`, in order. */
export function selectSeals(db: Db, id: number, last: number, limit: number) {
  return db.all<SealRow>(sql`SELECT ${sealColumns} FROM audit_seals
    WHERE last_id > ${id} AND last_id <= ${last} ORDER BY last_id LIMIT ${limit}`);
}

/** The last seal that ends at `id` or before. */
export async function findSealUpTo(db: Db, id: number): Promise<SealRow | null> {
  const [row] = await db.all<SealRow>(
    sql`SELECT ${sealColumns} FROM audit_seals WHERE last_id <= ${id} ORDER BY last_id DESC LIMIT 1`,
  );
  return row ?? null;
}

/** The highest id that the database says is sealed, or pruned after it was. */
export async function lastSealedId(db: Db): Promise<number> {
  const [row] = await db.all<{ id: number }>(sql`SELECT max(
    (SELECT coalesce(max(last_id), 0) FROM audit_seals),
    (SELECT coalesce(max(last_id), 0) FROM audit_checkpoints)) AS id`);
  return row?.id ?? 0;
}

export function selectCheckpoints(db: Db, limit: number) {
  return db.all<CheckpointRow>(sql`SELECT last_id, entries, seal_mac, made_at, mac FROM audit_checkpoints
    ORDER BY last_id DESC LIMIT ${limit}`);
}

/** Puts a checkpoint in place of the one before it, and deletes what lies between; again it changes nothing. */
export function pruneWrites(db: Db, afterId: number, to: CheckpointRow): readonly Statement[] {
  return [
    db.run(sql`INSERT OR REPLACE INTO audit_checkpoints (last_id, entries, seal_mac, made_at, mac)
      VALUES (${to.last_id}, ${to.entries}, ${to.seal_mac}, ${to.made_at}, ${to.mac})`),
    db.run(sql`DELETE FROM audit_checkpoints WHERE last_id < ${to.last_id}`),
    db.run(sql`DELETE FROM audit_entries WHERE id > ${afterId} AND id <= ${to.last_id}`),
    db.run(sql`DELETE FROM audit_seals WHERE last_id > ${afterId} AND last_id <= ${to.last_id}`),
  ];
}
