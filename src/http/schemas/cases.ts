/** What is said of cases, in requests and answers. */
import { z } from "zod";
import { caseOrigins, caseReviews, caseStates } from "../../db/cases.ts";
import { verdicts } from "../../decisions/verdict.ts";
import { gameName, identifier, modeName, optional, prose } from "../../telemetry/fields.ts";
import { bands, confidences, isoTime, LedgerLine, maybeText, nextCursor } from "./answers.ts";
import { cursor, limitQuery, namedPlayer, PlayerParam } from "./requests.ts";

const principal = identifier(200)
  .regex(/^(user|sso):.+$/u, { error: "must be a person as the audit trail names it, such as user:ann" })
  .meta({ description: "A person, as the audit trail names it.", example: "user:ann" });

/** Prose that says something. */
const said = (max: number) => prose(max).refine((text) => text.trim() !== "", { error: "must not be blank" });

export const CasesQuery = z.strictObject({
  state: z
    .enum(caseStates)
    .optional()
    .meta({ description: "Left out: all that are not decided. A claim that ran out is `open`." }),
  game: gameName.optional(),
  player: PlayerParam.shape.player
    .optional()
    .meta({ description: "All cases of a player, decided or not, newest first." }),
  assignee: principal.optional().meta({ description: "Cases assigned to a person that are not decided." }),
  limit: limitQuery(200, 50),
  cursor,
});
export type CasesQuery = z.infer<typeof CasesQuery>;

export const CaseParam = z.object({
  case: z
    .string()
    .regex(/^[1-9][0-9]{0,14}$/, { error: "must be a case's id" })
    .transform(Number),
});
export const CaseLinkParam = CaseParam.extend(PlayerParam.shape);
export const CommentsQuery = z.strictObject({ limit: limitQuery(200, 50), cursor });

export const OpenCaseRequest = z
  .strictObject({
    player_id: namedPlayer,
    mode: optional(modeName).meta({ description: "Left out: the player's riskiest one." }),
    game: optional(gameName).meta({ description: "Of a player that is named by the game's own id." }),
    note: optional(said(4_000)).meta({ description: "Why: the first comment." }),
  })
  .meta({ example: { player_id: 17, note: "Three independent clips." } });

export const ClaimRequest = z.strictObject({ game: optional(gameName) }).meta({ example: {} });
export const AssignRequest = z
  .strictObject({ assignee: principal.nullable() })
  .meta({ example: { assignee: "user:ann" } });
export const TagsRequest = z
  .strictObject({
    tags: z
      .array(identifier(40).transform((tag) => tag.normalize("NFKC").trim().toLowerCase()))
      .max(20)
      .refine((tags) => tags.every((tag) => tag !== "" && tag.length <= 80), { error: "must not be blank" })
      .transform((tags) => [...new Set(tags)].sort()),
  })
  .meta({ example: { tags: ["clip", "wave-3"] } });
export const CommentRequest = z
  .strictObject({ text: said(4_000) })
  .meta({ example: { text: "The third round is the clearest." } });
export const LinkRequest = z
  .strictObject({ note: optional(said(400)) })
  .meta({ example: { note: "Same party in every match." } });

const namedThen = z.object({ id: z.int(), ref: maybeText, username: z.string() });

export const Case = z
  .object({
    id: z.int(),
    player: namedThen,
    game: z.string(),
    mode: z.string(),
    state: z.enum(caseStates),
    origin: z.enum(caseOrigins),
    review: z.enum(caseReviews).meta({ description: "The review that is wanted, or that came last." }),
    round: z.int().meta({ description: "1, and one more with each appeal." }),
    opened_at: isoTime,
    opened_by: z.string(),
    risk_score: z.number().min(0).max(100).meta({ description: "Of the frozen score." }),
    band: z.enum(bands),
    confidence: z.enum(confidences),
    baseline_version: z.int(),
    evidence_hash: z.string().meta({ description: "SHA-256 of the frozen evidence, hexadecimal." }),
    priority: z.number().meta({ description: "The greatest is given out first." }),
    assignee: maybeText,
    holder: maybeText.meta({ description: "Who works on it now." }),
    lease_until: isoTime.nullable(),
    verdict: z.enum(verdicts).nullable(),
    decided_at: isoTime.nullable(),
    tags: z.array(z.string()),
  })
  .meta({ id: "Case" });

export const CaseComment = z
  .object({ id: z.string(), commented_at: isoTime, author: z.string(), text: z.string() })
  .meta({ id: "CaseComment" });
export const CaseLink = z
  .object({ player: namedThen, game: z.string(), note: maybeText, linked_at: isoTime, linked_by: z.string() })
  .meta({ id: "CaseLink" });
export const CaseReview = z
  .object({
    reviewer: z.string(),
    round: z.int(),
    review: z.enum(caseReviews),
    verdict: z.enum(verdicts),
    reason: z.string(),
    reviewed_at: isoTime,
  })
  .meta({ id: "CaseReview" });

export const ShownCase = Case.extend({
  evidence_intact: z.boolean().meta({ description: "Whether the evidence still has the hash of the case." }),
  comments: z.array(CaseComment).max(50).meta({ description: "The newest." }),
  comments_cursor: maybeText.meta({ description: "Where older comments go on; null: there are none." }),
  links: z.array(CaseLink).max(50),
  reviews: z.array(CaseReview).meta({ description: "Those that the caller may see." }),
}).meta({ id: "ShownCase" });

export const CaseList = z.object({ cases: z.array(Case), next_cursor: nextCursor });
export const ClaimedCase = z.object({
  case: Case.nullable().meta({ description: "null: there is nothing to review." }),
});
export const CommentList = z.object({ comments: z.array(CaseComment), next_cursor: nextCursor });
export const LinkList = z.object({ links: z.array(CaseLink) });

/** Written once and never changed; its own names and units, as the core has them. */
export const FrozenCase = z
  .looseObject({
    format: z.literal(1),
    player: namedThen,
    game: z.string(),
    mode: z.string(),
    as_of: isoTime,
    baseline_version: z.int(),
    profile_version: z.int(),
    score: z.looseObject({
      risk: z.int().meta({ description: "Hundredths of a point." }),
      ledger: z.array(z.looseObject({ sentence: LedgerLine.shape.sentence, points: z.int() })),
    }),
    sessions: z.array(z.looseObject({ sessionId: z.string(), recordedAtMs: z.int() })).max(100),
    events: z.array(z.looseObject({ id: z.string(), detectedAtMs: z.int() })),
    assumed: z.object({ serverTrusted: z.boolean(), reporterCredibility: z.number() }),
    left_out: z.object({ sessions: z.array(z.string()), events: z.array(z.string()) }),
  })
  .meta({ id: "FrozenCase" });
