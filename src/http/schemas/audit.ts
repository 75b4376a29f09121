/** What is said of the audit trail, in requests and answers. */
import { z } from "zod";
import { problemKinds } from "../../audit/findings.ts";
import { headStates } from "../../audit/verify.ts";
import { identifier, instant } from "../../telemetry/fields.ts";
import { isoTime, maybeText, nextCursor } from "./answers.ts";
import { cursor, limitQuery } from "./requests.ts";

const filters = {
  actor: identifier(200).optional().meta({ description: "Who did it.", example: "user:ann" }),
  action: identifier(64).optional().meta({ description: "What was done.", example: "key.create" }),
  target: identifier(400).optional().meta({ description: "What it was done to.", example: "player:17" }),
  since: instant.optional(),
  until: instant.optional(),
};

export const AuditQuery = z.strictObject({ ...filters, limit: limitQuery(200, 50), cursor });
export type AuditQuery = z.infer<typeof AuditQuery>;

/** At 200 entries a read, this is half of the thousand queries that D1 allows a request. */
const maxExported = 100_000;
export const AuditExportQuery = z.strictObject({
  ...filters,
  limit: limitQuery(maxExported, maxExported),
  cursor,
});

export const DenialsQuery = z.strictObject({ limit: limitQuery(200, 50), cursor });

const entryId = z
  .string()
  .regex(/^[0-9]{1,15}$/, { error: "must be an entry's id" })
  .meta({
    override: ({ jsonSchema }) => {
      delete jsonSchema.pattern;
      Object.assign(jsonSchema, { type: "integer", minimum: 0 });
    },
  })
  .transform(Number);
export const VerifyQuery = z.strictObject({
  after: entryId.optional().meta({ description: "`next` of the page before." }),
  limit: limitQuery(1_000, 1_000),
});

export const AuditEntry = z
  .object({
    id: z.int(),
    at: isoTime,
    action: z.string(),
    actor: z.string(),
    target: maybeText,
    request_id: maybeText,
    address: maybeText,
    details: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: "What changed; null once it was erased." }),
    sealed: z.boolean().meta({ description: "Whether a seal covers it yet." }),
  })
  .meta({ id: "AuditEntry" });
export const AuditList = z.object({ entries: z.array(AuditEntry), next_cursor: nextCursor });

/** Ends an export: without it, the export broke off. */
export const AuditExportEnd = z
  .object({ exported: z.int(), next_cursor: nextCursor })
  .meta({ id: "AuditExportEnd" });

export const Denial = z
  .object({
    minute: isoTime,
    kind: z.string(),
    who: z.string().meta({ description: "A principal, an address, or `others` beyond 200 in a minute." }),
    count: z.int(),
    last_at: isoTime,
  })
  .meta({ id: "Denial" });
export const DenialList = z.object({ denials: z.array(Denial), next_cursor: nextCursor });

export const AuditVerification = z
  .object({
    checked: z.int().meta({ description: "Entries looked at on this page." }),
    sealed_through: z.int().meta({ description: "The last entry that the sealer has sealed." }),
    unsealed: z.int().meta({ description: "Entries that no seal covers yet." }),
    head: z
      .enum(headStates)
      .meta({ description: "Whether the database holds the end that the sealer knows." }),
    problems: z.array(
      z.object({
        kind: z.enum(problemKinds),
        id: z.int(),
        through: z.int().meta({ description: "The last id of a run; of one entry its own." }),
      }),
    ),
    next: z.int().nullable().meta({ description: "`after` of the next page; null: all was looked at." }),
  })
  .meta({ id: "AuditVerification" });
