/** What is said of webhooks, in requests and answers. */
import { z } from "zod";
import { domainEventTypes } from "../../decisions/event-types.ts";
import { gameName, identifier, instant } from "../../telemetry/fields.ts";
import { isoTime, maybeText, nextCursor } from "./answers.ts";
import { cursor, limitQuery } from "./requests.ts";

const unique = (list: readonly string[]) => [...new Set(list)].sort();

const url = z.string().min(1).max(2_048).meta({
  description: "Where messages are posted: https, and no private address.",
  example: "https://game.example.com/hooks/anti-cheat",
});
const eventTypes = z
  .array(z.enum(domainEventTypes.filter((type) => type !== "webhook.test")))
  .min(1)
  .max(domainEventTypes.length)
  .transform(unique)
  .nullable()
  .meta({ description: "What it hears of; null: everything." });
const games = z
  .array(gameName)
  .min(1)
  .max(50)
  .transform(unique)
  .nullable()
  .meta({ description: "The games that it hears of; null: all, and what is about none." });
const format = z.enum(["json", "discord", "slack"]);
const name = identifier(64).meta({ example: "Bans to the lobby" });
const minInterval = z
  .int()
  .min(0)
  .max(86_400)
  .meta({ description: "Seconds between two messages, at least." });
const digest = z
  .boolean()
  .meta({ description: "Whether events that wait together become one message, up to 100 of them." });

export const NewWebhookRequest = z
  .strictObject({
    name,
    url,
    event_types: eventTypes.optional(),
    games: games.optional(),
    format: format.default("json"),
    min_interval_seconds: minInterval.optional().meta({ description: "0; for chats 30 unless said." }),
    digest: digest.optional().meta({ description: "false; for chats true unless said." }),
  })
  .meta({
    example: {
      name: "Bans to the lobby",
      url: "https://game.example.com/hooks/anti-cheat",
      event_types: ["decision.started", "decision.ended"],
      games: ["cs2"],
    },
  });

export const WebhookChangeRequest = z
  .strictObject({
    name: name.optional(),
    url: url.optional(),
    event_types: eventTypes.optional(),
    games: games.optional(),
    format: format.optional(),
    min_interval_seconds: minInterval.optional(),
    digest: digest.optional(),
    status: z
      .enum(["active", "paused"])
      .optional()
      .meta({ description: "`active` forgets the failures, and sends what waited." }),
  })
  .refine((change) => Object.keys(change).length > 0, { error: "must change something" });

export const ReplayRequest = z
  .strictObject({
    since: instant.optional(),
    event_ids: z.array(z.int().min(1)).min(1).max(1_000).optional(),
    dead_only: z.boolean().default(false),
    after: z.int().min(0).default(0).meta({ description: "`next_after` of the page before." }),
  })
  .refine(({ since, event_ids, dead_only }) => since !== undefined || event_ids !== undefined || dead_only, {
    error: "must name since, event_ids or dead_only",
  })
  .meta({ example: { since: "2026-10-29T00:00:00Z", dead_only: true } });

export const WebhookParam = z.object({
  webhook: z
    .string()
    .regex(/^[1-9][0-9]{0,14}$/, { error: "must be a webhook's id" })
    .transform(Number),
});
export const WebhooksQuery = z.strictObject({ limit: limitQuery(50, 50), cursor });
const states = ["pending", "delivered", "dead"] as const;
export const DeliveriesQuery = z.strictObject({
  state: z.enum(states).optional(),
  limit: limitQuery(200, 50),
  cursor,
});

export const Webhook = z
  .object({
    id: z.int(),
    name: z.string(),
    host: z.string(),
    url: maybeText.meta({
      description: "Without what lets others post. null: its JWT_SECRET is gone; make it anew.",
    }),
    event_types: z.array(z.string()).nullable(),
    games: z.array(z.string()).nullable(),
    format,
    min_interval_seconds: z.number(),
    digest: z.boolean(),
    status: z.enum(["active", "paused"]),
    pause_reason: maybeText.meta({
      description:
        "`by_hand`, `gone` (410), `failing` (for 3 days), `deliveries_died` (10 in a row), `address_refused`, `secret_unreadable`.",
    }),
    created_at: isoTime,
    created_by: z.string(),
    delivered_at: isoTime.nullable().meta({ description: "The last success." }),
    failures: z.int().meta({ description: "In a row, up to now." }),
    failing_since: isoTime.nullable(),
    previous_secret_until: isoTime.nullable().meta({ description: "Until then the old secret signs too." }),
  })
  .meta({ id: "Webhook" });
export const ShownWebhook = Webhook.extend({
  secret: z.string().meta({ description: "What messages are signed with: shown now and never again." }),
}).meta({ id: "ShownWebhook" });
export const WebhookList = z.object({ webhooks: z.array(Webhook), next_cursor: nextCursor });

export const TestOutcome = z.object({
  delivered: z.boolean(),
  message_id: z.string(),
  status: z.int().nullable(),
  error: maybeText,
  took_ms: z.number(),
});
export const Replayed = z.object({
  replayed: z.int(),
  next_after: z
    .int()
    .nullable()
    .meta({ description: "Send it as `after` for the rest; null: that was all." }),
});

export const DeliveryList = z.object({
  deliveries: z.array(
    z.object({
      event_id: z.int(),
      type: z.string(),
      game: maybeText,
      created_at: isoTime,
      state: z.enum(states),
      attempts: z.int(),
      due_at: isoTime.nullable().meta({ description: "Of what is pending." }),
      last_status: z.int().nullable(),
      last_error: maybeText,
      delivered_at: isoTime.nullable(),
    }),
  ),
  next_cursor: nextCursor,
});
