/** aim.head-hit-level: the level of one metric, judged by the shared level statistic. */
import { headHitRate } from "../profile.ts";
import { levelDetector } from "../statistics/level.ts";

export const aimHeadHitLevel = levelDetector({
  id: "aim.head-hit-level",
  metric: headHitRate,
  category: "aim",
  summary: "More of the hits are to the head than the scope's players and the number of hits explain.",
  sources: ["chosen by us, priors and order measured on CS2CD (Loo and Luzkov, CC BY 4.0)"],
  knownFalsePositives: ["one-weapon specialists", "modes played with pistols alone"],
});
