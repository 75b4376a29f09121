/** What is said to adapters and of them. */
import { z } from "zod";
import { adapters, findAdapter } from "../../telemetry/adapters/registry.ts";
import { identifier } from "../../telemetry/fields.ts";
import { Ingest, isoTime, maybeText } from "./answers.ts";

const adapterIds = adapters.map(({ card }) => card.id);

/** An adapter that there is. */
export const adapterId = z
  .string()
  .refine((id) => findAdapter(id) !== undefined, { error: `must be one of ${adapterIds.join(", ")}` })
  .meta({ description: "The adapter.", example: "cs2-log" });

export const AdapterParam = z.object({ adapter: adapterId });
export const AdapterKeyParam = z.object({ adapter: adapterId, key: z.string() });
export const AdapterQuery = z.strictObject({
  server: identifier(128).optional().meta({ description: "What the sender's owner calls the server." }),
});
export const UnparsedQuery = z.strictObject({
  key: z
    .string()
    .regex(/^[0-9]{1,15}$/, { error: "must be a key's id" })
    .transform(Number)
    .optional()
    .meta({ description: "The key that sent it; a key sees its own alone. 0: sent by people." }),
});

/** Lines of a log, or one message of a webhook. */
export const ExplainRequest = z
  .strictObject({ adapter: adapterId, lines: z.array(z.string().max(10_000)).min(1).max(1_000) })
  .meta({
    example: {
      adapter: "cs2-log",
      lines: ['10/29/2026 - 20:15:07.100 - World triggered "Match_Start" on "de_inferno"'],
    },
  });

const verdict = z.enum(["parsed", "ignored", "never-stored", "unparsed"]);
export const Explanation = z.object({
  lines: z.array(
    z.object({
      line: z.int().meta({ description: "From 1." }),
      kind: z.string(),
      verdict,
      feeds: z
        .array(z.string())
        .meta({ description: "Fields, metrics and types of event that it goes into." }),
    }),
  ),
});

export const AdapterAnswer = z
  .object({
    accepted: z.int().meta({ description: "New sessions." }),
    duplicates: z.int(),
    rejected: Ingest.shape.rejected,
    players_created: z.int(),
    events_accepted: z.int(),
    events_duplicates: z.int(),
    lines: z.object({
      read: z.int(),
      parsed: z.int(),
      ignored: z.int(),
      never_stored: z.int(),
      unparsed: z.int(),
    }),
  })
  .meta({ id: "AdapterAnswer" });

/** Sources whose client wants an answer of its own shape get that: PlayFab's `WriteEvents`. */
const PlayFabAnswer = z
  .object({
    code: z.int(),
    status: z.string(),
    data: z.object({ AssignedEventIds: z.array(z.string()) }),
  })
  .meta({ id: "PlayFabAnswer" });
export const AdapterReply = z.union([AdapterAnswer, PlayFabAnswer]);

export const AdapterList = z.object({
  adapters: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      games: z.array(z.string()),
      content_types: z.array(z.string()),
      key_header: maybeText,
      yields: z.array(z.object({ name: z.string(), feeds: z.array(z.string()) })),
      unverified: z.array(z.string()),
    }),
  ),
});

export const UnparsedList = z.object({
  patterns: z.array(
    z.object({ key: z.int(), pattern: z.string(), count: z.int(), first_at: isoTime, last_at: isoTime }),
  ),
});
