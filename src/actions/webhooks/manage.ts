/** Webhooks: made, changed, rotated and deleted by admins. The signing secret is shown when it is made, and never again. */
import { sql } from "drizzle-orm";
import { batch, expectChanges, isGuardViolation, type Statement } from "../../db/client.ts";
import { unmarkDigests } from "../../db/deliveries.ts";
import {
  deleteWebhook,
  findWebhook,
  insertWebhook,
  updateWebhook,
  type WebhookFormat,
  type WebhookRow,
  type WebhookSettings,
} from "../../db/webhooks.ts";
import { badRequest, conflict, notFound } from "../../http/problem.ts";
import { isoOf } from "../answers.ts";
import { type AuditEntry, auditWrites } from "../audit.ts";
import type { ActionContext } from "../context.ts";
import { faultOfAddress } from "./address.ts";
import type { Courier } from "./courier.ts";
import { newSecret, openEndpoint, sealEndpoint, shownUrl } from "./endpoint.ts";

/** What the keys of the sealed parts come from, and which addresses are allowed. */
export type Keys = Pick<Courier, "secrets" | "isDevelopment">;

/** Each event is matched with each of them. */
const maxWebhooks = 50;
const overlapMs = 24 * 3_600_000;

const maybeIso = (ms: number | null) => (ms === null ? null : isoOf(ms));
const listOf = (text: string | null) => (text === null ? null : (JSON.parse(text) as string[]));

/** `url` is null where no secret opens it any more. */
export async function webhookAnswer({ secrets }: Pick<Keys, "secrets">, row: WebhookRow) {
  const endpoint = await openEndpoint(secrets, row);
  return {
    id: row.id,
    name: row.name,
    host: row.host,
    url: endpoint === null ? null : shownUrl(endpoint.url, row.format),
    event_types: listOf(row.types),
    games: listOf(row.games),
    format: row.format,
    min_interval_seconds: row.min_interval_ms / 1_000,
    digest: row.digest === 1,
    status: row.status,
    pause_reason: row.pause_reason,
    created_at: isoOf(row.created_at),
    created_by: row.created_by,
    delivered_at: maybeIso(row.delivered_at),
    failures: row.failures,
    failing_since: maybeIso(row.failing_since),
    previous_secret_until: maybeIso(row.previous_until),
  };
}

/** @throws Problem 404 */
export async function getWebhook({ db }: Pick<ActionContext, "db">, id: number): Promise<WebhookRow> {
  const row = await findWebhook(db, id);
  if (!row) throw notFound("The webhook");
  return row;
}

/** @throws Problem 400 for an address that nothing is delivered to */
function checkedHost(url: string, { isDevelopment }: Keys): string {
  const detail = faultOfAddress(url, isDevelopment);
  if (detail !== null)
    throw badRequest([{ pointer: "/url", code: "address_refused", detail: `url ${detail}.` }]);
  return new URL(url).host;
}

/** What an admin may say; null lists: all. */
export interface WebhookWish {
  readonly name: string;
  readonly url: string;
  readonly types: readonly string[] | null;
  readonly games: readonly string[] | null;
  readonly format: WebhookFormat;
  readonly minIntervalMs: number;
  readonly digest: boolean;
}

async function write(
  ctx: ActionContext,
  statements: readonly Statement[],
  entry: AuditEntry,
  lost: () => Error,
) {
  try {
    return await batch(ctx.db, [...statements, ...(await auditWrites(ctx, entry))]);
  } catch (error) {
    throw isGuardViolation(error) ? lost() : error;
  }
}

const changedMeanwhile = () => conflict("webhook_changed", "The webhook was changed or deleted meanwhile.");
const tooMany = () => conflict("too_many_webhooks", `There are ${maxWebhooks} webhooks already.`);

/** The answer is the only place where the secret stands. */
export async function createWebhook(ctx: ActionContext, keys: Keys, { url, ...wish }: WebhookWish) {
  const host = checkedHost(url, keys);
  const secret = newSecret();
  const sealed = await sealEndpoint(keys.secrets, { url, secret, previous: null });
  const settings: WebhookSettings = { ...wish, host, sealed, previousUntilMs: null };
  const by = { nowMs: ctx.nowMs, principal: ctx.origin.principal, most: maxWebhooks };
  const statements = [insertWebhook(ctx.db, settings, by), ctx.db.all(expectChanges(1))] as const;
  const target = sql`'webhook:' || last_insert_rowid()`;
  const details = { ...wish, host };
  const [inserted] = await write(ctx, statements, { action: "webhook.create", target, details }, tooMany);
  const id = (inserted as D1Result).meta.last_row_id;
  return { ...(await webhookAnswer(keys, await getWebhook(ctx, id))), secret };
}

