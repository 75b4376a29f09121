/** What each kind of line of a CS2 log goes into. */
import type { Explained } from "../adapter.ts";
import { explainLines } from "../explain-lines.ts";
import { cs2LineOf } from "./lines.ts";

const totals = ["kills", "deaths", "headshots", "assists", "damage_per_round", "rounds"];

const feeds: Readonly<Record<string, readonly string[]>> = {
  kill: [
    "kills",
    "deaths",
    "headshots",
    "kills_per_round",
    "wallbang_kill_rate",
    "smoke_kill_rate",
    "blind_kill_rate",
  ],
  hit: ["damage_per_round", "shots_hit", "head_hit_rate"],
  assist: ["assists"],
  death: ["deaths"],
  seat: ["rounds", "duration_minutes"],
  world: ["rounds", "duration_minutes"],
  "game-over": ["mode", "recorded_at", "rounds"],
  "log-start": ["build"],
  "block-begin": totals,
  "block-value": totals,
  "block-end": totals,
};

export const explainCs2 = (body: Uint8Array): readonly Explained[] => explainLines(body, cs2LineOf, feeds);
