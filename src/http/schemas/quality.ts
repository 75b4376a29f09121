/** How good detection turned out to be, and what its verdicts teach: in requests and answers. */
import { z } from "zod";
import { gameName } from "../../telemetry/fields.ts";
import { limitQuery } from "./requests.ts";

export const QualityQuery = z.strictObject({
  game: gameName.optional().meta({ description: "All games together if absent." }),
  months: limitQuery(24, 6).meta({
    description: "Months back, this one included, by when a case was opened.",
  }),
});

export const DetectorParam = z.object({
  detector: z
    .string()
    .max(128)
    .regex(/^[a-z]+\.[a-z0-9_.-]+$/, { error: "must be a detector's id" })
    .meta({ description: "The detector's id.", example: "aim.headshot-level" }),
});

const share = z
  .object({
    value: z.number().nullable(),
    low: z.number().nullable(),
    high: z.number().nullable(),
    n: z.int(),
  })
  .meta({ id: "Share", description: "A share with its 95 % interval by Wilson; null where n is 0." });

const duration = z
  .object({ mean_ms: z.number().nullable(), n: z.int() })
  .meta({ id: "MeanTime", description: "Milliseconds in the mean; null where n is 0." });

const outcomes = {
  confirmed: z.int(),
  cleared: z.int(),
  inconclusive: z.int(),
  overturned: z.int().meta({ description: "Confirmed once, and not after an appeal." }),
  precision: share.meta({ description: "Confirmed among confirmed and cleared." }),
  overturn_rate: share.meta({ description: "Overturned among all that were ever confirmed." }),
  without_verdict: share,
  onset_to_flag: duration.meta({ description: "From the onset that a line names to its case." }),
  flag_to_decision: duration.meta({ description: "From the case to its first verdict." }),
};

const flags = { flags: z.int().meta({ description: "Lines in frozen ledgers of cases." }), ...outcomes };
const detectorFigures = {
  all: z.object(flags),
  versions: z.array(z.object({ version: z.int(), ...flags })),
};
const span = {
  game: z.string().nullable().meta({ description: "null: all games together." }),
  since_month: z.string(),
  until_month: z.string(),
};
const bothered = z.int().meta({
  description: "Cleared while a decision restrained them, or after an appeal against one.",
});

export const DetectorQuality = z
  .object({ detector: z.string(), ...span, ...detectorFigures })
  .meta({ id: "DetectorQuality" });

export const Quality = z
  .object({
    ...span,
    cases: z.object({ opened: z.int(), honest_players_bothered: bothered, ...outcomes }),
    by_month: z.array(
      z.object({
        month: z.string(),
        opened: z.int(),
        decided: z.int(),
        overturned: z.int(),
        honest_players_bothered: bothered,
      }),
    ),
    detectors: z.array(z.object({ detector: z.string(), ...detectorFigures })),
  })
  .meta({ id: "Quality" });

const weights = z
  .object({
    aim: z.number(),
    reaction: z.number(),
    automation: z.number(),
    information: z.number(),
    movement: z.number(),
  })
  .meta({ id: "GroupWeights", description: "What the groups of statistics weigh in the combination." });
const interval = z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable();

export const Combination = z
  .object({
    game: z.string(),
    declaration_version: z.int().meta({ description: "0: the game declares nothing." }),
    weights: weights.meta({ description: "As declared now." }),
    verdicts: z.object({
      confirmed: z.int(),
      cleared: z.int(),
      least_of_each: z.int().meta({ description: "Fewer of either, and nothing is fitted." }),
    }),
    outcome: z.enum(["proposed", "too_few_verdicts", "no_gain_shown"]),
    auc: z
      .object({ before: interval, after: interval, gain: interval })
      .meta({ description: "Among decided cases that the weights were not fitted on; 95 % intervals." }),
    proposal: z
      .object({
        hash: z.string().meta({ description: "Accepts this very proposal." }),
        weights,
        effect: z.object({
          standings: z.int().meta({ description: "Of the riskiest, at most 200, by their stored scores." }),
          crossings: z.array(z.object({ risk: z.number(), up: z.int(), down: z.int() })),
        }),
      })
      .nullable(),
  })
  .meta({ id: "Combination" });

export const AcceptCombination = z
  .strictObject({ proposal_hash: z.string().regex(/^[0-9a-f]{64}$/, { error: "must be a proposal's hash" }) })
  .meta({ example: { proposal_hash: "3f".repeat(32) } });

export const AcceptedCombination = z.object({ game: z.string(), declaration_version: z.int(), weights });
