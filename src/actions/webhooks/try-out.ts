/** The test button, and sending again. */
import { batch } from "../../db/client.ts";
import { type ReplayOrder, replayDeliveries, selectReplayable } from "../../db/delivery-list.ts";
import { conflict } from "../../http/problem.ts";
import { auditWrites } from "../audit.ts";
import { type ActionContext, commit } from "../context.ts";
import { faultOfAddress } from "./address.ts";
import { type Courier, sendOnce } from "./courier.ts";
import { openEndpoint } from "./endpoint.ts";
import { getWebhook } from "./manage.ts";
import { parcelOf } from "./message.ts";

/** Sends `webhook.test` at once, also to a receiver that is paused, and says what came of it. It is never repeated. */
export async function testWebhook(ctx: ActionContext, courier: Courier, id: number) {
  const row = await getWebhook(ctx, id);
  const endpoint = await openEndpoint(courier.secrets, row);
  if (endpoint === null)
    throw conflict("secret_unreadable", "It was sealed under a JWT_SECRET that is gone.");
  if (faultOfAddress(endpoint.url, courier.isDevelopment) !== null) {
    throw conflict("address_refused", "Nothing is delivered to its address here.");
  }
  const entry = { action: "webhook.test", target: `webhook:${id}`, details: { host: row.host } } as const;
  await batch(ctx.db, await auditWrites(ctx, entry));
  const data = { webhook: { id, name: row.name }, by: ctx.origin.principal };
  const message = {
    id: `tst_${id}_${ctx.newId()}`,
    events: [{ id: 0, type: "webhook.test", atMs: ctx.nowMs, data }],
  } as const;
  const startedMs = courier.now();
  const answered = await sendOnce(courier, parcelOf(row, endpoint, message, startedMs));
  return {
    delivered: answered.isDelivered,
    message_id: message.id,
    status: answered.status,
    error: answered.error,
    took_ms: courier.now() - startedMs,
  };
}

/** Makes deliveries due again that ended, a page a call. `next_after` says where the next page goes on; null: all. */
export async function replay(ctx: ActionContext, id: number, order: ReplayOrder) {
  await getWebhook(ctx, id);
  const eventIds = await selectReplayable(ctx.db, id, order);
  const last = eventIds.at(-1);
  const answer = {
    replayed: eventIds.length,
    next_after: eventIds.length === order.limit && last !== undefined ? last : null,
  };
  if (last === undefined) return answer;
  const details = { replayed: eventIds.length, first: eventIds[0], last };
  const entry = { action: "webhook.replay", target: `webhook:${id}`, details } as const;
  const statements = [replayDeliveries(ctx.db, ctx.nowMs, id, eventIds)] as const;
  await commit(ctx, statements, { status: 200, body: answer }, entry);
  return answer;
}
