/** The writes about webhooks, for the list of all. */
import type { Call } from "./service.ts";
import { createWebhook, withDeadDelivery } from "./webhook-samples.ts";
import { service, type Written } from "./writes.ts";

const ofWebhook = async (rest: string, call: Call): Promise<readonly [string, Call]> => [
  `/api/webhooks/${await createWebhook(service)}${rest}`,
  call,
];

export const webhookWrites: readonly Written[] = [
  {
    route: "POST /api/webhooks",
    action: "webhook.create",
    change: "INSERT ON webhooks",
    call: async () => ["/api/webhooks", { body: { name: "w", url: "https://hooks.test/a" } }],
  },
  {
    route: "PATCH /api/webhooks/:webhook",
    action: "webhook.change",
    change: "UPDATE ON webhooks",
    call: () => ofWebhook("", { method: "PATCH", body: { status: "paused" } }),
  },
  {
    route: "DELETE /api/webhooks/:webhook",
    action: "webhook.delete",
    change: "UPDATE ON webhooks",
    call: () => ofWebhook("", { method: "DELETE" }),
  },
  {
    route: "POST /api/webhooks/:webhook/test",
    action: "webhook.test",
    change: "INSERT ON audit_entries",
    call: () => ofWebhook("/test", { method: "POST" }),
  },
  {
    route: "POST /api/webhooks/:webhook/rotate-secret",
    action: "webhook.change",
    change: "UPDATE ON webhooks",
    call: () => ofWebhook("/rotate-secret", { method: "POST" }),
  },
  {
    route: "POST /api/webhooks/:webhook/replay",
    action: "webhook.replay",
    change: "UPDATE ON deliveries",
    call: async () => {
      const call = await ofWebhook("/replay", { body: { dead_only: true } });
      await withDeadDelivery();
      return call;
    },
  },
];
