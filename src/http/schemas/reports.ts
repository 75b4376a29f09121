/** What is said of reports by players and of their reporters, in requests and answers. */
import { z } from "zod";
import { verdicts } from "../../decisions/verdict.ts";
import { gameName, identifier, instant, prose } from "../../telemetry/fields.ts";
import { isoTime, maybeText, nextCursor, severity } from "./answers.ts";
import { cursor, limitQuery } from "./requests.ts";

export const ReporterParam = z.object({
  reporter: identifier(128).meta({ description: "As the game named them in a report.", example: "Owl" }),
});
export const ReportersQuery = z.strictObject({
  game: gameName.optional(),
  limit: limitQuery(200, 50),
  cursor,
});

const maxMuteDays = 3_650;
export const MuteRequest = z
  .strictObject({
    game: gameName.optional().meta({ description: "The game they report in; `default` unless said." }),
    until: instant.optional(),
    days: z.int().min(1).max(maxMuteDays).optional().meta({ description: "In place of `until`, from now." }),
    reason: prose(500).refine((text) => text.trim() !== "", { error: "must not be blank" }),
  })
  .refine(({ until, days }) => (until === undefined) !== (days === undefined), {
    path: ["until"],
    error: "exactly one of until and days must be named",
  })
  .meta({ example: { game: "cs2", days: 30, reason: "Reports whoever wins." } });

export const Reporter = z
  .object({
    reporter: z.string(),
    game: z.string(),
    credibility: z
      .number()
      .meta({ description: "0 to 1: the smoothed share of the judged reports that were confirmed." }),
    n: z.int().meta({ description: "The verdicts behind it." }),
    reports: z.int(),
    confirmed: z.int(),
    dismissed: z.int(),
    muted_until: isoTime.nullable(),
    mute_reason: maybeText,
  })
  .meta({ id: "Reporter" });
export const ReporterList = z.object({ reporters: z.array(Reporter), next_cursor: nextCursor });

export const PlayerReport = z
  .object({
    id: z.string(),
    player_id: z.int(),
    reported_at: isoTime,
    reason: z.string(),
    severity,
    notes: maybeText,
    reporter: maybeText,
    session_id: maybeText,
    session_known: z.boolean().meta({ description: "Whether the player has such a session." }),
    party: maybeText,
    weight: z.number().meta({
      description:
        "0 to 1, by itself: the reporter's credibility when they reported, and whether the session is known.",
    }),
    resolved_at: isoTime.nullable(),
    outcome: z.enum(verdicts).nullable().meta({ description: "Not told while its case is under appeal." }),
    case_id: z.int().nullable(),
  })
  .meta({ id: "PlayerReport" });
export const PlayerReportList = z.object({ reports: z.array(PlayerReport), next_cursor: nextCursor });
