/** matchzy: the webhooks of MatchZy (CS2), `matchzy_remote_log_url`. */
import { matchYields } from "./cs2/card.ts";
import { seriesAdapter } from "./webhooks/series.ts";

const { kills, deaths, headshots, damagePerRound, killsPerRound, kept } = matchYields;

export const matchzy = seriesAdapter(
  {
    id: "matchzy",
    title: "MatchZy webhooks",
    games: ["cs2"],
    contentTypes: ["application/json"],
    keyHeader: "matchzy_remote_log_header_key",
    okStatus: 200,
    maxBodyBytes: 1_000_000,
    idleMs: 15 * 60_000,
    yields: [kills, deaths, headshots, damagePerRound, killsPerRound, kept],
    unverified: [
      "no recorded round_end: its shape is from the plugin's code",
      "rounds taken back by a restored backup: totals may be those before it",
      "that the score of the last round_end equals that of map_result; where it does not, the map is closed after 15 minutes of silence",
    ],
    docs: "matchzy",
  },
  false,
);
