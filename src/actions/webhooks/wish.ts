/** What a new webhook is, where a request leaves things out. */
import type { WebhookFormat } from "../../db/webhooks.ts";
import type { WebhookWish } from "./manage.ts";

/** What chats get unless it is said otherwise: at most two messages a minute, of everything that came meanwhile. */
const chatIntervalSeconds = 30;

export interface AskedWebhook {
  readonly name: string;
  readonly url: string;
  readonly format: WebhookFormat;
  readonly event_types?: readonly string[] | null | undefined;
  readonly games?: readonly string[] | null | undefined;
  readonly min_interval_seconds?: number | undefined;
  readonly digest?: boolean | undefined;
}

export function wishOf(asked: AskedWebhook): WebhookWish {
  const { name, url, format, event_types, games, min_interval_seconds, digest } = asked;
  const isChat = format !== "json";
  return {
    name,
    url,
    format,
    types: event_types ?? null,
    games: games ?? null,
    minIntervalMs: 1_000 * (min_interval_seconds ?? (isChat ? chatIntervalSeconds : 0)),
    digest: digest ?? isChat,
  };
}
