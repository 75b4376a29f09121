/**
 * The built-in `shooter` profile: the metrics that hold for any game which declares none.
 * Priors without another source: medians and spreads rounded from the clean players of CS2CD (Loo and Luzkov,
 * CC BY 4.0), spreads widened because other games differ; they fade as a scope gets players of its own.
 */
import type { SessionEvidence } from "./evidence.ts";
import { logit, type Metric, naturalOf } from "./metric.ts";

type Defaults = "range" | "within" | "pseudo" | "scopeOnly" | "skill" | "weight";
type Declared = Omit<Metric, Defaults | "priorNatural"> & Partial<Pick<Metric, Defaults>>;

const usual = { within: 0.2, pseudo: 2, scopeOnly: false, weight: 1 } as const;

export function declare(metric: Declared): Metric {
  const { kind, prior } = metric;
  const range = kind === "proportion" ? ([0, 1] as const) : ([0, 1_000_000] as const);
  const skill = metric.direction !== "steady" && metric.group !== "movement";
  return { range, skill, ...usual, ...metric, priorNatural: naturalOf(kind, prior.median) };
}

/** Kills that a session's bare headshot rate counts as, where the sender reports no kills. Chosen by us: a low count. */
const nominalKills = 5;

/** A number within the range, else NaN: missing and absurd values are the same to a detector. */
export const within = (value: number | null | undefined, low: number, high: number): number =>
  value !== null && value !== undefined && value >= low && value <= high ? value : Number.NaN;
export const count = (value: number | null): number => within(value, 0, 1_000_000);
export const kills = (s: SessionEvidence): number => count(s.kills);
export const minutes = (s: SessionEvidence): number => within(s.durationMinutes, 0, 1_440);
export const shots = (s: SessionEvidence): number => count(s.shotsFired);
export const hits = (s: SessionEvidence): number => Math.min(count(s.shotsHit), shots(s));
const extra = (s: SessionEvidence, name: string): number => within(s.metrics[name], 0, 1);
export const known = (value: number, exposure: number): number => (Number.isNaN(value) ? 0 : exposure);

/** Exposure and count of a share in `metrics` whose denominator is another count of the session. */
function shareOf(name: string, of: (s: SessionEvidence) => number): Pick<Metric, "exposure" | "amount"> {
  return { exposure: (s) => known(extra(s, name), of(s)), amount: (s) => extra(s, name) * of(s) };
}

/** Exposure and amount of a metric that is one value a session. */
function onePerSession(
  low: number,
  high: number,
  read: (s: SessionEvidence) => number | null | undefined,
): Pick<Metric, "exposure" | "amount" | "range"> {
  return {
    range: [low, high],
    exposure: (s) => known(within(read(s), low, high), 1),
    amount: (s) => read(s) ?? Number.NaN,
  };
}

function headshotShare(s: SessionEvidence): number {
  const counted = count(s.headshots) / kills(s);
  return counted <= 1 ? counted : within(s.headshotRate, 0, 1);
}

function headshotExposure(s: SessionEvidence): number {
  if (s.kills === 0) return 0;
  const n = kills(s);
  return known(headshotShare(s), Number.isNaN(n) ? nominalKills : n);
}

const aim = { group: "aim", kind: "proportion", direction: "high", unit: "share" } as const;

export const headshotRate = declare({
  ...aim,
  id: "headshot_rate",
  label: "Headshot rate",
  exposureUnit: "kills",
  minimumExposure: 5,
  prior: { median: logit(0.45), between: 0.45 },
  exposure: headshotExposure,
  amount: (s) => headshotShare(s) * headshotExposure(s),
});

export const accuracy = declare({
  ...aim,
  id: "accuracy",
  weight: 0.5,
  label: "Accuracy",
  exposureUnit: "shots fired",
  minimumExposure: 20,
  within: 0.25,
  prior: { median: logit(0.21), between: 0.4 },
  exposure: (s) => known(hits(s), shots(s)),
  amount: hits,
});

export const headHitRate = declare({
  ...aim,
  id: "head_hit_rate",
  label: "Share of hits to the head",
  exposureUnit: "shots hit",
  minimumExposure: 5,
  within: 0.25,
  prior: { median: logit(0.17), between: 0.45 },
  ...shareOf("head_hit_rate", hits),
});

export const firstBulletAccuracy = declare({
  ...aim,
  id: "first_bullet_accuracy",
  weight: 0.5,
  label: "First-bullet accuracy",
  exposureUnit: "first bullets",
  minimumExposure: 5,
  within: 0.25,
  prior: { median: logit(0.25), between: 0.45 },
  ...shareOf("first_bullet_accuracy", (s) => shots(s) / 4),
});

export const killsPerShot = declare({
  id: "kills_per_shot",
  weight: 0.3,
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
  exposure: (s) => known(kills(s), shots(s)),
  amount: kills,
});

export const wallbangKillRate = declare({
  ...aim,
  id: "wallbang_kill_rate",
  label: "Share of kills through walls",
  group: "information",
  exposureUnit: "kills",
  minimumExposure: 5,
  pseudo: 10,
  prior: { median: logit(0.04), between: 0.6 },
  ...shareOf("wallbang_kill_rate", kills),
});

export const killsPerMinute = declare({
  id: "kills_per_minute",
  label: "Kills per minute",
  kind: "rate",
  unit: "kills per minute",
  direction: "high",
  group: "information",
  exposureUnit: "minutes",
  minimumExposure: 5,
  within: 0.3,
  prior: { median: Math.log(0.5), between: 0.4 },
  exposure: (s) => known(kills(s), minutes(s)),
  amount: kills,
});

export const killDeath = declare({
  id: "kill_death",
  weight: 0.3,
  label: "Kills per death",
  kind: "rate",
  unit: "kills per death",
  direction: "high",
  group: "information",
  exposureUnit: "deaths",
  minimumExposure: 3,
  within: 0.4,
  prior: { median: Math.log(1), between: 0.45 },
  // A session without a death is still a session: half a death keeps it in.
  exposure: (s) => known(kills(s), Math.max(0.5, count(s.deaths)) || 0),
  amount: kills,
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
  exposure: (s) => known(count(s.deaths), minutes(s)),
  amount: (s) => count(s.deaths),
});

export const damagePerRound = declare({
  id: "damage_per_round",
  weight: 0.5,
  label: "Damage per round",
  kind: "level",
  unit: "damage",
  direction: "high",
  group: "information",
  exposureUnit: "sessions",
  minimumExposure: 1,
  within: 0.3,
  prior: { median: Math.log(95), between: 0.35 },
  ...onePerSession(1, 10_000, (s) => s.metrics.damage_per_round),
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
  ...onePerSession(1, 10_000, (s) => s.reactionTimeMs),
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
  ...onePerSession(0.001, 1_000_000, (s) => s.movementSpeed),
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
  ...onePerSession(0.1, 10_000, (s) => s.actionsPerMinute),
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
  ...onePerSession(0.1, 1_440, (s) => s.durationMinutes),
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
}

export const shooter: Profile = { name: "shooter", metrics: shooterMetrics, declared: [] };
