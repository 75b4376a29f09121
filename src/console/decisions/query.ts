/** The address of the list of decisions, and which filters go together. */
import { z } from "zod";
import { decisionTypes } from "../../decisions/decision.ts";
import { cursor } from "../../http/schemas/requests.ts";
import { gameName } from "../../telemetry/fields.ts";

export const DecisionsQuery = z.object({
  game: z
    .union([gameName, z.literal("*")])
    .optional()
    .catch(undefined),
  state: z.enum(["live", "ended"]).optional().catch(undefined),
  player: z
    .string()
    .trim()
    .regex(/^[1-9][0-9]{0,14}$/)
    .optional()
    .catch(undefined),
  type: z.enum(decisionTypes).optional().catch(undefined),
  origin: z.enum(["person", "automatic"]).optional().catch(undefined),
  made: z.enum(["week"]).optional().catch(undefined),
  after: cursor.catch(undefined),
});
export type DecisionsQuery = z.infer<typeof DecisionsQuery>;

export function decisionsHref(query: Partial<DecisionsQuery>): string {
  const { game, state, player, type, origin, made, after } = query;
  const set = Object.entries({ game, state, player, type, origin, made, after }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as [string, string]],
  );
  return set.length === 0 ? "/decisions" : `/decisions?${new URLSearchParams(set)}`;
}

/** Whether rows are looked through one by one: no index has the type, who made it, or when. */
export const isLookedThrough = ({ type, origin, made }: DecisionsQuery): boolean =>
  type !== undefined || origin !== undefined || made !== undefined;

/** Filters that no index serves together, and an address that has one of them less. */
export function hintOf(query: DecisionsQuery): { text: string; href: string } | null {
  const { game, state, player } = query;
  if (player !== undefined && (game !== undefined || state !== undefined)) {
    return {
      text: "A player's decisions are listed all together.",
      href: decisionsHref({ player }),
    };
  }
  if (player !== undefined && isLookedThrough(query)) {
    return { text: "A player's decisions are listed all together.", href: decisionsHref({ player }) };
  }
  if (state !== undefined && game === undefined) {
    return {
      text: "Choose a game to list by state.",
      href: decisionsHref({ ...query, state: undefined, after: undefined }),
    };
  }
  return null;
}
