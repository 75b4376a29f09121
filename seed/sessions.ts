/** Sessions of one player: counts drawn from its levels, so that every rate agrees with its parts. */
import { drawTimes } from "./calendar.ts";
import type { Random } from "./random.ts";
import type { Member } from "./roster.ts";
import type { Traits } from "./traits.ts";
import type { BulkRow } from "./types.ts";

export const game = "default";
const mainMode = "ranked";
const sideMode = "casual";
const sideShare = 0.1;

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
const rounded = (value: number, digits: number) => Number(value.toFixed(digits));

/** A good or bad day moves all skills together, by a few per cent. */
const dayForm = (random: Random) => 0.05 * random.normal();

interface Counts {
  readonly kills: number;
  readonly deaths: number;
  readonly headshots: number;
  readonly shots_fired: number;
  readonly shots_hit: number;
}

function drawCounts(random: Random, traits: Traits, form: number, minutes: number): Counts {
  const about = (perMinute: number, better: number) =>
    Math.max(0, Math.round(perMinute * minutes * Math.exp(better + 0.1 * random.normal())));
  const kills = about(traits.killsPerMinute, form);
  const deaths = about(traits.deathsPerMinute, -form);
  const headshots = random.binomial(kills, clamp(traits.headshotRate * Math.exp(form), 0, 0.985));
  // Four to five hits a kill; one hit a kill is the least there can be.
  const accuracy = clamp(traits.accuracy * Math.exp(form), 0.02, 0.95);
  const fired = Math.round((kills * random.between(4, 5)) / accuracy);
  const hit = Math.max(kills, random.binomial(fired, accuracy));
  return { kills, deaths, headshots, shots_fired: Math.max(fired, hit), shots_hit: hit };
}

/** Reaction of one session: an unmoved hand varies by about 4 %, and no honest one is below 140 ms. */
function drawReaction(random: Random, reactionMs: number, form: number, suspect: boolean): number {
  const drawn = reactionMs * Math.exp(0.04 * random.normal() - 0.3 * form);
  return rounded(suspect ? clamp(drawn, 62, 9_999) : Math.max(142, drawn), 1);
}

function drawHits(random: Random, counts: Counts, traits: Traits): Record<string, number> | null {
  if (counts.shots_hit === 0) return null;
  const head = random.binomial(counts.shots_hit, clamp(traits.headshotRate * 0.6, 0, 0.8));
  return { head_hit_rate: rounded(head / counts.shots_hit, 4) };
}

function drawSession(
  random: Random,
  member: Member,
  traits: Traits,
  startMs: number,
  index: number,
): BulkRow {
  const { ref, suspect } = member.player;
  const form = dayForm(random);
  const minutes = rounded(
    clamp(traits.minutes * Math.exp(traits.minutesSpread * random.normal()), 6, 520),
    1,
  );
  const counts = drawCounts(random, traits, form, minutes);
  const actions = traits.actionsPerMinute * Math.exp(traits.actionsSpread * random.normal());
  const metrics = drawHits(random, counts, traits);
  // Suspects play one mode only: a proof is counted within a mode.
  const aside = !suspect && member.sessions > 12 && random.next() < sideShare;
  return {
    player: ref,
    session_id: `${ref}-s${String(index + 1).padStart(3, "0")}`,
    recorded_at: new Date(startMs).toISOString(),
    game,
    mode: aside ? sideMode : mainMode,
    duration_minutes: minutes,
    actions_per_minute: rounded(actions, 1),
    headshot_rate: counts.kills === 0 ? 0 : rounded(counts.headshots / counts.kills, 4),
    ...(traits.reactionMs === null
      ? {}
      : { reaction_time_ms: drawReaction(random, traits.reactionMs, form, suspect) }),
    ...counts,
    movement_speed: actions === 0 ? 0 : rounded(4.6 * Math.exp(0.05 * random.normal()), 2),
    ...(metrics === null ? {} : { metrics }),
  };
}

/** All sessions of one player, oldest first. */
export function drawSessions(random: Random, member: Member, nowMs: number): BulkRow[] {
  const traitsAt = member.recipe.play(random);
  const times = drawTimes(random, member.sessions, member.player.kind === "new_player", nowMs);
  return times.map((startMs, index) => {
    const progress = member.sessions === 1 ? 0 : index / (member.sessions - 1);
    return drawSession(random, member, traitsAt(progress), startMs, index);
  });
}
