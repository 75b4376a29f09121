/** What a game declares of its cases and decisions. Nothing is automatic until it says so. */
import { z } from "zod";
import { slug } from "../telemetry/fields.ts";
import { decisionTypes } from "./decision.ts";
import { needsEnd } from "./lifecycle.ts";

const maxDays = 3_650;
/** Days, fractions of one too; null: without an end. */
export const decisionDays = z.number().positive().max(maxDays);

export const decisionType = z.enum(decisionTypes);

const endless = { error: "must have an end: without one it is a ban", path: ["days"] };

const Step = z
  .strictObject({ type: decisionType, days: decisionDays.nullable().default(null) })
  .refine(({ type, days }) => days !== null || !needsEnd(type), endless);
export type Step = z.output<typeof Step>;

const Policy = z.strictObject({
  ladder: z.array(Step).min(1).max(10).meta({
    description: "What the first decision of this policy is, the second and so on; the last step stays.",
  }),
  counts_days: z
    .int()
    .min(1)
    .max(maxDays)
    .nullable()
    .default(null)
    .meta({ description: "How long an earlier decision counts; null: always." }),
});
export type Policy = z.output<typeof Policy>;

/** Beside people's reports, which never corroborate, there are six groups of detectors. */
const maxGroups = 6;

const Automation = z
  .strictObject({
    enabled: z.boolean().default(false),
    min_band: z.enum(["suspicious", "critical"]).default("critical"),
    confidence: z.literal("sufficient").default("sufficient"),
    groups: z.int().min(2).max(maxGroups).default(2),
    calibrated: z.literal(true).default(true),
    daily_quota: z
      .int()
      .min(1)
      .max(10_000)
      .default(20)
      .meta({ description: "Decisions a UTC day; one more stops this type until somebody looks." }),
    policy: slug
      .optional()
      .meta({ description: "Its ladder says how long; nothing happens where it says another type." }),
    days: decisionDays
      .nullable()
      .optional()
      .meta({ description: "In place of a policy; null: without an end." }),
    delay_window_hours: z.number().min(0).max(720).default(0),
  })
  .refine(({ policy, days }) => (policy === undefined) !== (days === undefined), {
    path: ["policy"],
    error: "either policy or days says how long",
  });
export type Automation = z.output<typeof Automation>;

const maxPolicies = 50;
const defaults = { caseThreshold: 70, secondReviewShare: 0.1 } as const;

/** The settings as they are declared, stored and shown; what is left out has its default. */
export const EnforcementSettings = z
  .strictObject({
    case_threshold: z
      .number()
      .min(40)
      .max(100)
      .multipleOf(0.01)
      .default(defaults.caseThreshold)
      .meta({ description: "Risk in points at which two refreshes in a row open a case." }),
    second_review_share: z
      .number()
      .min(0)
      .max(1)
      .default(defaults.secondReviewShare)
      .meta({ description: "Share of cases that somebody else reviews too, blind." }),
    policies: z
      .record(slug, Policy)
      .refine((all) => Object.keys(all).length <= maxPolicies, { error: `at most ${maxPolicies} policies` })
      .default({}),
    automation: z
      .partialRecord(decisionType, Automation)
      .default({})
      .meta({ description: "By type of decision." }),
  })
  .superRefine(({ policies, automation }, ctx) => {
    for (const [type, { policy, days }] of Object.entries(automation)) {
      const refuse = (field: string, message: string) =>
        ctx.addIssue({ code: "custom", path: ["automation", type, field], message, input: automation });
      if (policy !== undefined && !Object.hasOwn(policies, policy))
        refuse("policy", "is not among the policies");
      if (days === null && needsEnd(decisionType.parse(type))) refuse("days", endless.error);
    }
  });
export type EnforcementSettings = z.output<typeof EnforcementSettings>;

/** What a game that declares nothing has. */
export const defaultSettings: EnforcementSettings = EnforcementSettings.parse({});

/** The threshold of cases, in hundredths of a point. */
export const caseThresholdOf = ({ case_threshold }: EnforcementSettings): number =>
  Math.round(case_threshold * 100);

/** A policy by its name; undefined: the game has none of it. */
export const policyOf = ({ policies }: EnforcementSettings, name: string): Policy | undefined =>
  Object.hasOwn(policies, name) ? policies[name] : undefined;
