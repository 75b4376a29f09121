/**
 * The built-in `shooter` profile: the metrics that hold for any game which declares none.
 * Priors without another source: medians and spreads rounded from the clean players of CS2CD (Loo and Luzkov,
 * CC BY 4.0), spreads widened because other games differ; they fade as a scope gets players of its own.
 */
import type { GroupWeights } from "./group-weights.ts";
import { logit, type Metric, naturalOf } from "./metric.ts";
import { type ColumnOf, countOver, sentShareOver, sentValueIn, shareOver, valueIn } from "./samples.ts";

type Defaults = "range" | "within" | "pseudo" | "scopeOnly" | "skill" | "weight";
type Declared = Omit<Metric, Defaults | "priorNatural"> & Partial<Pick<Metric, Defaults>>;

const usual = { within: 0.2, pseudo: 2, scopeOnly: false, weight: 1 } as const;

export function declare(metric: Declared): Metric {
  const { kind, prior } = metric;
  const range = kind === "proportion" ? ([0, 1] as const) : ([0, 1_000_000] as const);
  const skill = metric.direction !== "steady" && metric.group !== "movement";
  return { range, skill, ...usual, ...metric, priorNatural: naturalOf(kind, prior.median) };
}

export const kills: ColumnOf = (columns) => columns.kills;
export const deaths: ColumnOf = (columns) => columns.deaths;
export const shots: ColumnOf = (columns) => columns.shots;
export const hits: ColumnOf = (columns) => columns.hits;
export const minutes: ColumnOf = (columns) => columns.minutes;

/** Range and reader of a metric that is one value a session. */
function onePerSession(low: number, high: number, column: ColumnOf): Pick<Metric, "range" | "read"> {
  return { range: [low, high], read: valueIn([low, high], column) };
}

const shares = [0, 1] as const;
const aim = { group: "aim", kind: "proportion", direction: "high", unit: "share" } as const;

export const headshotRate = declare({
  ...aim,
  id: "headshot_rate",
  label: "Headshot rate",
  exposureUnit: "kills",
  minimumExposure: 5,
  prior: { median: logit(0.45), between: 0.45 },
  read: shareOver(
    (columns) => columns.headshotShare,
    (columns) => columns.headshotExposure,
  ),
});

export const accuracy = declare({
  ...aim,
  id: "accuracy",
  weight: 0.2,
  label: "Accuracy",
  exposureUnit: "shots fired",
  minimumExposure: 20,
  within: 0.25,
  prior: { median: logit(0.21), between: 0.4 },
  read: countOver(hits, shots),
});

export const headHitRate = declare({
  ...aim,
  id: "head_hit_rate",
  label: "Share of hits to the head",
  exposureUnit: "shots hit",
  minimumExposure: 5,
  within: 0.25,
  prior: { median: logit(0.17), between: 0.45 },
  read: sentShareOver("head_hit_rate", shares, hits),
});

export const firstBulletAccuracy = declare({
  ...aim,
  id: "first_bullet_accuracy",
  weight: 0.2,
  label: "First-bullet accuracy",
  exposureUnit: "first bullets",
  minimumExposure: 5,
  within: 0.25,
  prior: { median: logit(0.25), between: 0.45 },
  read: sentShareOver("first_bullet_accuracy", shares, shots, 1 / 4),
});

export const killsPerShot = declare({
  id: "kills_per_shot",
  weight: 0.1,
  label: "Kills per shot",
  kind: "rate",
  unit: "kills per shot",
  direction: "high",
  group: "aim",
  exposureUnit: "shots fired",
  minimumExposure: 20,
  within: 0.25,
  pseudo: 20,
  prior: { median: Math.log(0.06), between: 0.45 },
  read: countOver(kills, shots),
});

export const wallbangKillRate = declare({
  ...aim,
  id: "wallbang_kill_rate",
  weight: 1.2,
  label: "Share of kills through walls",
  group: "information",
  exposureUnit: "kills",
  minimumExposure: 5,
  pseudo: 10,
  prior: { median: logit(0.04), between: 0.6 },
  read: sentShareOver("wallbang_kill_rate", shares, kills),
});

