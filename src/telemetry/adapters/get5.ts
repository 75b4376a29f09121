/** get5: the webhooks of Get5 (CS:GO) and of what speaks its language, `get5_remote_log_url`. */
import { matchYields } from "./cs2/card.ts";
import { seriesAdapter } from "./webhooks/series.ts";

export const get5 = seriesAdapter(
  {
    id: "get5",
    title: "Get5 webhooks",
    games: ["csgo", "cs2"],
    contentTypes: ["application/json"],
    keyHeader: "get5_remote_log_header_key",
    okStatus: 200,
    maxBodyBytes: 1_000_000,
    idleMs: 15 * 60_000,
    yields: Object.values(matchYields),
    unverified: [
      "that every death comes as a player_death; where one does not, the map is closed after 15 minutes of silence",
      "round_time as the milliseconds of the round",
      "the flat map_result (team1_score, team2_score), accepted beside the documented one",
    ],
    docs: "get5",
  },
  true,
);
