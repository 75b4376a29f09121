/**
 * Builds of a game: do its players' metrics stand elsewhere on a new build than they did before? Each player is compared
 * with themselves, so that it makes no difference who plays it first.
 */
import type { Baseline } from "./baseline.ts";
import type { Evidence, SessionEvidence } from "./evidence.ts";
import { isActive, measureEvidence } from "./measured.ts";
import type { MeasuredLevel, Metric } from "./metric.ts";
import type { Profile } from "./profile.ts";
import { type Binned, quantile } from "./quantile.ts";
import { normalShareAbove } from "./tails.ts";

/** A session that says by which build of the game it was played. */
export interface BuiltSession extends SessionEvidence {
  readonly build: string | null;
}

/** A player's last sessions before a build, and the first ones on it. */
export interface BuildPair {
  readonly build: string;
  readonly before: readonly SessionEvidence[];
  readonly after: readonly SessionEvidence[];
}

/** Sessions compared, on either side as many, so that noise and shrinkage are the same in both. */
export const comparedSessions = 3;

const isNamed = (session: BuiltSession): session is BuiltSession & { readonly build: string } =>
  session.build !== null && isActive(session);

/** The pair of one build; null where it has too few sessions, or the player too few before it. */
function pairOf(sessions: readonly BuiltSession[], build: string): BuildPair | null {
  const after = sessions.filter((session) => session.build === build).slice(0, comparedSessions);
  const [first] = after;
  if (first === undefined || after.length < comparedSessions) return null;
  const before = sessions.slice(0, sessions.indexOf(first)).slice(-comparedSessions);
  return before.length < comparedSessions ? null : { build, before, after };
}

/**
 * The builds on which a player has just played enough: the last of the sessions compared is newer than `countedToMs`. So
 * each player counts once a build. @param newestFirst in the order in which evidence is loaded
 */
export function pairsOf(newestFirst: readonly BuiltSession[], countedToMs: number): BuildPair[] {
  const [newest] = newestFirst;
  if (newest === undefined || newestFirst.every(({ build }) => build === newest.build)) return [];
  const sessions = newestFirst.filter(isNamed).toReversed();
  return [...new Set(sessions.map(({ build }) => build))].flatMap((build) => {
    const pair = pairOf(sessions, build);
    return pair !== null && (pair.after.at(-1)?.recordedAtMs ?? 0) > countedToMs ? [pair] : [];
  });
}

/** Players by how far a metric of theirs moved, in tenths of the spread that the profile assumes between players. */
export type Moves = Readonly<Record<string, number>>;

/** What is counted of one build. */
export interface BuildMoves {
  /** The earliest session that counts. */
  readonly firstMs: number;
  /** By metric. */
  readonly metrics: Readonly<Record<string, Moves>>;
}

/** Tenths of a spread. */
const moveWidth = 0.1;
/** Whoever moved further is counted here. */
const furthest = 60;

const isEnough = (level: MeasuredLevel | undefined, metric: Metric): level is MeasuredLevel =>
  level !== undefined && level.exposure >= metric.minimumExposure;

/** How one player's metrics moved. */
export function movesOf({ before, after }: BuildPair, evidence: Evidence, profile: Profile): BuildMoves {
  const levelsOf = (sessions: readonly SessionEvidence[]) =>
    measureEvidence({ ...evidence, sessions, events: [] }, profile).levels;
  const [was, is] = [levelsOf(before), levelsOf(after)];
  const metrics: Record<string, Moves> = {};
  for (const metric of profile.metrics) {
    const [from, to] = [was.get(metric.id), is.get(metric.id)];
    if (!isEnough(from, metric) || !isEnough(to, metric)) continue;
    const moved = Math.round((to.level - from.level) / metric.prior.between / moveWidth);
    metrics[metric.id] = { [Math.max(-furthest, Math.min(furthest, moved))]: 1 };
  }
  return { firstMs: after[0]?.recordedAtMs ?? 0, metrics };
}

/** The sum of what was counted of one build. */
export function mergeMoves(parts: readonly BuildMoves[]): BuildMoves {
  const sums = new Map<string, Map<string, number>>();
  for (const [id, moves] of parts.flatMap(({ metrics }) => Object.entries(metrics))) {
    const own = sums.get(id) ?? new Map<string, number>();
    sums.set(id, own);
    for (const [bin, n] of Object.entries(moves)) own.set(bin, (own.get(bin) ?? 0) + n);
  }
  return {
    firstMs: Math.min(...parts.map(({ firstMs }) => firstMs)),
    metrics: Object.fromEntries([...sums].map(([id, own]) => [id, Object.fromEntries(own)])),
  };
}

/** A metric that stands elsewhere on a build. */
export interface Shift {
  readonly metric: string;
  readonly players: number;
  /** How far the middle player moved, in spreads between the scope's players; above 0: up. */
  readonly spreads: number;
  /** Share of the players that then stand beyond the baseline's 95 % point, on the side that is suspicious. */
  readonly beyond: number;
}

/** A shift is one where of the 5 % beyond the baseline's 95 % point less than half or more than twice as many are left. */
export const ordinaryBeyond = [0.025, 0.1] as const;
const baselineZ = 1.644_854;
/**
 * Least standard errors from 0. With it one metric in a million is taken for shifted by chance, looked at each hour as
 * its players come in. Favours going on.
 */
const leastErrors = 5;
/** Fewer players say nothing, whatever they say. */
export const leastPlayers = 30;

const medianError = 1.2533;
const quartilesToSd = 1.349;

const movesIn = (moves: Moves): Binned => {
  const counts = Object.entries(moves).map(([bin, n]): [number, number] => [Number(bin), n]);
  return { counts: counts.sort(([a], [b]) => a - b), n: counts.reduce((sum, [, n]) => sum + n, 0) };
};

/** Bins hold what was rounded to them. */
const readAt = (values: Binned, share: number): number => quantile(values, share, moveWidth) - moveWidth / 2;

function shiftOf(metric: Metric, moves: Moves, between: number): Shift | null {
  const values = movesIn(moves);
  if (values.n < leastPlayers) return null;
  const median = readAt(values, 0.5);
  const sd = Math.max(moveWidth, readAt(values, 0.75) - readAt(values, 0.25)) / quartilesToSd;
  if (Math.abs(median) < (leastErrors * medianError * sd) / Math.sqrt(values.n)) return null;
  const spreads = (median * metric.prior.between) / between;
  const beyond = normalShareAbove(baselineZ - (metric.direction === "low" ? -spreads : spreads));
  if (beyond >= ordinaryBeyond[0] && beyond <= ordinaryBeyond[1]) return null;
  return { metric: metric.id, players: values.n, spreads, beyond };
}

/** The metrics that stand elsewhere on a build, the furthest first. */
export function shiftsOf({ metrics }: BuildMoves, baseline: Baseline, profile: Profile): Shift[] {
  const shifts = profile.metrics.flatMap((metric) => {
    const moves = metrics[metric.id];
    const between = baseline.metrics[metric.id]?.between ?? metric.prior.between;
    const shift = moves === undefined ? null : shiftOf(metric, moves, between);
    return shift === null ? [] : [shift];
  });
  return shifts.sort((a, b) => Math.abs(b.spreads) - Math.abs(a.spreads));
}
