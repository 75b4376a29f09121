/** information.survival-level: the level of one metric, judged by the shared level statistic. */
import { survival } from "../profile.ts";
import { levelDetector } from "../statistics/level.ts";

export const informationSurvivalLevel = levelDetector({
  id: "information.survival-level",
  metric: survival,
  category: "performance",
  summary: "Fewer deaths per minute than the scope's players suffer.",
  sources: ["chosen by us, priors and order measured on CS2CD (Loo and Luzkov, CC BY 4.0)"],
  knownFalsePositives: ["players who hide or wait out rounds", "spectating time counted as play"],
});
