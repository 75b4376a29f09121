/** Profiles that games declare: metrics of their own, sent in `metrics`, which get the same detectors without code. */
import { z } from "zod";
import { GroupWeightsSchema } from "./group-weights.ts";
import { logit, type Metric } from "./metric.ts";
import {
  deaths,
  declare,
  hits,
  kills,
  minutes,
  type Profile,
  shooter,
  shooterMetrics,
  shots,
} from "./profile.ts";
import { type ColumnOf, sentShareOver, sentValueIn } from "./samples.ts";

const metricName = z
  .string()
  .regex(/^[a-z][a-z0-9_.-]{0,63}$/, { error: "must be a lower-case metric name" });

/** Words that people read; control characters and lone surrogates survive neither SQLite nor a terminal. */
const words = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), {
      error: "must not hold control characters or broken Unicode",
    });

/** What a session's exposure is counted in: one of its own counts, or 1 for each session. */
const exposures = ["sessions", "kills", "deaths", "shots_fired", "shots_hit", "minutes"] as const;

export const DeclaredMetric = z
  .strictObject({
    name: metricName,
    label: words(64).optional().meta({ description: "How people read it; the name if absent." }),
    kind: z.enum(["proportion", "rate", "latency", "level"]),
    unit: words(32),
    range: z.tuple([z.number(), z.number()]).meta({ description: "Values outside count as missing." }),
    direction: z.enum(["high", "low", "steady"]).meta({ description: "Which way a cheat moves it." }),
    exposure: z.enum(exposures).default("sessions"),
    minimum_exposure: z.number().min(1).default(1),
    group: z.enum(["aim", "reaction", "automation", "information", "movement"]),
    prior: z
      .strictObject({ median: z.number(), spread: z.number().positive() })
      .optional()
      .meta({ description: "Median in the unit, and sd between players on the log or logit." }),
  })
  .refine(({ range }) => range[0] < range[1], { error: "range must rise", path: ["range"] })
  .refine(({ kind, range }) => kind !== "proportion" || (range[0] >= 0 && range[1] <= 1), {
    error: "a proportion lies in 0..1",
    path: ["range"],
  })
  .refine(({ kind, range }) => kind === "proportion" || kind === "rate" || range[0] > 0, {
    error: "latencies and levels are compared by their logs and must be above 0",
    path: ["range"],
  })
  .refine(({ kind, exposure }) => kind !== "proportion" || exposure !== "sessions", {
    error: "a proportion needs what it is a share of",
    path: ["exposure"],
  });
export type DeclaredMetric = z.infer<typeof DeclaredMetric>;

/** What `PUT /api/games/{game}` takes. `shooter` keeps the built-in metrics beside the declared ones. */
export const GameProfile = z
  .strictObject({
    modes: z.array(words(64)).max(64).default([]),
    shooter: z.boolean().default(true),
    metrics: z.array(DeclaredMetric).max(32).default([]),
    weights: GroupWeightsSchema.optional().meta({
      description: "Of groups of statistics in the combination; 1 where not named. See docs/quality.md.",
    }),
  })
  .refine(({ metrics }) => new Set(metrics.map(({ name }) => name)).size === metrics.length, {
    error: "metric names must differ",
    path: ["metrics"],
  });
export type GameProfile = z.infer<typeof GameProfile>;

const exposureOf: Readonly<Record<(typeof exposures)[number], ColumnOf>> = {
  sessions: (columns) => columns.ones,
  kills,
  deaths,
  shots_fired: shots,
  shots_hit: hits,
  minutes,
};

/** Spread and middle of a metric for which its game names none; only the scope's own players can say then. */
const unknownPrior = { share: 0.5, spread: 0.4 } as const;

function priorOf({ kind, prior }: DeclaredMetric): Metric["prior"] {
  const natural = prior?.median ?? (kind === "proportion" ? unknownPrior.share : 1);
  return {
    median: kind === "proportion" ? logit(natural) : Math.log(natural),
    between: prior?.spread ?? unknownPrior.spread,
  };
}

function metricOf(declared: DeclaredMetric): Metric {
  const { name, kind, range, exposure } = declared;
  const counted = kind === "proportion" || kind === "rate";
  return declare({
    id: name,
    label: declared.label ?? name,
    kind,
    unit: declared.unit,
    range,
    direction: declared.direction,
    group: declared.group,
    exposureUnit: exposure.replace("_", " "),
    minimumExposure: declared.minimum_exposure,
    scopeOnly: declared.prior === undefined,
    prior: priorOf(declared),
    read: counted ? sentShareOver(name, range, exposureOf[exposure]) : sentValueIn(name, range),
  });
}

/** The profile that a game's players are judged by; `null` is a game that declares none. Make it once a game, and keep it. */
export function profileOf(name: string, declared: GameProfile | null): Profile {
  if (declared === null) return shooter;
  const own = declared.metrics.map(metricOf);
  const names = new Set(own.map(({ id }) => id));
  const kept = declared.shooter ? shooterMetrics.filter(({ id }) => !names.has(id)) : [];
  const { weights } = declared;
  return { name, metrics: [...kept, ...own], declared: own, ...(weights && { weights }) };
}
