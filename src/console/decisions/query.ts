/** The address of the list of decisions, and which filters go together. */
import { z } from "zod";
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
  after: cursor.catch(undefined),
});
export type DecisionsQuery = z.infer<typeof DecisionsQuery>;

export function decisionsHref({ game, state, player, after }: DecisionsQuery): string {
  const set = Object.entries({ game, state, player, after }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as [string, string]],
  );
  return set.length === 0 ? "/decisions" : `/decisions?${new URLSearchParams(set)}`;
}

/** Filters that no index serves together, and an address that has one of them less. */
export function hintOf({ game, state, player }: DecisionsQuery): { text: string; href: string } | null {
  if (player !== undefined && (game !== undefined || state !== undefined)) {
    return {
      text: "A player's decisions are listed all together.",
      href: decisionsHref({ player, after: undefined }),
    };
  }
  if (state !== undefined && game === undefined) {
    return { text: "Choose a game to list by state.", href: decisionsHref({ after: undefined }) };
  }
  return null;
}
