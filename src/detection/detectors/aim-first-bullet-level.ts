/** aim.first-bullet-level: the level of one metric, judged by the shared level statistic. */
import { firstBulletAccuracy } from "../profile.ts";
import { levelDetector } from "../statistics/level.ts";

export const aimFirstBulletLevel = levelDetector({
  id: "aim.first-bullet-level",
  metric: firstBulletAccuracy,
  category: "aim",
  summary: "More first bullets hit than the scope's players explain.",
  sources: ["chosen by us, priors and order measured on CS2CD (Loo and Luzkov, CC BY 4.0)"],
  knownFalsePositives: ["snipers and holders of angles", "servers that count a burst as one shot"],
});
