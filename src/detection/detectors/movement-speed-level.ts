/** movement.speed-level: the level of one metric, judged by the shared level statistic. */
import { movementSpeed } from "../profile.ts";
import { levelDetector } from "../statistics/level.ts";

export const movementSpeedLevel = levelDetector({
  id: "movement.speed-level",
  metric: movementSpeed,
  ordinaryNats: 2.5,
  category: "movement",
  summary: "Faster than the scope's players move.",
  sources: ["chosen by us: the unit is the game's own, so only the scope's players set the measure"],
  knownFalsePositives: [
    "vehicles, knock-back or lag compensation counted as movement",
    "a new movement ability before the scope has adapted",
  ],
});
