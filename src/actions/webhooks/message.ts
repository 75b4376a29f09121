/** Messages: which deliveries go together, under which id, and signed how (standardwebhooks.com). */
import { Webhook } from "standardwebhooks";
import { type DueRow, digestSize } from "../../db/deliveries.ts";
import type { WebhookRow } from "../../db/webhooks.ts";
import type { Parcel } from "./courier.ts";
import type { Endpoint } from "./endpoint.ts";
import { bodyOf } from "./formats.ts";
import type { Told } from "./wording.ts";

export type Rows = readonly [DueRow, ...DueRow[]];

/**
 * What goes out as one message each, in order. Events that a digest already carries go with it and no others, so that a
 * retry is the same message; a receiver with digests gets all others in a new one.
 */
export function groupsOf(due: readonly DueRow[], hasDigest: boolean): Rows[] {
  const groups = new Map<string, [DueRow, ...DueRow[]]>();
  for (const row of due) {
    const fresh = hasDigest ? "new" : `event ${row.event_id}`;
    const key = row.digest_of === null ? fresh : `digest ${row.digest_of}`;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  // A page that is full may have cut its last digest.
  return [...groups.values()].slice(0, due.length >= digestSize ? Math.max(1, groups.size - 1) : undefined);
}

/** The same for every attempt, and for nothing else: receivers know a repetition by it. */
export function messageId(webhookId: number, rows: Rows): string {
  const [{ event_id, at }] = rows;
  // The time is in it, so that a database that is set back never gives an id to another event.
  return `${rows.length === 1 ? "msg" : "dig"}_${webhookId}_${event_id}_${at.toString(36)}`;
}

const toldOf = ({ event_id, type, at, data }: DueRow): Told => ({
  id: event_id,
  type,
  atMs: at,
  data: JSON.parse(data),
});

/** While a rotation overlaps, signatures of both secrets, parted by a space. */
function signatureOf(secrets: readonly string[], id: string, atMs: number, body: string): string {
  return secrets.map((secret) => new Webhook(secret).sign(id, new Date(atMs), body)).join(" ");
}

/** @param nowMs when it is sent: receivers refuse what is five minutes old */
export function parcelOf(
  webhook: Pick<WebhookRow, "format" | "previous_until">,
  { url, secret, previous }: Endpoint,
  { id, events }: { readonly id: string; readonly events: readonly [Told, ...Told[]] },
  nowMs: number,
): Parcel {
  const body = bodyOf(webhook.format, events);
  const isOverlap = previous !== null && (webhook.previous_until ?? 0) > nowMs;
  return {
    url,
    body,
    headers: {
      "content-type": "application/json",
      "user-agent": "game-security-api",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(nowMs / 1_000)),
      "webhook-signature": signatureOf(isOverlap ? [secret, previous] : [secret], id, nowMs, body),
    },
  };
}

/** The message of deliveries. */
export function parcelOfRows(webhook: WebhookRow, endpoint: Endpoint, rows: Rows, nowMs: number): Parcel {
  const [first, ...rest] = rows;
  const message = { id: messageId(webhook.id, rows), events: [toldOf(first), ...rest.map(toldOf)] } as const;
  return parcelOf(webhook, endpoint, message, nowMs);
}
