/** aim.kills-per-shot-level: the level of one metric, judged by the shared level statistic. */
import { killsPerShot } from "../profile.ts";
import { levelDetector } from "../statistics/level.ts";

export const aimKillsPerShotLevel = levelDetector({
  id: "aim.kills-per-shot-level",
  metric: killsPerShot,
  category: "aim",
  summary: "Fewer shots behind each kill than the scope's players need.",
  sources: ["chosen by us, priors and order measured on CS2CD (Loo and Luzkov, CC BY 4.0)"],
  knownFalsePositives: ["snipers", "kills by grenade or knife, which cost no shots"],
});
