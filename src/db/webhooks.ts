/** Webhooks: who is told of what, and how each receiver does. */
import { type SQL, sql } from "drizzle-orm";
import type { Db, Statement } from "./client.ts";

export type WebhookFormat = "json" | "discord" | "slack";

export interface WebhookRow {
  readonly id: number;
  readonly name: string;
  readonly host: string;
  readonly sealed: string;
  readonly previous_until: number | null;
  /** JSON lists, as stored; null: all. */
  readonly types: string | null;
  readonly games: string | null;
  readonly format: WebhookFormat;
  readonly min_interval_ms: number;
  readonly digest: number;
  readonly status: "active" | "paused";
  readonly pause_reason: string | null;
  readonly created_at: number;
  readonly created_by: string;
  readonly failures: number;
  readonly failing_since: number | null;
  readonly deaths: number;
  readonly delivered_at: number | null;
  readonly next_at: number;
  readonly revision: number;
}

export const webhookColumns = sql.raw(
  `id, name, host, sealed, previous_until, types, games, format, min_interval_ms, digest, status, pause_reason,
    created_at, created_by, failures, failing_since, deaths, delivered_at, next_at, revision`,
);

/** The webhook of an id, in a list of one or none. */
export function selectWebhook(db: Db, id: number) {
  return db.all<WebhookRow>(
    sql`SELECT ${webhookColumns} FROM webhooks WHERE id = ${id} AND status <> 'deleted'`,
  );
}

export async function findWebhook(db: Db, id: number): Promise<WebhookRow | null> {
  const [row] = await selectWebhook(db, id);
  return row ?? null;
}

/** Newest first. */
export function selectWebhooks(db: Db, limit: number, before: number | null) {
  const page = before === null ? sql`` : sql`AND id < ${before}`;
  return db.all<WebhookRow>(sql`SELECT ${webhookColumns} FROM webhooks WHERE status <> 'deleted' ${page}
    ORDER BY id DESC LIMIT ${limit}`);
}

/** What an admin says of a webhook; `sealed` holds the URL and the secrets. */
export interface WebhookSettings {
  readonly name: string;
  readonly host: string;
  readonly sealed: string;
  readonly previousUntilMs: number | null;
  readonly types: readonly string[] | null;
  readonly games: readonly string[] | null;
  readonly format: WebhookFormat;
  readonly minIntervalMs: number;
  readonly digest: boolean;
}

const json = (value: readonly string[] | null): string | null =>
  value === null ? null : JSON.stringify(value);

/** Adds one row, or none where there are `most` already. Its id is `last_insert_rowid()` for the rest of the batch. */
export function insertWebhook(
  db: Db,
  settings: WebhookSettings,
  by: { readonly nowMs: number; readonly principal: string; readonly most: number },
): Statement {
  const { name, host, sealed, types, games, format, minIntervalMs, digest } = settings;
  return db.run(sql`INSERT INTO webhooks (name, host, sealed, types, games, format, min_interval_ms, digest, created_at,
      created_by)
    SELECT ${name}, ${host}, ${sealed}, ${json(types)}, ${json(games)}, ${format}, ${minIntervalMs}, ${digest ? 1 : 0},
      ${by.nowMs}, ${by.principal}
    WHERE (SELECT count(*) FROM webhooks WHERE status <> 'deleted') < ${by.most}`);
}

/** Further columns of a change: what pausing and resuming do. */
const statusColumns = (status: "active" | "paused" | undefined): SQL => {
  if (status === undefined) return sql``;
  if (status === "paused") return sql`, status = 'paused', pause_reason = 'by_hand'`;
  return sql`, status = 'active', pause_reason = NULL, failures = 0, failing_since = NULL, deaths = 0, next_at = 0`;
};

/** Changes one row, or none if somebody changed it meanwhile. Resuming forgets the failures. */
export function updateWebhook(
  db: Db,
  was: WebhookRow,
  settings: WebhookSettings,
  status?: "active" | "paused",
): Statement {
  const { name, host, sealed, previousUntilMs, types, games, format, minIntervalMs, digest } = settings;
  return db.run(sql`UPDATE webhooks SET name = ${name}, host = ${host}, sealed = ${sealed},
      previous_until = ${previousUntilMs}, types = ${json(types)}, games = ${json(games)}, format = ${format},
      min_interval_ms = ${minIntervalMs}, digest = ${digest ? 1 : 0}, revision = revision + 1 ${statusColumns(status)}
    WHERE id = ${was.id} AND revision = ${was.revision} AND status <> 'deleted'`);
}

/** Forgets what it was sent with at once; housekeeping deletes its deliveries, then the row. */
export function deleteWebhook(db: Db, id: number): Statement {
  return db.run(sql`UPDATE webhooks SET status = 'deleted', sealed = '', lease = NULL, revision = revision + 1
    WHERE id = ${id} AND status <> 'deleted'`);
}
