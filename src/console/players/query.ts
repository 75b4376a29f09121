/** The list's address: what is searched and filtered, in which order, and which indexes serve that together. */
import { z } from "zod";
import type { Direction } from "../../db/players.ts";
import { bands, confidences } from "../../http/schemas/answers.ts";
import { cursor } from "../../http/schemas/requests.ts";
import { gameName, identifier, modeName } from "../../telemetry/fields.ts";

/** Empty fields of a form, and what is no value of theirs, count as not set: an old link still shows a list. */
const lenient = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

export const seenWithin = ["day", "week", "month"] as const;
export const sorts = ["risk", "seen", "name"] as const;
export type Sort = (typeof sorts)[number];

export const PlayersPageQuery = z.object({
  q: lenient(
    identifier(128)
      .transform((text) => text.trim())
      .pipe(z.string().min(1)),
  ),
  game: lenient(gameName),
  mode: lenient(modeName),
  band: lenient(z.enum(bands)),
  confidence: lenient(z.enum(confidences)),
  seen: lenient(z.enum(seenWithin)),
  sort: lenient(z.enum(sorts)),
  dir: lenient(z.enum(["up", "down"])),
  after: lenient(cursor),
  before: lenient(cursor),
});
export type PlayersPageQuery = z.infer<typeof PlayersPageQuery>;

const emptyQuery: Record<keyof PlayersPageQuery, undefined> = {
  q: undefined,
  game: undefined,
  mode: undefined,
  band: undefined,
  confidence: undefined,
  seen: undefined,
  sort: undefined,
  dir: undefined,
  after: undefined,
  before: undefined,
};

/** The list's address with some parameters changed; the page's cursor goes unless it is one of these. */
export function hrefOf(
  query: PlayersPageQuery,
  changes: Partial<PlayersPageQuery>,
  path = "/players",
): string {
  const all = { ...emptyQuery, ...query, after: undefined, before: undefined, ...changes };
  const set = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return set.length === 0 ? path : `${path}?${new URLSearchParams(set)}`;
}

/** The order that the filters ask for: a search lists by name, a time by last seen. */
export function sortOf({ q, seen, sort }: PlayersPageQuery): Sort {
  if (q !== undefined) return "name";
  return seen !== undefined ? "seen" : (sort ?? "risk");
}

/** Riskiest, latest, and A to Z first. */
export const usualDirection = (sort: Sort): Direction => (sort === "name" ? "rising" : "falling");

export function directionOf(query: PlayersPageQuery): Direction {
  if (query.dir === undefined) return usualDirection(sortOf(query));
  return query.dir === "up" ? "rising" : "falling";
}

type Filter = "q" | "mode" | "band" | "confidence" | "seen";
const names: Readonly<Record<Filter, string>> = {
  q: "the search",
  mode: "mode",
  band: "band",
  confidence: "confidence",
  seen: "last seen",
};
const served: Readonly<Record<Sort, readonly Filter[]>> = {
  name: ["q"],
  seen: ["seen"],
  risk: ["mode", "band", "confidence"],
};

/** Filters that no index serves with the order of the list. */
export function unservedOf(query: PlayersPageQuery, sort = sortOf(query)): Filter[] {
  const filters: readonly Filter[] = ["q", "mode", "band", "confidence", "seen"];
  return filters.filter((filter) => query[filter] !== undefined && !served[sort].includes(filter));
}

export interface Hint {
  readonly text: string;
  /** Addresses that an index serves. */
  readonly ways: readonly { readonly text: string; readonly href: string }[];
}

const causes: Readonly<Record<Sort, string>> = {
  name: "the order of names",
  seen: "the order of last seen",
  risk: "the order of risk",
};

const listOf = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

/** What to do about filters that do not go together; null where they do. */
export function hintOf(query: PlayersPageQuery): Hint | null {
  const unserved = unservedOf(query);
  if (unserved.length === 0) return null;
  const without = Object.fromEntries(unserved.map((filter) => [filter, undefined]));
  const kept = served[sortOf(query)].filter((filter) => query[filter] !== undefined);
  const cause = kept.length > 0 ? listOf(kept.map((filter) => names[filter])) : causes[sortOf(query)];
  const dropped = listOf(unserved.map((filter) => names[filter]));
  // What is left of the filters once the first cause is gone may still be two orders: one of them stays.
  const rest = {
    ...query,
    q: undefined,
    sort: undefined,
    dir: undefined,
    ...(query.q ? {} : { seen: undefined }),
  };
  const others = unservedOf(rest);
  const alone = Object.fromEntries(others.map((filter) => [filter, undefined]));
  const stays = unserved.filter((filter) => !others.includes(filter)).map((filter) => names[filter]);
  return {
    text: `${dropped[0]?.toUpperCase()}${dropped.slice(1)} cannot be combined with ${cause}: no index serves them together.`,
    ways: [
      { text: `Keep ${cause}`, href: hrefOf(query, without) },
      { text: `Keep ${listOf(stays)}`, href: hrefOf(rest, alone) },
    ],
  };
}
