/** What is asked and answered of a person's data: its export and its erasure. */
import { z } from "zod";
import { erasureStages } from "../../db/erasures.ts";
import { gameName } from "../../telemetry/fields.ts";
import { isoTime } from "./answers.ts";

export const EraseQuery = z.strictObject({
  game: gameName.optional(),
  reason: z.string().trim().min(1).max(500).meta({
    description: "Why, for the audit trail. It stays there, so that it must not name the person.",
    example: "Asked for by the player, ticket 4711.",
  }),
});

export const Erasure = z
  .object({
    player_id: z.int(),
    requested_at: isoTime,
    stage: z.enum(erasureStages).meta({ description: "What is going at present; `done`: nothing is left." }),
    finished_at: isoTime.nullable(),
  })
  .meta({ id: "Erasure" });

export const ExportStart = z
  .object({
    player: z.object({ id: z.int(), game: z.string(), ref: z.string().nullable() }),
    exported_at: isoTime,
  })
  .meta({ id: "PlayerExportStart" });

export const ExportedRow = z
  .object({
    table: z.string(),
    row: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  })
  .meta({ id: "PlayerExportRow" });

export const ExportEnd = z
  .object({
    counts: z.record(z.string(), z.int()).meta({ description: "Rows by table." }),
    sha256: z.string().meta({ description: "Of all the bytes before this line." }),
  })
  .meta({ id: "PlayerExportEnd" });
