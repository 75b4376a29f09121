/** Detectors of metrics that a game declares: the same statistics, a card made from the declaration. */
import type { Detector } from "../detector.ts";
import type { Metric } from "../metric.ts";
import type { Profile } from "../profile.ts";
import type { Category, Group } from "../risk.ts";
import { levelDetector } from "./level.ts";
import { steadyDetector } from "./steady-detector.ts";

const categories: Readonly<Record<Group, Category>> = {
  aim: "aim",
  reaction: "reaction_time",
  automation: "bot_like",
  information: "performance",
  movement: "movement",
  log: "log",
  report: "report",
};

const sources = ["declared by the game; measured against the scope's own players"];
const knownFalsePositives = ["players of a role or a mode that the metric was not declared for"];

function declaredDetector(metric: Metric): Detector {
  const name = metric.id.replaceAll(/[_.]/g, "-");
  const about = { metric, sources, knownFalsePositives };
  if (metric.direction === "steady") {
    const summary = `${metric.label} varies less than the scope's players make it vary.`;
    return steadyDetector({ ...about, id: `${metric.group}.${name}-steadiness`, weight: 1, summary });
  }
  const summary = `${metric.label} is ${metric.direction === "low" ? "lower" : "higher"} than skill and exposure explain.`;
  const category = categories[metric.group];
  return levelDetector({ ...about, id: `${metric.group}.${name}-level`, category, summary });
}

/** One detector for every declared metric. */
export const declaredDetectors = (profile: Profile): readonly Detector[] =>
  profile.declared.map(declaredDetector);