const settingsOf = (row: WebhookRow): WebhookSettings => ({
  name: row.name,
  host: row.host,
  sealed: row.sealed,
  previousUntilMs: row.previous_until,
  types: listOf(row.types),
  games: listOf(row.games),
  format: row.format,
  minIntervalMs: row.min_interval_ms,
  digest: row.digest === 1,
});

/** @throws Problem 409 where no secret opens it */
async function getEndpoint(keys: Keys, row: WebhookRow) {
  const endpoint = await openEndpoint(keys.secrets, row);
  if (endpoint === null) {
    throw conflict("secret_unreadable", "It was sealed under a JWT_SECRET that is gone. Make it anew.");
  }
  return endpoint;
}

export type WebhookChange = { readonly [K in keyof WebhookWish]?: WebhookWish[K] | undefined } & {
  readonly status?: "active" | "paused" | undefined;
};

async function changedSettings(keys: Keys, row: WebhookRow, change: WebhookChange): Promise<WebhookSettings> {
  const { status: _, url, ...rest } = change;
  const named = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const settings = { ...settingsOf(row), ...named };
  if (url === undefined) return settings;
  const { secret, previous, ...was } = await getEndpoint(keys, row);
  if (url === was.url) return settings;
  const sealed = await sealEndpoint(keys.secrets, { url, secret, previous });
  return { ...settings, host: checkedHost(url, keys), sealed };
}

/**
 * What is asked for and there already changes nothing. `from` is the revision that the caller has seen, where it is to
 * be that one.
 * @throws Problem 404, or 409 where it is another
 */
export async function changeWebhook(
  ctx: ActionContext,
  keys: Keys,
  id: number,
  change: WebhookChange,
  from?: number,
) {
  const row = await getWebhook(ctx, id);
  if (from !== undefined && from !== row.revision) throw changedMeanwhile();
  const settings = await changedSettings(keys, row, change);
  const status = change.status === row.status ? undefined : change.status;
  const isSame = status === undefined && JSON.stringify(settings) === JSON.stringify(settingsOf(row));
  if (!isSame) {
    const { sealed: _, previousUntilMs: __, ...details } = settings;
    const statements = [
      updateWebhook(ctx.db, row, settings, status),
      ctx.db.all(expectChanges(1)),
      ...(row.digest === 1 && !settings.digest ? [unmarkDigests(ctx.db, id)] : []),
    ];
    const said = { ...details, ...(status === undefined ? {} : { status }) };
    const entry = { action: "webhook.change", target: `webhook:${id}`, details: said } as const;
    await write(ctx, statements, entry, changedMeanwhile);
  }
  return webhookAnswer(keys, await getWebhook(ctx, id));
}

/** A new secret; for a day the old one signs too. */
export async function rotateSecret(ctx: ActionContext, keys: Keys, id: number) {
  const row = await getWebhook(ctx, id);
  const was = await getEndpoint(keys, row);
  const secret = newSecret();
  const sealed = await sealEndpoint(keys.secrets, { url: was.url, secret, previous: was.secret });
  const previousUntilMs = ctx.nowMs + overlapMs;
  const settings = { ...settingsOf(row), sealed, previousUntilMs };
  const details = { secret: "rotated", previous_until: isoOf(previousUntilMs) };
  const entry = { action: "webhook.change", target: `webhook:${id}`, details } as const;
  const statements = [updateWebhook(ctx.db, row, settings), ctx.db.all(expectChanges(1))] as const;
  await write(ctx, statements, entry, changedMeanwhile);
  return { ...(await webhookAnswer(keys, await getWebhook(ctx, id))), secret };
}

/** Ends it for good, with all that waits for it. */
export async function removeWebhook(ctx: ActionContext, id: number) {
  const { name, host } = await getWebhook(ctx, id);
  const entry = { action: "webhook.delete", target: `webhook:${id}`, details: { name, host } } as const;
  const statements = [deleteWebhook(ctx.db, id), ctx.db.all(expectChanges(1))] as const;
  await write(ctx, statements, entry, changedMeanwhile);
  return { message: "Deleted." };
}
