/** The card of cs2-log: what it yields, and which detectors that feeds. */
import type { AdapterCard, Yield } from "../adapter.ts";

/** What match statistics of Counter-Strike feed; shared with the webhooks that carry the same statistics. */
export const matchYields = {
  kills: { name: "kills", feeds: ["information.kill-death-level", "information.kill-rate-level"] },
  deaths: { name: "deaths", feeds: ["information.kill-death-level", "information.survival-level"] },
  headshots: { name: "headshots", feeds: ["aim.headshot-level", "aim.change", "aim.mixture"] },
  duration: {
    name: "duration_minutes",
    feeds: ["information.kill-rate-level", "information.survival-level", "automation.length-steadiness"],
  },
  damagePerRound: { name: "damage_per_round", feeds: ["information.damage-level"] },
  wallbangs: { name: "wallbang_kill_rate", feeds: ["information.wallbang-level"] },
  smokes: { name: "smoke_kill_rate", feeds: ["declared level (profile cs2)"] },
  blinds: { name: "blind_kill_rate", feeds: ["declared level (profile cs2)"] },
  killsPerRound: { name: "kills_per_round", feeds: ["declared level (profile cs2)"] },
  kept: { name: "rounds, assists, damage", feeds: [] },
} as const satisfies Readonly<Record<string, Yield>>;

export const cs2Card: AdapterCard = {
  id: "cs2-log",
  title: "Counter-Strike 2 server log over HTTP",
  games: ["cs2", "csgo"],
  contentTypes: ["text/plain"],
  keyHeader: null,
  okStatus: 200,
  maxBodyBytes: 8_000_000,
  idleMs: 3_600_000,
  yields: [
    ...Object.values(matchYields),
    { name: "shots_hit", feeds: ["aim.head-hit-level"] },
    { name: "head_hit_rate", feeds: ["aim.head-hit-level", "aim.change", "aim.mixture"] },
  ],
  unverified: [
    "one request in flight, a time-out of 10 seconds and bodies up to 250 KB",
    "lines of a restored backup (Match_Reloaded): built from their description, none recorded",
    "CS:GO posts, which number ticks and no bytes",
  ],
  docs: "cs2-log",
};
