/** What is said of appeals, in requests and answers. */
import { z } from "zod";
import { appealOutcomes, appealStates } from "../../db/appeals.ts";
import { gameName } from "../../telemetry/fields.ts";
import { isoTime, nextCursor } from "./answers.ts";
import { cursor, limitQuery } from "./requests.ts";
import { pathId, requiredProse } from "./verdicts.ts";

export const AppealParam = z.object({ appeal: pathId("an appeal's") });
export const AppealTokenParam = z.object({ token: z.string() });

export const maxStatement = 2_000;
export const statement = requiredProse(maxStatement).meta({ description: "What the player says to it." });
export const AppealRequest = z
  .strictObject({ statement })
  .meta({ example: { statement: "I played on my brother's account that evening." } });

export const AppealsQuery = z.strictObject({
  state: z.enum(appealStates).default("pending"),
  game: gameName.optional().meta({ description: "The player's own game." }),
  limit: limitQuery(200, 50),
  cursor,
});

export const Appeal = z
  .object({
    id: z.int(),
    decision_id: z.int(),
    case_id: z.int().meta({ description: "The case whose next verdict decides it." }),
    player_id: z.int(),
    game: z.string(),
    state: z.enum(appealStates),
    statement: z.string().meta({ description: "What the player says: text by a stranger." }),
    filed_at: isoTime,
    filed_by: z.string().meta({ description: "A principal, or `link:` and the decision's id." }),
    outcome: z.enum(appealOutcomes).nullable(),
    decided_at: isoTime.nullable(),
  })
  .meta({ id: "Appeal" });
export const AppealList = z.object({ appeals: z.array(Appeal), next_cursor: nextCursor });

export const AppealLink = z
  .object({
    url: z.string().meta({ description: "The page of the appeal: whoever has it can file the appeal." }),
    expires_at: isoTime,
  })
  .meta({ id: "AppealLink" });
