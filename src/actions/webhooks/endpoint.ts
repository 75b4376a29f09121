/** Where a webhook goes and what it signs with: sealed as one, because the URL of a chat is a credential too. */
import { z } from "zod";
import { openText, sealText } from "../../auth/sealing.ts";
import type { WebhookFormat, WebhookRow } from "../../db/webhooks.ts";

const purpose = "webhook endpoint";
const secretBytes = 32;

const Endpoint = z.object({ url: z.string(), secret: z.string(), previous: z.string().nullable() });
/** `previous` signs beside `secret` until the webhook's `previous_until`. */
export type Endpoint = z.infer<typeof Endpoint>;

/** `whsec_` and 32 random bytes as base64, as Standard Webhooks writes symmetric secrets. */
export function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(secretBytes));
  return `whsec_${btoa(String.fromCharCode(...bytes))}`;
}

export const sealEndpoint = (secrets: readonly string[], endpoint: Endpoint): Promise<string> =>
  sealText(secrets[0] ?? "", purpose, JSON.stringify(endpoint));

export interface OpenedEndpoint extends Endpoint {
  /** The same under today's secret, where an older one had sealed it. */
  readonly resealed: string | null;
}

/** Null where neither JWT_SECRET nor JWT_SECRET_PREVIOUS opens it. */
export async function openEndpoint(
  secrets: readonly string[],
  { sealed }: Pick<WebhookRow, "sealed">,
): Promise<OpenedEndpoint | null> {
  const opened = await openText(secrets, purpose, sealed);
  if (opened === null) return null;
  const endpoint = Endpoint.parse(JSON.parse(opened.text));
  return { ...endpoint, resealed: opened.isCurrent ? null : await sealEndpoint(secrets, endpoint) };
}

/** The URL as it is shown: without what lets others post, which is the end of a chat's path, and any query. */
export function shownUrl(text: string, format: WebhookFormat): string {
  const { origin, pathname, search } = new URL(text);
  const path = format === "json" ? pathname : pathname.replace(/[^/]+\/?$/, "...");
  return `${origin}${path}${search === "" ? "" : "?..."}`;
}
