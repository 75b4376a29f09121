/** What is said of verdicts, agreement and explanations, in requests and answers. */
import { z } from "zod";
import { audiences } from "../../decisions/explanation.ts";
import { needsEnd } from "../../decisions/lifecycle.ts";
import { reviewKinds } from "../../decisions/reviews.ts";
import { decisionDays, decisionType } from "../../decisions/settings.ts";
import { verdicts } from "../../decisions/verdict.ts";
import { instant, optional, prose, slug } from "../../telemetry/fields.ts";
import { isoTime, nextCursor } from "./answers.ts";
import { cursor, limitQuery } from "./requests.ts";

/** An id that the service gave, as a path has it. */
export const pathId = (of: string) =>
  z
    .string()
    .regex(/^[1-9][0-9]{0,14}$/, { error: `must be ${of} id` })
    .transform(Number);

export const CaseParam = z.object({ case: pathId("a case's") });
const verdict = z.enum(verdicts);

/** Text that people must give: line breaks are welcome, blanks alone are none. */
export const requiredProse = (max: number) =>
  prose(max).refine((text) => text.trim() !== "", { error: "must not be blank" });

const maxWindowHours = 720;

/** As a decision is asked for by itself, but for its player, its reason and its case: those are the verdict's. */
const AskedDecision = z
  .strictObject({
    policy: optional(slug).meta({ description: "A policy of the game: its ladder says type and length." }),
    type: optional(decisionType),
    scope: z.enum(["game", "all"]).default("game"),
    days: optional(decisionDays).meta({ description: "From its start." }),
    expires_at: optional(instant),
    starts_at: optional(instant).meta({ description: "Now, unless it lies ahead." }),
    delay_window_hours: optional(z.number().min(0).max(maxWindowHours)).meta({
      description: "Start at a random time of so much after that.",
    }),
  })
  .superRefine(({ policy, type, days, expires_at }, ctx) => {
    const refuse = (field: string, message: string) =>
      ctx.addIssue({ code: "custom", path: [field], message, input: field });
    if ((policy == null) === (type == null)) refuse("policy", "either policy or type says what is decided");
    if (policy != null && days != null) refuse("days", "a policy says how long");
    if (policy != null && expires_at != null) refuse("expires_at", "a policy says how long");
    if (days != null && expires_at != null) refuse("days", "either days or expires_at says how long");
    if (type != null && needsEnd(type) && days == null && expires_at == null) {
      refuse("days", "must have an end: without one it is a ban");
    }
  })
  .meta({ description: "What to do if the case ends confirmed, now or after further reviews." });

export const VerdictRequest = z
  .strictObject({
    verdict,
    reason: requiredProse(2_000).meta({ description: "Why, for whoever reads the case later." }),
    decision: optional(AskedDecision),
  })
  .refine((given) => given.decision == null || given.verdict === "confirmed", {
    path: ["decision"],
    error: "must be left out unless the verdict is confirmed",
  })
  .meta({
    example: {
      verdict: "confirmed",
      reason: "Tracks heads through smoke.",
      decision: { policy: "cheating" },
    },
  });

export const VerdictAnswer = z
  .object({
    case_id: z.int(),
    state: z.enum(["open", "decided"]),
    review: z
      .enum(reviewKinds)
      .meta({ description: "Of an open case the review that it waits for, else the one that decided it." }),
    round: z.int(),
    verdict: verdict.nullable().meta({ description: "What the case came to; null while it waits." }),
    decided_at: isoTime.nullable(),
    decision_made: z.boolean().meta({ description: "Whether a decision was made with it." }),
  })
  .meta({ id: "VerdictAnswer" });

export const AgreementQuery = z.strictObject({ limit: limitQuery(100, 50), cursor });

const share = z.number().min(0).max(1).nullable();
const kappa = z.number().min(-1).max(1);
export const Agreement = z
  .object({
    pairs: z.int().meta({ description: "Cases on which two people gave a blind verdict: n." }),
    agreed: share.meta({ description: "Share of them on which both said the same." }),
    by_chance: share.meta({ description: "Share on which they would by chance." }),
    kappa: kappa
      .nullable()
      .meta({ description: "Cohen's kappa; null without pairs, and where all verdicts are the same." }),
    standard_error: z
      .number()
      .nullable()
      .meta({ description: "Null where kappa is, and where no pair differs." }),
    interval: z
      .object({ low: kappa, high: kappa })
      .nullable()
      .meta({ description: "95 %, from the standard error; rough below some 30 pairs." }),
  })
  .meta({ id: "Agreement" });

export const Agreements = z
  .object({
    overall: Agreement,
    reviewers: z.array(Agreement.extend({ reviewer: z.string() })),
    next_cursor: nextCursor,
  })
  .meta({ id: "Agreements" });

export const ExplanationQuery = z.strictObject({
  audience: z
    .enum(audiences)
    .meta({ description: "`player`: what was seen, and not how. It must be said: there is no default." }),
});

export const Explanation = z
  .object({
    case_id: z.int().nullable().meta({ description: "null: the decision has no case." }),
    decision_id: z.int().nullable(),
    audience: z.enum(audiences),
    text: z.string().meta({ description: "Paragraphs, one a line." }),
  })
  .meta({ id: "Explanation" });
