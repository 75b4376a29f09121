/** The queue's address: the game, the state, and the page. */
import { z } from "zod";
import { caseStates } from "../../db/cases.ts";
import { cursor } from "../../http/schemas/requests.ts";
import { gameName } from "../../telemetry/fields.ts";

export const QueueQuery = z.object({
  game: gameName.optional().catch(undefined),
  state: z.enum(caseStates).optional().catch(undefined),
  after: cursor.catch(undefined),
});
export type QueueQuery = z.infer<typeof QueueQuery>;

export function queueHref({ game, state, after }: QueueQuery): string {
  const set = Object.entries({ game, state, after }).filter(
    (entry): entry is [string, NonNullable<typeof state>] => entry[1] !== undefined,
  );
  return set.length === 0 ? "/queue" : `/queue?${new URLSearchParams(set)}`;
}
