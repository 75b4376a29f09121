/** information.kill-rate-level: the level of one metric, judged by the shared level statistic. */
import { killsPerMinute } from "../profile.ts";
import { levelDetector } from "../statistics/level.ts";

export const informationKillRateLevel = levelDetector({
  id: "information.kill-rate-level",
  metric: killsPerMinute,
  category: "performance",
  summary: "More kills per minute than the scope's players make, whatever their aim.",
  sources: ["chosen by us, priors and order measured on CS2CD (Loo and Luzkov, CC BY 4.0)"],
  knownFalsePositives: [
    "strong players among beginners",
    "modes with faster respawns sent under the same name",
  ],
});
