/** information.kill-death-level: the level of one metric, judged by the shared level statistic. */
import { killDeath } from "../profile.ts";
import { levelDetector } from "../statistics/level.ts";

export const informationKillDeathLevel = levelDetector({
  id: "information.kill-death-level",
  metric: killDeath,
  category: "performance",
  summary: "More kills for each death than the scope's players make.",
  sources: ["chosen by us, priors and order measured on CS2CD (Loo and Luzkov, CC BY 4.0)"],
  knownFalsePositives: ["strong players among beginners", "players who leave before they die"],
});