export const killsPerMinute = declare({
  id: "kills_per_minute",
  weight: 0.6,
  label: "Kills per minute",
  kind: "rate",
  unit: "kills per minute",
  direction: "high",
  group: "information",
  exposureUnit: "minutes",
  minimumExposure: 5,
  within: 0.3,
  prior: { median: Math.log(0.5), between: 0.4 },
  read: countOver(kills, minutes),
});

export const killDeath = declare({
  id: "kill_death",
  weight: 0.2,
  label: "Kills per death",
  kind: "rate",
  unit: "kills per death",
  direction: "high",
  group: "information",
  exposureUnit: "deaths",
  minimumExposure: 3,
  within: 0.4,
  prior: { median: Math.log(1), between: 0.45 },
  read: countOver(kills, (columns) => columns.deathsOrHalf),
});

export const survival = declare({
  id: "survival",
  label: "Deaths per minute",
  kind: "rate",
  unit: "deaths per minute",
  direction: "low",
  group: "information",
  exposureUnit: "minutes",
  minimumExposure: 10,
  within: 0.25,
  pseudo: 4,
  prior: { median: Math.log(0.52), between: 0.35 },
  read: countOver(deaths, minutes),
});

export const damagePerRound = declare({
  id: "damage_per_round",
  weight: 0.2,
  label: "Damage per round",
  kind: "level",
  unit: "damage",
  direction: "high",
  group: "information",
  exposureUnit: "sessions",
  minimumExposure: 1,
  within: 0.3,
  prior: { median: Math.log(95), between: 0.35 },
  range: [1, 10_000],
  read: sentValueIn("damage_per_round", [1, 10_000]),
});

export const reactionTime = declare({
  id: "reaction_time",
  label: "Reaction time",
  kind: "latency",
  unit: "ms",
  direction: "low",
  group: "reaction",
  exposureUnit: "sessions",
  minimumExposure: 1,
  within: 0.12,
  prior: { median: Math.log(240), between: 0.16 },
  ...onePerSession(1, 10_000, ({ sent }) => sent.reactionTimeMs),
});

export const movementSpeed = declare({
  id: "movement_speed",
  label: "Movement speed",
  kind: "level",
  unit: "the game's own unit",
  direction: "high",
  group: "movement",
  exposureUnit: "sessions",
  minimumExposure: 1,
  within: 0.1,
  scopeOnly: true,
  prior: { median: 0, between: 0.15 },
  ...onePerSession(0.001, 1_000_000, ({ sent }) => sent.movementSpeed),
});

export const actionsPerMinute = declare({
  id: "actions_per_minute",
  label: "Actions per minute",
  kind: "level",
  unit: "per minute",
  direction: "steady",
  group: "automation",
  exposureUnit: "sessions",
  minimumExposure: 1,
  prior: { median: Math.log(40), between: 0.5 },
  ...onePerSession(0.1, 10_000, ({ sent }) => sent.actionsPerMinute),
});

export const sessionLength = declare({
  id: "session_length",
  label: "Session length",
  kind: "level",
  unit: "minutes",
  direction: "steady",
  group: "automation",
  exposureUnit: "sessions",
  minimumExposure: 1,
  within: 0.4,
  prior: { median: Math.log(27), between: 0.5 },
  ...onePerSession(0.1, 1_440, ({ sent }) => sent.durationMinutes),
});

export const shooterMetrics: readonly Metric[] = [
  headshotRate,
  accuracy,
  headHitRate,
  firstBulletAccuracy,
  killsPerShot,
  wallbangKillRate,
  killsPerMinute,
  killDeath,
  survival,
  damagePerRound,
  reactionTime,
  movementSpeed,
  actionsPerMinute,
  sessionLength,
];

/** The metrics of a game, by which its players are judged. */
export interface Profile {
  readonly name: string;
  readonly metrics: readonly Metric[];
  /** Those of `metrics` that the game declared itself. */
  readonly declared: readonly Metric[];
  /** Of groups, where the game declared any. They count from the first baseline on that was made with them. */
  readonly weights?: GroupWeights;
}

export const shooter: Profile = { name: "shooter", metrics: shooterMetrics, declared: [] };
