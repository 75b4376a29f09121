/** From the levels of a session to what the game server counted: a bulk row. */
import type { SessionRow } from "../../telemetry/session.ts";
import type { Slot } from "./calendar.ts";
import type { Random } from "./random.ts";
import type { Levels } from "./traits.ts";

const shareOf = (logit: number): number => 1 / (1 + Math.exp(-logit));
const rounded = (value: number, digits: 1 | 2 | 3 | 4): number =>
  Math.round(value * 10 ** digits) / 10 ** digits;
const rate = (part: number, whole: number): number => (whole === 0 ? 0 : rounded(part / whole, 4));

export interface Place {
  readonly player: string;
  readonly sessionId: string;
  readonly game: string;
  readonly mode: string;
  readonly hasReaction: boolean;
}

interface Counts {
  readonly kills: number;
  readonly deaths: number;
  readonly headshots: number;
  readonly fired: number;
  readonly hit: number;
}

function countsOf(levels: Levels, minutes: number, random: Random): Counts {
  const kills = random.poisson(minutes * Math.exp(levels.killsPerMinute));
  const deaths = random.poisson(minutes * Math.exp(levels.deathsPerMinute));
  const headshots = random.binomial(kills, shareOf(levels.headshot));
  // Who is in more fights shoots more, though not in proportion: fights are also quicker.
  const busy = 0.35 * (levels.killsPerMinute + 0.7);
  const fired = Math.max(kills, random.poisson(minutes * Math.exp(levels.shotsPerMinute + busy)));
  const hit = Math.max(kills, random.binomial(fired, shareOf(levels.accuracy)));
  return { kills, deaths, headshots, fired, hit };
}

/** Extra metrics of the `shooter` profile. */
function metricsOf(levels: Levels, { kills, fired, hit }: Counts, random: Random): Record<string, number> {
  const first = Math.round(fired / 4);
  return {
    head_hit_rate: rate(random.binomial(hit, shareOf(levels.headHit)), hit),
    first_bullet_accuracy: rate(random.binomial(first, shareOf(levels.firstBullet)), first),
    wallbang_kill_rate: rate(random.binomial(kills, shareOf(levels.wallbang)), kills),
    damage_per_round: rounded(Math.exp(levels.damage + 0.5 * (levels.killsPerMinute + 0.7)), 1),
  };
}

/** One session as its game server would send it when it ends. */
export function drawRow(place: Place, levels: Levels, slot: Slot, random: Random): SessionRow {
  const minutes = rounded(slot.durationMinutes, 2);
  const counts = countsOf(levels, minutes, random);
  const endMs = slot.startMs + slot.durationMinutes * 60_000;
  return {
    player: place.player,
    session_id: place.sessionId,
    game: place.game,
    mode: place.mode,
    recorded_at: new Date(Math.floor(endMs / 1_000) * 1_000).toISOString(),
    duration_minutes: minutes,
    actions_per_minute: rounded(Math.exp(levels.actions), 1),
    headshot_rate: rate(counts.headshots, counts.kills),
    ...(place.hasReaction ? { reaction_time_ms: rounded(Math.exp(levels.reaction), 1) } : {}),
    kills: counts.kills,
    deaths: counts.deaths,
    headshots: counts.headshots,
    shots_fired: counts.fired,
    shots_hit: counts.hit,
    movement_speed: rounded(Math.exp(levels.movement), 3),
    metrics: metricsOf(levels, counts, random),
  };
}
