/** aim.accuracy-level: the level of one metric, judged by the shared level statistic. */
import { accuracy } from "../profile.ts";
import { levelDetector } from "../statistics/level.ts";

export const aimAccuracyLevel = levelDetector({
  id: "aim.accuracy-level",
  metric: accuracy,
  category: "aim",
  summary: "More of the shots hit than the scope's players and the number of shots explain.",
  sources: ["chosen by us, priors and order measured on CS2CD (Loo and Luzkov, CC BY 4.0)"],
  knownFalsePositives: [
    "players who only shoot when certain, snipers above all",
    "weapons whose pellets are counted as shots",
  ],
});
