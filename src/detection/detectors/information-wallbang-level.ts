/** information.wallbang-level: the level of one metric, judged by the shared level statistic. */
import { wallbangKillRate } from "../profile.ts";
import { levelDetector } from "../statistics/level.ts";

export const informationWallbangLevel = levelDetector({
  id: "information.wallbang-level",
  metric: wallbangKillRate,
  category: "aim",
  summary: "More of the kills go through walls than the scope's players make without seeing.",
  sources: ["chosen by us, priors and order measured on CS2CD (Loo and Luzkov, CC BY 4.0)"],
  knownFalsePositives: ["players who know a map's usual spots", "maps with much thin cover"],
});
