/** Webhooks. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { courierOf } from "../actions/webhooks/courier.ts";
import { deliveryAnswer } from "../actions/webhooks/delivery-answer.ts";
import {
  changeWebhook,
  createWebhook,
  getWebhook,
  removeWebhook,
  rotateSecret,
  webhookAnswer,
} from "../actions/webhooks/manage.ts";
import { replay, testWebhook } from "../actions/webhooks/try-out.ts";
import { wishOf } from "../actions/webhooks/wish.ts";
import { selectDeliveries } from "../db/delivery-list.ts";
import { selectWebhooks } from "../db/webhooks.ts";
import type { AppEnv } from "../env.ts";
import { actionContext } from "../http/action-context.ts";
import { cursorsOf, nextCursor } from "../http/cursor.ts";
import { once } from "../http/once.ts";
import * as operations from "../http/operations.ts";
import { body, json, param, query } from "../http/validate.ts";

const webhookCursors = cursorsOf("webhooks", z.int());
const deliveryCursors = cursorsOf("deliveries", z.tuple([z.int(), z.int()]));
const replaysAtOnce = 1_000;

const courier = (c: Context<AppEnv>) => courierOf(c.env, c.var.world, 1);
const msOf = (seconds: number | undefined) => (seconds === undefined ? undefined : seconds * 1_000);

export const webhooks = new Hono<AppEnv>()
  .get(operations.listWebhooks.path, query(operations.listWebhooks), async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const rows = await selectWebhooks(c.var.db, limit, webhookCursors.read(cursor));
    return c.json({
      webhooks: await Promise.all(rows.map((row) => webhookAnswer(courier(c), row))),
      next_cursor: nextCursor(rows, limit, (row) => webhookCursors.write(row.id)),
    });
  })
  .post(
    operations.createWebhook.path,
    body(operations.createWebhook),
    json(operations.createWebhook),
    async (c) => {
      const wish = wishOf(c.req.valid("json"));
      return c.json(await createWebhook(actionContext(c), courier(c), wish), 201);
    },
  )
  .get(operations.getWebhook.path, param(operations.getWebhook), async (c) => {
    const row = await getWebhook(c.var, c.req.valid("param").webhook);
    return c.json(await webhookAnswer(courier(c), row));
  })
  .patch(
    operations.changeWebhook.path,
    param(operations.changeWebhook),
    body(operations.changeWebhook),
    json(operations.changeWebhook),
    async (c) => {
      const { event_types: types, min_interval_seconds, ...rest } = c.req.valid("json");
      const change = { ...rest, types, minIntervalMs: msOf(min_interval_seconds) };
      return c.json(await changeWebhook(actionContext(c), courier(c), c.req.valid("param").webhook, change));
    },
  )
  .delete(operations.deleteWebhook.path, param(operations.deleteWebhook), async (c) =>
    c.json(await removeWebhook(actionContext(c), c.req.valid("param").webhook)),
  )
  .post(operations.testWebhook.path, param(operations.testWebhook), async (c) =>
    c.json(await testWebhook(actionContext(c), courier(c), c.req.valid("param").webhook)),
  )
  .post(operations.rotateWebhookSecret.path, param(operations.rotateWebhookSecret), async (c) =>
    c.json(await rotateSecret(actionContext(c), courier(c), c.req.valid("param").webhook), 201),
  )
  .post(
    operations.replayWebhook.path,
    param(operations.replayWebhook),
    body(operations.replayWebhook),
    json(operations.replayWebhook),
    once(),
    async (c) => {
      const { since, event_ids, dead_only, after } = c.req.valid("json");
      const order = {
        sinceMs: since === undefined ? null : Date.parse(since),
        eventIds: event_ids ?? null,
        deadOnly: dead_only,
        after,
        limit: replaysAtOnce,
      };
      return c.json(await replay(actionContext(c), c.req.valid("param").webhook, order));
    },
  )
  .get(
    operations.listDeliveries.path,
    param(operations.listDeliveries),
    query(operations.listDeliveries),
    async (c) => {
      const { webhook } = c.req.valid("param");
      const { state, limit, cursor } = c.req.valid("query");
      const after = deliveryCursors.read(cursor);
      await getWebhook(c.var, webhook);
      const rows = await selectDeliveries(c.var.db, webhook, { state: state ?? null, limit, after });
      return c.json({
        deliveries: rows.map(deliveryAnswer),
        next_cursor: nextCursor(rows, limit, (row) => deliveryCursors.write([row.event_id, row.due_at])),
      });
    },
  );
