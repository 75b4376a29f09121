/** The page's address: which player, in which mode, and which of its views. */
import { z } from "zod";
import { Problem } from "../../http/problem.ts";
import { cursor } from "../../http/schemas/requests.ts";
import { modeName } from "../../telemetry/fields.ts";
import { trailText } from "../trail.ts";

export const tabs = [
  "score",
  "metrics",
  "sessions",
  "events",
  "cases",
  "decisions",
  "reports",
  "audit",
] as const;
export type TabKey = (typeof tabs)[number];

export const PlayerPageQuery = z.object({
  tab: z.enum(tabs).catch("score"),
  mode: modeName.optional().catch(undefined),
  after: cursor.catch(undefined),
  trail: trailText,
});
export type PlayerPageQuery = z.infer<typeof PlayerPageQuery>;

const idFormat = /^[1-9][0-9]{0,14}$/;

/** @throws Problem 404 for what is no id */
export function playerIdOf(text: string): number {
  if (!idFormat.test(text)) throw new Problem(404, "not_found", "The player was not found.");
  return Number(text);
}

interface Target {
  readonly id: number;
  readonly tab?: TabKey | undefined;
  readonly mode?: string | undefined;
  readonly after?: string | undefined;
  readonly trail?: string | undefined;
}

export function playerHref({ id, tab, mode, after, trail }: Target): string {
  const all = { tab: tab === "score" ? undefined : tab, mode, after, trail };
  const set = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const text = new URLSearchParams(set).toString();
  return `/players/${id}${text === "" ? "" : `?${text}`}`;
}
