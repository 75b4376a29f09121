/** aim.headshot-level: the level of one metric, judged by the shared level statistic. */
import { headshotRate } from "../profile.ts";
import { levelDetector } from "../statistics/level.ts";

export const aimHeadshotLevel = levelDetector({
  id: "aim.headshot-level",
  metric: headshotRate,
  category: "headshot_rate",
  summary: "More of the kills are headshots than the scope's players and the number of kills explain.",
  sources: ["chosen by us, priors and order measured on CS2CD (Loo and Luzkov, CC BY 4.0)"],
  knownFalsePositives: [
    "players of one weapon or one mode that rewards headshots",
    "deathmatch with one-tap rules sent under another mode",
  ],
});
