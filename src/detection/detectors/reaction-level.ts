/** reaction.level: the usual reaction of a player against the scope's, judged by the shared level statistic. */
import { reactionTime } from "../profile.ts";
import { levelDetector } from "../statistics/level.ts";

export const reactionLevel = levelDetector({
  id: "reaction.level",
  metric: reactionTime,
  category: "reaction_time",
  summary: "Reacts faster than the scope's players do, session after session.",
  sources: [
    "R. D. Luce, Response Times (Oxford University Press, 1986): simple visual reactions take about 200 ms and more",
    "chosen by us: spread between players, a sixth of the median",
  ],
  knownFalsePositives: ["clients that count from the first sound", "trained players on fast displays"],
});
