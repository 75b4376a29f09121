/** What the pages on webhooks show, in one round trip. */
import { z } from "zod";
import { batch, type Db } from "../../../db/client.ts";
import { type DeliveryState, selectDeliveries } from "../../../db/delivery-list.ts";
import { selectWebhook, type WebhookRow } from "../../../db/webhooks.ts";
import { cursorsOf } from "../../../http/cursor.ts";
import { notFound } from "../../../http/problem.ts";
import { cursor } from "../../../http/schemas/requests.ts";
import type { Deliveries } from "./deliveries.tsx";

/** A delivery reads its event too. */
const deliveriesPerPage = 40;
const cursors = cursorsOf("page-deliveries", z.tuple([z.int(), z.int()]));

export const WebhookPageQuery = z.object({
  state: z.enum(["pending", "delivered", "dead"]).optional().catch(undefined),
  after: cursor.catch(undefined),
});
type Query = z.infer<typeof WebhookPageQuery>;

function hrefOf(id: number, state: DeliveryState | null, after?: string): string {
  const set = Object.entries({ ...(state && { state }), ...(after && { after }) });
  const path = `/settings/webhooks/${id}`;
  return set.length === 0 ? path : `${path}?${new URLSearchParams(set)}`;
}

/** @throws Problem 404 */
export async function loadWebhook(
  db: Db,
  id: number,
  query: Query,
): Promise<{ row: WebhookRow; deliveries: Deliveries }> {
  const state = query.state ?? null;
  const page = { state, limit: deliveriesPerPage + 1, after: cursors.read(query.after) };
  const [[row], found] = await batch(db, [selectWebhook(db, id), selectDeliveries(db, id, page)]);
  if (row === undefined) throw notFound("The webhook");
  const rows = found.slice(0, deliveriesPerPage);
  const last = found.length > deliveriesPerPage ? rows.at(-1) : undefined;
  const next = last === undefined ? null : hrefOf(id, state, cursors.write([last.event_id, last.due_at]));
  const first = query.after === undefined ? null : hrefOf(id, state);
  return { row, deliveries: { rows, state, first, next } };
}
