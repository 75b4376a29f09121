/** Evidence for tests: players from a seed, with their own levels, spreads and counting noise. */
import type { EventEvidence, Evidence, SessionEvidence } from "../../src/detection/evidence.ts";

export const dayMs = 86_400_000;
export const asOfMs = 1_800_000_000_000;

/** What a generated player is like; natural units, `noise` is the sd of a session around the player's own level. */
export interface Traits {
  headshotRate: number;
  accuracy: number;
  headHitRate: number;
  firstBulletAccuracy: number;
  wallbangKillRate: number;
  killsPerMinute: number;
  deathsPerMinute: number;
  damagePerRound: number;
  reactionTimeMs: number | null;
  movementSpeed: number;
  actionsPerMinute: number;
  actionsCv: number;
  noise: number;
}

export const ordinary: Traits = {
  headshotRate: 0.45,
  accuracy: 0.21,
  headHitRate: 0.17,
  firstBulletAccuracy: 0.25,
  wallbangKillRate: 0.04,
  killsPerMinute: 0.5,
  deathsPerMinute: 0.52,
  damagePerRound: 85,
  reactionTimeMs: 240,
  movementSpeed: 5,
  actionsPerMinute: 40,
  actionsCv: 0.15,
  noise: 0.15,
};

/** Park and Miller's generator: the same seed, the same player. */
export function randomOf(seed: number): () => number {
  let state = (seed * 7919 + 1) % 2147483647;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

const gaussian = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());

function successes(n: number, share: number, random: () => number): number {
  let k = 0;
  for (let i = 0; i < n; i++) if (random() < share) k += 1;
  return k;
}

const shifted = (share: number, by: number): number =>
  1 / (1 + Math.exp(-Math.log(share / (1 - share)) - by));

/** One session of such a player, `daysAgo` days before `asOfMs`. */
export function play(traits: Traits, id: string, daysAgo: number, random: () => number): SessionEvidence {
  const wobble = (): number => Math.exp(traits.noise * gaussian(random));
  const minutes = 25 * wobble();
  const kills = Math.round(minutes * traits.killsPerMinute * wobble());
  const shots = kills * 15 + 30;
  const hits = successes(shots, shifted(traits.accuracy, traits.noise * gaussian(random)), random);
  const headshots = successes(kills, shifted(traits.headshotRate, traits.noise * gaussian(random)), random);
  const share = (n: number, p: number): number => (n === 0 ? 0 : successes(n, p, random) / n);
  return {
    sessionId: id,
    recordedAtMs: asOfMs - Math.round(daysAgo * dayMs),
    durationMinutes: minutes,
    actionsPerMinute: traits.actionsPerMinute * Math.max(0.1, 1 + traits.actionsCv * gaussian(random)),
    headshotRate: kills === 0 ? null : headshots / kills,
    reactionTimeMs:
      traits.reactionTimeMs === null ? null : traits.reactionTimeMs * (1 + 0.06 * gaussian(random)),
    kills,
    deaths: Math.round(minutes * traits.deathsPerMinute * wobble()),
    headshots,
    shotsFired: shots,
    shotsHit: hits,
    movementSpeed: traits.movementSpeed * (1 + 0.02 * gaussian(random)),
    metrics: {
      head_hit_rate: share(hits, traits.headHitRate),
      first_bullet_accuracy: share(Math.round(shots / 4), traits.firstBulletAccuracy),
      wallbang_kill_rate: share(kills, traits.wallbangKillRate),
      damage_per_round: traits.damagePerRound * wobble(),
    },
  };
}

/** Sessions every eight hours up to now; `traitsAt` says what the player is like in session i of n, oldest first. */
export function career(
  n: number,
  traitsAt: Partial<Traits> | ((i: number) => Partial<Traits>),
  seed = 1,
): SessionEvidence[] {
  const random = randomOf(seed);
  return Array.from({ length: n }, (_, i) => {
    const traits = typeof traitsAt === "function" ? traitsAt(i) : traitsAt;
    return play({ ...ordinary, ...traits }, `s${seed}-${i}`, (n - i) / 3, random);
  });
}

export function evidenceOf(
  sessions: readonly SessionEvidence[],
  events: readonly EventEvidence[] = [],
): Evidence {
  return {
    game: "default",
    mode: "default",
    asOfMs,
    sessions,
    events,
    serverTrusted: true,
    reporterCredibility: 1,
  };
}

/** What a classic client sends: duration, actions, headshot rate and, sometimes, a reaction. */
export function classic(id: string, values: Partial<SessionEvidence>, daysAgo = 1): SessionEvidence {
  return {
    sessionId: id,
    recordedAtMs: asOfMs - Math.round(daysAgo * dayMs),
    durationMinutes: 20,
    actionsPerMinute: 50,
    headshotRate: 0.3,
    reactionTimeMs: null,
    kills: null,
    deaths: null,
    headshots: null,
    shotsFired: null,
    shotsHit: null,
    movementSpeed: null,
    metrics: {},
    ...values,
  };
}

export function event(id: string, type: string, values: Partial<EventEvidence> = {}): EventEvidence {
  return {
    id,
    type,
    severity: "medium",
    source: "log",
    sessionId: null,
    detectedAtMs: asOfMs - dayMs,
    ...values,
  };
}
