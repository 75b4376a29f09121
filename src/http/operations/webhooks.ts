/** Webhooks. */
import { defineOperation } from "../operation.ts";
import { Done } from "../schemas/access.ts";
import * as schema from "../schemas/webhooks.ts";

const tag = "Webhooks";

export const listWebhooks = defineOperation({
  method: "get",
  path: "/api/webhooks",
  tag,
  summary: "Webhooks, newest first, without their secrets.",
  query: schema.WebhooksQuery,
  answers: { 200: { description: "A page of webhooks.", schema: schema.WebhookList } },
});

export const createWebhook = defineOperation({
  method: "post",
  path: "/api/webhooks",
  tag,
  summary:
    "Tell a receiver of what happens from now on. The answer is the only place where its secret stands.",
  body: schema.NewWebhookRequest,
  once: false,
  answers: { 201: { description: "Made.", schema: schema.ShownWebhook } },
  faults: [409],
});

export const getWebhook = defineOperation({
  method: "get",
  path: "/api/webhooks/:webhook",
  tag,
  summary: "One webhook, and how its receiver does.",
  params: schema.WebhookParam,
  answers: { 200: { description: "The webhook.", schema: schema.Webhook } },
  faults: [404],
});

export const changeWebhook = defineOperation({
  method: "patch",
  path: "/api/webhooks/:webhook",
  tag,
  summary: "Change a webhook, pause it, or set it going again.",
  params: schema.WebhookParam,
  body: schema.WebhookChangeRequest,
  answers: { 200: { description: "Changed.", schema: schema.Webhook } },
  faults: [404, 409],
});

export const deleteWebhook = defineOperation({
  method: "delete",
  path: "/api/webhooks/:webhook",
  tag,
  summary: "End a webhook for good, with all that waits for it.",
  params: schema.WebhookParam,
  answers: { 200: { description: "Deleted.", schema: Done } },
  faults: [404, 409],
});

export const testWebhook = defineOperation({
  method: "post",
  path: "/api/webhooks/:webhook/test",
  tag,
  summary: "Send `webhook.test` now, once, and say what came of it. A receiver that is paused gets it too.",
  params: schema.WebhookParam,
  once: false,
  answers: { 200: { description: "What came of it.", schema: schema.TestOutcome } },
  faults: [404, 409],
});

export const rotateWebhookSecret = defineOperation({
  method: "post",
  path: "/api/webhooks/:webhook/rotate-secret",
  tag,
  summary: "Make a new secret. For 24 hours messages carry the signatures of both.",
  params: schema.WebhookParam,
  once: false,
  answers: { 201: { description: "The webhook, with its new secret.", schema: schema.ShownWebhook } },
  faults: [404, 409],
});

export const replayWebhook = defineOperation({
  method: "post",
  path: "/api/webhooks/:webhook/replay",
  tag,
  summary: "Send again what was delivered or given up, under the same message ids, a page of 1,000 a call.",
  params: schema.WebhookParam,
  body: schema.ReplayRequest,
  answers: { 200: { description: "How many are due again.", schema: schema.Replayed } },
  faults: [404],
});

export const listDeliveries = defineOperation({
  method: "get",
  path: "/api/webhooks/:webhook/deliveries",
  tag,
  summary: "Deliveries of a webhook, newest first; what is pending, in the order of its time.",
  params: schema.WebhookParam,
  query: schema.DeliveriesQuery,
  answers: { 200: { description: "A page of deliveries.", schema: schema.DeliveryList } },
  faults: [404],
});
