/** What a metric is called over a chart, whose axis shows numbers alone. */
import type { Metric } from "../../detection/metric.ts";

type Named = Pick<Metric, "unit" | "label" | "scopeOnly" | "kind">;

/** The unit after a number, only where the metric's name does not say it. */
export function unitOf({ unit, label, scopeOnly, kind }: Named): string {
  const isSaid = kind === "proportion" || label.toLowerCase() === unit || unit.includes("per ");
  return isSaid || (scopeOnly && unit === "the game's own unit") ? "" : ` ${unit}`;
}

/** `Reaction time, ms`, and `Damage per round`, which says it already. */
export function metricTitle(metric: Named): string {
  const unit = unitOf(metric).trim();
  return metric.label.toLowerCase().includes(unit) ? metric.label : `${metric.label}, ${unit}`;
}
