/** Webhooks that other tests need to have. */
import { env, type Service } from "./service.ts";

/** Makes one at an address that leads nowhere, and answers its id. */
export async function createWebhook(service: Service): Promise<number> {
  const body = { name: "w", url: "http://127.0.0.1:1/hook" };
  return (await service.call("/api/webhooks", { body })).body.id;
}

/** An event that the first webhook was never told of. */
export const withDeadDelivery = () =>
  env.DB.batch([
    env.DB.prepare("INSERT INTO outbox (id, type, at, data) VALUES (1, 'job.failed', 0, '{}')"),
    env.DB.prepare(
      "INSERT INTO deliveries (webhook_id, event_id, state, due_at) SELECT max(id), 1, 'dead', 0 FROM webhooks",
    ),
  ]);
