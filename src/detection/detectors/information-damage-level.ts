/** information.damage-level: the level of one metric, judged by the shared level statistic. */
import { damagePerRound } from "../profile.ts";
import { levelDetector } from "../statistics/level.ts";

export const informationDamageLevel = levelDetector({
  id: "information.damage-level",
  metric: damagePerRound,
  category: "performance",
  summary: "More damage in each round than the scope's players deal.",
  sources: ["chosen by us, priors and order measured on CS2CD (Loo and Luzkov, CC BY 4.0)"],
  knownFalsePositives: ["strong players among beginners", "matches against bots"],
});
